"""Compares the logits of HuggingFace folders with those that LIME computed.

usage: compare.py LIMIT (FOLDER EXPECTED)...      needs: torch transformers safetensors

EXPECTED is a safetensors file with, for every text k, ids.k (T), logits.k (T, V) and, if the model
has metadata tables, tags.k (T, M), the tags of the tokens, and untagged.k (T, V), the logits without
them. Its metadata may contain text.k. Prints the largest difference of every model, and fails if one
exceeds LIMIT or if generation with a cache chooses other tokens than without.
"""
import sys

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer


def greedy(model, ids, given, use_cache):
    """Returns the continuation of ids (T) by eight tokens."""
    return model.generate(
        ids[None], attention_mask=torch.ones_like(ids)[None], max_new_tokens=8, do_sample=False,
        use_cache=use_cache, eos_token_id=None, pad_token_id=0, **given)[0].tolist()


def compare(folder, expected):
    """Prints and returns the largest difference of a logit."""
    model = AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True).float().eval()
    worst = without = loss = tokens = texts = otherwise = 0
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
            loss += torch.nn.functional.cross_entropy(own[:-1], ids[1:], reduction="sum").item()
            tokens += len(ids) - 1
            if f"text.{texts}" in metadata:
                text = metadata[f"text.{texts}"]
                own_ids = tokenizer(text, add_special_tokens=False).input_ids
                otherwise += own_ids != ids.tolist()
            if texts == 0:
                short = ids[:8]
                for extra in [given, {"given_tags": first_tags(model)}] if given else [{}]:
                    if greedy(model, short, extra, True) != greedy(model, short, extra, False):
                        sys.exit(f"{folder}: generation with a cache differs")
            texts += 1
    perplexity = torch.tensor(loss / tokens).exp()
    print(f"{type(model).__name__}: {texts} texts, {tokens} tokens, largest difference of a logit "
          f"{worst:.2e}, without tags {without:.2e}, perplexity {perplexity:.6f}, "
          f"{otherwise} texts tokenized otherwise", flush=True)
    return max(worst, without)


def first_tags(model):
    return {feature["name"]: feature["tags"][1] for feature in model.config.metadata_features}


with torch.no_grad():
    folders = zip(sys.argv[2::2], sys.argv[3::2])
    differences = [compare(folder, expected) for folder, expected in folders]
sys.exit(not differences or not all(d <= float(sys.argv[1]) for d in differences))
