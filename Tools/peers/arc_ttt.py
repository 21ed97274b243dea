# SPDX-License-Identifier: Apache-2.0
"""Trains on an ARC puzzle with hone and with PEFT, the same samples in the same steps, and compares
the seconds.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2.
Run: python Tools/peers/arc_ttt.py --puzzle FILE.json [--steps 24] [--rounds 3] [--json]

hone writes the samples that it trains on, and PyTorch trains on the same in float32 on the
dequantised weights: LoRA of the same shape in the same places, AdamW, the same rate in each step,
gradients clipped alike, and the same reduced vocabulary. A in the adapters is drawn anew by each
program, so losses are the same only until B moves and similar from there on.

Then both answer the puzzle. hone writes replies to so many views and scores the grids under more;
PEFT merges the adapter and generates greedily for as many views, side by side, with keys and values
kept, and scores nothing. Loading the model is in no figure, nor is a first pass of PyTorch's.
The programs take turns and never run at once; run nothing else meanwhile. Seconds are medians of
the rounds, losses the last round's. Exits with 1 where the losses before the first change differ by
more than 1 % between hone in float32 and PEFT.
"""
import argparse
import collections
import copy
import json
import math
import os
import pathlib
import random
import re
import shlex
import statistics
import subprocess
import tempfile
import time

import numpy as np
import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKS = "\n+/-=O"
LARGEST_SIDE = 30


def default_model():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    home = pathlib.Path(os.environ.get("HONE_HOME") or pathlib.Path(cache) / "hone")
    files = sorted((home / "models" / "smollm2-135m").glob("*.gguf"))
    if not files:
        raise SystemExit("no model: give --model FILE.gguf, or pull one with hone models pull")
    return files[0]


# hone

def hone(options, *arguments):
    command = [options.hone, "solve", options.puzzle, "--model", options.model, "--steps",
               options.steps, "--threads", options.threads, *shlex.split(options.hone_options),
               *arguments]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{shlex.join(str(part) for part in command)}: {done.stderr}")
    return done.stdout


def hone_samples(options):
    """The ids of the tokens kept, or None, the recipe, and a batch of samples for each step."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "samples.jsonl"
        hone(options, "--write-samples", path)
        head, *rows = [json.loads(line) for line in path.read_text().splitlines()]
    batches = collections.defaultdict(list)
    for row in rows:
        batches[row["step"]].append((torch.tensor([row["ids"]]), torch.tensor(row["isTarget"])))
    if list(batches) != list(range(1, len(batches) + 1)):
        raise SystemExit(f"--write-samples: steps {list(batches)}, expected 1, 2, 3 …")
    return head.get("keptTokens"), head["recipe"], list(batches.values())


def hone_round(options, compute):
    report = json.loads(hone(options, "--compute", compute, "--json"))
    result = report["strategies"][0]
    if "trainSeconds" not in result:
        raise SystemExit("hone solve --json: no trainSeconds; a hone that writes them is needed")
    return {
        "losses": result["losses"], "trainSeconds": result["trainSeconds"],
        "answerSeconds": result["seconds"] - result["trainSeconds"],
        "seconds": result["seconds"], "correct": result["correct"], "total": result["total"]}


# PEFT

def load(path, kept):
    """The model in float32, with the rows of the kept tokens alone, and its tokenizer."""
    path = pathlib.Path(path)
    model = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="sdpa")
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    if kept is not None:
        table, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
        is_tied = head is table
        embeddings = torch.nn.Embedding.from_pretrained(table.detach()[kept].clone())
        reduced = torch.nn.Linear(table.shape[1], len(kept), bias=False)
        reduced.weight = (
            embeddings.weight if is_tied else torch.nn.Parameter(head.detach()[kept].clone()))
        model.set_input_embeddings(embeddings)
        model.set_output_embeddings(reduced)
        model.config.vocab_size = len(kept)
    return model, tokenizer


def adapted(base, recipe):
    """A copy of the model with a fresh adapter."""
    training = recipe["training"]
    return get_peft_model(copy.deepcopy(base), LoraConfig(
        r=training["loraRank"], lora_alpha=training["loraAlpha"],
        use_rslora=training["usesRankStabilization"], target_modules=training["targetModules"],
        lora_dropout=0.0, bias="none", task_type="CAUSAL_LM"))


def check(recipe):
    training = recipe.get("training") or {}
    if training.get("method") != "lora" or training.get("vocabularyModules"):
        raise SystemExit("the recipe: expected a LoRA of projections alone")
    if recipe.get("secondsPerTask") is not None:
        raise SystemExit("the recipe: expected steps, not seconds per task")


def rate(training, fraction):
    """Up in a line, then down in half a cosine."""
    warmup = training["warmupFraction"]
    if fraction < warmup:
        return training["learningRate"] * fraction / warmup
    rest = (fraction - warmup) / (1 - warmup) if warmup < 1 else 0
    return training["learningRate"] * 0.5 * (1 + math.cos(math.pi * rest))


def backward(model, batch):
    """Adds the gradient of the mean over the batch's targets; returns that mean."""
    targets = sum(int(is_target[1:].sum()) for _, is_target in batch)
    total = 0.0
    for ids, is_target in batch:
        logits = model(input_ids=ids, use_cache=False).logits[0, :-1][is_target[1:]]
        loss = torch.nn.functional.cross_entropy(
            logits, ids[0, 1:][is_target[1:]], reduction="sum") / targets
        loss.backward()
        total += float(loss.detach())
    return total


