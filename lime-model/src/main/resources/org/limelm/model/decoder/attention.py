# Causal self-attention with rotary positions and grouped key/value heads, residual included.


def rotate(self, x: Tensor, rope: Tensor, heads: int) -> Tensor:
    # Rotates every pair by its position's angle.       (B, T, heads*C) -> (B, heads, T, C)
    b, t = x.size(0), x.size(1)
    pairs = torch.view_as_complex(torch.reshape(self.to_float32(x), [b, t, heads, -1, 2]))
    rotated = torch.view_as_real(pairs * torch.unsqueeze(torch.view_as_complex(rope), 1))
    return torch.transpose(torch.to(torch.flatten(rotated, 3), x.dtype), 1, 2)


def rotate_heads(self, x: Tensor, rope: Tensor) -> Tensor:
    # The same for heads that are already split.               (B, heads, T, C) -> (B, T, heads*C)
    b, t = x.size(0), x.size(2)
    pairs = torch.view_as_complex(torch.reshape(self.to_float32(x), [b, x.size(1), t, -1, 2]))
    rotated = torch.view_as_real(pairs * torch.view_as_complex(torch.contiguous(rope)))
    return torch.flatten(torch.to(torch.transpose(torch.flatten(rotated, 3), 1, 2), x.dtype), 2)


def split_heads(self, h: Tensor, c: int, heads: int, kv_heads: int) -> List[Tensor]:
    # (..., (H+2K)*C) -> queries (..., H*C), keys and values (..., K*C)
    return torch.split_with_sizes(h, [heads * c, kv_heads * c, kv_heads * c], -1)


def norm_heads(self, x: Tensor, gain: Tensor, eps: float) -> Tensor:
    # RMSNorm of every head.                                     (B, T, heads*C), (C)
    c = gain.size(0)
    return torch.reshape(
        self.rms_norm(self.to_float32(torch.reshape(x, [-1, c])), gain, eps, x.dtype), x.size())


def norm_heads_backward(
    self, x: Tensor, gain: Tensor, eps: float, grad_y: Tensor, grad_gain: Tensor, add: bool
) -> Tensor:
    # x: input of norm_heads; all but the gain (B, T, heads*C)
    c = gain.size(0)
    rows = self.to_float32(torch.reshape(x, [-1, c]))
    grad = self.rms_norm_backward(
        rows, gain, eps, torch.reshape(grad_y, [-1, c]), annotate(List[Tensor], []), grad_gain, add)
    return torch.to(torch.reshape(grad, x.size()), x.dtype)


def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: List[Tensor]) -> Tensor:
    # q (B, H, T, C), k and v (B, K, S, C) -> (B, T, H*C). Causal if mask is empty; else
    # mask (1, 1|B, T, S).
    group = q.size(1) // k.size(1)
    if group > 1:
        k = torch.repeat_interleave(k, group, 1)
        v = torch.repeat_interleave(v, group, 1)
    if len(mask) > 0:
        y = torch.scaled_dot_product_attention(q, k, v, mask[0])
    else:
        y = torch.scaled_dot_product_attention(q, k, v, None, 0.0, q.size(2) > 1)
    return torch.flatten(torch.transpose(y, 1, 2), 2)


