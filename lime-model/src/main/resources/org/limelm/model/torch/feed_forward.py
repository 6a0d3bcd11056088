# The gated feed-forward block, residual included: x + (act(g) * u) down^T, [g, u] = norm(x) gate_up^T.
# Shazeer 2020, arXiv 2002.05202, equation 6.


def gated(self, h: Tensor, activation: str) -> Tensor:
    # (..., 2F) -> (..., F)
    g, u = torch.split(h, h.size(-1) // 2, -1)
    if activation == "geglu":
        return torch.gelu(g, approximate="tanh") * u
    return torch.silu(g) * u                                                 # "swiglu"


def feed_forward(
    self,
    x: Tensor,                    # (B, T, D)
    gain: Tensor,                 # (D): RMSNorm's, folded into gate_up
    gate_up: Tensor,              # (2F, D): rows 0..F are the gate
    down: Tensor,                 # (D, F)
    activation: str,
    eps: float,
    dtype: int,
) -> Tensor:                      # (B, T, D)
    h = torch.linear(self.normalize(x, eps, dtype), self.fold(gate_up, gain, dtype))
    return x + torch.linear(self.gated(h, activation), torch.to(down, dtype))
