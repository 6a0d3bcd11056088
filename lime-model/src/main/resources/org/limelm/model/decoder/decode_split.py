# Matrices as the sum of two in half precision, 22 of the 24 bits of float32 in the same number of
# bytes: W = high + low / 2048. Packed for the CPU, products and sums in float32. With few rows,
# `multiply` is bound by memory bandwidth.


class Matrix(NamedTuple):
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase


def pack(self, w: Tensor, dtype: int) -> __torch__.Matrix:
    w = torch.to(w, 6)
    high = torch.to(torch.to(w, 5), 6)
    low = torch.mul_(w - high, 2048.0)
    return __torch__.Matrix(ops.quantized.linear_prepack_fp16(torch.cat([high, low]), None))


def multiply(self, x: Tensor, w: __torch__.Matrix) -> Tensor:
    # (N, D), (2R, D) -> (N, R)
    y = ops.quantized.linear_dynamic_fp16(x, w.packed)
    rows = y.size(1) // 2
    return torch.add(torch.narrow(y, 1, 0, rows), torch.narrow(y, 1, rows, rows), alpha=1.0 / 2048)
