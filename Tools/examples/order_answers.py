# SPDX-License-Identifier: Apache-2.0
"""Counts the order lines that a model writes exactly, on the test rows of Examples/order-lines.

Run: python Tools/examples/order_answers.py [options of hone generate, such as --adapter-path DIR]

Each row is a call of hone generate: greedy, up to the first line break.
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def answer(prompt, options):
    command = [ROOT / ".build/release/hone", "generate", "--prompt", "-", "--max-tokens", "60",
               "--temp", "0", "--stop", "\n", "--json", *options]
    done = subprocess.run(command, input=prompt, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["text"].strip()


def main():
    lines = (ROOT / "Examples/order-lines/test.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    answers = [answer(row["prompt"], sys.argv[1:]) for row in rows]
    right = sum(a == row["completion"].strip() for a, row in zip(answers, rows))
    part = right / len(rows)
    error = (part * (1 - part) / len(rows)) ** 0.5
    print(f"{right} of {len(rows)} exactly right ({100 * part:.1f} ± {100 * error:.1f} %)")
    for row, text in list(zip(rows, answers))[:3]:
        print(f"  expected {row['completion'].strip()!r}, got {text[:70]!r}")


if __name__ == "__main__":
    main()
