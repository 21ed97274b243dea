#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes Examples/order-lines: messages of customers and the order line a clerk would make of each.

python3 Tools/examples/order_lines.py Examples/order-lines
"""
import json
import random
import sys

GOODS = {
    "oat milk": ("carton of oat milk", "cartons of oat milk"),
    "rye bread": ("rye bread", "rye breads"),
    "eggs": ("box of eggs", "boxes of eggs"),
    "apples": ("bag of apples", "bags of apples"),
    "butter": ("pack of butter", "packs of butter"),
    "coffee": ("bag of coffee", "bags of coffee"),
    "lentils": ("tin of lentils", "tins of lentils"),
    "honey": ("jar of honey", "jars of honey"),
    "soap": ("bar of soap", "bars of soap"),
    "candles": ("box of candles", "boxes of candles"),
    "rice": ("sack of rice", "sacks of rice"),
    "tea": ("packet of tea", "packets of tea"),
}
NUMBERS = {1: ["a", "one"], 2: ["two", "2"], 3: ["three", "3"], 4: ["four", "4"],
           5: ["five", "5"], 6: ["six", "half a dozen"], 12: ["a dozen", "twelve"]}
DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
        "Fri": "Friday", "Sat": "Saturday"}
PLACES = {"door": ["Leave it at the door.", "Just put it by the door, please."],
          "porter": ["The porter will take it.", "Please leave it with the porter."],
          "neighbour": ["If I'm out, the neighbour will take it.", "Give it to the neighbour."],
          "garage": ["The garage is open, put it there.", "Please put it in the garage."],
          "hand over": ["I'll be at home.", "Please ring, I'm in."]}
OPENINGS = ["Hi, could you bring", "Hello, I'd like", "Good morning! Please send", "I need",
            "Can I order", "We'd like to have", "Please deliver"]


def phrase(rng, number, good):
    word = rng.choice(NUMBERS[number])
    one, many = GOODS[good]
    if number == 1:
        article = "an" if word == "a" and one[0] in "aeiou" else word
        return f"{article} {one}"
    return f"{word} {many}"


def clock(rng, hour):
    if rng.random() < 0.3:
        return f"{hour}:00"
    return f"{hour - 12 if hour > 12 else hour} {'pm' if hour >= 12 else 'am'}"


def row(rng):
    goods = rng.sample(sorted(GOODS), rng.choice([1, 2, 2, 3]))
    numbers = [rng.choice(sorted(NUMBERS)) for _ in goods]
    parts = [phrase(rng, n, g) for n, g in zip(numbers, goods)]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    day, hour = rng.choice(sorted(DAYS)), rng.randrange(8, 19)
    kind = rng.choice(["after", "before", "at"])
    place = rng.choice(sorted(PLACES))
    when = rng.choice(["on {d} {k} {t}", "for {d}, {k} {t}"]).format(
        d=DAYS[day], k=kind, t=clock(rng, hour))
    opening = rng.choice(OPENINGS)
    end = "?" if opening.startswith(("Hi, could", "Can")) else "."
    message = f"{opening} {listed} {when}{end} {rng.choice(PLACES[place])}"
    order = ", ".join(f"{n} {g}" for n, g in zip(numbers, goods))
    return {"prompt": f"Message: {message}\nOrder:",
            "completion": f" {order} | {day} {kind} {hour:02d}:00 | {place}"}


def main(folder):
    rng, seen = random.Random(7), set()
    for name, count in [("train", 240), ("valid", 30), ("test", 60)]:
        with open(f"{folder}/{name}.jsonl", "w") as file:
            while count:
                item = row(rng)
                if item["prompt"] not in seen:
                    seen.add(item["prompt"])
                    file.write(json.dumps(item) + "\n")
                    count -= 1


main(sys.argv[1])
