#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits how likely an answer is right to what programs and a model say of it.

Reads runs of the strategy ensemble on puzzles of the training half, and prints the coefficients of
AnswerCalibration.swift: a logistic regression over all answers that either arm found, with a weak
prior (a normal of standard deviation 3 on each weight, none on the bias).

    python3 Tools/arc/calibrate.py --store runs.sqlite
"""

import argparse
import collections
import json
import math
import pathlib
import sqlite3
import sys

from induction_store import is_convincing

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import logistic  # noqa: E402

NO_PROGRAM = 0.01


def confidence(program):
    """As InducedCandidate.confidence."""
    if not all(program["reproduced"]):
        return 0.02
    if program.get("heldOut") is not None:
        if program["heldOut"] == len(program["reproduced"]):
            return 0.9
        return 0.7 if is_convincing(program) else 0.12
    if program["cost"] > 70:
        return 0.19
    return {1: 0.97, 2: 0.78, 3: 0.78, 4: 0.6}.get(len(program["program"]["layers"]), 0.19)


def rows(path):
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    expected = {(task, item): output
                for task, item, output in store.execute("SELECT task, id, expected FROM item")}
    for task, item, candidates in store.execute(
            "SELECT task, item, candidates FROM result WHERE strategy LIKE 'ensemble%'"):
        answers = collections.defaultdict(lambda: [NO_PROGRAM, 0, None])
        total = 0
        for candidate in json.loads(candidates or "[]"):
            entry = answers[candidate["answer"]]
            if candidate.get("program"):
                entry[0] = confidence(candidate["program"])
                continue
            entry[1] += 1
            total += 1
            views = candidate.get("viewLogLikelihoods")
            if views:
                entry[2] = -sum(views) / len(views)
        for answer, (program, votes, nats) in answers.items():
            odds = min(0.99, max(NO_PROGRAM, program))
            yield ([1.0, math.log(odds / (1 - odds)), votes / max(1, total),
                    math.exp(-nats) if nats is not None else 0.0],
                   answer == expected[task, item])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", required=True, action="append")
    arguments = parser.parse_args()
    data = [row for path in arguments.store for row in rows(path)]
    weights = logistic.fit([x for x, _ in data], [y for _, y in data], [0.0] + [1 / 9] * 3, [0.0] * 4)
    written = [y for x, y in data if x[2] > 0]
    print(f"{len(data)} answers, {sum(y for _, y in data)} right; of {len(written)} that the model "
          f"wrote, {sum(written)}")
    for name, weight in zip(["bias", "program", "voteShare", "likelihood"], weights):
        print(f"{name}: {weight:.3f}")
    bins = collections.defaultdict(list)
    for x, y in data:
        p = logistic.predict(weights, x)
        bins[min(4, int(5 * p))].append((p, y))
    for index, entries in sorted(bins.items()):
        print(f"predicted {sum(p for p, _ in entries) / len(entries):.2f}, right "
              f"{sum(y for _, y in entries) / len(entries):.2f}, n {len(entries)}")
    error = sum(abs(sum(p - y for p, y in entries)) for entries in bins.values()) / len(data)
    print(f"calibration error {error:.3f}")


if __name__ == "__main__":
    main()
