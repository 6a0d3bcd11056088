# Optimizer state in bfloat16 with unbiased stochastic rounding.


def alias(self, x: Tensor, dtype: int) -> Tensor:
    # A view of the same memory as another dtype of the same size. TorchScript has no view(dtype),
    # but set_ gives a tensor of any dtype another tensor's storage.
    return torch.set_(torch.empty([0], dtype=dtype, layout=None, device=x.device), x)


def scratch(self, like: Tensor, count: int) -> Tensor:
    return torch.empty([count], dtype=6, layout=None, device=like.device)


def zeros_bf16(self, like: Tensor) -> Tensor:
    return torch.zeros(like.size(), dtype=15, layout=None, device=like.device)


def rounding_noise(self, like: Tensor, count: int, seed: int) -> List[Tensor]:
    # Two int32 tables of `count` numbers 0 ... 65535 that depend only on the seed: parts of
    # SplitMix64 (Steele, Lea and Flood 2014) of seed + index. An arithmetic shift and a mask
    # emulate a logical shift.
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
    # The offset in a table of the noise for a chunk of a parameter, 0 ... room.
    mixed = (key * 2654435761 + start // 4096 * 40503) % 2147483647
    return mixed * 69621 % 2147483647 % (room + 1)


def store_rounded_(self, target: Tensor, values: Tensor, bits: Tensor, noise: Tensor) -> None:
    # target = values, rounded stochastically and without bias to one of the two adjacent bfloat16
    # numbers: adds noise of up to one bfloat16 ulp and truncates. `bits` is the memory of `values`
    # as int32; both are overwritten. Values representable in bfloat16, such as 0, are unchanged.
    torch.add_(bits, noise)
    torch.bitwise_and_(bits, -65536)
    torch.copy_(target, values)


def singleton(self, x: Tensor) -> List[Tensor]:
    # A list of one element. With the literal [x], TorchScript treats an operator that mutates the
    # list's elements as having no effect and eliminates it.
    one = annotate(List[Tensor], [])
    one.append(x)
    return one
