# SPDX-License-Identifier: Apache-2.0
"""Shows what choosing a recipe for each task could gain, from one run for each recipe.

hone bench run FOLDER --strategies ttt-half --lora-rank 4 --lora-alpha 8 …
hone runs export latest > rank-4.jsonl
python3 Tools/auto/recipes.py rank-16.jsonl rank-4.jsonl rank-64.jsonl

The first file is that of the usual recipe. For each: mean accuracy over tasks, and the difference from the
first with its standard error over tasks. Then the mean of the best recipe of each task: picked by the
answers it is scored on, which is too good, and cross-fitted, picked on every other query and scored on the
rest, both ways. Each run has one strategy and one seed.
"""
import math
import pathlib
import sys

from priors import mean, rows


def scores(path):
    """{task: {place of the query: score}}"""
    result = {}
    for row in rows([path]):
        if row["row"] == "answer":
            result.setdefault(row["task"], {})[row["position"]] = row["score"]
    return result


def half(answers, parity):
    return mean(score for place, score in answers.items() if place % 2 == parity)


def cross_fitted(recipes, task):
    """The mean score of the best on one half of the queries, on the other half."""
    found = []
    for parity in [0, 1]:
        known = [half(recipe[task], parity) for recipe in recipes]
        found.append(mean(half(recipe[task], 1 - parity)
                          for recipe, score in zip(recipes, known) if score == max(known)))
    return mean(found)


def main():
    names = [pathlib.Path(path).stem for path in sys.argv[1:]]
    recipes = [scores(path) for path in sys.argv[1:]]
    tasks = [task for task in recipes[0] if all(task in recipe for recipe in recipes)]
    usual = [mean(recipes[0][task].values()) for task in tasks]
    for name, recipe in zip(names, recipes):
        accuracies = [mean(recipe[task].values()) for task in tasks]
        apart = [a - b for a, b in zip(accuracies, usual)]
        error = math.sqrt(sum((d - mean(apart)) ** 2 for d in apart) / (len(tasks) - 1) / len(tasks))
        print(f"{name:20} {100 * mean(accuracies):5.1f}   {100 * mean(apart):+5.1f} ± {100 * error:.1f}")
    best = mean(max(mean(recipe[task].values()) for recipe in recipes) for task in tasks)
    fair = mean(cross_fitted(recipes, task) for task in tasks)
    print(f"best of each of {len(tasks)} tasks: {100 * best:.1f}, cross-fitted {100 * fair:.1f}")


if __name__ == "__main__":
    main()