def train(model, training, batches):
    """The losses of the steps, and the seconds of all of them."""
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        trained, lr=training["learningRate"], betas=(0.9, 0.999), eps=1e-8,
        weight_decay=training["weightDecay"])
    backward(model, max(batches, key=lambda batch: max(ids.shape[1] for ids, _ in batch)))
    losses = []
    start = time.perf_counter()
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        losses.append(backward(model, batch))
        if training.get("maxGradNorm") is not None:
            torch.nn.utils.clip_grad_norm_(trained, training["maxGradNorm"])
        for group in optimizer.param_groups:
            group["lr"] = rate(training, step / len(batches))
        optimizer.step()
    return losses, time.perf_counter() - start


# Grids of a token a cell, as in hone's format cells

class Cells:
    """Prompts and replies, by the reduced vocabulary and the layout of a sample."""

    def __init__(self, tokenizer, kept, sample):
        self.texts = [tokenizer.decode([token]) for token in kept]
        self.ids = {text: index for index, text in enumerate(self.texts)}
        ids = sample[0][0].tolist()
        self.end = ids[-1]
        self.opening = ids[:ids.index(self.ids["I"])]
        text = "".join("." if index == self.end else self.texts[index]
                       for index in ids[len(self.opening):])
        pair = rf"I[0-9\n]+{re.escape(MARKS)}[0-9\n]+\n\."
        if not re.fullmatch(f"({pair})+", text):
            raise SystemExit(f"the samples have another layout than expected: {text[:80]!r} …")

    def encode(self, text):
        return [self.ids[character] for character in text]

    def question(self, grid):
        return self.encode("I" + "\n".join("".join(map(str, row)) for row in grid) + MARKS)

    def reply(self, grid):
        return self.encode("".join("".join(map(str, row)) + "\n" for row in grid)) + [self.end]

    def prompt(self, pairs, grid):
        ids = list(self.opening)
        for pair in pairs:
            ids += self.question(pair[0]) + self.reply(pair[1])
        return torch.tensor(ids + self.question(grid))

    def grid(self, ids):
        """The grid of a reply; None if it is none."""
        if self.end not in ids:
            return None
        rows = "".join(self.texts[index] for index in ids[:ids.index(self.end)]).split("\n")
        rows = rows[:-1] if rows[-1] == "" else rows
        if not rows or any(not re.fullmatch("[0-9]+", row) for row in rows):
            return None
        return [[int(cell) for cell in row] for row in rows] if len(set(map(len, rows))) == 1 \
            else None


class View:
    """A symmetry of the square, other colours, and an order of the demonstrations."""

    def __init__(self, index, count, draw):
        self.turns, self.is_transposed = index % 4, index % 8 >= 4
        self.colors, self.order = list(range(10)), list(range(count))
        # The puzzle as it is comes first.
        if index > 0:
            draw.shuffle(self.colors)
            draw.shuffle(self.order)

    def applied(self, grid):
        turned = np.rot90(np.array(grid), self.turns)
        turned = turned.T if self.is_transposed else turned
        return np.array(self.colors)[turned].tolist()

    def inverted(self, grid):
        plain = np.argsort(self.colors)[np.array(grid)]
        plain = plain.T if self.is_transposed else plain
        return np.rot90(plain, -self.turns).tolist()


def max_reply_tokens(cells, pairs, grid):
    """As many as hone's replies have at most."""
    def count(grid):
        return len(grid) * len(grid[0])

    ratio = max(count(output) / count(given) for given, output in pairs)
    expected = max([len(cells.reply(output)) for _, output in pairs]
                   + [int(len(cells.reply(grid)) * ratio)])
    return min(LARGEST_SIDE * (LARGEST_SIDE + 1) + 1, 2 * expected + 32)


