# Optimizer updates: one call for all parameters.
# Step health is computed on the device, without synchronizing with the host. A step check is the
# float32 array [loss, norm, skip, divisor] computed by `step_check`. Every update takes it, changes
# nothing if `skip` is 1, and divides the gradients by `divisor`.
# `on_host` is true on the CPU, where reading a scalar is free. There, a skipped update returns
# immediately, and gradients are divided only if necessary, in a separate pass, which is faster than
# the division inside libtorch's fused CPU kernel.


def global_norm(self, tensors: List[Tensor]) -> Tensor:
    # The Euclidean norm of all elements, (). Computed over rows of 4096 first: libtorch reduces a
    # whole array in float32, with an error of 0.2 % for 3e7 elements, and in a single thread.
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


def largest(self, tensors: List[Tensor]) -> Tensor:
    # The largest absolute value of all elements, (); NaN if there is a NaN.
    parts = annotate(List[Tensor], [])
    for x in tensors:
        parts.append(torch.linalg_vector_norm(torch.reshape(x, [-1]), float("inf")))
    return torch.amax(torch.stack(parts))


def step_check(
    self, losses: List[Tensor], gradients: List[Tensor], largest: float, clip: float
) -> Tensor:
    # [loss, norm, skip, divisor]: the sum of the losses; the norm of the gradients; 1 if either is
    # non-finite or the norm is above `largest`, else 0; max(1, norm / clip), or 1 if clip is 0.
    loss = torch.sum(torch.stack(losses))
    norm = self.global_norm(gradients)
    finite = torch.logical_and(torch.isfinite(loss), torch.isfinite(norm))
    good = torch.logical_and(finite, torch.le(norm, largest))
    divisor = torch.clamp_min(norm / clip, 1) if clip > 0 else torch.ones_like(norm)
    return torch.stack([loss, norm, torch.to(torch.logical_not(good), 6), divisor])


def adamw_(
    self,
    params: List[Tensor],
    grads: List[Tensor],          # may be divided in place
    means: List[Tensor],
    squares: List[Tensor],
    steps: List[Tensor],          # one scalar per parameter, incremented
    step_check: Tensor,
    on_host: bool,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    # Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2, decay multiplied by lr.
    skip = torch.select(step_check, 0, 2)
    divisor = torch.select(step_check, 0, 3)
    if on_host:
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


def adamw_bf16_(
    self,
    params: List[Tensor],
    grads: List[Tensor],          # may be divided in place
    means: List[Tensor],          # bfloat16
    squares: List[Tensor],        # bfloat16
    steps: List[Tensor],
    keys: List[int],              # one noise key per parameter
    noise: List[Tensor],          # two int32 tables, longer than a chunk
    chunk: int,                   # elements processed at a time
    step_check: Tensor,
    on_host: bool,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    # AdamW with its state stored in bfloat16 with stochastic rounding. Computed in float32, in
    # chunks that fit into the caches.
    skip = torch.select(step_check, 0, 2)
    divisor = torch.select(step_check, 0, 3)
    if on_host and float(skip) > 0:
        return None
    torch._foreach_add_(steps, 1 - skip)
    scale = annotate(Optional[Tensor], None)
    found = annotate(Optional[Tensor], None)
    if not on_host:
        scale = divisor
        found = skip
    elif float(divisor) != 1:
        torch._foreach_div_(grads, divisor)
    whole_m = self.scratch(step_check, chunk)
    whole_v = self.scratch(step_check, chunk)
    bits_m = self.alias(whole_m, 3)
    bits_v = self.alias(whole_v, 3)
    room = noise[0].numel() - chunk
    for i in range(len(params)):
        param = torch.view(params[i], [-1])
        grad = torch.view(grads[i], [-1])
        mean = torch.view(means[i], [-1])
        square = torch.view(squares[i], [-1])
        start = 0
        while start < param.numel():
            count = min(chunk, param.numel() - start)
            offset = self.noise_offset(keys[i], start, room)
            m = torch.copy_(torch.narrow(whole_m, 0, 0, count), torch.narrow(mean, 0, start, count))
            v = torch.copy_(torch.narrow(whole_v, 0, 0, count), torch.narrow(square, 0, start, count))
            torch._fused_adamw_(
                self.singleton(torch.narrow(param, 0, start, count)),
                self.singleton(torch.narrow(grad, 0, start, count)),
                self.singleton(m), self.singleton(v), [], self.singleton(steps[i]),
                lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
                amsgrad=False, maximize=False, grad_scale=scale, found_inf=found,
            )
            self.store_rounded_(
                torch.narrow(mean, 0, start, count), m,
                torch.narrow(bits_m, 0, 0, count), torch.narrow(noise[0], 0, offset, count))
            self.store_rounded_(
                torch.narrow(square, 0, start, count), v,
                torch.narrow(bits_v, 0, 0, count), torch.narrow(noise[1], 0, offset, count))
            start = start + count


def average_(
    self,
    averages: List[Tensor],
    weights: List[Tensor],
    count: Tensor,                # float32 scalar, updates so far
    step_check: Tensor,
    on_host: bool,
    decay: float,
) -> None:
    # Exponential moving average with bias correction: after n updates, weights i have weight
    # (1 - decay) decay^(n - i) / (1 - decay^n), so the first average equals the first weights.
    skip = torch.select(step_check, 0, 2)
    if on_host and float(skip) > 0:
        return None
    keep = 1 - skip
    torch.add_(count, keep)
    total = torch.clamp_min(1 - torch.pow(decay, torch.to(count, 7)), 1e-12)
    share = torch.to(keep * (1 - decay) / total, 6)
    for i in range(len(averages)):
        torch.lerp_(averages[i], weights[i], share)


def swap_(self, left: List[Tensor], right: List[Tensor], chunk: int) -> None:
    # Swaps the contents, copying at most one chunk at a time.
    for i in range(len(left)):
        a = torch.view(left[i], [-1])
        b = torch.view(right[i], [-1])
        start = 0
        while start < a.numel():
            count = min(chunk, a.numel() - start)
            x = torch.narrow(a, 0, start, count)
            y = torch.narrow(b, 0, start, count)
            kept = torch.clone(x)
            torch.copy_(x, y)
            torch.copy_(y, kept)
            start = start + count
