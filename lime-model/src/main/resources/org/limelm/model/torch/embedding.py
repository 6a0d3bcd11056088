# E(x) = token_scale * E_L(x) + sum over features d of w_d * E_M^d(a_d)   (LIME, arXiv 2512.07522).
# The factor w_d is folded into the small table, so that a feature costs one look-up and one sum.


def embed(
    self,
    token_table: Tensor,          # (V, D)
    tables: List[Tensor],         # one (tags, D) per feature
    weights: List[Tensor],        # one scalar w_d per feature
    tokens: Tensor,               # (B, T) int64
    tags: List[Tensor],           # one (B, T) int64 per feature
    token_scale: float,
) -> Tensor:                      # (B, T, D)
    x = torch.embedding(token_table, tokens)
    if token_scale != 1.0:
        x = x * token_scale
    for d in range(len(tables)):
        x = x + torch.embedding(tables[d] * weights[d], tags[d])
    return x
