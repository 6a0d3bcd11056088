# Whole-model updates: one call for all parameters.
#
# What a step is worth is decided on the device, so that nothing waits for the host: a verdict is the
# float32 array [loss, norm, skip, divisor] of `verdict` below. Every update takes it, changes nothing
# when `skip` is 1, and divides the gradients by `divisor`.
#
# `on_host` is 1 where reading a scalar costs nothing, on the CPU: there a skipped update returns at
# once, and gradients are divided only when they must be, in a pass of their own, which is faster than
# the division inside libtorch's fused CPU kernel.


def global_norm(self, tensors: List[Tensor]) -> Tensor:
    # The Euclidean norm of everything together, (). Rows of 4096 first: libtorch adds up a whole
    # array in float32, which is 0.2 % short for 3e7 elements, and in one thread.
    parts = annotate(List[Tensor], [])
    for x in tensors:
        flat = torch.reshape(x, [-1])
        rows = flat.numel() // 4096
        rest = flat.numel() - rows * 4096
        if rows > 0:
            whole = torch.view(torch.narrow(flat, 0, 0, rows * 4096), [rows, 4096])
            parts.append(torch.linalg_vector_norm(whole, 2, [1]))
        if rest > 0:
            tail = torch.view(torch.narrow(flat, 0, rows * 4096, rest), [1, rest])
            parts.append(torch.linalg_vector_norm(tail, 2, [1]))
    return torch.to(torch.linalg_vector_norm(torch.to(torch.cat(parts), 7), 2), 6)


def verdict(
    self, losses: List[Tensor], gradients: List[Tensor], largest: float, clip: float
) -> Tensor:
    # [loss, norm, skip, divisor]: the sum of the losses; the norm of the gradients; 1 if either is
    # not finite or the norm is above `largest`, else 0; max(1, norm / clip), or 1 if clip is 0.
    loss = torch.sum(torch.stack(losses))
    norm = self.global_norm(gradients)
    finite = torch.logical_and(torch.isfinite(loss), torch.isfinite(norm))
    good = torch.logical_and(finite, torch.le(norm, largest))
    divisor = torch.clamp_min(norm / clip, 1) if clip > 0 else torch.ones_like(norm)
    return torch.stack([loss, norm, torch.to(torch.logical_not(good), 6), divisor])


def scale_(self, tensors: List[Tensor], factor: float) -> None:
    torch._foreach_mul_(tensors, factor)


def adamw_(
    self,
    params: List[Tensor],
    grads: List[Tensor],          # may be divided in place
    means: List[Tensor],
    squares: List[Tensor],
    steps: List[Tensor],          # one scalar per parameter, counted here
    verdict: Tensor,
    on_host: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    # Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2, decay multiplied by lr.
    skip = torch.select(verdict, 0, 2)
    divisor = torch.select(verdict, 0, 3)
    if on_host > 0:
        if float(skip) == 0:
            torch._foreach_add_(steps, 1)
            if float(divisor) != 1:
                torch._foreach_div_(grads, divisor)
            torch._fused_adamw_(
                params, grads, means, squares, [], steps,
                lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
                amsgrad=False, maximize=False, grad_scale=None, found_inf=None,
            )
    else:
        torch._foreach_add_(steps, 1 - skip)
        torch._fused_adamw_(
            params, grads, means, squares, [], steps,
            lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
            amsgrad=False, maximize=False, grad_scale=divisor, found_inf=skip,
        )
