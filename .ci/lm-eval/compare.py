"""Compares lm-evaluation-harness on a served model with the harness on its exported folder.

usage: compare.py SERVER MODEL FOLDER DATA LIMIT [--remote-tokenizer]     needs: lm_eval[api] torch

SERVER is the address of `lime serve`, MODEL the model's name there, FOLDER what `lime export` wrote
of it, DATA a folder with requests/arc_easy.rc_0shot.jsonl.gz and blimp.jsonl.gz (docs/tasks.md names
the sources), LIMIT the number of examples per task. Nothing is downloaded. Prints the accuracies of
ARC-easy and of a BLiMP paradigm, and fails if they differ. With --remote-tokenizer the text is split
by the server, as in the training of the model, and nothing is compared: for models that transformers
cannot run as trained.
"""
import gzip
import itertools
import json
import os
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"

import lm_eval  # noqa: E402

PARADIGM = "adjunct_island"


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def arc_easy(data):
    """Yields the questions of a file of requests, one per document."""
    requests = lines(f"{data}/requests/arc_easy.rc_0shot.jsonl.gz")
    for _, group in itertools.groupby(requests, lambda request: request["doc_id"]):
        doc = next(group)["doc"]
        yield {"text": doc["query"], "choices": doc["choices"], "gold": doc["gold"]}


def blimp(data):
    """Yields the pairs of a paradigm."""
    for pair in lines(f"{data}/blimp.jsonl.gz"):
        if pair["paradigm"] == PARADIGM:
            yield {"text": "", "choices": [pair["good"], pair["bad"]], "gold": 0}


def task(name, examples, limit, delimiter, folder):
    """Returns the configuration of a task on a local file."""
    path = os.path.join(folder, name + ".jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for example in itertools.islice(examples, limit):
            file.write(json.dumps(example) + "\n")
    return {
        "task": name,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": path}},
        "test_split": "test",
        "output_type": "multiple_choice",
        "doc_to_text": "{{text}}",
        "doc_to_choice": "{{choices}}",
        "doc_to_target": "gold",
        "target_delimiter": delimiter,
        "metric_list": [{"metric": metric, "aggregation": "mean", "higher_is_better": True}
                        for metric in ("acc", "acc_norm")],
    }


def accuracies(model, arguments, tasks):
    """Returns {(task, metric): value}."""
    results = lm_eval.simple_evaluate(
        model=model, model_args=arguments, tasks=tasks, batch_size=16, device="cpu",
        bootstrap_iters=0)["results"]
    return {(name, metric): values[f"{metric},none"]
            for name, values in results.items() for metric in ("acc", "acc_norm")}


def main():
    server, name, folder, data, limit = sys.argv[1:6]
    remote = "--remote-tokenizer" in sys.argv[6:]
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        context = json.load(file)["max_position_embeddings"]
    with tempfile.TemporaryDirectory() as scratch:
        tasks = [task("arc_easy_local", arc_easy(data), int(limit), " ", scratch),
                 task(PARADIGM + "_local", blimp(data), int(limit), "", scratch)]
        tokenizer = (dict(tokenizer_backend="remote") if remote
                     else dict(tokenizer_backend="huggingface", tokenizer=folder))
        # The harness subtracts 1 for a token to generate and truncates inputs, not predictions.
        served = accuracies(
            "local-completions",
            dict(base_url=server + "/v1/completions", model=name, max_length=context + 2,
                 **tokenizer), tasks)
        exported = {} if remote else accuracies(
            "hf", dict(pretrained=folder, dtype="float32"), tasks)
    for key, value in served.items():
        print(*key, "served", round(value, 6), "exported", exported.get(key, "not run"))
    if not remote and served != exported:
        sys.exit("The accuracies differ.")


main()
