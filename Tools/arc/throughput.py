#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions and programs a second of the program search, beside what memory would allow.

Solves every so many puzzles of the training half with `hone solve --strategy induction`, on one core.
The floor is that of the bytes: a function reads a picture and writes one, as large as the puzzles'
inputs on average, at the bandwidth that `hone doctor` measures.

    python3 Tools/arc/throughput.py [--every 8] [--program-length 2]
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hone", default=".build/release/hone")
    parser.add_argument("--every", type=int, default=8)
    parser.add_argument("--program-length", type=int, default=2)
    arguments = parser.parse_args()
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    home = pathlib.Path(os.environ.get("HONE_HOME") or pathlib.Path(cache) / "hone")
    puzzles = json.loads((home / "data/arc-agi-1/arcagi_aa922be.json").read_text())["train"]
    calls = programs = seconds = cells = grids = 0
    with tempfile.TemporaryDirectory() as folder:
        for id in sorted(puzzles)[:: arguments.every]:
            path = f"{folder}/{id}.json"
            pathlib.Path(path).write_text(json.dumps(puzzles[id]))
            done = subprocess.run(
                [arguments.hone, "solve", path, "--strategy", "induction", "--program-length",
                 str(arguments.program_length), "--seconds-per-task", "60", "--json"],
                check=True, capture_output=True, text=True)
            for answer in json.loads(done.stdout)["strategies"][0]["answers"]:
                calls += answer["search"]["functionCalls"]
                programs += answer["search"]["programs"]
                seconds += answer["search"]["seconds"]
            for pair in puzzles[id]["train"] + puzzles[id]["test"]:
                cells += len(pair["input"]) * len(pair["input"][0])
                grids += 1
    doctor = subprocess.run([arguments.hone, "doctor"], check=True, capture_output=True, text=True)
    bandwidth = float(re.search(r"reads at ([0-9.]+) GB/s", doctor.stdout)[1]) * 1e9
    floor = bandwidth / (2 * cells / grids)
    print(f"{seconds:.1f} s on one core: {calls / seconds / 1e3:.0f} thousand functions and "
          f"{programs / seconds / 1e3:.1f} thousand different programs a second")
    print(f"grids of {cells / grids:.0f} cells: {bandwidth / 1e9:.1f} GB/s would allow "
          f"{floor / 1e6:.0f} million functions a second; reached "
          f"{100 * calls / seconds / floor:.2f} %")


if __name__ == "__main__":
    main()
