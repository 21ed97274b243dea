#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names the puzzles of ARC-AGI-2 that are not in ARC-AGI-1: what shaped nothing in this project.

Left out are puzzles that share an id with ARC-AGI-1, or any pair of grids with one of its puzzles
(db695cfb repeats all demonstrations of 55783887).

    hone data pull arc-agi-1 && hone data pull arc-agi-2
    python3 Tools/arc/arc2_only.py --split eval > arc2-eval.txt
    python3 Tools/arc/arc2_only.py --split train > arc2-train.txt
"""

import argparse
import json
import os
import pathlib


def folder(name):
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    home = pathlib.Path(os.environ.get("HONE_HOME") or pathlib.Path(cache) / "hone")
    return home / "data" / name


def pairs(puzzle):
    return {json.dumps(pair, sort_keys=True) for pair in puzzle["train"] + puzzle["test"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--split", choices=["train", "eval"], default="eval")
    parser.add_argument("--first", default=folder("arc-agi-1") / "arcagi_aa922be.json")
    parser.add_argument("--second", default=folder("arc-agi-2") / "arcagi2_f3283f7.json")
    arguments = parser.parse_args()
    first = json.loads(pathlib.Path(arguments.first).read_text())
    second = json.loads(pathlib.Path(arguments.second).read_text())
    known = {id: puzzle for half in first.values() for id, puzzle in half.items()}
    seen = set().union(*(pairs(puzzle) for puzzle in known.values()))
    for id, puzzle in sorted(second[arguments.split].items()):
        if id not in known and not pairs(puzzle) & seen:
            print(id)


if __name__ == "__main__":
    main()
