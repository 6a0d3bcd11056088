# E(x) = token_scale * E_L(x) + sum over features d of w_d * E_M^d(a_d)   (LIME, arXiv 2512.07522).
# The factor w_d is folded into the small table, so that a feature costs one lookup and one sum.


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


def add_rows_(self, total: Tensor, rows: Tensor, ids: Tensor) -> None:
    # total[ids[i]] += rows[i], in a deterministic order.         (V, D), (N, D), (N)
    if total.is_cuda:
        torch.add_(total, torch.embedding_dense_backward(rows, ids, total.size(0), -1, False))
    else:
        torch.index_add_(total, 0, ids, rows)


def embed_backward(
    self,
    tables: List[Tensor],         # one (tags, D) per feature
    weights: List[Tensor],        # one scalar w_d per feature
    tokens: Tensor,               # (B, T) int64
    tags: List[Tensor],           # one (B, T) int64 per feature
    token_scale: float,
    grad_x: Tensor,               # (B, T, D)
    grad_tokens: Tensor,          # (V, D): receives the gradient of the token table
    grad_tables: List[Tensor],    # one (tags, D) per feature
    grad_weights: List[Tensor],   # one scalar per feature, or empty if they are fixed
    add_tokens: bool,             # whether to add to the gradient of the token table
    add: bool,                    # the same for the other gradients
) -> None:
    rows = torch.flatten(grad_x, 0, 1)                                       # (N, D)
    if not add_tokens:
        torch.zero_(grad_tokens)
    self.add_rows_(grad_tokens, rows * token_scale if token_scale != 1.0 else rows, torch.flatten(tokens))
    for d in range(len(tables)):
        found = torch.zeros_like(grad_tables[d])
        self.add_rows_(found, rows, torch.flatten(tags[d]))
        if len(grad_weights) > 0:
            self.accumulate_(grad_weights[d], torch.sum(found * tables[d]), add)
        self.accumulate_(grad_tables[d], torch.mul_(found, weights[d]), add)
