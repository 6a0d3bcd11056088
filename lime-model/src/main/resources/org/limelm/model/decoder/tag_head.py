# The head that predicts the tags of the next token: a gated layer (Shazeer 2020, arXiv 2002.05202)
# and one softmax per feature. The tag of a feature shifts the gate of the features after it:
#   h_d = silu(W_g u + sum over e < d of C_e[a_e]) * (W_u u),    p(a_d | a_<d, u) = softmax(O_d h_d)
# In addition to the dimensions in tensor.py: I width of the input u; tags of a feature.


def previous(self, x: Tensor, document_ids: List[Tensor]) -> Tensor:
    # The predecessor of every position; zero at the start of a row, or of a document if there are
    # document ids (B, T).                                                (B, T, D) -> (B, T, D)
    before = torch.narrow(x, 1, 0, x.size(1) - 1)
    return self.same_document(torch.constant_pad_nd(before, [0, 0, 1, 0]), document_ids)


def previous_backward(self, grad: Tensor, document_ids: List[Tensor]) -> Tensor:
    # (B, T, D) -> (B, T, D)
    kept = self.same_document(grad, document_ids)
    return torch.constant_pad_nd(torch.narrow(kept, 1, 1, grad.size(1) - 1), [0, 0, 0, 1])


def same_document(self, x: Tensor, document_ids: List[Tensor]) -> Tensor:
    # x, but zero where a position's predecessor is of another document.
    if len(document_ids) == 0:
        return x
    ids = document_ids[0]
    n = ids.size(1) - 1
    same = torch.eq(torch.narrow(ids, 1, 1, n), torch.narrow(ids, 1, 0, n))
    same = torch.constant_pad_nd(torch.to(same, x.dtype), [1, 0])            # (B, T)
    return x * torch.unsqueeze(same, 2)


def tag_head_input(
    self,
    state: Tensor,                # (B, T, D), normalized
    token_table: Tensor,          # (V, D)
    tokens: Tensor,               # (B, T) int64
    gain: Tensor,                 # (D)
    document_ids: List[Tensor],   # empty, or one (B, T)
    eps: float,
) -> Tensor:                      # (B, T, 2D): the previous state and the normalized embedding
    embedded = torch.embedding(token_table, tokens)
    return torch.cat([
        self.previous(state, document_ids), self.rms_norm(embedded, gain, eps, state.dtype)], -1)


def tag_head_input_backward(
    self,
    token_table: Tensor,
    tokens: Tensor,
    gain: Tensor,
    document_ids: List[Tensor],
    eps: float,
    grad: Tensor,                 # (B, T, 2D)
    grad_tokens: Tensor,          # (V, D): receives the gradient of the token table
    add_tokens: bool,             # whether to add to it; otherwise overwrite
    grad_gain: Tensor,            # (D)
    add: bool,                    # whether to add to grad_gain
) -> Tensor:                      # (B, T, D): gradient of the state
    d = token_table.size(1)
    embedded = torch.embedding(token_table, tokens)
    of_normed = torch.contiguous(torch.narrow(grad, 2, d, d))
    rows = self.rms_norm_backward(embedded, gain, eps, of_normed, [], grad_gain, add)
    if not add_tokens:
        torch.zero_(grad_tokens)
    self.add_rows_(grad_tokens, torch.flatten(rows, 0, 1), torch.flatten(tokens))
    return self.previous_backward(torch.narrow(grad, 2, 0, d), document_ids)


