# What weights become once, when a model shall read texts token by token.
#
# norm(x) W^T = (x / |x|) W'^T where W' has the norm's gain and sqrt(D) in its columns, |x| is the
# root of the sum of squares plus eps * D, and the queries' rows hold 1 / sqrt(C).


def prepare(
    self,
    weight: Tensor,               # (R, D): a matrix's master
    gain: List[Tensor],           # the gain (D) of the norm before it, if there is one
    query_rows: int,              # so many of the first rows are the queries'
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
    # The gains (C) of queries and keys for every head, 1 / sqrt(C) included   (H+K, C)
    return torch.cat([
        torch.expand(query * query.size(0) ** -0.5, [heads, -1]), torch.expand(key, [kv_heads, -1])])


def weigh_table(self, table: Tensor, weight: Tensor) -> Tensor:
    # A feature's table (tags, D) with its factor w_d multiplied in.
    return table * weight


def largest(self, x: Tensor) -> Tensor:
    # The largest absolute value; NaN if one of them is.
    return torch.linalg_vector_norm(x, float("inf"))
