# The Muon update of one parameter.


def orthogonalize(self, g: Tensor, dtype: int) -> Tensor:
    # Approximates U V^T of the singular value decomposition g = U S V^T by five Newton-Schulz
    # iterations with Jordan's quintic coefficients (Jordan et al. 2024, "Muon: An optimizer for
    # hidden layers in neural networks"). Singular values end between 0.7 and 1.2. (R, C) -> (R, C)
    x = torch.t(g) if g.size(0) > g.size(1) else g
    x = torch.to(x / (torch.linalg_vector_norm(x, 2) + 1e-7), dtype)
    for i in range(5):
        a = torch.matmul(x, torch.t(x))                                # (min, min)
        b = torch.addmm(a, a, a, beta=-4.775, alpha=2.0315)            # -4.775 A + 2.0315 A^2
        x = torch.addmm(x, b, x, beta=3.4445, alpha=1)                 # 3.4445 X + B X
    x = torch.to(x, g.dtype)
    return torch.t(x) if g.size(0) > g.size(1) else x


def muon_(
    self,
    param: Tensor,                # (R, C)
    grad: Tensor,
    momentum: Tensor,             # float32 or bfloat16
    stacked: List[int],           # row counts of the stacked matrices
    key: int,
    noise: List[Tensor],          # empty for a float32 momentum
    chunk: int,
    step_check: Tensor,
    on_host: bool,
    lr: float,
    beta: float,
    weight_decay: float,
    dtype: int,                   # dtype of the products in the iterations
) -> None:
    # Orthogonalized Nesterov momentum, scaled by 0.2 sqrt(max(R, C)) to match the root mean square
    # of AdamW updates (Liu et al. 2025, "Muon is scalable for LLM training", arXiv 2502.16982).
    skip = torch.select(step_check, 0, 2)
    if on_host and float(skip) > 0:
        return None
    keep = 1 - skip
    g = torch.div(grad, torch.select(step_check, 0, 3))
    if not on_host:               # NaN * 0 is NaN
        g = torch.where(torch.gt(skip, 0), torch.zeros_like(skip), g)
    m = torch.to(momentum, 6)     # no copy if float32
    torch.lerp_(m, g, keep * (1 - beta))
    torch.lerp_(g, m, beta)
    if momentum.dtype == 15:
        flat = torch.view(momentum, [-1])
        values = torch.view(m, [-1])
        bits = self.alias(values, 3)
        start = 0
        while start < flat.numel():
            count = min(chunk, flat.numel() - start)
            offset = self.noise_offset(key, start, noise[0].numel() - chunk)
            self.store_rounded_(
                torch.narrow(flat, 0, start, count), torch.narrow(values, 0, start, count),
                torch.narrow(bits, 0, start, count), torch.narrow(noise[0], 0, offset, count))
            start = start + count
    torch.mul_(param, 1 - keep * (lr * weight_decay))
    first = 0
    for rows in stacked:
        update = self.orthogonalize(torch.narrow(g, 0, first, rows), dtype)
        size = 0.2 * lr * pow(float(max(rows, param.size(1))), 0.5)
        torch.sub_(torch.narrow(param, 0, first, rows), torch.mul_(update, keep * size))
        first = first + rows
