#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What each function of the grid programs contributes, on the training half of ARC-AGI-1.

Reads a run of induction out of a store, and for each function that a submitted program uses, runs
the puzzles of those programs again without it. Puzzles whose submitted programs do not use it are
taken to be solved as before.

    hone bench run arc --split training --strategies induction --program-length 2 --store t.sqlite
    python3 Tools/arc/contributions.py --store t.sqlite --out contributions.json
"""

import argparse
import collections
import json
import os
import subprocess
import tempfile

from induction_store import read


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hone", default=".build/release/hone")
    parser.add_argument("--store", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--program-length", type=int, default=2)
    arguments = parser.parse_args()
    puzzles = read([arguments.store])
    users = collections.defaultdict(set)
    for puzzle in puzzles.values():
        for query in puzzle:
            for attempt in query.attempts:
                if attempt.right:
                    for layer in attempt.program["program"]["layers"]:
                        for name in layer["functions"]:
                            if layer["root"] != "each cell":
                                users[name].add(query.task)
    solved = {id for id, puzzle in puzzles.items() if all(query.solved for query in puzzle)}
    result = []
    for name, ids in sorted(users.items()):
        ids = sorted(ids & solved)
        if not ids:
            continue
        with tempfile.TemporaryDirectory() as folder:
            store = f"{folder}/runs.sqlite"
            subprocess.run(
                [arguments.hone, "bench", "run", "arc", "--split", "training", "--ids",
                 ",".join(ids), "--strategies", "induction", "--program-length",
                 str(arguments.program_length), "--without-functions", name, "--store", store],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            without = read([store])
        lost = [id for id in ids if not all(query.solved for query in without[id])]
        result.append({"function": name, "used": len(ids), "lost": lost})
        print(f"{name}: used by {len(ids)}, lost {len(lost)}", flush=True)
    with open(arguments.out + ".part", "w") as file:
        json.dump({"solved": len(solved), "functions": result}, file, indent=1)
    os.replace(arguments.out + ".part", arguments.out)


if __name__ == "__main__":
    main()
