# Causal attention in blocks of queries whose scores fit into the processor's caches, with exact
# softmax over the keys visible to a block. The backward pass uses the probabilities of the forward
# pass if they were kept, and recomputes them otherwise. Dao et al. 2022, arXiv 2205.14135, without
# the online softmax, as whole rows fit.
# The G = H/K query heads that share a key/value head are stacked as rows.


def rows_per_chunk(self, q: Tensor, block: int) -> int:
    # Batch rows processed together, so that their scores have about a million elements.
    return max(1, min(q.size(0), 1048576 // (q.size(1) * q.size(2) * min(block, q.size(2)))))


def block_probabilities(
    self,
    q: Tensor,                    # (B*K, G, T, C) in the dtype of statistics, scaled by 1/sqrt(C)
    keys: Tensor,                 # (B*K, C, T) in the dtype of statistics
    mask: List[Tensor],           # none, or one (B, 1, T, T) bool
    causal: Tensor,               # (block, block): -inf above the diagonal
    start: int,
    n: int,
) -> Tensor:                      # (B*K, G*n, start + n) in the dtype of statistics
    end = start + n
    rows = torch.reshape(torch.narrow(q, 2, start, n), [q.size(0), -1, q.size(3)])
    s = torch.bmm(rows, torch.narrow(keys, 2, 0, end))
    if len(mask) > 0:
        seen = torch.narrow(torch.narrow(mask[0], 2, start, n), 3, 0, end)   # (B, 1, n, end)
        by_head = torch.view(s, [mask[0].size(0), -1, n, end])
        torch.masked_fill_(by_head, torch.logical_not(seen), float("-inf"))
    else:
        by_head = torch.view(s, [q.size(0), -1, n, end])
        torch.add_(torch.narrow(by_head, 3, start, n), torch.narrow(torch.narrow(causal, 0, 0, n), 1, 0, n))
    return torch.softmax(s, -1)


def causal_mask(self, like: Tensor, block: int) -> Tensor:
    # (block, block): -inf where the key comes after the query, else 0
    return torch.triu(torch.full([block, block], float("-inf"), dtype=like.dtype, device=like.device), 1)


def mask_rows(self, mask: List[Tensor], start: int, n: int) -> List[Tensor]:
    some = annotate(List[Tensor], [])
    if len(mask) > 0:
        some.append(torch.narrow(mask[0], 0, start, n))
    return some


def attend_blocks(
    self,
    q: Tensor,                    # (B, H, T, C), contiguous
    k: Tensor,                    # (B, K, T, C), contiguous
    v: Tensor,                    # (B, K, T, C), contiguous
    mask: List[Tensor],
    keep: bool,                   # whether to return the probabilities
) -> List[Tensor]:                # (B, T, H*C), then, if kept, (B*K, G*n, end) per block
    b, h, t, c = q.size(0), q.size(1), q.size(2), q.size(3)
    heads, group = k.size(1), h // k.size(1)
    block = 64
    o = torch.empty([b, t, heads, group, c], dtype=q.dtype, device=q.device)
    causal = self.causal_mask(self.to_float32(torch.narrow(q, 0, 0, 1)), block)
    chunk = self.rows_per_chunk(q, block)
    kept = annotate(List[Tensor], [])
    for first in range(0, b, chunk):
        m = min(chunk, b - first)
        n = m * heads
        qs = torch.view(self.to_float32(torch.narrow(q, 0, first, m)) * (float(c) ** -0.5), [n, group, t, c])
        keys = torch.transpose(torch.view(self.to_float32(torch.narrow(k, 0, first, m)), [n, t, c]), 1, 2)
        vs = torch.view(torch.narrow(v, 0, first, m), [n, t, c])
        seen = self.mask_rows(mask, first, m)
        to = torch.permute(torch.narrow(o, 0, first, m), [0, 2, 3, 1, 4])    # (m, K, G, T, C)
        for start in range(0, t, block):
            rows = min(block, t - start)
            p = torch.to(self.block_probabilities(qs, keys, seen, causal, start, rows), v.dtype)
            if keep:
                kept.append(p)
            y = torch.bmm(p, torch.narrow(vs, 1, 0, start + rows))
            torch.copy_(torch.narrow(to, 3, start, rows), torch.view(y, [m, heads, group, rows, c]))
    return [torch.view(o, [b, t, h * c])] + kept


def attend_blocks_backward(
    self,
    q: Tensor,                    # (B, H, T, C)
    k: Tensor,                    # (B, K, T, C)
    v: Tensor,                    # (B, K, T, C)
    mask: List[Tensor],
    kept: List[Tensor],           # probabilities per block; empty to recompute them
    grad_o: Tensor,               # (B, T, H*C)
) -> List[Tensor]:                # gradients of q, k and v
    # With p = softmax(s): grad_v = p^T grad_o, ds = p * (grad_o v^T - sum(p * grad_o v^T)),
    # grad_q = ds k / sqrt(C), grad_k = ds^T q / sqrt(C).
    b, h, t, c = q.size(0), q.size(1), q.size(2), q.size(3)
    heads, group = k.size(1), h // k.size(1)
    block = 64
    scale = float(c) ** -0.5
    gq, gk, gv = torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)
    go = torch.permute(torch.view(grad_o, [b, t, heads, group, c]), [0, 2, 3, 1, 4])
    causal = self.causal_mask(self.to_float32(torch.narrow(q, 0, 0, 1)), block)
    chunk = self.rows_per_chunk(q, block)
    next = 0
    for first in range(0, b, chunk):
        m = min(chunk, b - first)
        n = m * heads
        qb = torch.view(torch.narrow(q, 0, first, m), [n, group, t, c])
        kb = torch.view(torch.narrow(k, 0, first, m), [n, t, c])
        vt = torch.transpose(torch.view(torch.narrow(v, 0, first, m), [n, t, c]), 1, 2)
        qs = self.to_float32(qb) * scale if len(kept) == 0 else qb
        keys = torch.transpose(self.to_float32(kb) if len(kept) == 0 else kb, 1, 2)
        seen = self.mask_rows(mask, first, m)
        sum_k = torch.zeros([n, t, c], dtype=causal.dtype, device=q.device)
        sum_v = torch.zeros_like(sum_k)
        gqs = torch.view(torch.narrow(gq, 0, first, m), [n, group, t, c])
        for start in range(0, t, block):
            rows = min(block, t - start)
            end = start + rows
            if len(kept) > 0:
                p = kept[next]
            else:
                p = torch.to(self.block_probabilities(qs, keys, seen, causal, start, rows), v.dtype)
            next += 1
            g = torch.reshape(torch.narrow(torch.narrow(go, 0, first, m), 3, start, rows), [n, group * rows, c])
            torch.add_(torch.narrow(sum_v, 1, 0, end), torch.bmm(torch.transpose(p, 1, 2), g))
            dp = torch.bmm(g, torch.narrow(vt, 2, 0, end))                   # (n, G*rows, end)
            ds = torch._softmax_backward_data(dp, p, -1, p.dtype)
            gi = torch.mul_(torch.bmm(ds, torch.narrow(kb, 1, 0, end)), scale)
            torch.copy_(torch.narrow(gqs, 2, start, rows), torch.view(gi, [n, group, rows, c]))
            qi = torch.reshape(torch.narrow(qb, 2, start, rows), [n, group * rows, c])
            torch.add_(torch.narrow(sum_k, 1, 0, end), torch.bmm(torch.transpose(ds, 1, 2), qi))
        torch.copy_(torch.view(torch.narrow(gk, 0, first, m), [n, t, c]), torch.mul_(sum_k, scale))
        torch.copy_(torch.view(torch.narrow(gv, 0, first, m), [n, t, c]), sum_v)
    return [gq, gk, gv]
