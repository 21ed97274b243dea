# SPDX-License-Identifier: Apache-2.0
"""Writes ARC puzzles with small grids as text tasks, a row's digits side by side and rows divided by
slashes. Python's standard library only.

hone data pull arc-agi-1
python3 Tools/auto/arc_tasks.py FILE FOLDER [CELLS]
hone bench run FOLDER --strategies icl,ttt-direct,ttt-half,ttt,auto

FILE is the data that was pulled; of both of its halves those puzzles are taken whose grids all have at
most CELLS cells (default 16). Each gives one file: its demonstrations, its test inputs as queries.
"""
import json
import pathlib
import sys


def text(grid):
    return "/".join("".join(map(str, row)) for row in grid)


def puzzles(data):
    """Identifiers and puzzles, in order, of {id: puzzle} or {half: {id: puzzle}}."""
    if all("train" in value and "test" in value for value in data.values()):
        yield from sorted(data.items())
    else:
        for half in sorted(data):
            yield from puzzles(data[half])


def main():
    source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 16
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, puzzle in puzzles(json.loads(pathlib.Path(source).read_text(encoding="utf-8"))):
        pairs = puzzle["train"] + puzzle["test"]
        # Three are shown, so that there must be a fourth to ask.
        if len(pairs) < 4 or any(
                len(p[k]) * len(p[k][0]) > most for p in pairs for k in ["input", "output"]):
            continue
        task = {
            "name": name,
            "demonstrations": [{k: text(p[k]) for k in ["input", "output"]} for p in puzzle["train"]],
            "queries": [{k: text(p[k]) for k in ["input", "output"]} for p in puzzle["test"]]}
        (folder / f"{name}.json").write_text(json.dumps(task, indent=1) + "\n", encoding="utf-8")
        count += 1
    print(f"{count} puzzles in {folder}")


if __name__ == "__main__":
    main()
