# SPDX-License-Identifier: Apache-2.0
"""Fits the priors of `--strategy auto` to a run on the tasks of prior_tasks.py. Python's standard
library only.

python3 Tools/auto/prior_tasks.py .build/priors
mkdir .build/third && cp $(ls .build/priors/* | awk 'NR % 3 == 1') .build/third
S=zero-shot,icl,icl-calibrated,ttt-direct,ttt-half,ttt,ttt-double,auto-evidence
hone bench run .build/priors --strategies $S --seeds 200 --limit 40 --store .build/priors.sqlite
hone runs export latest --store .build/priors.sqlite > .build/priors.jsonl
hone bench run .build/third --strategies $S --demonstrations 4 --seeds 204 --limit 24 \
    --store .build/priors.sqlite
hone runs export latest --store .build/priors.sqlite >> .build/priors.jsonl
python3 Tools/auto/priors.py .build/priors.jsonl > Sources/HoneAdaptation/Auto/priors.json

What those runs gave the priors that are in use is kept beside this file, of answers their scores and costs:

python3 Tools/auto/priors.py Tools/auto/priors.jsonl.xz > Sources/HoneAdaptation/Auto/priors.json

Of rows that several runs have for one task and seed, later ones replace earlier ones.

What it measured goes to standard error. Of every strategy and stage, and of tasks whose answers are
labels and of others, a logistic regression predicts the share of right answers from the features
named in Sources/HoneAdaptation/Auto/TaskFeatures.swift; the strength of its ridge is chosen by leaving
out one task after the other, and from those residuals comes how sure an estimate is.
"""
import json
import lzma
import math
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
import logistic  # noqa: E402

UNTRAINED = ["zero-shot", "icl", "icl-calibrated"]
PILOTED = ["ttt-direct", "ttt-half", "ttt"]
TRAINED = PILOTED + ["ttt-double"]
PILOTS = ["first pilot", "second pilot"]
KINDS = ["labels", "texts"]
RIDGES = [0.3, 1, 3, 10, 30]


def strategies(kind):
    """Between which is chosen, the cheaper before the dearer."""
    return [s for s in UNTRAINED + TRAINED if kind == "labels" or s != "icl-calibrated"]


def places(kind):
    """Of the strategies the stages at which their accuracy is estimated."""
    return [(strategy, stage) for strategy in strategies(kind)
            for stage in ["prompting"] + (PILOTS if strategy in PILOTED else [])]


def features(kind, strategy, stage):
    """What an accuracy is predicted by."""
    if strategy == "zero-shot":
        return ["zero-shot reproduced"]
    if stage in PILOTS:
        return ["pilot reproduced", "pilot probability", "pilot gain", "icl probability"]
    names = ["icl reproduced", "icl probability"]
    if kind == "labels":
        return names + ["icl-calibrated reproduced", "icl-calibrated probability"]
    return names + ["icl nats a token", "commonest output", "answer length"]


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def evidence(trials, outputs):
    """Distinct demonstrations, share written, mean likelihood and mean nats of some trials; the share
    and the likelihood as means over outputs, of each of which outputs names the first demonstration."""
    if not trials:
        return {"distinct": 0, "reproduced": 0.0, "probability": 0.0, "nats": None}
    groups = {}
    for trial in trials:
        groups.setdefault(outputs[trial["demonstration"]], []).append(trial)
    return {"distinct": len({t["demonstration"] for t in trials}),
            "reproduced": mean(mean(t["isReproduced"] for t in g) for g in groups.values()),
            "probability": mean(mean(math.exp(-t["nats"]) for t in g) for g in groups.values()),
            "nats": mean(t["nats"] for t in trials)}


class Cell:
    """A task with one seed's demonstrations: what was known of it, and what came of it."""

    def __init__(self, task, decision):
        self.task = task
        self.right = {}
        self.asked = {}
        self.candidates = {c["strategy"]: c for c in decision["candidates"]}
        self.outputs = decision["sameOutputs"]
        self.before = evidence(decision["beforePilot"]["trials"], self.outputs)
        self.demonstrations = decision["demonstrations"]
        # As LabelSet.swift has it.
        self.kind = "labels" if 2 * len(set(self.outputs)) <= self.demonstrations else "texts"
        trials = pairs(self.candidates["icl"]["evidenceByStage"])["prompting"]["trials"]
        # Mean tokens of an answer, and mean nats of a token.
        self.length = mean({t["demonstration"]: t["tokens"] for t in trials}.values())
        self.token_nats = sum(t["nats"] for t in trials) / sum(t["tokens"] for t in trials)
        self.commonest = max(map(self.outputs.count, self.outputs)) / len(self.outputs)

    def evidence(self, strategy, stage):
        # Of demonstrations that all have one output no labels are read off.
        candidate = self.candidates.get(strategy, {"evidenceByStage": {}})
        by_stage = pairs(candidate["evidenceByStage"])
        trials = by_stage.get(stage, {"trials": []})["trials"]
        # Without demonstrations shown no label is known to be the commonest.
        groups = self.outputs if strategy != "zero-shot" else [0] * len(self.outputs)
        return evidence(trials, groups)

    def raw(self, feature, strategy, stage):
        """A share or likelihood, and how many demonstrations it stands on."""
        if feature == "commonest output":
            return self.commonest, self.demonstrations
        source, kind = feature.rsplit(" ", 1)
        found = (self.evidence(strategy, stage) if source == "pilot"
                 else self.evidence(source, "prompting"))
        return found[kind], found["distinct"]

    def value(self, feature, strategy, stage, means):
        if feature == "icl nats a token":
            return math.log(max(0.01, self.token_nats))
        if feature == "answer length":
            return math.log(max(1, self.length))
        if feature == "pilot gain":
            after = self.evidence(strategy, stage)["nats"]
            if after is None or self.before["nats"] is None:
                return 0.0
            return min(4.0, max(-4.0, self.before["nats"] - after))
        rate, distinct = self.raw(feature, strategy, stage)
        usual = min(0.99, max(0.01, means[feature]))
        share = (distinct * rate + 2 * usual) / (distinct + 2)
        return math.log(share / (1 - share))


