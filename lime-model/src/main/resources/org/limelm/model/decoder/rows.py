# The operations between the matrix products, on rows: (N, ...) with N = B*T. rows.cu computes the
# same in one pass each.


def norm_rows(self, x: Tensor, gain: Tensor, eps: float, dtype: int) -> Tensor:
    # (B, T, D) -> (N, D)
    return torch.flatten(self.rms_norm(x, gain, eps, dtype), 0, 1)


def gate_rows(self, h: Tensor, activation: str) -> Tensor:
    # act(g) * u of h = [g, u].                                  (N, 2F) -> (N, F)
    g, u = torch.chunk(h, 2, 1)
    return self.activate(g, activation) * u


def gate_rows_backward(self, h: Tensor, grad_a: Tensor, activation: str) -> Tensor:
    # (N, 2F), (N, F) -> (N, 2F)
    g, u = torch.chunk(h, 2, 1)
    grad_h = torch.empty_like(h)
    to_g, to_u = torch.chunk(grad_h, 2, 1)
    torch.mul(grad_a, self.activate(g, activation), out=to_u)
    self.activate_backward(grad_a * u, g, activation, to_g)
    return grad_h


def turn_rows(self, x: Tensor, rope: Tensor, heads: int) -> Tensor:
    # Rotates every pair by its position's angle.                (N, heads*C) -> (N, heads, C)
    n, t = x.size(0), rope.size(0)
    pairs = torch.view_as_complex(torch.reshape(self.to_float32(x), [n // t, t, heads, -1, 2]))
    turned = torch.view_as_real(pairs * torch.unsqueeze(torch.view_as_complex(torch.contiguous(rope)), 1))
    return torch.reshape(torch.to(turned, x.dtype), [n, heads, -1])


def rotate_rows(
    self,
    qkv: Tensor,                  # (N, (H + 2K) * C)
    head_norms: List[Tensor],     # none, or the gains of queries and keys, (C) each
    rope: Tensor,                 # (T, C/2, 2)
    heads: int,
    kv_heads: int,
    eps: float,
) -> List[Tensor]:                # queries (N, H, C), keys (N, K, C)
    q, k, v = self.split_heads(qkv, qkv.size(1) // (heads + 2 * kv_heads), heads, kv_heads)
    if len(head_norms) > 0:
        q = self.norm_heads(q, head_norms[0], eps)
        k = self.norm_heads(k, head_norms[1], eps)
    return [self.turn_rows(q, rope, heads), self.turn_rows(k, rope, kv_heads)]


def rotate_rows_backward(
    self,
    qkv: Tensor,                  # (N, (H + 2K) * C)
    head_norms: List[Tensor],     # none, or the gains of queries and keys, (C) each
    rope: Tensor,                 # (T, C/2, 2)
    grads: List[Tensor],          # of queries (N, H, C), keys and values (N, K, C)
    grad_norms: List[Tensor],     # gradients of the gains
    add: bool,
    eps: float,
) -> Tensor:                      # (N, (H + 2K) * C)
    gq, gk, gv = grads
    heads, kv_heads = gq.size(1), gk.size(1)
    back = torch.stack([torch.select(rope, 2, 0), -torch.select(rope, 2, 1)], 2)
    gq = torch.flatten(self.turn_rows(torch.flatten(gq, 1), back, heads), 1)
    gk = torch.flatten(self.turn_rows(torch.flatten(gk, 1), back, kv_heads), 1)
    if len(head_norms) > 0:
        q, k, v = self.split_heads(qkv, gv.size(2), heads, kv_heads)
        gq = self.norm_heads_backward(q, head_norms[0], eps, gq, grad_norms[0], add)
        gk = self.norm_heads_backward(k, head_norms[1], eps, gk, grad_norms[1], add)
    return torch.cat([gq, gk, torch.flatten(gv, 1)], 1)


def cross_entropy_rows_(
    self,
    logits: Tensor,               # (n, V); receives the gradient
    targets: Tensor,              # (n) int64
    normalizer: Tensor,           # scalar divisor of the summed loss
    soft_cap: float,              # 0 = off
    z_loss: float,                # weight of lse^2; 0 = off
) -> Tensor:                      # (n): negative log-likelihood, 0 for ignored targets
    counted = torch.unsqueeze(torch.ge(targets, 0), 1)                       # (n, 1)
    index = torch.unsqueeze(torch.clamp(targets, 0), 1)
    z = self.to_float32(logits)                                              # (n, V)
    z = self.cap_(torch.clone(z) if z.dtype == logits.dtype else z, soft_cap)
    lse = torch.logsumexp(z, [1], True)
    nll = torch.squeeze((lse - torch.gather(z, 1, index)) * counted, 1)
    grad = torch.softmax(z, -1) * (1.0 + 2.0 * z_loss * lse)
    grad = torch.scatter_add_(grad, 1, index, torch.full_like(lse, -1.0))
    if soft_cap > 0.0:
        grad = grad * (1.0 - torch.pow(z / soft_cap, 2))
    torch.copy_(logits, grad * (counted / normalizer))
    return nll
