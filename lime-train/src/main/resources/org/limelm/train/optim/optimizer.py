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


def largest(self, tensors: List[Tensor]) -> Tensor:
    # The largest absolute value of all elements, (); NaN if there is one.
    parts = annotate(List[Tensor], [])
    for x in tensors:
        parts.append(torch.linalg_vector_norm(torch.reshape(x, [-1]), float("inf")))
    return torch.amax(torch.stack(parts))


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


def alias(self, x: Tensor, dtype: int) -> Tensor:
    # The same memory as elements of another type of the same size. TorchScript has no
    # view(dtype); set_ makes a tensor of its own type take over a storage.
    return torch.set_(torch.empty([0], dtype=dtype, layout=None, device=x.device), x)


def scratch(self, like: Tensor, count: int) -> Tensor:
    return torch.empty([count], dtype=6, layout=None, device=like.device)


def zeros_bf16(self, like: Tensor) -> Tensor:
    return torch.zeros(like.size(), dtype=15, layout=None, device=like.device)


def rounding_noise(self, like: Tensor, count: int, seed: int) -> List[Tensor]:
    # Two int32 tables of `count` numbers 0 ... 65535, functions of the seed alone: parts of SplitMix64
    # (Steele, Lea and Flood 2014) of seed + index. An arithmetic shift and a mask make a logical
    # shift.
    index = torch.arange(1, count + 1, dtype=4, layout=None, device=like.device)
    z = torch.add(torch.mul(index, -7046029254386353131), seed)
    z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 30), 17179869183))
    z = torch.mul(z, -4658895280553007687)
    z = torch.bitwise_xor(z, torch.bitwise_and(torch.bitwise_right_shift(z, 27), 137438953471))
    z = torch.mul(z, -7723592293110705685)
    z = torch.bitwise_xor(z, torch.bitwise_right_shift(z, 31))
    noise = annotate(List[Tensor], [])
    for shift in [0, 16]:
        noise.append(torch.to(torch.bitwise_and(torch.bitwise_right_shift(z, shift), 65535), 3))
    return noise


def noise_offset(self, key: int, start: int, room: int) -> int:
    # Where in a table the noise of a part of a parameter begins, 0 ... room.
    mixed = (key * 2654435761 + start // 4096 * 40503) % 2147483647
    return mixed * 69621 % 2147483647 % (room + 1)


def store_rounded_(self, target: Tensor, values: Tensor, bits: Tensor, noise: Tensor) -> None:
    # target = values rounded away from zero or towards it to bfloat16, the nearer the likelier, so
    # that the mean over the noise is the value: up to a gap is added, and what bfloat16 does not hold
    # is cut off. `bits` is the memory of `values` as int32; both are used up. A value that bfloat16
    # holds, as 0, stays itself.
    torch.add_(bits, noise)
    torch.bitwise_and_(bits, -65536)
    torch.copy_(target, values)


def only(self, x: Tensor) -> List[Tensor]:
    # A list of one. Written [x], TorchScript takes an operator that changes the list's elements for
    # one without effect, and leaves it out.
    one = annotate(List[Tensor], [])
    one.append(x)
    return one


def adamw_bf16_(
    self,
    params: List[Tensor],
    grads: List[Tensor],          # may be divided in place
    means: List[Tensor],          # bfloat16
    squares: List[Tensor],        # bfloat16
    steps: List[Tensor],
    keys: List[int],              # one number per parameter, for its noise
    noise: List[Tensor],          # two int32 tables, longer than a chunk
    chunk: int,                   # elements that are computed with at a time
    verdict: Tensor,
    on_host: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> None:
    # AdamW whose state is kept in bfloat16 with stochastic rounding and computed with in float32,
    # in chunks that stay in the caches.
    skip = torch.select(verdict, 0, 2)
    divisor = torch.select(verdict, 0, 3)
    if on_host > 0 and float(skip) > 0:
        return None
    torch._foreach_add_(steps, 1 - skip)
    scale = annotate(Optional[Tensor], None)
    found = annotate(Optional[Tensor], None)
    if on_host == 0:
        scale = divisor
        found = skip
    elif float(divisor) != 1:
        torch._foreach_div_(grads, divisor)
    whole_m = self.scratch(verdict, chunk)
    whole_v = self.scratch(verdict, chunk)
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
                self.only(torch.narrow(param, 0, start, count)),
                self.only(torch.narrow(grad, 0, start, count)),
                self.only(m), self.only(v), [], self.only(steps[i]),
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


def orthogonalize(self, g: Tensor, dtype: int) -> Tensor:
    # About U V^T of the singular value decomposition g = U S V^T: five Newton-Schulz iterations
    # with the quintic whose coefficients are Jordan's (Jordan et al. 2024, "Muon: An optimizer for
    # hidden layers in neural networks"); singular values end between 0.7 and 1.2. (R, C) -> (R, C)
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
    stacked: List[int],           # rows of each matrix in it
    key: int,
    noise: List[Tensor],          # empty for a float32 momentum
    chunk: int,
    verdict: Tensor,
    on_host: int,
    lr: float,
    beta: float,
    weight_decay: float,
    dtype: int,                   # of the iterations' products
) -> None:
    # Nesterov momentum, orthogonalized, with the root mean square that AdamW's updates have about
    # (Liu et al. 2025, "Muon is scalable for LLM training", arXiv 2502.16982: 0.2 sqrt(max(R, C))).
    skip = torch.select(verdict, 0, 2)
    if on_host > 0 and float(skip) > 0:
        return None
    keep = 1 - skip
    g = torch.div(grad, torch.select(verdict, 0, 3))
    if on_host == 0: # a NaN times 0 is not 0
        g = torch.where(torch.gt(skip, 0), torch.zeros_like(skip), g)
    m = torch.to(momentum, 6)     # itself if float32
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


def average_(
    self,
    averages: List[Tensor],
    weights: List[Tensor],
    count: Tensor,                # float32 scalar, updates so far
    verdict: Tensor,
    on_host: int,
    decay: float,
) -> None:
    # The exponential moving average without the bias of its start: after n updates weight i counts
    # (1 - decay) decay^(n - i) / (1 - decay^n), so the first average is the first weight.
    skip = torch.select(verdict, 0, 2)
    if on_host > 0 and float(skip) > 0:
        return None
    keep = 1 - skip
    torch.add_(count, keep)
    total = torch.clamp_min(1 - torch.pow(decay, torch.to(count, 7)), 1e-12)
    share = torch.to(keep * (1 - decay) / total, 6)
    for i in range(len(averages)):
        torch.lerp_(averages[i], weights[i], share)


def swap_(self, left: List[Tensor], right: List[Tensor], chunk: int) -> None:
    # Exchanges the contents, with a copy of no more than a chunk.
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