def pairs(encoded):
    """Swift writes a dictionary as an object, or as a list of keys and values in turn."""
    if isinstance(encoded, dict):
        return encoded
    return dict(zip(encoded[::2], encoded[1::2]))


def centers(names):
    """What the ridge draws the intercept and the weights to: the trials that are nearest to a strategy
    taken at their word, each kind of them as much as the other; all else to zero."""
    source = names[0].split(" ")[0]
    own = [n for n in names if n.startswith(source) and n.endswith(("reproduced", "probability"))]
    return [0.0] + [1 / len(own) if n in own else 0.0 for n in names]


def fit(names, inputs, shares, ridge):
    """The intercept and a weight for each name; the intercept is hardly drawn to anything."""
    pulls = [0.1] + [ridge] * len(names)
    return logistic.fit([[1.0] + x for x in inputs], shares, pulls, centers(names))


def leaving_out(cells, names, inputs, shares, ridge):
    """Predictions of each cell by a fit without its task."""
    result = [0.0] * len(cells)
    for task in sorted({c.task for c in cells}):
        kept = [i for i, c in enumerate(cells) if c.task != task]
        weights = fit(names, [inputs[i] for i in kept], [shares[i] for i in kept], ridge)
        for i, cell in enumerate(cells):
            if cell.task == task:
                result[i] = logistic.predict(weights, [1.0] + inputs[i])
    return result


def log_loss(predicted, shares):
    return -sum(y * math.log(max(p, 1e-6)) + (1 - y) * math.log(max(1 - p, 1e-6))
                for p, y in zip(predicted, shares)) / len(shares)


def calibration_error(predicted, shares, bins=10):
    """The mean distance of predicted and actual share over bins of equal width, by their size."""
    total = 0.0
    for b in range(bins):
        inside = [i for i, p in enumerate(predicted) if min(bins - 1, int(p * bins)) == b]
        if inside:
            total += abs(sum(predicted[i] - shares[i] for i in inside))
    return total / len(predicted)


