# SPDX-License-Identifier: Apache-2.0
"""Trains one adapter with hone and with PEFT and compares the losses of every step.

Pinned: Python 3.11+, torch 2.15.0, transformers 5.23.0, peft 0.21.2.
Run: python Tools/peers/train_curve.py --model FILE.gguf [--steps 100] [--compute float32]

Both begin with the same matrices: hone's, which it saves behind one step of rate zero. Every step
takes all rows, so their order does not matter: the first of Examples/order-lines, loss on every
token. PyTorch computes in float32 on the dequantised weights. Exits with 1 where a step's loss
differs by more than 1 %.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, get_cosine_schedule_with_warmup

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE, WARMUP, RANK = 2e-4, 10, 16


def hone_losses(options, folder, name, steps, method):
    run = folder / name
    command = [
        options.hone, "train", "--model", options.model, "--data", folder / "rows.jsonl",
        "--adapter-path", run, "--iters", steps, "--batch-size", options.rows, "--lora-rank", RANK,
        "--learning-rate", RATE, "--warmup-steps", min(WARMUP, steps), "--loss", "every-token",
        "--compute", options.compute, "--fine-tune-type", method, "--save-every", 10**6]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    lines = (run / "metrics.jsonl").read_text().splitlines()
    return run, [json.loads(line)["loss"] for line in lines if '"loss"' in line]


def peft_losses(options, folder, start):
    path = pathlib.Path(options.model)
    base = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="sdpa")
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    model = PeftModel.from_pretrained(base, start, is_trainable=True).train()
    rows = [json.loads(line)["text"] for line in (folder / "rows.jsonl").read_text().splitlines()]
    batch = [torch.tensor([tokenizer(row).input_ids + [tokenizer.eos_token_id]]) for row in rows]
    targets = sum(ids.shape[1] - 1 for ids in batch)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    schedule = get_cosine_schedule_with_warmup(optimizer, WARMUP, options.steps)
    losses = []
    for step in range(options.steps):
        optimizer.zero_grad()
        total = 0.0
        for ids in batch:
            logits = model(input_ids=ids).logits[0, :-1]
            loss = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="sum") / targets
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(total)
    return losses


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--hone", default=ROOT / ".build/release/hone")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--compute", default="float32")
    parser.add_argument("--method", default="lora")
    options = parser.parse_args()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = (ROOT / "Examples/order-lines/train.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in source[:options.rows]]
        (folder / "rows.jsonl").write_text("".join(
            json.dumps({"text": row["prompt"] + row["completion"]}) + "\n" for row in rows))
        # The first step's rate is zero.
        start, _ = hone_losses(options, folder, "start", 1, options.method)
        _, ours = hone_losses(options, folder, "run", options.steps, options.method)
        theirs = peft_losses(options, folder, start)
    differences = [abs(a / b - 1) for a, b in zip(ours, theirs)]
    for step in [*range(0, options.steps, 20), options.steps - 1]:
        print(f"step {step}: hone {ours[step]:.5f}, PEFT {theirs[step]:.5f}")
    worst = max(range(options.steps), key=differences.__getitem__)
    print(f"largest difference of {options.steps} steps: {100 * differences[worst]:.3f} % "
          f"(step {worst})")
    if not (len(ours) == len(theirs) == options.steps and differences[worst] < 0.01):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
