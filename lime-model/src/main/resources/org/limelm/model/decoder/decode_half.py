# Matrices in IEEE half precision, packed for the CPU; products and sums in float32. With few rows,
# `multiply` is bound by memory bandwidth.


class Matrix(NamedTuple):
    packed: __torch__.torch.classes.quantized.LinearPackedParamsBase


def pack(self, w: Tensor, dtype: int) -> __torch__.Matrix:
    return __torch__.Matrix(ops.quantized.linear_prepack_fp16(torch.to(w, 6), None))


def multiply(self, x: Tensor, w: __torch__.Matrix) -> Tensor:
    # (N, D), (R, D) -> (N, R)
    return ops.quantized.linear_dynamic_fp16(x, w.packed)
