#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/results/arc-induction.md out of the stores of runs.

The commands that make the stores stand at the file's end.

    python3 Tools/arc/induction_report.py --set "evaluation, 2 functions" quick.sqlite \\
        --set "evaluation, 3 functions" full-1.sqlite,full-2.sqlite … \\
        --contributions contributions.json --note docs/results/arc-induction.note.md \\
        > docs/results/arc-induction.md
"""

import argparse
import collections
import json
import pathlib
import statistics

from induction_store import is_convincing, kind, read

TIMES = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60]
# Programs are shown of these, all of the training half.
EXAMPLES = ["1cf80156", "a416b8f3", "67a3c6ac", "f25ffba3", "3618c87e", "e8593010", "22168020",
            "b230c067", "6e82a1ae", "dc433765"]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |",
             "|" + "|".join("---" if index == 0 else "---:" for index in range(len(header))) + "|"]
    return lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows] + [""]


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "–"


def summary(name, puzzles):
    queries = [query for puzzle in puzzles.values() for query in puzzle]
    one = sum(all(q.attempts[:1] and q.attempts[0].right for q in p) for p in puzzles.values())
    two = sum(all(q.solved for q in p) for p in puzzles.values())
    credit = sum(sum(q.solved for q in p) / len(p) for p in puzzles.values())
    fits = [q for q in queries if q.best and is_convincing(q.best["program"])]
    right = sum(q.best["answer"] == q.expected for q in fits)
    seconds = [sum(q.seconds for q in p) for p in puzzles.values()]
    return [name, len(puzzles), one, two, f"{credit:.1f} ({percent(credit, len(puzzles))})",
            f"{right} of {len(fits)} ({percent(right, len(fits))})", f"{sum(seconds):.0f}",
            f"{statistics.median(seconds):.2f}", f"{max(seconds):.1f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--set", nargs=2, action="append", required=True,
                        metavar=("NAME", "STORES"))
    parser.add_argument("--contributions")
    parser.add_argument("--examples", help="a store of the training half")
    parser.add_argument("--note", required=True)
    arguments = parser.parse_args()
    sets = [(name, read(stores.split(","))) for name, stores in arguments.set]
    lines = [
        "# Program induction on ARC", "",
        *pathlib.Path(arguments.note).read_text().split("\n<!-- tables -->\n")[0].split("\n"), "",
        "## Solved", "",
        *table(["set", "puzzles", "1 attempt", "2 attempts", "credit, 2 attempts",
                "convincing and right", "core seconds", "median", "longest"],
               [summary(name, puzzles) for name, puzzles in sets]),
        "A puzzle is solved if every one of its test inputs is; credit counts test inputs. "
        "Convincing: the best program reproduces all demonstrations, with at most three layers, or "
        "is a rule that also holds for at least half of the demonstrations when it is learned from "
        "the others. Seconds are those of one core; no puzzle had more than one.", "",
        "## How the solved count grows with time", "",
        *table(["seconds a puzzle"] + [name for name, _ in sets],
               [[f"{time:g}"] + [
                   sum(all(q.solved for q in p) and sum(q.seconds for q in p) <= time
                       for p in puzzles.values()) for _, puzzles in sets] for time in TIMES]),
        "## What speaks for a program, and how often it is right", "",
    ]
    kinds = collections.defaultdict(lambda: [[0, 0] for _ in sets])
    for index, (_, puzzles) in enumerate(sets):
        for puzzle in puzzles.values():
            for query in puzzle:
                if query.best:
                    counts = kinds[kind(query.best["program"])][index]
                    counts[0] += query.best["answer"] == query.expected
                    counts[1] += 1
    lines += table(["the best program"] + [name for name, _ in sets],
                   [[name] + [f"{right} of {all}" for right, all in counts]
                    for name, counts in sorted(kinds.items())])
    if arguments.contributions:
        found = json.loads(pathlib.Path(arguments.contributions).read_text())
        ordered = sorted(found["functions"], key=lambda f: (-len(f["lost"]), -f["used"],
                                                            f["function"]))
        lines += [
            "## What each function contributes", "",
            f"Of the {found['solved']} training puzzles solved with two functions: how many "
            "submitted programs use the function, and how many of these are no longer solved without "
            "it. Functions that are not listed are used by no submitted program that is right.", "",
            *table(["function", "used", "lost without it"],
                   [[f"`{f['function']}`", f["used"], len(f["lost"])] for f in ordered])]
    if arguments.examples:
        shown = read(arguments.examples.split(","))
        lines += ["## Programs", "", "Of the training half, as they are printed:", ""]
        for id in EXAMPLES:
            query = shown.get(id, [None])[0]
            right = query and next((a for a in query.attempts if a.right and a.program), None)
            if not right:
                continue
            program = right.program["program"]
            body = ([f"with {program['preparation']}"] if program.get("preparation") else []) + [
                " | ".join([layer["root"]] + layer["functions"])
                + (f" : {layer['drawing']}" if layer["drawing"] else "")
                for layer in program["layers"]]
            lines += [f"{id}", "", "```", *body, "```", ""]
    tail = pathlib.Path(arguments.note).read_text().split("\n<!-- tables -->\n")
    lines += tail[1].split("\n") if len(tail) > 1 else []
    print("\n".join(lines).rstrip())


if __name__ == "__main__":
    main()
