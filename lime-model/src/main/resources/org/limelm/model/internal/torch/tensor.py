# Helpers shared by several kernels.
# Kernels are TorchScript: they are compiled on first use and called from Java with the weights as
# arguments. Dtypes are ScalarType numbers: 6 = float32, 7 = float64, 15 = bfloat16.
#
# Dimensions: B batch, T time, N = B*T rows, D model, H query heads, K key/value heads, C head
# dimension, F width of the feed-forward layer, V vocabulary.


def to_float32(self, x: Tensor) -> Tensor:
    # Casts to the dtype of statistics: float32 for bfloat16, else that of x (float64 in tests).
    return torch.to(x, 6) if x.dtype == 15 else x


def inverse_rms(self, x: Tensor, eps: float) -> Tensor:
    # 1 / sqrt(mean(x^2) + eps) over D.                          (..., D) -> (..., 1)
    norm = torch.linalg_vector_norm(x, 2, [-1], True)
    return torch.rsqrt(norm * norm / x.size(-1) + eps)


def rms_norm(self, x: Tensor, gain: Tensor, eps: float, dtype: int) -> Tensor:
    # Zhang and Sennrich 2019, arXiv 1910.07467, equation 4.     (B, T, D) -> (B, T, D)
    return torch.to(torch.mul_(x * self.inverse_rms(x, eps), gain), dtype)


def rms_norm_backward(
    self,
    x: Tensor,                    # (B, T, D): input of rms_norm
    gain: Tensor,                 # (D)
    eps: float,
    grad_y: Tensor,               # (B, T, D): of the norm's output; consumed
    grad_x: List[Tensor],         # empty, or one (B, T, D): gradient of the residual stream, added
    grad_gain: Tensor,            # (D): receives the gradient of the gain
    add: bool,
) -> Tensor:                      # (B, T, D)
    # With r = 1 / rms(x) and u = grad_y * gain: grad_x = r u - x r^3 sum(u x) / D.
    d = x.size(-1)
    rows = torch.reshape(x, [-1, d])                                         # (N, D)
    g = self.to_float32(torch.reshape(grad_y, [-1, d]))
    r = self.inverse_rms(rows, eps)                                          # (N, 1)
    t = g * rows
    self.accumulate_(grad_gain, torch.mv(torch.t(t), torch.squeeze(r, 1)), add)
    shrink = torch.unsqueeze(torch.mv(t, gain), 1) * torch.pow(r, 3) / d     # (N, 1)
    u = torch.mul_(g, gain)
    if len(grad_x) > 0:
        gx = torch.addcmul(torch.reshape(grad_x[0], [-1, d]), u, r)
    else:
        gx = torch.mul_(u, r)
    return torch.reshape(torch.addcmul_(gx, rows, shrink, value=-1), x.size())


def to_dtype(self, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)


def copy_slice_(self, flat: Tensor, start: int, part: Tensor) -> Tensor:
    # flat[start : start + len(part)] = part, in place, both one-dimensional.
    return torch.copy_(torch.narrow(flat, 0, start, part.size(0)), part)


def flat(self, x: Tensor) -> Tensor:
    # A one-dimensional view of a contiguous array.
    return torch.view(x, [-1])


def view_like(self, flat: Tensor, start: int, like: Tensor) -> Tensor:
    # A view of a flat buffer from `start`, in the shape of `like`.
    return torch.view(torch.narrow(flat, 0, start, like.numel()), like.size())


def accumulate_(self, total: Tensor, part: Tensor, add: bool) -> None:
    # total += part, or total = part if not add.
    if not add:
        torch.copy_(total, part)
    elif part.dtype == total.dtype or total.is_cuda:
        torch.add_(total, part)
    else:                         # cast in chunks that fit into the caches
        step = max(1, 262144 // (part.numel() // part.size(0)))
        for start in range(0, part.size(0), step):
            n = min(step, part.size(0) - start)
            piece = torch.to(torch.narrow(part, 0, start, n), total.dtype)
            torch.add_(torch.narrow(total, 0, start, n), piece)


def accumulate_product_(self, total: Tensor, a: Tensor, b: Tensor, add: bool) -> None:
    # total += a^T b, or total = a^T b if not add.                          (N, R), (N, D) -> (R, D)
    if a.dtype == total.dtype:
        torch.addmm_(total, torch.t(a), b, beta=1 if add else 0, alpha=1)
    else:
        self.accumulate_(total, torch.matmul(torch.t(a), b), add)


def cast_(self, copies: List[Tensor], masters: List[Tensor]) -> None:
    torch._foreach_copy_(copies, masters)


def to_bytes(self, x: Tensor) -> Tensor:
    # A copy of a bfloat16 array reinterpreted as int8, which Java supports, (N) -> (2N).
    own = torch.clone(x)
    return torch.set_(
        torch.empty([0], dtype=1, layout=None, device=x.device), own, 0, [2 * x.numel()], [1])


def from_bytes(self, x: Tensor) -> Tensor:
    # The inverse of to_bytes, (2N) -> (N).
    return torch.set_(
        torch.empty([0], dtype=15, layout=None, device=x.device), x, 0, [x.numel() // 2], [1])


def to_device(self, x: Tensor, like: Tensor) -> Tensor:
    # A copy of host memory on the GPU of another array. The host waits for the copy into pinned
    # memory only.
    return torch.to(torch.pin_memory(x), device=like.device, dtype=x.dtype, non_blocking=True)


def scalar(self, like: Tensor, value: float) -> Tensor:
    # A float32 scalar, made on the device.
    return torch.full([], value, dtype=6, device=like.device)


def select(self, x: Tensor, index: int) -> Tensor:
    # The view x[index].
    return torch.select(x, 0, index)


def empty(self, like: Tensor, size: List[int], dtype: int) -> Tensor:
    # Uninitialized memory on the device of another array.
    return torch.empty(size, dtype=dtype, device=like.device)


def empty_like(self, x: Tensor) -> Tensor:
    return torch.empty_like(x)


def copy_float32(self, x: Tensor) -> Tensor:
    return torch.to(x, 6, False, True)


def zeros_like(self, x: Tensor) -> Tensor:
    return torch.zeros_like(x)


def zero_(self, x: Tensor) -> None:
    torch.zero_(x)


def ranges(self, arrays: List[Tensor], targets: List[Tensor], ignored: int) -> Tensor:
    # The least and the largest value of each array, int64 (arrays + targets, 2); in targets, the
    # ignored value counts as 0.
    found = annotate(List[Tensor], [])
    for x in arrays:
        found.append(torch.stack([torch.amin(x), torch.amax(x)]))
    for x in targets:
        kept = x * torch.ne(x, ignored)
        found.append(torch.stack([torch.amin(kept), torch.amax(kept)]))
    return torch.stack(found)


def view_as(self, x: Tensor, other: Tensor) -> Tensor:
    # A view of a contiguous array in the shape of another.
    return torch.view(x, other.size())


def slice(self, x: Tensor, start: int, count: int) -> Tensor:
    # A view of x[start : start + count].
    return torch.narrow(x, 0, start, count)