def attention_inner(
    self,
    x: Tensor,                    # (B, T, D)
    gain: Tensor,                 # (D)
    qkv: Tensor,                  # ((H + 2K) * C, D)
    head_norms: List[Tensor],     # none, or the gains of queries and keys, (C) each
    rope: Tensor,                 # (T, C/2, 2)
    mask: List[Tensor],           # none, or one (B, 1, T, T) bool
    heads: int,
    kv_heads: int,
    eps: float,
    fused: bool,                  # whether to call, and record, fused attention of the library
    keep: bool,                   # whether to keep the attention probabilities
) -> List[Tensor]:
    # norm(x) (B, T, D), q (B, H, T, C), k and v (B, K, T, C), o (B, T, H*C),
    # with head norms their inputs, (B, T, H*C) and (B, T, K*C), then the kept probabilities
    n = self.rms_norm(x, gain, eps, qkv.dtype)
    c = qkv.size(0) // (heads + 2 * kv_heads)
    q, k, v = self.split_heads(torch.linear(n, qkv), c, heads, kv_heads)
    raw = annotate(List[Tensor], [])
    if len(head_norms) > 0:
        raw = [torch.detach(q), torch.detach(k)]
        q = self.norm_heads(q, head_norms[0], eps)
        k = self.norm_heads(k, head_norms[1], eps)
    v = torch.transpose(torch.reshape(v, [x.size(0), x.size(1), kv_heads, c]), 1, 2)
    q, k = self.rotate(q, rope, heads), self.rotate(k, rope, kv_heads)
    q, k, v = torch.contiguous(q), torch.contiguous(k), torch.contiguous(v)
    if not fused:
        attended = self.attend_blocks(q, k, v, mask, keep)
        return [n, q, k, v, attended[0]] + raw + attended[1:]
    q = torch.requires_grad_(torch.detach(q), True)
    k = torch.requires_grad_(torch.detach(k), True)
    v = torch.requires_grad_(torch.detach(v), True)
    return [torch.detach(n), q, k, v, self.attend(q, k, v, mask)] + raw


def attention_output(self, x: Tensor, inner: List[Tensor], out: Tensor) -> Tensor:
    # (B, T, D)
    n, q, k, v, o = inner[:5]
    return x + torch.linear(torch.detach(o), out)


def attention_backward(
    self,
    x: Tensor,                    # (B, T, D)
    inner: List[Tensor],          # result of attention_inner
    gain: Tensor,                 # (D)
    qkv: Tensor,                  # ((H + 2K) * C, D)
    head_norms: List[Tensor],     # none, or the gains of queries and keys, (C) each
    out: Tensor,                  # (D, H * C)
    rope: Tensor,                 # (T, C/2, 2)
    mask: List[Tensor],
    grad_y: Tensor,               # (B, T, D)
    grads: List[Tensor],          # gradients of gain, qkv, head norms and out
    add: bool,                    # whether to add to grads; otherwise overwrite
    eps: float,
    fused: bool,
) -> Tensor:                      # (B, T, D)
    n, q, k, v, o = inner[:5]
    raw, kept = inner[5:5 + len(head_norms)], inner[5 + len(head_norms):]
    grad_gain, grad_qkv, grad_out = grads[0], grads[1], grads[-1]
    d = x.size(-1)
    gy = torch.to(torch.reshape(grad_y, [-1, d]), out.dtype)                 # (N, D)
    self.accumulate_product_(grad_out, gy, torch.flatten(torch.detach(o), 0, 1), add)
    go = torch.reshape(torch.matmul(gy, out), o.size())                      # (B, T, H*C)
    if not fused:
        found = self.attend_blocks_backward(q, k, v, mask, kept, go)
    else:
        found = annotate(List[Tensor], [])
        for g in torch.grad([o], [q, k, v], annotate(List[Optional[Tensor]], [go])):
            found.append(torch._unwrap_optional(g))
    back = torch.stack([torch.select(rope, 2, 0), -torch.select(rope, 2, 1)], 2)
    gq, gk, gv = found
    gq, gk = self.rotate_heads(gq, back), self.rotate_heads(gk, back)
    if len(head_norms) > 0:
        gq = self.norm_heads_backward(raw[0], head_norms[0], eps, gq, grads[2], add)
        gk = self.norm_heads_backward(raw[1], head_norms[1], eps, gk, grads[3], add)
    parts = [gq, gk, torch.flatten(torch.transpose(gv, 1, 2), 2)]
    gh = torch.reshape(torch.cat(parts, -1), [-1, qkv.size(0)])              # (N, (H+2K)*C)
    self.accumulate_product_(grad_qkv, gh, torch.reshape(n, [-1, d]), add)
    gn = torch.reshape(torch.matmul(gh, qkv), x.size())
    return self.rms_norm_backward(x, gain, eps, gn, [grad_y], grad_gain, add)


def document_mask(self, ids: Tensor) -> Tensor:
    # Position i attends to j <= i of the same document.        (B, T) -> (B, 1, T, T) bool
    same = torch.eq(torch.unsqueeze(ids, 2), torch.unsqueeze(ids, 1))
    return torch.unsqueeze(torch.tril(same), 1)
