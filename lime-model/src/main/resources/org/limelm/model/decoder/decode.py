# Incremental decoding with a key/value cache. All layers run in one call with as few operators as
# possible, since the operators of a step are so short that call overhead would dominate.
# The weights are prepared by decode_weights.py. The stream has one column more than D: its constant
# sqrt(eps * D) makes |x| the root of the sum of squares plus eps * D. Activations and caches are
# float32. `Matrix` is a packed matrix, with the functions `pack` and `multiply`: one of
# decode_half.py, decode_split.py, decode_packed.py and decode_plain.py is compiled with this file.
#
# Dimensions: as in tensor.py; S positions in the cache.


def no_matrices(self) -> List[__torch__.Matrix]:
    return annotate(List[__torch__.Matrix], [])


def add_matrix(
    self,
    matrices: List[__torch__.Matrix],       # receives one more matrix
    weight: Tensor,               # this and the rest: arguments of `prepare` and `pack`
    gain: List[Tensor],
    query_rows: int,
    head_dim: int,
    dtype: int,
) -> None:
    matrices.append(self.pack(self.prepare(weight, gain, query_rows, head_dim), dtype))


def new_cache(
    self, like: Tensor, layers: int, batch: int, kv_heads: int, length: int, head_dim: int
) -> List[Tensor]:
    # Keys and values per layer, (2, B, K, S, C).
    cache = annotate(List[Tensor], [])
    for i in range(layers):
        cache.append(
            torch.zeros([2, batch, kv_heads, length, head_dim], dtype=6, device=like.device)
        )
    return cache


def unit(self, x: Tensor, stream: Tensor) -> Tensor:
    # x / |x|, where |x| includes the constant column     (N, D), (N, D+1) -> (N, D)
    return torch.div(x, torch.linalg_vector_norm(stream, 2, [1], True))


def attend(self, q: Tensor, kv: Tensor, mask: List[Tensor]) -> Tensor:
    # q (B, T, H, C), kv (2, B, K, S', C), mask empty (causal) or (T, S') -> (B*T, H*C)
    b, t, heads, c = q.size(0), q.size(1), q.size(2), q.size(3)
    keys, values = torch.select(kv, 0, 0), torch.select(kv, 0, 1)            # (B, K, S', C)
    if t == 1:  # attends to all keys: heads that share keys become positions
        q = torch.reshape(q, [b, kv.size(2), -1, c])                         # (B, K, G, C)
        y = torch.scaled_dot_product_attention(q, keys, values, None, 0.0, False, scale=1.0)
        return torch.reshape(y, [b, heads * c])
    group = heads // kv.size(2)
    if group > 1:
        keys = torch.repeat_interleave(keys, group, 1)                       # (B, H, S', C)
        values = torch.repeat_interleave(values, group, 1)
    q = torch.transpose(q, 1, 2)                                             # (B, H, T, C)
    if len(mask) > 0:
        y = torch.scaled_dot_product_attention(q, keys, values, mask[0], 0.0, False, scale=1.0)
    else:
        y = torch.scaled_dot_product_attention(q, keys, values, None, 0.0, True, scale=1.0)
    return torch.reshape(torch.transpose(y, 1, 2), [b * t, heads * c])


def embed_stream(
    self,
    token_table: Tensor,          # (V, D)
    tables: List[Tensor],         # per feature one (tags, D), its factor multiplied in
    tokens: Tensor,               # (B, T) int64
    tags: List[Tensor],           # per feature one (B, T) int64
    token_scale: float,
    eps: float,
) -> Tensor:                      # (B*T, D+1)
    e = torch.embedding(token_table, torch.flatten(tokens))
    if token_scale != 1.0:
        e = e * token_scale
    for i in range(len(tables)):
        torch.add_(e, torch.embedding(tables[i], torch.flatten(tags[i])))
    n, d = e.size(0), e.size(1)
    stream = torch.full([n, d + 1], (eps * d) ** 0.5, dtype=6, device=e.device)
    torch.copy_(torch.narrow(stream, 1, 0, d), e)
    return stream


