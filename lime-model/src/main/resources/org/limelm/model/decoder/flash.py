# The parts of a pass on a GPU that multiply matrices. Batch and time are one dimension, N = B*T;
# attention treats it as sequences of different lengths, one after another: the rows of the batch,
# or the documents in them. Dao 2023, arXiv 2307.08691.


def project(self, x: Tensor, weight: Tensor) -> Tensor:
    # (N, D), (R, D) -> (N, R)
    return torch.linear(x, weight)


def add_projection(self, stream: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    # (B, T, D) + (N, R) (D, R)^T
    return stream + torch.view(torch.linear(torch.flatten(x, 1), weight), stream.size())


def project_backward(
    self,
    grad_y: Tensor,               # (N, R)
    x: Tensor,                    # (N, D), or (N, heads, C)
    weight: Tensor,               # (R, D)
    grad_weight: Tensor,          # (R, D)
    add: bool,                    # whether to add to grad_weight; otherwise overwrite
) -> Tensor:                      # (N, D)
    self.accumulate_product_(grad_weight, grad_y, torch.flatten(x, 1), add)
    return torch.matmul(grad_y, weight)


def to_rows(self, x: Tensor, like: Tensor) -> Tensor:
    # (B, T, D) -> (N, D) in another dtype
    return torch.to(torch.flatten(x, 0, 1), like.dtype)


def values(self, qkv: Tensor, keys: Tensor) -> Tensor:
    # The view (N, K, C) of the values in (N, (H + 2K) * C).
    width = keys.size(1) * keys.size(2)
    return torch.view(torch.narrow(qkv, 1, qkv.size(1) - width, width), keys.size())


def sequences(self, like: Tensor, length: int) -> Tensor:
    # Starts of sequences of one length, and the end.             int32 (N / length + 1)
    return torch.arange(0, like.numel() + 1, length, dtype=3, device=like.device)


def flash_attention(
    self,
    q: Tensor,                    # (N, H, C)
    k: Tensor,                    # (N, K, C)
    qkv: Tensor,                  # (N, (H + 2K) * C), of which the values are used
    starts: Tensor,               # int32 (sequences + 1)
    longest: int,                 # upper bound of the sequences' lengths
) -> List[Tensor]:                # (N, H, C), and the log of the softmax's denominators
    v = self.values(qkv, k)
    if not q.is_cuda:
        return self.attend_sequences(q, k, v, starts)
    o, lse, state, unused, debug = torch._flash_attention_forward(
        q, k, v, starts, starts, longest, longest, 0.0, True, False)
    return [o, lse]


def flash_attention_backward(
    self,
    q: Tensor,                    # (N, H, C)
    k: Tensor,                    # (N, K, C)
    qkv: Tensor,                  # (N, (H + 2K) * C)
    o: Tensor,                    # (N, H, C)
    lse: Tensor,                  # second result of flash_attention
    grad_o: Tensor,               # (N, H * C)
    starts: Tensor,               # int32 (sequences + 1)
    longest: int,
) -> List[Tensor]:                # gradients of queries (N, H, C), keys and values (N, K, C)
    v = self.values(qkv, k)
    go = torch.view(grad_o, q.size())
    if not q.is_cuda:
        return self.attend_sequences_backward(q, k, v, go, starts)
    random = torch.empty([2], dtype=4, device=q.device)  # state of a dropout that is off
    gq, gk, gv = torch._flash_attention_backward(
        go, q, k, v, o, lse, starts, starts, longest, longest, 0.0, True, random, random)
    return [torch.contiguous(gq), torch.contiguous(gk), torch.contiguous(gv)]


def sequence_probabilities(self, q: Tensor, k: Tensor) -> Tensor:
    # softmax(q k^T / sqrt(C)) over the keys up to the query's position, in the dtype of statistics.
    # (H, t, C), (H, t, C) -> (H, t, t)
    s = torch.matmul(self.to_float32(q), torch.transpose(self.to_float32(k), 1, 2))
    later = torch.triu(torch.ones_like(torch.select(s, 0, 0)), 1)
    s = torch.masked_fill(s * (float(q.size(2)) ** -0.5), torch.ne(later, 0), float("-inf"))
    return torch.softmax(s, -1)


def sequence_heads(self, x: Tensor, start: int, end: int, heads: int) -> Tensor:
    # (N, K, C) -> (heads, end - start, C)
    part = torch.transpose(torch.narrow(x, 0, start, end - start), 0, 1)
    return torch.repeat_interleave(part, heads // x.size(1), 0)


def attend_sequences(self, q: Tensor, k: Tensor, v: Tensor, starts: Tensor) -> List[Tensor]:
    # The reference of flash_attention, one sequence at a time.
    o = torch.zeros_like(q)
    heads = q.size(1)
    for i in range(starts.size(0) - 1):
        a, b = int(starts[i]), int(starts[i + 1])
        p = self.sequence_probabilities(
            self.sequence_heads(q, a, b, heads), self.sequence_heads(k, a, b, heads))
        y = torch.matmul(torch.to(p, v.dtype), self.sequence_heads(v, a, b, heads))
        torch.copy_(torch.narrow(o, 0, a, b - a), torch.transpose(y, 0, 1))
    return [o, torch.empty([0], dtype=6, device=q.device)]


def attend_sequences_backward(
    self, q: Tensor, k: Tensor, v: Tensor, grad_o: Tensor, starts: Tensor
) -> List[Tensor]:
    # The reference of flash_attention_backward; see attend_blocks_backward for the formulas.
    heads, kv_heads, c = q.size(1), k.size(1), q.size(2)
    gq, gk, gv = torch.zeros_like(q), torch.zeros_like(k), torch.zeros_like(k)
    for i in range(starts.size(0) - 1):
        a, b = int(starts[i]), int(starts[i + 1])
        qs, ks = self.sequence_heads(q, a, b, heads), self.sequence_heads(k, a, b, heads)
        p = torch.to(self.sequence_probabilities(qs, ks), v.dtype)
        g = self.sequence_heads(grad_o, a, b, heads)                         # (H, t, C)
        dp = torch.matmul(g, torch.transpose(self.sequence_heads(v, a, b, heads), 1, 2))
        ds = torch._softmax_backward_data(dp, p, -1, p.dtype) * (float(c) ** -0.5)
        torch.copy_(torch.narrow(gq, 0, a, b - a), torch.transpose(torch.matmul(ds, ks), 0, 1))
        for total, part in [(gk, torch.matmul(torch.transpose(ds, 1, 2), qs)),
                            (gv, torch.matmul(torch.transpose(p, 1, 2), g))]:
            grouped = torch.sum(torch.view(part, [kv_heads, -1, b - a, c]), [1])
            torch.copy_(torch.narrow(total, 0, a, b - a), torch.transpose(grouped, 0, 1))
    return [gq, gk, gv]


def head_rows_backward(
    self,
    grad_logits: Tensor,          # (n, V)
    x: Tensor,                    # (n, D)
    weight: Tensor,               # (V, D)
    grad_weight: Tensor,          # (V, D)
    add: bool,
    grad_x: Tensor,               # (N, D): rows start .. start + n receive the gradient
    start: int,
) -> None:
    torch.matmul(grad_logits, weight, out=torch.narrow(grad_x, 0, start, x.size(0)))
    self.accumulate_product_(grad_weight, grad_logits, x, add)


def mean_loss(self, nll: List[Tensor], normalizer: Tensor) -> Tensor:
    return torch.sum(torch.cat(nll)) / normalizer


def undefined(self, like: Tensor) -> Tensor:
    # A tensor without storage, which stands for an absent argument: a gradient not asked for.
    one = torch.zeros([1, 1], dtype=6, device=like.device)
    none, gain, bias = torch.native_layer_norm_backward(
        one, one, [1], one, one, None, None, [False, False, False])
    return none


def rows_first(self, x: Tensor, length: int, heads: int) -> Tensor:
    # (N, K, C) -> (N / length, heads, length, C), each head repeated heads / K times
    rows = torch.transpose(torch.view(x, [-1, length, x.size(1), x.size(2)]), 1, 2)
    return rows if heads == x.size(1) else torch.repeat_interleave(rows, heads // x.size(1), 1)


def rows_last(self, x: Tensor, like: Tensor) -> Tensor:
    # The inverse for gradients, which are summed over repetitions.  (B, heads, T, C) -> (N, K, C)
    grad = torch.contiguous(torch.flatten(torch.transpose(x, 1, 2), 0, 1))
    if x.size(1) == like.size(1):
        return grad
    return torch.sum(torch.unflatten(grad, 1, [like.size(1), -1]), [2])


def row_attention(
    self,
    q: Tensor,                    # (N, H, C)
    k: Tensor,                    # (N, K, C)
    qkv: Tensor,                  # (N, (H + 2K) * C), of which the values are used
    length: int,                  # of the rows
    repeat: bool,                 # whether to repeat keys and values for every query head
) -> List[Tensor]:                # (N, H, C), and the log of the softmax's denominators
    # cuDNN's attention over rows of the same length.
    heads = q.size(1) if repeat else k.size(1)
    found = torch._scaled_dot_product_cudnn_attention(
        self.rows_first(q, length, q.size(1)), self.rows_first(k, length, heads),
        self.rows_first(self.values(qkv, k), length, heads), None, True, 0.0, True, False)
    return [self.rows_last(found[0], q), found[1]]


def row_attention_backward(
    self,
    q: Tensor,                    # (N, H, C)
    k: Tensor,                    # (N, K, C)
    qkv: Tensor,                  # (N, (H + 2K) * C)
    o: Tensor,                    # (N, H, C)
    lse: Tensor,                  # second result of row_attention
    grad_o: Tensor,               # (N, H * C)
    length: int,
    repeat: bool,
) -> List[Tensor]:                # gradients of queries (N, H, C), keys and values (N, K, C)
    all = q.size(1)
    heads = all if repeat else k.size(1)
    none = self.undefined(q)
    random = torch.empty([], dtype=4, device=q.device)   # state of a dropout that is off
    gq, gk, gv = torch._scaled_dot_product_cudnn_attention_backward(
        self.rows_first(torch.view(grad_o, q.size()), length, all),
        self.rows_first(q, length, all), self.rows_first(k, length, heads),
        self.rows_first(self.values(qkv, k), length, heads), self.rows_first(o, length, all),
        lse, random, random, none, none, none, length, length, 0.0, True)
    return [self.rows_last(gq, q), self.rows_last(gk, k), self.rows_last(gv, k)]


def random(self, like: Tensor, size: List[int], dtype: int) -> Tensor:
    # Normally distributed numbers on the device of another array.
    return torch.to(torch.randn(size, dtype=6, device=like.device), dtype)


def largest_distance(self, actual: List[Tensor], expected: List[Tensor]) -> Tensor:
    # The largest of |a - b| / |b|, a float32 scalar.
    found = annotate(List[Tensor], [])
    for i in range(len(actual)):
        a, b = torch.to(actual[i], 6), torch.to(expected[i], 6)
        found.append(torch.linalg_vector_norm(a - b) / torch.linalg_vector_norm(b))
    return torch.amax(torch.stack(found))
