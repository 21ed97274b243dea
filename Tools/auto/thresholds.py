# SPDX-License-Identifier: Apache-2.0
"""Shows what thresholds of the decision would have done on the tasks of the priors: the mean share of
right answers and the cost, of which always training on permutations has 1. Takes what priors.py takes.

Estimates are those of fits without the task in question, and pilots cost what they did.
"""
import math
import sys

import priors

STRATEGIES = priors.UNTRAINED + priors.TRAINED
STAGES = priors.PILOTS


class Decisions:
    """The estimates of every cell, and what a rule makes of them."""

    def __init__(self, paths):
        _, by_key, answering, self.prefixes, trainings = priors.read(paths)
        self.keys = sorted(by_key)
        self.cells = [by_key[key] for key in self.keys]
        self.trained, self.written = priors.costs(by_key, answering, self.prefixes, trainings)
        self.kinds = {name: priors.Kind(name, self.cells) for name in priors.KINDS}

    def estimate(self, cell, strategy, stage):
        kind = self.kinds[cell.kind]
        found = kind.found[strategy, stage]
        mean = found.left_out[kind.cells.index(cell)]
        return mean, math.sqrt(mean * (1 - mean) / (1 + found.worth))

    def cost(self, work):
        return work["read"] + self.trained * work["trained"] + self.written * work["generated"]

    def right(self, cell, strategy):
        return cell.right[strategy] / cell.asked[strategy]

    def difference(self, kind, estimates, a, b):
        """DecisionRule.difference."""
        known = self.kinds[kind].correlations
        common = known.get(a, {}).get(b) or known.get(b, {}).get(a) or 0
        x, y = estimates[a][1], estimates[b][1]
        return 0 if a == b else math.sqrt(max(0, x * x + y * y - 2 * common * x * y))

    def is_worth_a_pilot(self, kind, candidate, estimates, untrained, exchange):
        """Hearing.isWorthwhile and DecisionRule.isWorth."""
        halves = 2 if candidate["strategy"] == "ttt-direct" else 1
        pilot = self.trained * halves * 0.6 * candidate["work"]["trained"]
        strategy = candidate["strategy"]
        lead = estimates[strategy][0] - estimates[untrained][0]
        gain = expected_gain(lead, self.difference(kind, estimates, strategy, untrained))
        return gain >= exchange * pilot / self.cost(candidate["work"])

    def decide(self, index, exchange, price):
        """The strategy chosen in a cell, and all that was spent until its queries were answered."""
        cell, key = self.cells[index], self.keys[index]
        candidates = [s for s in STRATEGIES if s in cell.candidates]
        estimates = {s: self.estimate(cell, s, "prompting") for s in candidates}
        # Four passes over the demonstrations, of which answers in context go on from one.
        prefix = self.prefixes["icl", key[0], key[1]]["tokens"]
        spent = 4 * prefix
        left = {s: self.cost(cell.candidates[s]["work"]) for s in candidates}
        untrained = max((s for s in candidates if s in priors.UNTRAINED),
                        key=lambda s: estimates[s][0])
        running = list(priors.PILOTED)
        for place, stage in enumerate(STAGES):
            running.sort(key=lambda s: -estimates[s][0])
            if place:
                running = running[:(len(running) + 1) // 2]
            running = [s for s in running if self.is_worth_a_pilot(
                cell.kind, cell.candidates[s], estimates, untrained, exchange)]
            for strategy in running:
                candidate = cell.candidates[strategy]
                spent += self.trained * candidate["pilotTokens"] / len(STAGES)
                left[strategy] -= self.trained * candidate["trainedTokens"] / len(STAGES)
                estimates[strategy] = self.estimate(cell, strategy, stage)
        # DecisionRule.choose.
        whole = self.cost(cell.candidates["ttt"]["work"])
        choice = max(candidates, key=lambda s: estimates[s][0] - price * left[s] / whole)
        return choice, spent + left[choice] - (prefix if choice.startswith("icl") else 0)

    def show(self, exchange, price):
        choices = [self.decide(i, exchange, price) for i in range(len(self.cells))]
        right = sum(self.right(c, s) for c, (s, _) in zip(self.cells, choices)) / len(choices)
        whole = sum(self.cost(c.candidates["ttt"]["work"]) for c in self.cells)
        counts = ", ".join(f"{s} {sum(c == s for c, _ in choices)}" for s in STRATEGIES)
        print(f"{exchange:8} {price:6}   {100 * right:5.1f}  "
              f"{sum(cost for _, cost in choices) / whole:5.2f}   {counts}")


def expected_gain(lead, error):
    """What is to be expected of knowing better, as in DecisionRule.expectedGain."""
    if not error:
        return max(0.0, lead)
    z = lead / error
    return (error * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
            + lead * 0.5 * math.erfc(-z / math.sqrt(2)))


def main():
    decisions = Decisions(sys.argv[1:])
    whole = sum(decisions.cost(c.candidates["ttt"]["work"]) for c in decisions.cells)
    print("always          right %   cost")
    for strategy in STRATEGIES:
        right = sum(decisions.right(c, strategy) for c in decisions.cells) / len(decisions.cells)
        # Where nothing is read off, icl-calibrated answers as icl.
        cost = sum(decisions.cost(c.candidates.get(strategy, c.candidates["icl"])["work"])
                   for c in decisions.cells)
        print(f"{strategy:14} {100 * right:7.1f} {cost / whole:8.2f}")
    best = [max(decisions.right(c, s) for s in STRATEGIES) for c in decisions.cells]
    print(f"the best of each afterwards: {100 * sum(best) / len(best):.1f}")
    print("exchange  price   right %  cost   choices")
    for exchange in [0.25, 0.5, 1, math.inf]:
        for price in [0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.2, 0.3]:
            decisions.show(exchange, price)


if __name__ == "__main__":
    main()