def rows(paths):
    """Of what `hone runs export` wrote, in order."""
    for path in paths:
        opener = lzma.open if path.endswith(".xz") else open
        with opener(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def read(paths):
    cells, answers, answering, prefixes, trainings = {}, [], [], {}, []
    configuration = None
    for row in rows(paths):
        kind = row["row"]
        if kind == "run":
            configuration = configuration or row["configuration"]
        elif kind == "decision":
            cells[row["task"], row["seed"]] = Cell(row["task"], row["decision"])
        elif kind == "answer":
            answers.append(row)
        elif kind == "training":
            trainings.append(row)
        elif kind == "cell":
            prefixes[row["strategy"], row["task"], row["seed"]] = row.get("prefix")
    for row in answers:
        cell = cells.get((row["task"], row["seed"]))
        if cell is None:
            continue
        strategy = row["strategy"]
        cell.right[strategy] = cell.right.get(strategy, 0) + row["score"]
        cell.asked[strategy] = cell.asked.get(strategy, 0) + 1
        if strategy == "icl":
            answering.append(row)
    return configuration, cells, answering, prefixes, trainings


def costs(cells, answering, prefixes, trainings):
    """What tokens cost that are trained on and written, in tokens that are read."""
    read_rate = [prefix["seconds"] / prefix["tokens"] for (strategy, _, _), prefix in prefixes.items()
                 if strategy == "icl" and prefix and prefix["tokens"] >= 100]
    read_rate = sorted(read_rate)[len(read_rate) // 2]
    trained = sorted(row["cost"]["seconds"] / row["cost"]["tokens"] for row in trainings
                     if row["strategy"] == "ttt" and row["cost"]["tokens"])
    seconds = {}
    tokens = {}
    for row in answering:
        key = row["task"], row["seed"]
        seconds[key] = seconds.get(key, 0) + row["cost"]["seconds"]
        tokens[key] = tokens.get(key, 0) + row["cost"]["tokens"]
    written = []
    for key, cell in cells.items():
        prefix = prefixes["icl", key[0], key[1]]["tokens"]
        questions = cell.candidates["icl"]["work"]["read"] - prefix
        generated = tokens[key] - questions
        if generated > 0:
            written.append((seconds[key] - questions * read_rate) / generated / read_rate)
    written.sort()
    return (trained[len(trained) // 2] / read_rate, max(1.0, written[len(written) // 2]))


def correlation(a, b):
    """Of the errors of two regressions."""
    errors = [[p - y for p, y in zip(r.left_out, r.shares)] for r in (a, b)]
    product = sum(x * y for x, y in zip(*errors))
    return product / math.sqrt(math.prod(sum(x * x for x in e) for e in errors))


def means_of(cells, kind):
    """Of every share and likelihood, over the cells that have trials."""
    means = {}
    for strategy, stage in places(kind):
        for name in features(kind, strategy, stage):
            if name.endswith(("reproduced", "probability", "commonest output")):
                values = [c.raw(name, strategy, stage) for c in cells]
                values = [v for v, distinct in values if distinct]
                means.setdefault(name, []).extend(values)
    return {name: round(min(0.95, max(0.05, mean(v))), 4) for name, v in means.items() if v}


class Regression:
    """Of one strategy and stage, with its predictions for each cell by a fit without its task."""

    def __init__(self, cells, names, strategy, stage, means):
        self.names = names
        self.inputs = [[c.value(n, strategy, stage, means) for n in self.names] for c in cells]
        self.shares = [c.right[strategy] / c.asked[strategy] for c in cells]

        def left_out(ridge):
            return leaving_out(cells, self.names, self.inputs, self.shares, ridge)

        self.loss, self.ridge = min((log_loss(left_out(r), self.shares), r) for r in RIDGES)
        self.left_out = left_out(self.ridge)
        self.squares = sum((p - y) ** 2 for p, y in zip(self.left_out, self.shares))
        spread = sum(p * (1 - p) for p in self.left_out)
        noise = sum(p * (1 - p) / c.asked[strategy] for p, c in zip(self.left_out, cells))
        # Few tasks cannot show that an estimate is surer than twenty queries would make it.
        self.worth = min(20.0, max(1.0, spread / max(self.squares - noise, spread / 200) - 1))

    def encoded(self):
        weights = fit(self.names, self.inputs, self.shares, self.ridge)
        return {"intercept": round(weights[0], 4),
                "weights": {n: round(w, 4) for n, w in zip(self.names, weights[1:])},
                "worth": round(self.worth, 2)}


class Kind:
    """What cells of one kind of task say of the next."""

    def __init__(self, name, cells):
        self.cells = [c for c in cells if c.kind == name]
        self.means = means_of(self.cells, name)
        self.found = {
            place: Regression(self.cells, features(name, *place), *place, self.means)
            for place in places(name)}
        # Of each strategy with the ones behind it, before any pilot.
        named = [(s, r) for (s, stage), r in self.found.items() if stage == "prompting"]
        self.correlations = {a: {b: round(correlation(x, y), 2) for b, y in named[i + 1:]}
                             for i, (a, x) in enumerate(named[:-1])}

    def encoded(self):
        estimators = {}
        for (strategy, stage), found in self.found.items():
            estimators.setdefault(strategy, {})[stage] = found.encoded()
        return {"means": self.means, "estimators": estimators, "correlations": self.correlations}

    def show(self):
        for (strategy, stage), found in self.found.items():
            print(f"{strategy:14} {stage:13} {mean(found.shares):6.3f} "
                  f"{math.sqrt(found.squares / len(self.cells)):6.3f} {found.loss:9.3f} "
                  f"{calibration_error(found.left_out, found.shares):12.3f} {found.worth:6.1f} "
                  f"{found.ridge:6}", file=sys.stderr)


def main():
    configuration, by_key, answering, prefixes, trainings = read(sys.argv[1:])
    cells = [by_key[key] for key in sorted(by_key)]
    kinds = {name: Kind(name, cells) for name in KINDS}
    for name, kind in kinds.items():
        print(f"{name}: {len(kind.cells)} cells of {len({c.task for c in kind.cells})} tasks",
              file=sys.stderr)
        print("strategy       stage         actual  error  log loss  calibration  worth  ridge",
              file=sys.stderr)
        kind.show()
    print("calibration error of both", file=sys.stderr)
    for place in places("labels"):
        regressions = [k.found[place] for k in kinds.values() if place in k.found]
        error = calibration_error([p for r in regressions for p in r.left_out],
                                  [y for r in regressions for y in r.shares])
        print(f"{place[0]:14} {place[1]:13} {error:6.3f}", file=sys.stderr)
    trained, written = costs(by_key, answering, prefixes, trainings)
    priors = [{
        "model": configuration["model"]["name"],
        "parameterCount": configuration["model"]["parameterCount"],
        **{name: kind.encoded() for name, kind in kinds.items()},
        "trainedTokenCost": round(trained, 2), "generatedTokenCost": round(written, 2)}]
    print(json.dumps(priors, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
