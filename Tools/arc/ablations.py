# SPDX-License-Identifier: Apache-2.0
"""How far each strategy of a run on puzzles is from `ttt`, by the nats of the right outputs, puzzle by
puzzle: with few puzzles solved that tells more than which. Python's standard library only.

hone runs export latest | python3 Tools/arc/ablations.py

± is one standard error over puzzles; of a puzzle with several test inputs their mean counts. A shared
adapter's steps are those of all puzzles together.
"""
import json
import math
import statistics
import sys


def mean_and_error(values):
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return statistics.mean(values), error


def read(lines):
    """Nats of every strategy's puzzles, and the steps of its trainings, strategies in the run's order."""
    strategies, nats, steps = [], {}, {}
    for line in lines:
        row = json.loads(line)
        if row["row"] == "run":
            strategies = [s["name"] for s in row["configuration"]["strategies"]]
        elif row["row"] == "training":
            steps.setdefault(row["strategy"], []).append(len(row["losses"]))
        elif row["row"] == "answer" and row.get("expectedLogLikelihood") is not None:
            puzzles = nats.setdefault(row["strategy"], {})
            puzzles.setdefault(row["task"], []).append(-row["expectedLogLikelihood"])
    means = {s: {t: statistics.mean(v) for t, v in puzzles.items()} for s, puzzles in nats.items()}
    return [s for s in strategies if s in means], means, steps


def main():
    strategies, nats, steps = read(sys.stdin)
    if "ttt" not in nats:
        sys.exit("no answers of ttt, against which the others are held")
    print("| strategy | puzzles | steps, median | nats | less than ttt | ± | likelier / less likely |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for strategy in strategies:
        shared = sorted(nats[strategy].keys() & nats["ttt"].keys())
        values = [nats[strategy][task] for task in shared]
        gains = [nats["ttt"][task] - nats[strategy][task] for task in shared]
        gain, error = mean_and_error(gains)
        middle = statistics.median(steps[strategy]) if strategy in steps else 0
        told = ["", "", ""]
        if strategy != "ttt":
            told = [f"{gain:.1f}".replace("-", "−"), f"{error:.1f}",
                    f"{sum(g > 0 for g in gains)} / {sum(g < 0 for g in gains)}"]
        print(f"| {strategy} | {len(shared)} | {middle:g} | {statistics.mean(values):.1f} | "
              + " | ".join(told) + " |")


if __name__ == "__main__":
    main()
