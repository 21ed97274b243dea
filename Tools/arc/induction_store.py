# SPDX-License-Identifier: Apache-2.0
"""Runs of induction as a run store keeps them."""

import dataclasses
import json
import sqlite3


@dataclasses.dataclass
class Attempt:
    grid: str
    right: bool
    # The stored program; None where nothing made the attempt.
    program: dict | None


@dataclasses.dataclass
class Query:
    task: str
    item: str
    seconds: float
    expected: str
    attempts: list
    candidates: list

    @property
    def solved(self):
        return any(attempt.right for attempt in self.attempts)

    @property
    def best(self):
        """The first candidate, which is what the search believes most."""
        return self.candidates[0] if self.candidates else None


def is_convincing(program):
    """As InducedCandidate.isConvincing."""
    if not all(program["reproduced"]):
        return False
    if program.get("heldOut") is not None:
        return 2 * program["heldOut"] >= len(program["reproduced"])
    return len(program["program"]["layers"]) <= 3 and program["cost"] <= 70


def kind(program):
    """What speaks for a program, in a few words."""
    if not all(program["reproduced"]):
        return "reproduces some"
    if program.get("heldOut") is not None:
        whole = program["heldOut"] == len(program["reproduced"])
        half = 2 * program["heldOut"] >= len(program["reproduced"])
        return "cell rule, holds out " + ("all" if whole else "half" if half else "few")
    if program["cost"] > 70:
        return "layers: too dear"
    count = len(program["program"]["layers"])
    return "layers: " + (str(count) if count < 5 else "5 or more")


def read(paths):
    """The test inputs of every puzzle, by its id."""
    puzzles = {}
    for path in paths:
        store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        expected = {(task, item): output for task, item, output in store.execute(
            "SELECT task, id, expected FROM item")}
        for task, item, answer, candidates, seconds in store.execute(
                "SELECT task, item, answer, candidates, seconds FROM result "
                "WHERE strategy = 'induction' ORDER BY task, position"):
            candidates = json.loads(candidates) if candidates else []
            programs = {c["answer"]: c["program"] for c in candidates if c.get("program")}
            right = expected[task, item]
            attempts = [Attempt(grid, grid == right, programs.get(grid))
                        for grid in answer.split("\n\n") if grid]
            puzzles.setdefault(task, []).append(
                Query(task, item, seconds, right, attempts, candidates))
    return puzzles
