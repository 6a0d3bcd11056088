# Helpers that several kernels share.
#
# Kernels are TorchScript: they are compiled when the library starts and called from Java with
# the weights as arguments. Dtypes are ScalarType numbers: 6 = float32, 7 = float64, 15 = bfloat16.
#
# Dimensions: B batch, T time, N = B*T rows, D model, H query heads, K key/value heads, C head
# dimension, F width of the feed-forward layer, V vocabulary.


def wide(self, x: Tensor) -> Tensor:
    # The dtype of statistics: float32 for bfloat16, else that of x.
    return torch.to(x, 6) if x.dtype == 15 else x


def normalize(self, x: Tensor, eps: float, dtype: int) -> Tensor:
    # x / sqrt(mean(x^2) + eps) over D, without a gain.          (..., D) -> (..., D)
    xs = self.wide(x)
    norm = torch.linalg_vector_norm(xs, 2, [-1], True)                       # (..., 1)
    return torch.to(xs * torch.rsqrt(norm * norm / xs.size(-1) + eps), dtype)


def fold(self, weight: Tensor, gain: Tensor, dtype: int) -> Tensor:
    # The matrix behind a norm with the norm's gain in its columns, so that the activations are
    # scaled once; an empty gain is in there already.             (R, D), (D) -> (R, D)
    return torch.to(weight if gain.numel() == 0 else weight * gain, dtype)


def rms_norm(self, x: Tensor, gain: Tensor, eps: float, dtype: int) -> Tensor:
    # Zhang and Sennrich 2019, arXiv 1910.07467, equation 4.     (B, T, D) -> (B, T, D)
    return self.normalize(x, eps, dtype) * torch.to(gain, dtype)


def leaf(self, x: Tensor) -> Tensor:
    # The same values as the start of a new graph.
    return torch.requires_grad_(torch.detach(x), True)


def backward(self, y: Tensor, inputs: List[Tensor], grad_y: Tensor) -> List[Tensor]:
    # Gradients of sum(y * grad_y) with respect to every input.
    grads = torch.grad([y], inputs, annotate(List[Optional[Tensor]], [grad_y]))
    found = annotate(List[Tensor], [])
    for g in grads:
        found.append(torch._unwrap_optional(g))
    return found


def to_dtype(self, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)


def copy_slice_(self, flat: Tensor, start: int, part: Tensor) -> Tensor:
    # flat[start : start + len(part)] = part, in place, both of one dimension.
    return torch.copy_(torch.narrow(flat, 0, start, part.size(0)), part)


def flat(self, x: Tensor) -> Tensor:
    # The elements of a contiguous array in one dimension, without a copy.
    return torch.view(x, [-1])


def view_like(self, flat: Tensor, start: int, like: Tensor) -> Tensor:
    # The part of a flat buffer from `start`, in the shape of `like`, without a copy.
    return torch.view(torch.narrow(flat, 0, start, like.numel()), like.size())


def gather_(self, total: Tensor, part: Tensor, add: int) -> None:
    # total += part, or total = part.
    if add > 0:
        torch.add_(total, part)
    else:
        torch.copy_(total, part)


def slice(self, x: Tensor, start: int, count: int) -> Tensor:
    # x[start : start + count], without a copy.
    return torch.narrow(x, 0, start, count)


def matmul_repeat(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    # `times` products a b^T, for the measurement of the machine's peak.
    y = torch.linear(a, b)
    for i in range(times - 1):
        y = torch.linear(a, b)
    return y


def first(self, x: Tensor) -> Tensor:
    # The first element as a float32 scalar.
    return torch.to(torch.select(torch.flatten(x), 0, 0), 6)


def last(self, x: Tensor) -> Tensor:
    # (B, T, D) -> (B, D)
    return torch.select(x, 1, -1)
