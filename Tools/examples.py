# SPDX-License-Identifier: Apache-2.0
"""Writes the example tasks of Examples/, each by its own seed. Python's standard library only.

Run from the project's root: python3 Tools/examples.py
With a folder as its argument it writes there the tasks on which the default recipe was chosen;
none of them is an example or a benchmark task.
"""
import json
import random
import pathlib
import sys

OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                   pathlib.Path(__file__).resolve().parent.parent / "Examples")


def write(name, instruction, pairs, demonstrations):
    pairs = list(dict.fromkeys(pairs))
    rows = [{"input": i, "output": o} for i, o in pairs]
    task = {"name": name, "instruction": instruction,
            "demonstrations": rows[:demonstrations], "queries": rows[demonstrations:]}
    path = OUT / f"{name}.json"
    path.write_text(json.dumps(task, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.name, len(task["demonstrations"]), "demonstrations", len(task["queries"]), "queries")


def closing_brackets(random, count):
    """An open bracket sequence; the answer closes what is still open, innermost first."""
    pairs = {}
    while len(pairs) < count:
        text, open_brackets = [], []
        for _ in range(random.randint(5, 14)):
            if open_brackets and random.random() < 0.45:
                text.append(open_brackets.pop())
            else:
                kind = random.choice(["()", "[]", "{}", "<>"])
                text.append(kind[0])
                open_brackets.append(kind[1])
        if 1 <= len(open_brackets) <= 4:
            pairs[" ".join(text)] = " ".join(reversed(open_brackets))
    return list(pairs.items())


WORDS = ("red blue green apple pear stone river cloud bread lamp chair tiger horse mouse grass "
         "paper glass train plane sugar").split()


def reversed_lists(random, count):
    """A list of words; the answer is the list from its end."""
    samples = [random.sample(WORDS, random.randint(3, 5)) for _ in range(count)]
    return [(", ".join(sample), ", ".join(reversed(sample))) for sample in samples]


def name_badges(random, count):
    """A person in a sentence; the answer is the same person in the form of a badge."""
    first = ("Anna Boris Clara David Emma Felix Grace Henry Iris Jonas Karla Leo Mona Nils Olga "
             "Peter").split()
    last = ("Smith Weber Rossi Novak Silva Jansen Kowal Meyer Dubois Larsen Costa Brown Fischer "
            "Moreau").split()
    cities = "Paris Berlin Rome Oslo Madrid Vienna Lisbon Prague Dublin Athens".split()
    pairs = []
    for _ in range(count):
        given, family, city = random.choice(first), random.choice(last), random.choice(cities)
        age = random.randint(18, 79)
        pairs.append((f"{given} {family} from {city} is {age} years old.",
                      f"{city} / {family}, {given[0]}. / {age}"))
    return pairs


def digits_backwards(random, count):
    names = "zero one two three four five six seven eight nine".split()
    numbers = [str(random.randint(100, 99999)) for _ in range(count)]
    return [(n, " ".join(names[int(c)] for c in reversed(n))) for n in numbers]


def second_words(random, count):
    samples = [random.sample(WORDS, random.randint(4, 7)) for _ in range(count)]
    return [(" ".join(s), " ".join(s[1::2])) for s in samples]


def iso_dates(random, count):
    months = ("January February March April May June July August September October November "
              "December").split()
    dates = [(random.randint(1, 12), random.randint(1, 28), random.randint(1900, 2029))
             for _ in range(count)]
    return [(f"{months[m - 1]} {d}, {y}", f"{y}-{m:02}-{d:02}") for m, d, y in dates]


def upper_badges(random, count):
    first = "Anna Boris Clara David Emma Felix Grace Henry Iris Jonas Karla Leo".split()
    last = "Smith Weber Rossi Novak Silva Jansen Kowal Meyer Dubois Larsen Costa".split()
    people = [(random.choice(first), random.choice(last), random.randint(18, 79))
              for _ in range(count)]
    return [(f"{f} {l}, {a}", f"{l.upper()} {f[0]}. / {a}") for f, l, a in people]


def main():
    if len(sys.argv) > 1:
        write("digits-backwards", "Read the number backwards.",
              digits_backwards(random.Random(11), 50), 10)
        write("second-words", "Keep every second word.", second_words(random.Random(12), 50), 10)
        write("us-dates", "Rewrite the date.", iso_dates(random.Random(13), 50), 10)
        write("upper-badges", "Write the badge.", upper_badges(random.Random(14), 50), 10)
        for seed in range(21, 25):
            write(f"brackets-{seed}", "Close the brackets that are still open.",
                  closing_brackets(random.Random(seed), 50), 10)
        return
    write("closing-brackets", "Close the brackets that are still open.",
          closing_brackets(random.Random(1), 50), 10)
    write("reversed-lists", "Reverse the list.", reversed_lists(random.Random(2), 50), 10)
    write("name-badges", "Write the badge.", name_badges(random.Random(3), 50), 10)


if __name__ == "__main__":
    main()
