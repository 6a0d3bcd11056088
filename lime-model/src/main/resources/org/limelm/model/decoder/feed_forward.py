# The gated feed-forward block, residual included:
# x + (act(g) * u) down^T, [g, u] = norm(x) gate_up^T. Shazeer 2020, arXiv 2002.05202, equation 6.


def activate(self, g: Tensor, activation: str) -> Tensor:
    return torch.gelu(g, approximate="tanh") if activation == "geglu" else torch.silu(g)


def activate_backward(self, grad: Tensor, g: Tensor, activation: str, to: Tensor) -> None:
    # to = grad * act'(g)
    if activation == "geglu":
        torch.gelu_backward(grad, g, approximate="tanh", grad_input=to)
    else:
        torch.silu_backward(grad, g, grad_input=to)


def feed_forward_inner(
    self,
    x: Tensor,                    # (B, T, D)
    gain: Tensor,                 # (D)
    gate_up: Tensor,              # (2F, D): rows 0..F are the gate
    activation: str,
    eps: float,
) -> List[Tensor]:                # norm(x) (B, T, D), [g, u] (B, T, 2F), act(g) (B, T, F)
    n = self.rms_norm(x, gain, eps, gate_up.dtype)
    h = torch.linear(n, gate_up)
    return [n, h, self.activate(torch.narrow(h, -1, 0, h.size(-1) // 2), activation)]


def feed_forward_output(self, x: Tensor, inner: List[Tensor], down: Tensor) -> Tensor:
    # (B, T, D)
    n, h, act = inner
    f = down.size(1)
    return x + torch.linear(act * torch.narrow(h, -1, f, f), down)


def feed_forward_backward(
    self,
    x: Tensor,                    # (B, T, D)
    inner: List[Tensor],          # result of feed_forward_inner
    gain: Tensor,                 # (D)
    gate_up: Tensor,              # (2F, D)
    down: Tensor,                 # (D, F)
    grad_y: Tensor,               # (B, T, D)
    grads: List[Tensor],          # gradients of gain, gate_up and down
    add: bool,                    # whether to add to grads; otherwise overwrite
    activation: str,
    eps: float,
) -> Tensor:                      # (B, T, D)
    n, h, act = inner
    grad_gain, grad_gate_up, grad_down = grads
    d, f = down.size(0), down.size(1)
    gy = torch.to(torch.reshape(grad_y, [-1, d]), down.dtype)                # (N, D)
    h = torch.reshape(h, [-1, 2 * f])
    g, u = torch.narrow(h, 1, 0, f), torch.narrow(h, 1, f, f)                # (N, F)
    act = torch.reshape(act, [-1, f])
    self.accumulate_product_(grad_down, gy, act * u, add)
    ga = torch.matmul(gy, down)                                              # (N, F)
    gh = torch.empty_like(h)
    torch.mul(ga, act, out=torch.narrow(gh, 1, f, f))
    self.activate_backward(torch.mul_(ga, u), g, activation, torch.narrow(gh, 1, 0, f))
    self.accumulate_product_(grad_gate_up, gh, torch.reshape(n, [-1, d]), add)
    gn = torch.reshape(torch.matmul(gh, gate_up), x.size())
    return self.rms_norm_backward(x, gain, eps, gn, [grad_y], grad_gain, add)
