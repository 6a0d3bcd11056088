# Matrices in blocks of 16 rows, for the machine code that reads texts token by token: per column
# the 16 values lie side by side, in bfloat16 per pair of columns, as its products take pairs.


def arrange(
    self,
    weight: Tensor,               # (R, D), gain, query_rows and head_dim: of `prepare`
    gain: List[Tensor],
    query_rows: int,
    head_dim: int,
    gated: bool,                  # whether the upper half of the rows goes block by block between
    runs: List[int],              # the lower: R/16 even; runs: first block, size, count, ...
    dtype: int,
) -> Tensor:                      # all runs, one after the other
    w = torch.to(self.prepare(weight, gain, query_rows, head_dim), dtype)
    d = w.size(1)
    if w.size(0) % 16 > 0:
        w = torch.constant_pad_nd(w, [0, 0, 0, 16 - w.size(0) % 16])
    w = torch.view(w, [-1, 16, d])                                           # (R/16, 16, D)
    if gated:
        w = torch.flatten(torch.transpose(torch.view(w, [2, -1, 16, d]), 0, 1), 0, 1)
    pair = 2 if dtype == 15 else 1
    arranged = torch.empty([w.numel()], dtype=dtype)
    start = 0
    for i in range(len(runs) // 3):
        size, count = runs[3 * i + 1], runs[3 * i + 2]
        blocks = torch.narrow(w, 0, runs[3 * i], size * count)
        blocks = torch.view(blocks, [count, size, 16, d // pair, pair])
        to = torch.narrow(arranged, 0, start, blocks.numel())
        torch.copy_(
            torch.view(to, [count, d // pair, size, 16, pair]),
            torch.permute(blocks, [0, 3, 1, 2, 4]),
        )
        start += blocks.numel()
    return arranged