def read(
    self,
    stream: Tensor,               # (B*T, D+1), from `embed_stream`; changed in place
    matrices: List[__torch__.Matrix],  # qkv, out, gate_up, down per layer; then the output matrix
    head_norms: List[Tensor],     # gains (H+K, C) of queries and keys per layer, or empty
    rope: Tensor,                 # (T or 1, 1, C/2): the rotations of these positions
    cache: List[Tensor],          # from `new_cache`, filled up to `past`; T positions are appended
    mask: List[Tensor],           # empty, or one boolean (T, past + T): what a position attends to
    past: int,
    heads: int,
    activation: str,
    eps: float,
) -> None:
    b, kv_heads, c = cache[0].size(1), cache[0].size(2), cache[0].size(4)
    t, d = stream.size(0) // b, stream.size(1) - 1
    x = torch.narrow(stream, 1, 0, d)                                        # (N, D), a view
    for i in range(len(cache)):
        qkv = torch.view(self.multiply(self.unit(x, stream), matrices[4 * i]), [b, t, -1, c])
        pairs = torch.narrow(qkv, 2, 0, heads + kv_heads)
        if len(head_norms) > 0:
            torch.mul_(torch.mul_(pairs, self.inverse_rms(pairs, eps)), head_norms[i])
        pairs = torch.view_as_complex(torch.view(pairs, [b, t, heads + kv_heads, c // 2, 2]))
        torch.mul_(pairs, rope)                                              # rotates queries, keys
        kv = torch.view(torch.narrow(qkv, 2, heads, 2 * kv_heads), [b, t, 2, kv_heads, c])
        torch.copy_(torch.narrow(cache[i], 3, past, t), torch.permute(kv, [2, 0, 3, 1, 4]))
        seen = torch.narrow(cache[i], 3, 0, past + t)
        y = self.attend(torch.narrow(qkv, 2, 0, heads), seen, mask)
        torch.add_(x, self.multiply(y, matrices[4 * i + 1]))
        h = self.multiply(self.unit(x, stream), matrices[4 * i + 2])         # (N, 2F)
        g, u = torch.split(h, h.size(1) // 2, 1)
        g = torch.gelu(g, approximate="tanh") if activation == "geglu" else torch.silu(g)
        torch.add_(x, self.multiply(torch.mul_(g, u), matrices[4 * i + 3]))


def logits_of(
    self, stream: Tensor, matrices: List[__torch__.Matrix], soft_cap: float
) -> Tensor:                      # (N, D+1) -> (N, V)
    x = torch.narrow(stream, 1, 0, stream.size(1) - 1)
    return self.cap_(self.multiply(self.unit(x, stream), matrices[len(matrices) - 1]), soft_cap)


def extend(
    self,
    token_table: Tensor,
    tables: List[Tensor],
    matrices: List[__torch__.Matrix],
    head_norms: List[Tensor],
    rope: Tensor,                 # from `complex_rope`
    cache: List[Tensor],
    tokens: Tensor,               # (B, T) int64
    tags: List[Tensor],
    past: int,
    heads: int,
    token_scale: float,
    activation: str,
    eps: float,
    soft_cap: float,
) -> Tensor:                      # (B, V): float32 logits after the last position
    b, t = tokens.size(0), tokens.size(1)
    stream = self.embed_stream(token_table, tables, tokens, tags, token_scale, eps)
    here = torch.narrow(rope, 0, past, t)                                   # (T, 1, C/2)
    mask = annotate(List[Tensor], [])
    if t > 1 and past > 0:
        mask.append(torch.tril(torch.ones([t, past + t], dtype=11, device=stream.device), past))
    self.read(stream, matrices, head_norms, here, cache, mask, past, heads, activation, eps)
    last = torch.select(torch.view(stream, [b, t, -1]), 1, t - 1)            # (B, D+1)
    return self.logits_of(last, matrices, soft_cap)
