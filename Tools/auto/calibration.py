# SPDX-License-Identifier: Apache-2.0
"""Shows how far accuracies that `auto` expected were from what came, over several runs together.

hone runs export RUN > one.jsonl
python3 Tools/auto/calibration.py one.jsonl two.jsonl …

For each file and for all of them: predictions, mean expected and actual accuracy, and the calibration
error over tenths of the range as `hone report` has it, with the middle 90 % of what draws of as many
tasks give (bootstrap over tasks, 2,000 times). A strategy that was run on a task checks what was
expected of it; the chosen one that was not is checked by the answers of `auto`.
"""
import pathlib
import random
import sys

import priors


def predictions(path):
    """(task, expected, actual) of every strategy, task and seed of one export."""
    decisions, scores = {}, {}
    for row in priors.rows([path]):
        if row["row"] == "decision":
            decisions[row["task"], row["seed"]] = row["decision"]
        elif row["row"] == "answer":
            key = row["strategy"], row["task"], row["seed"]
            scores.setdefault(key, []).append(row["score"])
    for (task, seed), decision in sorted(decisions.items()):
        for candidate in decision["candidates"]:
            if candidate.get("obstacle"):
                continue
            strategy = candidate["strategy"]
            found = scores.get((strategy, task, seed))
            if not found and strategy == decision["choice"]:
                found = scores.get(("auto", task, seed))
            if found:
                yield task, candidate["estimate"]["mean"], priors.mean(found)


def error(rows):
    return priors.calibration_error([e for _, e, _ in rows], [a for _, _, a in rows])


def show(name, rows):
    tasks = {}
    for row in rows:
        tasks.setdefault(row[0], []).append(row)
    names = sorted(tasks)
    source = random.Random(1)
    drawn = sorted(error([row for _ in names for row in tasks[source.choice(names)]])
                   for _ in range(2000))
    print(f"{name:24} {len(names):5} {len(rows):11} {100 * priors.mean(r[1] for r in rows):8.1f} "
          f"{100 * priors.mean(r[2] for r in rows):8.1f} {error(rows):7.3f}   "
          f"{drawn[100]:.3f} … {drawn[1899]:.3f}")


def main():
    print("file                     tasks predictions expected   actual   error   90 %")
    everything = []
    for path in sys.argv[1:]:
        name = pathlib.Path(path).stem
        # Tasks of two suites that share a name are two.
        rows = [(f"{name}/{task}", *rest) for task, *rest in predictions(path)]
        show(name, rows)
        everything += rows
    if len(sys.argv) > 2:
        show("all", everything)


if __name__ == "__main__":
    main()
