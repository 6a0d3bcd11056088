# The output layer fused with cross-entropy: rows are processed in chunks whose logits and gradients
# are consumed immediately, so that (N, V) logits never exist. Ignored targets are -100.


def head(
    self,
    x: Tensor,                    # (B, T, D), normalized
    weight: Tensor,               # (V, D), in the dtype of x
    targets: Tensor,              # (B, T) int64
    normalizer: Tensor,           # scalar divisor of the summed loss
    grad_weight: Tensor,          # (V, D): receives the gradient of the weight
    add: bool,                    # whether to add to grad_weight; otherwise overwrite
    soft_cap: float,              # 0 = off
    z_loss: float,                # weight of the mean of lse^2; 0 = off
    chunk: int,
) -> List[Tensor]:                # loss (), gradient of x (B, T, D)
    rows = torch.flatten(x, 0, 1)
    ids = torch.reshape(targets, [-1, 1])
    scale = torch.reciprocal(normalizer)
    loss = torch.zeros_like(normalizer)
    grad_x = torch.empty_like(rows)
    for start in range(0, rows.size(0), chunk):
        n = min(chunk, rows.size(0) - start)
        xs = torch.narrow(rows, 0, start, n)                                 # (n, D)
        ts = torch.narrow(ids, 0, start, n)                                  # (n, 1)
        counted = torch.ge(ts, 0)
        index = torch.clamp(ts, 0)
        z = self.cap_(self.to_float32(torch.linear(xs, weight)), soft_cap)         # (n, V)
        p = torch.softmax(z, -1)
        # log(sum(exp(z))) = max(z) - log(max(p)): two cheap passes instead of a second exp
        lse = torch.amax(z, [1], True) - torch.log(torch.amax(p, [1], True))
        nll = lse - torch.gather(z, 1, index)                                # (n, 1)
        loss = loss + torch.sum(nll * counted)
        # d loss / d logits = (softmax - onehot(target)) / normalizer; the factor is applied per
        # row. That of lse^2 is 2 lse softmax, and that of c tanh(z / c) is 1 - (capped / c)^2.
        factor = torch.to(counted * scale, x.dtype)                          # (n, 1)
        if z_loss > 0.0:
            p = torch.mul_(p, 1.0 + 2.0 * z_loss * lse)
        p = torch.scatter_add_(p, 1, index, torch.full_like(nll, -1.0))
        if soft_cap > 0.0:
            p = torch.mul_(p, torch.addcmul(torch.ones_like(nll), z, z, value=-1.0 / (soft_cap * soft_cap)))
        p = torch.to(p, x.dtype)
        torch.mul(torch.matmul(p, weight), factor, out=torch.narrow(grad_x, 0, start, n))
        self.accumulate_product_(grad_weight, p, xs * factor, add or start > 0)
    return [loss * scale, torch.reshape(grad_x, x.size())]


def count_targets(self, targets: Tensor) -> Tensor:
    # The number of targets that are not ignored, at least 1, as a float32 scalar.
    return torch.to(torch.clamp(torch.sum(torch.ge(targets, 0)), 1), 6)


def cap_(self, z: Tensor, soft_cap: float) -> Tensor:
    # c tanh(z / c), in place.
    if soft_cap == 0.0:
        return z
    return torch.mul_(torch.tanh_(torch.mul_(z, 1.0 / soft_cap)), soft_cap)


def logits(self, x: Tensor, weight: Tensor, soft_cap: float) -> Tensor:
    # (..., D) -> (..., V)
    return self.cap_(self.to_float32(torch.linear(x, weight)), soft_cap)


def logits_backward(
    self,
    x: Tensor,                    # (B, T, D)
    weight: Tensor,               # (V, D), in the dtype of x
    grad_z: Tensor,               # (B, T, V): gradient of the logits
    grad_x: Tensor,               # (B, T, D): receives the gradient of x
    grad_weight: Tensor,          # (V, D): receives the gradient of the weight
    add: bool,                    # whether to add to grad_weight; otherwise overwrite
    soft_cap: float,
) -> None:
    rows = torch.flatten(x, 0, 1)
    g = torch.flatten(grad_z, 0, 1)                                          # (N, V)
    if soft_cap > 0.0:
        z = torch.flatten(self.logits(x, weight, soft_cap), 0, 1)
        g = g * (1.0 - torch.pow(z / soft_cap, 2))
    g = torch.to(g, x.dtype)
    torch.copy_(torch.flatten(grad_x, 0, 1), torch.matmul(g, weight))
    self.accumulate_product_(grad_weight, g, rows, add)


def score(
    self, x: Tensor, weight: Tensor, targets: Tensor, soft_cap: float, chunk: int, top: int
) -> List[Tensor]:
    # Per target, the negative log-likelihood and whether its logit is the largest (1 or 0), both
    # (B, T); both are 0 for ignored targets. If top > 0, also the largest log-probabilities of
    # every position in descending order, and their ids, both (B, T, top).
    rows = torch.flatten(x, 0, 1)
    ids = torch.flatten(targets)
    nll = annotate(List[Tensor], [])
    correct = annotate(List[Tensor], [])
    best = annotate(List[Tensor], [])
    best_ids = annotate(List[Tensor], [])
    for start in range(0, rows.size(0), chunk):
        n = min(chunk, rows.size(0) - start)
        ts = torch.narrow(ids, 0, start, n)
        z = self.logits(torch.narrow(rows, 0, start, n), weight, soft_cap)        # (n, V)
        at_target = torch.squeeze(torch.gather(z, 1, torch.unsqueeze(torch.clamp(ts, 0), 1)), 1)
        lse = torch.logsumexp(z, [1])
        nll.append((lse - at_target) * torch.ge(ts, 0))
        correct.append(torch.to(torch.eq(torch.argmax(z, 1), ts), z.dtype))
        if top > 0:
            values, ids_of_values = torch.topk(z, top, 1)                         # (n, top)
            best.append(values - torch.unsqueeze(lse, 1))
            best_ids.append(ids_of_values)
    result = [torch.reshape(torch.cat(nll), targets.size()),
              torch.reshape(torch.cat(correct), targets.size())]
    if top > 0:
        shape = [targets.size(0), targets.size(1), top]
        result.append(torch.reshape(torch.cat(best), shape))
        result.append(torch.reshape(torch.cat(best_ids), shape))
    return result
