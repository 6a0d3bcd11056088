"""Compares exported HuggingFace folders with what LIME computed.

usage: compare.py LIMIT (FOLDER EXPECTED)...      needs: torch transformers safetensors

EXPECTED is a safetensors file. For every text k it has ids.k (T) and logits.k (T, V), and where the
model has more:

    metadata tables              tags.k (T, M), the tags of the tokens; untagged.k (T, V), the logits
                                 without them
    a head that predicts tags    next_tags.k (T, P), the tags of the next tokens; tag_nll.k (T, P), their
                                 negative log-likelihoods; head_tags.k (T, P), the tags of the tokens
    predicts the tags it reads   predicted.k (T, V), log-probabilities of the next token with the most
                                 probable tags; predicted_tags.k (T, M), these tags
    any                          continued.k, the first tokens of the text with a greedy continuation;
                                 prompt.k (), the number of the former

Its metadata may contain text.k. Prints the largest differences of every model, and fails if one
exceeds LIMIT, if a tag or a token of a continuation differs, or if generation with a cache chooses
other tokens than without.
"""
import sys

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer


def greedy(model, ids, count, use_cache=True, **given):
    """Returns ids (T) with a continuation of count tokens."""
    return model.generate(
        ids[None], attention_mask=torch.ones_like(ids)[None], max_new_tokens=count,
        do_sample=False, use_cache=use_cache, eos_token_id=None, pad_token_id=0, **given)[0].tolist()


def check_caches(folder, model, ids, given):
    """Fails if generation with a cache differs, or if padding at the left does."""
    for extra in [given, {"given_tags": first_tags(model)}, {}] if given else [{}]:
        expected = greedy(model, ids, 8, True, **extra)
        if greedy(model, ids, 8, False, **extra) != expected:
            sys.exit(f"{folder}: generation with a cache differs")
        if "metadata_ids" in extra:
            continue
        padded = torch.nn.functional.pad(ids, (3, 0))[None]
        mask = (torch.arange(padded.shape[1]) >= 3).long()[None]
        own = model.generate(
            padded, attention_mask=mask, max_new_tokens=8, do_sample=False, eos_token_id=None,
            pad_token_id=0, **extra)[0, 3:].tolist()
        if own != expected:
            sys.exit(f"{folder}: generation with padding differs")


def first_tags(model):
    return {feature["name"]: feature["tags"][1] for feature in model.config.metadata_features}


def compare_tags(folder, model, file, k, ids):
    """Returns the largest difference of a log-probability that the tag head is part of."""
    log_probs = model.tag_log_probs(ids[None], file.get_tensor(f"head_tags.{k}")[None])
    next_tags, nll = file.get_tensor(f"next_tags.{k}"), file.get_tensor(f"tag_nll.{k}")
    worst = 0
    for d, feature in enumerate(log_probs):
        own = -feature[0].gather(1, next_tags[:, d:d + 1])[:, 0]
        worst = max(worst, (own - nll[:, d]).abs().max().item())
    if f"predicted.{k}" in file.keys():
        tags, logits = model.predict_tags(ids[None])
        if not torch.equal(tags[0], file.get_tensor(f"predicted_tags.{k}")):
            sys.exit(f"{folder}: text {k} has other predicted tags")
        difference = logits[0].log_softmax(-1) - file.get_tensor(f"predicted.{k}")
        worst = max(worst, difference.abs().max().item())
    return worst


def compare(folder, expected):
    """Prints and returns the largest difference of a logit or a log-probability."""
    model = AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True).float().eval()
    worst = without = head = loss = tokens = texts = otherwise = continued = 0
    with safe_open(expected, "pt") as file:
        metadata = file.metadata() or {}
        keys = set(file.keys())
        tokenizer = None
        if "text.0" in metadata:
            tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=True)
        while f"ids.{texts}" in keys:
            ids = file.get_tensor(f"ids.{texts}")
            given = {}
            if f"tags.{texts}" in keys:
                given["metadata_ids"] = file.get_tensor(f"tags.{texts}")[None]
                own = model(ids[None]).logits[0]
                difference = own - file.get_tensor(f"untagged.{texts}")
                without = max(without, difference.abs().max().item())
            own = model(ids[None], **given).logits[0]
            worst = max(worst, (own - file.get_tensor(f"logits.{texts}")).abs().max().item())
            if f"head_tags.{texts}" in keys:
                head = max(head, compare_tags(folder, model, file, texts, ids))
            loss += torch.nn.functional.cross_entropy(own[:-1], ids[1:], reduction="sum").item()
            tokens += len(ids) - 1
            if f"text.{texts}" in metadata:
                text = metadata[f"text.{texts}"]
                own_ids = tokenizer(text, add_special_tokens=False).input_ids
                otherwise += own_ids != ids.tolist()
            if f"continued.{texts}" in keys:
                longer = file.get_tensor(f"continued.{texts}")
                prompt = file.get_tensor(f"prompt.{texts}").item()
                if greedy(model, longer[:prompt], len(longer) - prompt) != longer.tolist():
                    sys.exit(f"{folder}: text {texts} is continued otherwise")
                continued += len(longer) - prompt
            if texts == 0:
                check_caches(folder, model, ids[:8], given)
            texts += 1
    perplexity = torch.tensor(loss / tokens).exp()
    print(f"{type(model).__name__}: {texts} texts, {tokens} tokens, largest difference of a logit "
          f"{worst:.2e}, without tags {without:.2e}, of a log-probability with the tag head "
          f"{head:.2e}, perplexity {perplexity:.6f}, {continued} tokens generated alike, "
          f"{otherwise} texts tokenized otherwise", flush=True)
    return max(worst, without, head)


with torch.no_grad():
    folders = zip(sys.argv[2::2], sys.argv[3::2])
    differences = [compare(folder, expected) for folder, expected in folders]
sys.exit(not differences or not all(d <= float(sys.argv[1]) for d in differences))