@torch.inference_mode()
def answer(model, cells, puzzle, options):
    """Answers all test inputs: the seconds, how many are right, and how the replies went."""
    pairs = [(pair["input"], pair["output"]) for pair in puzzle["train"]]
    draw = random.Random(0)
    start = time.perf_counter()
    model.eval()
    model = model.merge_and_unload()
    model.generation_config = GenerationConfig(
        do_sample=False, eos_token_id=cells.end, pad_token_id=cells.end)
    correct = total = replies = tokens = broken = 0
    for query in puzzle["test"]:
        views = [View(index, len(pairs), draw) for index in range(options.views)]
        most = options.max_new_tokens or max_reply_tokens(cells, pairs, query["input"])
        votes = collections.Counter()
        for first in range(0, len(views), options.generation_batch):
            chosen = views[first:first + options.generation_batch]
            prompts = [
                cells.prompt([list(map(view.applied, pairs[place])) for place in view.order],
                             view.applied(query["input"])) for view in chosen]
            width = max(len(prompt) for prompt in prompts)
            ids = torch.full((len(prompts), width), cells.end)
            mask = torch.zeros_like(ids)
            for row, prompt in enumerate(prompts):
                ids[row, width - len(prompt):] = prompt
                mask[row, width - len(prompt):] = 1
            written = model.generate(input_ids=ids, attention_mask=mask, max_new_tokens=most)
            for view, reply in zip(chosen, written[:, width:].tolist()):
                tokens += (reply + [cells.end]).index(cells.end)
                replies += 1
                grid = cells.grid(reply)
                if grid is None:
                    broken += 1
                else:
                    votes[json.dumps(view.inverted(grid))] += 1
        if "output" in query:
            total += 1
            correct += json.dumps(query["output"]) in [grid for grid, _ in votes.most_common(2)]
    return {"answerSeconds": time.perf_counter() - start, "correct": correct, "total": total,
            "replies": replies, "replyTokens": tokens, "brokenReplies": broken}


def peft_round(options, base, recipe, batches, cells, puzzle, seed):
    torch.manual_seed(seed)
    model = adapted(base, recipe)
    losses, seconds = train(model, recipe["training"], batches)
    result = {"losses": losses, "trainSeconds": seconds}
    if cells is not None:
        result |= answer(model, cells, puzzle, options)
        result["seconds"] = seconds + result["answerSeconds"]
    return result


# Figures

def summary(rounds):
    """The last round with the medians of the seconds, and the seconds of all."""
    result = dict(rounds[-1])
    for key in ("trainSeconds", "answerSeconds", "seconds"):
        if key in result:
            result[key] = statistics.median(each[key] for each in rounds)
            result[key + "OfRounds"] = [each[key] for each in rounds]
    return result


def compare(ours, theirs, unchanged):
    """What hone is beside PEFT: differences of the losses, and how many times as fast."""
    if len(ours["losses"]) != len(theirs["losses"]):
        raise SystemExit(
            f"{len(ours['losses'])} losses of hone, {len(theirs['losses'])} of PEFT")
    differences = [abs(a / b - 1) for a, b in zip(ours["losses"], theirs["losses"])]
    worst = max(range(len(differences)), key=differences.__getitem__)
    result = {
        "unchangedDifference": max(differences[:unchanged]),
        "largestDifference": differences[worst], "largestDifferenceStep": worst + 1,
        "trainRatio": theirs["trainSeconds"] / ours["trainSeconds"]}
    if "seconds" in theirs:
        result["answerRatio"] = theirs["answerSeconds"] / ours["answerSeconds"]
        result["ratio"] = theirs["seconds"] / ours["seconds"]
    return result


