# What the limits of the machine are measured with.


def matmul_repeat(self, a: Tensor, b: Tensor, times: int) -> Tensor:
    # `times` products a b^T, for the measurement of the machine's peak.
    y = torch.linear(a, b)
    for i in range(times - 1):
        y = torch.linear(a, b)
    return y


def sum_all(self, x: Tensor) -> Tensor:
    # One pass over x that only reads, for the measurement of the memory's speed.
    return torch.sum(x)


def max_all(self, x: Tensor) -> Tensor:
    # Another such pass.
    return torch.amax(x, [0, 1])


def first(self, x: Tensor) -> Tensor:
    # The first element as a float32 scalar.
    return torch.to(torch.select(torch.flatten(x), 0, 0), 6)


def scale_(self, x: Tensor, factor: float) -> Tensor:
    # One pass over x that reads and writes.
    return torch.mul_(x, factor)
