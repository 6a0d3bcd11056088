# Matrices in oneDNN's packed layout for the CPU, packed once instead of in every call. Uses the
# layout for eight rows, which for float32 differs from that for a single row and is faster.


class Matrix(NamedTuple):
    packed: Tensor


def pack(self, w: Tensor, dtype: int) -> __torch__.Matrix:
    return __torch__.Matrix(ops.mkldnn._reorder_linear_weight(torch.to(w, dtype), 8))


def multiply(self, x: Tensor, w: __torch__.Matrix) -> Tensor:
    # (N, D), (R, D) -> (N, R)
    m = w.packed
    none = annotate(List[Optional[number]], [])
    return torch.to(ops.mkldnn._linear_pointwise(torch.to(x, m.dtype), m, None, "none", none, None), 6)