def tag_head(
    self,
    u: Tensor,                    # (B, T, I)
    matrices: List[Tensor],       # gate (D, I), up (D, I), then one (tags, D) per feature
    conditions: List[Tensor],     # one (tags, D) per feature, except for the last
    tags: List[Tensor],           # one (B, T) int64 per feature: the tags to predict; -100 = ignored
    normalizer: Tensor,           # scalar divisor of the summed loss
    weight: float,                # factor of the loss
    grad_matrices: List[Tensor],
    grad_conditions: List[Tensor],
    add: bool,                    # whether to add to the gradients; otherwise overwrite
    chunk: int,
) -> Tensor:                      # gradient of u (B, T, I)
    # The loss is the cross-entropy of the tags, summed over the features.
    if not add:
        for grad in grad_matrices:
            torch.zero_(grad)
        for grad in grad_conditions:
            torch.zero_(grad)
    rows = torch.flatten(u, 0, 1)
    scale = weight / normalizer
    grad_u = torch.empty_like(rows)
    for start in range(0, rows.size(0), chunk):
        n = min(chunk, rows.size(0) - start)
        us = torch.narrow(rows, 0, start, n)                                 # (n, I)
        a = torch.linear(us, matrices[0])                                    # (n, D)
        v = torch.linear(us, matrices[1])                                    # (n, D)
        grad_v = torch.zeros_like(v)
        grad_a = annotate(List[Tensor], [])                                  # per feature (n, D)
        index = annotate(List[Tensor], [])                                   # per feature (n, 1)
        for d in range(len(tags)):
            ts = torch.unsqueeze(torch.narrow(torch.flatten(tags[d]), 0, start, n), 1)
            counted = torch.ge(ts, 0)
            index.append(torch.clamp(ts, 0))
            s = torch.silu(a)
            h = s * v
            z = self.to_float32(torch.linear(h, matrices[2 + d]))            # (n, tags)
            minus = torch.full_like(torch.narrow(z, 1, 0, 1), -1.0)
            p = torch.scatter_add_(torch.softmax(z, -1), 1, index[d], minus)
            gz = torch.to(torch.mul_(p, counted * scale), u.dtype)
            self.accumulate_product_(grad_matrices[2 + d], gz, h, True)
            gh = torch.matmul(gz, matrices[2 + d])                           # (n, D)
            torch.add_(grad_v, gh * s)
            grad_a.append(torch.silu_backward(gh * v, a))
            if d < len(conditions):
                shift = torch.embedding(conditions[d], torch.squeeze(index[d], 1))
                a = a + torch.to(shift, a.dtype)
        after = torch.zeros_like(v)                # of the features after one
        for d in range(len(tags) - 1, -1, -1):
            if d < len(conditions):
                ids = torch.squeeze(index[d], 1)
                self.add_rows_(grad_conditions[d], self.to_float32(after), ids)
            torch.add_(after, grad_a[d])
        self.accumulate_product_(grad_matrices[0], after, us, True)
        self.accumulate_product_(grad_matrices[1], grad_v, us, True)
        part = torch.matmul(after, matrices[0]) + torch.matmul(grad_v, matrices[1])
        torch.copy_(torch.narrow(grad_u, 0, start, n), part)
    return torch.reshape(grad_u, u.size())


def tag_scores(
    self, u: Tensor, matrices: List[Tensor], conditions: List[Tensor], tags: List[Tensor]
) -> List[Tensor]:
    # Per feature, the negative log-likelihood of the tags (B, T), 0 where they are ignored.
    a = torch.linear(u, matrices[0])                                         # (B, T, D)
    v = torch.linear(u, matrices[1])
    scores = annotate(List[Tensor], [])
    for d in range(len(tags)):
        index = torch.clamp(tags[d], 0)
        z = self.to_float32(torch.linear(torch.silu(a) * v, matrices[2 + d]))
        at_tag = torch.squeeze(torch.gather(z, 2, torch.unsqueeze(index, 2)), 2)
        scores.append((torch.logsumexp(z, [2]) - at_tag) * torch.ge(tags[d], 0))
        if d < len(conditions):
            a = a + torch.to(torch.embedding(conditions[d], index), a.dtype)
    return scores


def tag_candidates(
    self,
    u: Tensor,                    # (N, I)
    matrices: List[Tensor],
    conditions: List[Tensor],
    count: int,                   # K, largest number of candidates
) -> List[Tensor]:                # log-probabilities float32 (N, K), then the tags of each feature
    # Combinations of tags, most probable first, int64 (N, K). At least 64 combinations of the earlier
    # features are kept, so that the result is exact for two features if the first has up to 64 tags.
    a = torch.unsqueeze(torch.linear(u, matrices[0]), 1)                     # (N, 1, D)
    v = torch.unsqueeze(torch.linear(u, matrices[1]), 1)                     # (N, 1, D)
    log_p = torch.zeros([u.size(0), 1], dtype=6, device=u.device)
    found = annotate(List[Tensor], [])
    for d in range(len(matrices) - 2):
        z = self.to_float32(torch.linear(torch.silu(a) * v, matrices[2 + d]))
        tags = z.size(2)
        total = torch.flatten(torch.unsqueeze(log_p, 2) + torch.log_softmax(z, -1), 1)
        kept = count if d == len(matrices) - 3 else max(count, 64)
        log_p, at = torch.topk(total, min(kept, total.size(1)), 1)           # (N, K)
        parent = torch.floor_divide(at, tags)
        tag = torch.remainder(at, tags)
        longer = annotate(List[Tensor], [])
        for earlier in found:
            longer.append(torch.gather(earlier, 1, parent))
        longer.append(tag)
        found = longer
        if d < len(conditions):
            every = torch.expand(torch.unsqueeze(parent, 2), [-1, -1, a.size(2)])
            shift = torch.to(torch.embedding(conditions[d], tag), a.dtype)
            a = torch.gather(a, 1, every) + shift
    result = annotate(List[Tensor], [])
    result.append(log_p)
    for tag in found:
        result.append(tag)
    return result
