# Rotary positions.


def rope_table(self, like: Tensor, length: int, head_dim: int, theta: float) -> Tensor:
    # cos and sin of position t times theta^(-2i/C), i < C/2     (length, C/2, 2)
    # Su et al. 2021, arXiv 2104.09864, equation 15; pairs are adjacent: (2i, 2i+1).
    i = torch.arange(0, head_dim, 2, dtype=7, device=like.device)
    angle = torch.outer(
        torch.arange(0, length, 1, dtype=7, device=like.device), torch.pow(theta, -i / head_dim)
    )
    return torch.to(torch.stack([torch.cos(angle), torch.sin(angle)], -1), like.dtype)
