# Incremental decoding of a model whose position i reads the tags of token i + 1, which it predicts
# itself. A position is read with several candidates for these tags; one of them is kept.
#
# In addition to the dimensions in tensor.py and decode.py: Q candidates of one position.


def read_candidates(
    self,
    token_table: Tensor,
    tables: List[Tensor],
    matrices: List[__torch__.Matrix],
    head_norms: List[Tensor],
    rope: Tensor,                 # from `complex_rope`
    cache: List[Tensor],          # filled up to `past`; the candidates use Q positions after that
    tokens: Tensor,               # (B) int64
    tags: List[Tensor],           # per feature one (B, Q) int64
    past: int,
    heads: int,
    token_scale: float,
    activation: str,
    eps: float,
    soft_cap: float,
    gain: Tensor,                 # (D), of the final norm
) -> List[Tensor]:                # log-probabilities (B, Q, V), final states (B, Q, D)
    q = tags[0].size(1)
    same = torch.contiguous(torch.expand(torch.unsqueeze(tokens, 1), [-1, q]))
    stream = self.embed_stream(token_table, tables, same, tags, token_scale, eps)
    mask = annotate(List[Tensor], [])
    if q > 1:                     # all candidates attend to the past, each to itself
        mask.append(torch.cat([
            torch.ones([q, past], dtype=11, device=stream.device),
            torch.eye(q, dtype=11, device=stream.device)], 1))
    here = torch.narrow(rope, 0, past, 1)
    self.read(stream, matrices, head_norms, here, cache, mask, past, heads, activation, eps)
    z = torch.view(self.logits_of(stream, matrices, soft_cap), [-1, q, token_table.size(0)])
    x = torch.narrow(stream, 1, 0, gain.size(0))
    state = self.unit(x, stream) * (gain * gain.size(0) ** 0.5)
    return [torch.log_softmax(z, -1), torch.view(state, [-1, q, gain.size(0)])]


def keep_candidate(
    self, cache: List[Tensor], states: Tensor, chosen: Tensor, past: int
) -> Tensor:
    # Keeps the keys and values of the chosen (B) of the candidates at `past`, and returns its state.
    b = chosen.size(0)
    for layer in cache:
        at = torch.expand(torch.view(chosen + past, [1, b, 1, 1, 1]),
                          [2, -1, layer.size(2), -1, layer.size(4)])
        torch.copy_(torch.narrow(layer, 3, past, 1), torch.gather(layer, 3, at))
    every = torch.expand(torch.view(chosen, [b, 1, 1]), [-1, -1, states.size(2)])
    return torch.squeeze(torch.gather(states, 1, every), 1)                  # (B, D)


def propose(
    self,
    state: Tensor,                # (B, D): of the position before
    token_table: Tensor,
    tokens: Tensor,               # (B) int64
    gain: Tensor,                 # (D), of the tag head's norm
    matrices: List[Tensor],       # as in `tag_candidates`
    conditions: List[Tensor],
    eps: float,
    count: int,
) -> List[Tensor]:                # as `tag_candidates`
    embedded = self.rms_norm(torch.embedding(token_table, tokens), gain, eps, 6)
    return self.tag_candidates(torch.cat([state, embedded], 1), matrices, conditions, count)


def mixture(
    self,
    log_probs: Tensor,            # (B, Q, V)
    weights: Tensor,              # (B, Q): log-weights of the candidates
    targets: Tensor,              # (B) int64
) -> List[Tensor]:
    # log sum over the candidates of weight * probability, at the target (B); 1 where the target has
    # the highest mixed probability, else 0 (B); the terms of the sum at the target (B, Q).
    terms = torch.unsqueeze(weights, 2) + log_probs
    mixed = torch.logsumexp(terms, [1])                                      # (B, V)
    at = torch.unsqueeze(targets, 1)
    every = torch.expand(torch.unsqueeze(at, 1), [-1, log_probs.size(1), -1])
    return [
        torch.squeeze(torch.gather(mixed, 1, at), 1),
        torch.to(torch.eq(torch.argmax(mixed, 1), targets), 6),
        torch.squeeze(torch.gather(terms, 2, every), 2)]


def top_of_mixture(
    self,
    log_probs: Tensor,            # (B, Q, V)
    weights: Tensor,              # (B, Q): log-weights of the candidates
    count: int,
) -> List[Tensor]:                # the largest sums over the candidates, and their ids, (B, count)
    values, ids = torch.topk(
        torch.logsumexp(torch.unsqueeze(weights, 2) + log_probs, [1]), count, 1)
    return [values, ids]
