# Prepares weights for incremental decoding, once per model.
# norm(x) W^T = (x / |x|) W'^T, where the columns of W' include the norm's gain and sqrt(D), |x| is
# the root of the sum of squares plus eps * D, and the query rows include 1 / sqrt(C).


def prepare(
    self,
    weight: Tensor,               # (R, D): master of a matrix
    gain: List[Tensor],           # the gain (D) of the preceding norm, or empty
    query_rows: int,              # number of query rows, which come first
    head_dim: int,
) -> Tensor:                      # (R, D)
    w = weight
    if len(gain) > 0:
        w = torch.mul_(w * gain[0], weight.size(1) ** 0.5)
    if query_rows > 0:
        scale = head_dim ** -0.5
        w = torch.cat([torch.narrow(w, 0, 0, query_rows) * scale,
                       torch.narrow(w, 0, query_rows, w.size(0) - query_rows)])
    return w


def complex_rope(self, like: Tensor, length: int, head_dim: int, theta: float) -> Tensor:
    # rope_table as complex numbers                              (length, 1, C/2)
    return torch.unsqueeze(
        torch.view_as_complex(self.rope_table(like, length, head_dim, theta)), 1
    )


def head_gains(self, query: Tensor, key: Tensor, heads: int, kv_heads: int) -> Tensor:
    # The gains (C) of queries and keys per head, including 1 / sqrt(C)      (H+K, C)
    return torch.cat([
        torch.expand(query * query.size(0) ** -0.5, [heads, -1]), torch.expand(key, [kv_heads, -1])])


def scale_table(self, table: Tensor, weight: Tensor) -> Tensor:
    # A feature's table (tags, D) multiplied by its factor w_d.
    return table * weight


def largest(self, x: Tensor) -> Tensor:
    # The largest absolute value; NaN if there is a NaN.
    return torch.linalg_vector_norm(x, float("inf"))