def table(report):
    columns = {f"hone {name}": result for name, result in report["hone"].items()}
    columns["PEFT float32"] = report["peft"]
    comparisons = list(report["comparison"].values()) + [None]
    lines = [("", list(columns))]

    def line(name, texts):
        lines.append((name, texts))

    def seconds(name, key):
        line(name, [f"{each[key]:.2f} s" if key in each else "" for each in columns.values()])

    def compared(name, text):
        line(name, [text(each) if each else "" for each in comparisons])

    line("loss of the first step", [f"{each['losses'][0]:.4f}" for each in columns.values()])
    line("loss of the last step", [f"{each['losses'][-1]:.4f}" for each in columns.values()])
    compared("difference before any change",
             lambda each: f"{100 * each['unchangedDifference']:.3f} %")
    compared("largest difference (step)", lambda each: (
        f"{100 * each['largestDifference']:.2f} % ({each['largestDifferenceStep']})"))
    seconds("training", "trainSeconds")
    line("tokens trained a second",
         [f"{report['tokens'] / each['trainSeconds']:.0f}" for each in columns.values()])
    seconds("answering", "answerSeconds")
    seconds("the task", "seconds")
    line("test inputs right", [f"{each['correct']}/{each['total']}" if "correct" in each else ""
                               for each in columns.values()])
    compared("training, PEFT's / hone's", lambda each: f"{each['trainRatio']:.2f}")
    if "ratio" in next(iter(report["comparison"].values())):
        compared("answering, PEFT's / hone's", lambda each: f"{each['answerRatio']:.2f}")
        compared("the task, PEFT's / hone's", lambda each: f"{each['ratio']:.2f}")
    width = max(len(name) for name, _ in lines)
    return [name.ljust(width) + "".join(text.rjust(15) for text in texts) for name, texts in lines]


def show(report):
    def counted(count, noun):
        return f"{count} {noun}" + ("" if count == 1 else "s")

    training = report["recipe"]["training"]
    theirs = report["peft"]
    print(f"{report['puzzle']}: {counted(report['steps'], 'step')}, "
          f"{counted(report['samples'], 'sample')} of {report['tokens']} tokens; "
          f"{counted(report['threads'], 'thread')}, {counted(report['rounds'], 'round')}")
    kept = report["keptTokens"]
    print(f"{report['model']}: {f'{kept} tokens kept' if kept else 'all tokens'}; LoRA of rank "
          f"{training['loraRank']}, alpha {training['loraAlpha']:g} on "
          f"{', '.join(training['targetModules'])}")
    print(", ".join(f"{name} {version}" for name, version in report["versions"].items()))
    for line in table(report):
        print(line.rstrip())
    if "replies" in theirs:
        print(f"PEFT's replies: {theirs['replies']} of {theirs['replyTokens']} tokens, "
              f"{theirs['brokenReplies']} without a grid; hone also scored its grids")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--puzzle", required=True, help="a JSON file with train and test")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--hone", default=ROOT / ".build/release/hone")
    parser.add_argument("--model", help="a GGUF file; default: hone's smollm2-135m")
    parser.add_argument("--compute", nargs="+", default=["float32", "int8"], help="of hone")
    parser.add_argument("--hone-options", default="", help="more for hone solve, as one text")
    parser.add_argument("--skip-generation", action="store_true", help="only train with PEFT")
    parser.add_argument("--views", type=int, default=8, help="that PEFT answers")
    parser.add_argument("--generation-batch", type=int, default=8, help="views side by side")
    parser.add_argument("--max-new-tokens", type=int, help="of a reply; default: as hone's")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for name in ("steps", "rounds", "threads", "views", "generation_batch"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')}: expected at least 1")
    options.model = options.model or default_model()
    return options


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    transformers.utils.logging.disable_progress_bar()
    puzzle = json.loads(pathlib.Path(options.puzzle).read_text())
    kept, recipe, batches = hone_samples(options)
    check(recipe)
    if kept is None and not options.skip_generation:
        raise SystemExit("answers need the grid format cells; add --skip-generation")
    base, tokenizer = load(options.model, kept)
    cells = None if options.skip_generation else Cells(tokenizer, kept, batches[0][0])
    ours = {compute: [] for compute in options.compute}
    theirs = []
    for index in range(options.rounds):
        for compute, rounds in ours.items():
            rounds.append(hone_round(options, compute))
        theirs.append(peft_round(options, base, recipe, batches, cells, puzzle, index))
    ours = {compute: summary(rounds) for compute, rounds in ours.items()}
    theirs = summary(theirs)
    # The first step's rate is zero behind a warm-up, so the second's loss is of the same weights.
    unchanged = 2 if rate(recipe["training"], 0) == 0 else 1
    comparison = {name: compare(each, theirs, unchanged) for name, each in ours.items()}
    report = {
        "puzzle": pathlib.Path(options.puzzle).stem, "model": pathlib.Path(options.model).name,
        "steps": len(batches), "samples": sum(map(len, batches)),
        "tokens": sum(ids.shape[1] for batch in batches for ids, _ in batch),
        "keptTokens": kept and len(kept), "threads": options.threads, "rounds": options.rounds,
        "honeOptions": options.hone_options, "recipe": recipe,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__,
                     "peft": peft.__version__},
        "hone": ours, "peft": theirs, "comparison": comparison}
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    exact = comparison.get("float32")
    if exact and not exact["unchangedDifference"] < 0.01:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
