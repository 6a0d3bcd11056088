# Causal self-attention with rotary positions and grouped key/value heads, residual included.


def rope_table(self, like: Tensor, length: int, head_dim: int, theta: float) -> Tensor:
    # cos and sin of position t times theta^(-2i/C), i < C/2     (length, C/2, 2)
    # Su et al. 2021, arXiv 2104.09864, equation 15; pairs are neighbours (2i, 2i+1).
    i = torch.arange(0, head_dim, 2, dtype=7, device=like.device)
    angle = torch.outer(
        torch.arange(0, length, 1, dtype=7, device=like.device), torch.pow(theta, -i / head_dim)
    )
    return torch.to(torch.stack([torch.cos(angle), torch.sin(angle)], -1), like.dtype)


def rotate(self, x: Tensor, rope: Tensor, heads: int) -> Tensor:
    # Turns every pair by its position's angle.                  (B, T, heads*C) -> (B, heads, T, C)
    b, t = x.size(0), x.size(1)
    pairs = torch.view_as_complex(torch.reshape(self.wide(x), [b, t, heads, -1, 2]))
    turned = torch.view_as_real(pairs * torch.unsqueeze(torch.view_as_complex(rope), 1))
    return torch.transpose(torch.to(torch.flatten(turned, 3), x.dtype), 1, 2)


def project(
    self, x: Tensor, qkv: Tensor, rope: Tensor, heads: int, kv_heads: int
) -> Tuple[Tensor, Tensor, Tensor]:
    # (B, T, D) -> q (B, H, T, C), k and v (B, K, T, C)
    c = qkv.size(0) // (heads + 2 * kv_heads)
    parts = torch.split_with_sizes(
        torch.linear(x, qkv), [heads * c, kv_heads * c, kv_heads * c], -1
    )
    v = torch.transpose(torch.reshape(parts[2], [x.size(0), x.size(1), kv_heads, c]), 1, 2)
    return self.rotate(parts[0], rope, heads), self.rotate(parts[1], rope, kv_heads), v


def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: List[Tensor]) -> Tensor:
    # q (B, H, T, C), k and v (B, K, S, C) -> (B, T, H*C); causal if there is no mask (1, 1|B, T, S).
    group = q.size(1) // k.size(1)
    if group > 1:
        k = torch.repeat_interleave(k, group, 1)
        v = torch.repeat_interleave(v, group, 1)
    if len(mask) > 0:
        y = torch.scaled_dot_product_attention(q, k, v, mask[0])
    else:
        y = torch.scaled_dot_product_attention(q, k, v, None, 0.0, q.size(2) > 1)
    return torch.flatten(torch.transpose(y, 1, 2), 2)


def attention(
    self,
    x: Tensor,                    # (B, T, D)
    gain: Tensor,                 # (D): RMSNorm's, folded into qkv
    qkv: Tensor,                  # ((H + 2K) * C, D)
    out: Tensor,                  # (D, H * C)
    rope: Tensor,                 # (T, C/2, 2)
    mask: List[Tensor],           # none, or one (B, 1, T, T) bool
    heads: int,
    kv_heads: int,
    eps: float,
    dtype: int,
) -> Tensor:                      # (B, T, D)
    h = self.normalize(x, eps, dtype)
    q, k, v = self.project(h, self.fold(qkv, gain, dtype), rope, heads, kv_heads)
    return x + torch.linear(self.attend(q, k, v, mask), torch.to(out, dtype))


def document_mask(self, ids: Tensor) -> Tensor:
    # Position i may look at j <= i of the same document.        (B, T) -> (B, 1, T, T) bool
    same = torch.eq(torch.unsqueeze(ids, 2), torch.unsqueeze(ids, 1))
    return torch.unsqueeze(torch.tril(same), 1)


def attention_cached(
    self,
    x: Tensor,                    # (B, T, D): the positions after `past`
    gain: Tensor,
    qkv: Tensor,
    out: Tensor,
    rope: Tensor,                 # (T, C/2, 2): of these positions
    keys: Tensor,                 # (B, K, S, C): filled up to `past`; T more are written
    values: Tensor,               # (B, K, S, C)
    past: int,
    heads: int,
    kv_heads: int,
    eps: float,
    dtype: int,
) -> Tensor:                      # (B, T, D)
    t = x.size(1)
    h = self.normalize(x, eps, dtype)
    q, k, v = self.project(h, self.fold(qkv, gain, dtype), rope, heads, kv_heads)
    torch.copy_(torch.narrow(keys, 2, past, t), k)
    torch.copy_(torch.narrow(values, 2, past, t), v)
    mask = annotate(List[Tensor], [])
    if t > 1 and past > 0:
        mask.append(torch.tril(torch.ones([1, 1, t, past + t], dtype=11, device=x.device), past))
    seen_keys = torch.narrow(keys, 2, 0, past + t)
    seen_values = torch.narrow(values, 2, 0, past + t)
    return x + torch.linear(self.attend(q, seen_keys, seen_values, mask), torch.to(out, dtype))


def new_cache(
    self, like: Tensor, batch: int, kv_heads: int, length: int, head_dim: int, dtype: int
) -> Tensor:
    # (B, K, S, C) on the device of `like`
    return torch.zeros([batch, kv_heads, length, head_dim], dtype=dtype, device=like.device)
