# Reading and writing token by token with a key/value cache: all layers in one call, as a step's
# operators are so short that calls into the library, and every operator too many, would show.
#
# What the weights allow is done to them once, by `prepare`: norm(x) W^T = (x / |x|) W'^T where W'
# has the norm's gain and sqrt(D) in its columns, and the queries' rows hold 1 / sqrt(C). The stream
# is one column wider than D; the constant sqrt(eps * D) there makes |x| the root of the sum of
# squares plus eps * D. Activations and caches are float32. `Matrix` is the type of a packed matrix
# and `pack` and `multiply` are its functions: see decode_*.py, of which one is compiled with this.
#
# Dimensions: as in tensor.py; S positions in the cache.


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


def rotations(self, like: Tensor, length: int, head_dim: int, theta: float) -> Tensor:
    # rope_table as complex numbers                              (length, 1, C/2)
    return torch.unsqueeze(
        torch.view_as_complex(self.rope_table(like, length, head_dim, theta)), 1
    )


def no_matrices(self) -> List[Matrix]:
    return annotate(List[Matrix], [])


def add_matrix(
    self,
    matrices: List[Matrix],       # receives one more
    weight: Tensor,               # the rest: of `prepare` and `pack`
    gain: List[Tensor],
    query_rows: int,
    head_dim: int,
    dtype: int,
) -> None:
    matrices.append(self.pack(self.prepare(weight, gain, query_rows, head_dim), dtype))


def weigh_table(self, table: Tensor, weight: Tensor) -> Tensor:
    # A feature's table (tags, D) with its factor w_d multiplied in.
    return table * weight


def new_cache(
    self, like: Tensor, layers: int, batch: int, kv_heads: int, length: int, head_dim: int
) -> List[Tensor]:
    # Per layer one (2K, B, S, C): the keys, then the values.
    caches = annotate(List[Tensor], [])
    for i in range(layers):
        caches.append(
            torch.zeros([2 * kv_heads, batch, length, head_dim], dtype=6, device=like.device)
        )
    return caches


def unit(self, stream: Tensor) -> Tensor:
    # x / |x|, the constant column included in |x|               (N, D+1) -> (N, D)
    x = torch.narrow(stream, 1, 0, stream.size(1) - 1)
    return torch.div(x, torch.linalg_vector_norm(stream, 2, [1], True))


def attend_one(self, q: Tensor, seen: Tensor, kv_heads: int) -> Tensor:
    # The newest position looks at all: q (B, 1, H, C), seen (2K, B, S, C) -> (B, H*C).
    # Query heads that share keys are rows of one product.
    b, heads, c = q.size(0), q.size(2), q.size(3)
    rows = kv_heads * b
    group = heads // kv_heads
    q = torch.transpose(torch.view(q, [b, kv_heads, group, c]), 0, 1)        # (K, B, G, C)
    kv = torch.flatten(seen, 0, 1)                                           # (2K*B, S, C)
    keys = torch.transpose(torch.narrow(kv, 0, 0, rows), 1, 2)               # (K*B, C, S)
    p = torch.softmax(torch.bmm(torch.reshape(q, [rows, group, c]), keys), -1)
    y = torch.bmm(p, torch.narrow(kv, 0, rows, rows))                        # (K*B, G, C)
    y = torch.transpose(torch.view(y, [kv_heads, b, group, c]), 0, 1)        # (B, K, G, C)
    return torch.reshape(y, [b, heads * c])


def attend_many(self, q: Tensor, seen: Tensor, kv_heads: int, mask: List[Tensor]) -> Tensor:
    # q (B, T, H, C), seen (2K, B, S, C), mask none (causal) or (T, S) -> (B*T, H*C)
    group = q.size(2) // kv_heads
    keys = torch.narrow(seen, 0, 0, kv_heads)
    values = torch.narrow(seen, 0, kv_heads, kv_heads)
    if group > 1:
        keys = torch.repeat_interleave(keys, group, 0)                       # (H, B, S, C)
        values = torch.repeat_interleave(values, group, 0)
    q = torch.permute(q, [2, 0, 1, 3])                                       # (H, B, T, C)
    if len(mask) > 0:
        y = torch.scaled_dot_product_attention(q, keys, values, mask[0], 0.0, False, scale=1.0)
    else:
        y = torch.scaled_dot_product_attention(q, keys, values, None, 0.0, True, scale=1.0)
    return torch.reshape(torch.permute(y, [1, 2, 0, 3]), [q.size(1) * q.size(2), -1])


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


def extend(
    self,
    token_table: Tensor,
    tables: List[Tensor],
    matrices: List[Matrix],       # per layer qkv, out, gate_up, down; then the output matrix
    turns: Tensor,                # of `rotations`
    caches: List[Tensor],         # per layer one (2K, B, S, C), filled up to `past`; T more are written
    tokens: Tensor,               # (B, T) int64
    tags: List[Tensor],
    past: int,
    heads: int,
    token_scale: float,
    activation: str,
    eps: float,
) -> Tensor:                      # (B, V): float32 logits after the last position
    b, t = tokens.size(0), tokens.size(1)
    kv_heads, c = caches[0].size(0) // 2, caches[0].size(3)
    turned = heads + kv_heads
    stream = self.embed_stream(token_table, tables, tokens, tags, token_scale, eps)
    d = stream.size(1) - 1
    x = torch.narrow(stream, 1, 0, d)                                        # (N, D), a view
    here = torch.narrow(turns, 0, past, t)                                   # (T, 1, C/2)
    mask = annotate(List[Tensor], [])
    if t > 1 and past > 0:
        mask.append(torch.tril(torch.ones([t, past + t], dtype=11, device=x.device), past))
    for i in range(len(caches)):
        qkv = torch.view(self.multiply(self.unit(stream), matrices[4 * i]), [b, t, -1, c])
        pairs = torch.view(torch.narrow(qkv, 2, 0, turned), [b, t, turned, c // 2, 2])
        torch.mul_(torch.view_as_complex(pairs), here)                       # turns queries, keys
        kv = torch.permute(torch.narrow(qkv, 2, heads, 2 * kv_heads), [2, 0, 1, 3])
        torch.copy_(torch.narrow(caches[i], 2, past, t), kv)                 # (2K, B, T, C)
        seen = torch.narrow(caches[i], 2, 0, past + t)
        q = torch.narrow(qkv, 2, 0, heads)                                   # (B, T, H, C)
        if t == 1:
            y = self.attend_one(q, seen, kv_heads)
        else:
            y = self.attend_many(q, seen, kv_heads, mask)
        torch.add_(x, self.multiply(y, matrices[4 * i + 1]))
        h = self.multiply(self.unit(stream), matrices[4 * i + 2])            # (N, 2F)
        g, u = torch.split(h, h.size(1) // 2, 1)
        g = torch.gelu(g, approximate="tanh") if activation == "geglu" else torch.silu(g)
        torch.add_(x, self.multiply(torch.mul_(g, u), matrices[4 * i + 3]))
    last = torch.select(torch.view(stream, [b, t, d + 1]), 1, t - 1)         # (B, D+1)
    return self.multiply(self.unit(last), matrices[4 * len(caches)])
