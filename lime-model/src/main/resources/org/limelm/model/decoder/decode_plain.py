# Unpacked matrices, for any device.


class Matrix(NamedTuple):
    packed: Tensor


def pack(self, w: Tensor, dtype: int) -> __torch__.Matrix:
    return __torch__.Matrix(torch.to(w, dtype, False, True))  # always a copy


def multiply(self, x: Tensor, w: __torch__.Matrix) -> Tensor:
    # (N, D), (R, D) -> (N, R)
    return torch.to(torch.linear(torch.to(x, w.packed.dtype), w.packed), 6)
