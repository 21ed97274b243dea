# SPDX-License-Identifier: Apache-2.0
"""Writes the tasks that the priors of `--strategy auto` are measured on. Python's standard library
only.

python3 Tools/auto/prior_tasks.py DIR

None of them is an example or a task of a benchmark. Some can be solved by prompting, some only after
training, some not at all: labels drawn at random, products of large numbers.
"""
import json
import pathlib
import random
import sys

COUNT = 130

NOUNS = ("apple bridge candle doctor engine farmer garden hammer island jacket kettle ladder market "
         "needle orange pencil queen ribbon saddle teacher umbrella village window yard zebra basket "
         "cotton donkey feather goblet helmet insect jungle kitten lantern mirror napkin oyster parrot "
         "quarry rabbit spider turtle uncle violin walnut anchor button castle dragon eagle forest "
         "guitar harbor iron jewel king leopard monkey nurse ocean palace river statue tunnel wagon "
         "valley barrel copper desert finger glove honey ink jaw knife letter meadow nest olive pirate "
         "rope scarf thumb urn vase wheel yarn acorn beetle carpet dish elbow fence grape heron "
         "pillow magnet shovel tractor pigeon blanket trumpet sandal cabbage marble").split()
FIRST = ("Anna Boris Clara David Emma Felix Greta Hugo Irene Jonas Karla Leo Marta Nils Olga Peter "
         "Rosa Simon Tessa Viktor Wanda Yusuf Zoe Albert Bruno Carmen").split()
LAST = ("Adler Becker Carver Dalton Ekman Fischer Grant Hale Ibsen Jensen Keller Lindt Moore Novak "
        "Olsen Porter Quinn Rossi Stone Turner Usher Vance Weber York Zeller Abbott").split()
CITIES = "Oslo Paris Rome Vienna Lisbon Athens Prague Warsaw Madrid Berlin".split()




def odd_or_even(r):
    n = r.randint(10, 9999)
    return str(n), "even" if n % 2 == 0 else "odd"


def greater(r):
    a, b = r.sample(range(10, 1000), 2)
    return f"Is {a} greater than {b}?", "yes" if a > b else "no"


def sentiment(r):
    good = ["wonderful", "delightful", "excellent", "charming", "superb", "brilliant", "lovely"]
    bad = ["dreadful", "boring", "awful", "clumsy", "terrible", "dull", "horrible"]
    is_good = r.random() < 0.5
    words = r.sample(good if is_good else bad, 2)
    thing = r.choice("film book meal hotel concert play song trip".split())
    who = r.choice(FIRST)
    return (f"{who} said the {thing} was {words[0]} and {words[1]}.",
            "positive" if is_good else "negative")


def kind_of_thing(r):
    kinds = {"animal": "horse tiger mouse eagle salmon spider rabbit donkey zebra parrot turtle wolf "
                       "whale camel goose lizard".split(),
             "plant": "oak rose tulip fern cactus maple daisy ivy moss willow orchid pine bamboo clover "
                      "thistle nettle".split(),
             "tool": "hammer saw drill wrench chisel pliers shovel axe rake ladder screwdriver file "
                     "level clamp sickle trowel".split()}
    kind = r.choice(sorted(kinds))
    word = r.choice(kinds[kind])
    return r.choice(["{}", "a {}", "the {}", "an old {}", "my {}", "some {}", "every {}"]).format(word), kind


def alphabetical(r):
    words = r.sample(NOUNS, 3)
    if r.random() < 0.5:
        words.sort()
    return " ".join(words), "yes" if words == sorted(words) else "no"


def odd_one_out(r):
    groups = ["red blue green yellow purple brown".split(), "cat dog cow pig sheep goat".split(),
              "Monday Tuesday Friday Sunday".split(), "piano violin flute drum trumpet".split(),
              "apple pear plum cherry grape".split()]
    a, b = r.sample(groups, 2)
    words = r.sample(a, 2) + [r.choice(b)]
    answer = words[2]
    r.shuffle(words)
    options = "\n".join(f"({c}) {w}" for c, w in zip("ABC", words))
    return f"Which word does not belong?\n{options}", f"({'ABC'[words.index(answer)]})"


def longest_word(r):
    while True:
        words = r.sample(NOUNS, 4)
        lengths = sorted(map(len, words))
        if lengths[-1] > lengths[-2]:
            break
    best = max(words, key=len)
    options = "\n".join(f"({c}) {w}" for c, w in zip("ABCD", words))
    return f"Which word is the longest?\n{options}", f"({'ABCD'[words.index(best)]})"


def letter_count_claim(r):
    word = r.choice(NOUNS)
    claimed = len(word) if r.random() < 0.5 else len(word) + r.choice([-2, -1, 1, 2])
    return f"The word {word} has {claimed} letters.", "true" if claimed == len(word) else "false"


def language(r):
    texts = {"French": ["le chat", "la maison", "un livre", "le pain", "la voiture", "mon ami", "une fleur",
                        "bonne nuit"],
             "German": ["der Hund", "das Haus", "ein Buch", "das Brot", "der Wagen", "mein Freund",
                        "eine Blume", "gute Nacht"],
             "Spanish": ["el perro", "la casa", "un libro", "el pan", "el coche", "mi amigo", "una flor",
                         "buenas noches"]}
    tongue = r.choice(sorted(texts))
    a, b = r.sample(texts[tongue], 2)
    return f"{a}, {b}", tongue


def random_label(r):
    return f"item {r.choice(NOUNS)} {r.randint(100, 999)}", r.choice(["red", "blue"])


def vowel_first(r):
    word = r.choice(NOUNS)
    return f"{word} {r.randint(1, 9)}", "vowel" if word[0] in "aeiou" else "consonant"


def who_is_older(r):
    a, b = r.sample(FIRST, 2)
    x, y = r.sample(range(18, 80), 2)
    question = f"{a} is {x} years old. {b} is {y} years old. Who is older?\n(A) {a}\n(B) {b}"
    return question, "(A)" if x > y else "(B)"


def same_shape(r):
    word = r.choice(NOUNS)
    other = word if r.random() < 0.5 else r.choice(NOUNS)
    return f"{word.upper()} / {other}", "same" if word == other else "different"


def season(r):
    seasons = {"winter": ["December", "January", "February"], "spring": ["March", "April", "May"],
               "summer": ["June", "July", "August"], "autumn": ["September", "October", "November"]}
    name = r.choice(sorted(seasons))
    return f"{r.choice(seasons[name])} {r.randint(1, 28)}", name


def digits_reversed(r):
    digits = [r.choice("0123456789") for _ in range(r.randint(4, 6))]
    return " ".join(digits), " ".join(reversed(digits))


def third_word(r):
    words = r.sample(NOUNS, r.randint(4, 6))
    return " ".join(words), words[2]


def iso_date(r):
    months = ("January February March April May June July August September October November "
              "December").split()
    m, d, y = r.randint(1, 12), r.randint(1, 28), r.randint(1950, 2024)
    return f"{d} {months[m - 1]} {y}", f"{y}-{m:02}-{d:02}"


def sorted_numbers(r):
    numbers = r.sample(range(10, 100), 4)
    return " ".join(map(str, numbers)), " ".join(map(str, sorted(numbers)))


def sum_of_two(r):
    a, b = r.randint(2, 60), r.randint(2, 39)
    return f"{a} + {b}", str(a + b)


def product(r):
    a, b = r.randint(100, 999), r.randint(100, 999)
    return f"{a} * {b}", str(a * b)


def plural(r):
    word = r.choice(NOUNS)
    count = r.randint(2, 20)
    ending = ("es" if word.endswith(("s", "sh", "ch", "x")) else "s")
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{count} × {word}", f"{count} {word[:-1]}ies"
    return f"{count} × {word}", f"{count} {word}{ending}"


def initials(r):
    names = [r.choice(FIRST), r.choice(FIRST), r.choice(LAST)]
    return " ".join(names), "".join(n[0] + "." for n in names)


def starred_vowels(r):
    words = r.sample(NOUNS, 2)
    text = " ".join(words)
    return text, "".join("*" if c in "aeiou" else c for c in text)


def without_repeats(r):
    words = r.sample(NOUNS, 3)
    listed = words + r.sample(words, 2)
    r.shuffle(listed)
    return ", ".join(listed), ", ".join(dict.fromkeys(listed))


def record(r):
    first, last, city, age = r.choice(FIRST), r.choice(LAST), r.choice(CITIES), r.randint(18, 90)
    return (f"{first} {last}, aged {age}, lives in {city}.",
            f"last={last}; first={first}; city={city}; age={age}")


def letter_count(r):
    word = "".join(r.choice("abcd") for _ in range(r.randint(5, 9)))
    return word, str(word.count("a"))


def last_letters(r):
    words = r.sample(NOUNS, 3)
    return " ".join(words), "".join(w[-1] for w in words)


def roman(r):
    n = r.randint(1, 89)
    rest, out = n, ""
    for value, sign in [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while rest >= value:
            out, rest = out + sign, rest - value
    return f"number {n}", out


def closing_tags(r):
    tags = r.sample("b i u p li ul td tr".split(), r.randint(1, 4))
    word = r.choice(NOUNS)
    return "".join(f"<{t}>" for t in tags) + word, "".join(f"</{t}>" for t in reversed(tags))


def next_letters(r):
    word = "".join(r.choice("abcdefghijklmnopqrstuvwxy") for _ in range(4))
    return " ".join(word), " ".join(chr(ord(c) + 1) for c in word)


def spoken_number(r):
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    ones = "one two three four five six seven eight nine".split()
    t, o = r.randrange(8), r.randrange(9)
    thing = r.choice(NOUNS)
    return f"{tens[t]}-{ones[o]} of {thing}", f"{thing}: {10 * (t + 2) + o + 1}"


def swapped_pairs(r):
    words = r.sample(NOUNS, 4)
    return " ".join(words), " ".join([words[1], words[0], words[3], words[2]])


def price(r):
    cents = r.randint(100, 9999)
    thing = r.choice(NOUNS)
    return f"{thing} for {cents} cents", f"{thing} ${cents // 100}.{cents % 100:02}"


def mail_address(r):
    first, last, city = r.choice(FIRST), r.choice(LAST), r.choice(CITIES)
    return f"{first} {last} of {city}", f"{first.lower()}.{last.lower()}@{city.lower()}.example"


def doubled_letters(r):
    word = r.choice(NOUNS)
    return f"{word} {r.randint(1, 9)}", "".join(c + c for c in word)


def clock(r):
    h, m = r.randint(13, 23), r.choice([5, 10, 15, 20, 25, 30, 40, 45, 50])
    return f"{r.choice(FIRST)} comes at {h}:{m:02}", f"{h - 12}:{m:02} pm"


def letters_apart(r):
    words = r.sample(NOUNS, 1)
    return f"{words[0]} ({r.randint(1, 9)})", "-".join(words[0].upper())


TASKS = [
    (odd_or_even, "Is the number odd or even?"),
    (greater, "Answer yes or no."),
    (sentiment, "Is the opinion positive or negative?"),
    (kind_of_thing, "Is it an animal, a plant or a tool?"),
    (alphabetical, "Are the words in alphabetical order? Answer yes or no."),
    (odd_one_out, "Answer with the letter of the option."),
    (longest_word, "Answer with the letter of the option."),
    (letter_count_claim, "Is the statement true or false?"),
    (language, "Name the language."),
    (random_label, "Name the colour of the item."),
    (vowel_first, "Does the word begin with a vowel or a consonant?"),
    (who_is_older, "Answer with the letter of the option."),
    (same_shape, "Are the two words the same or different?"),
    (season, "Name the season."),
    (digits_reversed, "Write the digits backwards."),
    (third_word, "Write the third word."),
    (iso_date, "Write the date as year-month-day."),
    (sorted_numbers, "Sort the numbers, the smallest first."),
    (sum_of_two, "Add the numbers."),
    (product, "Multiply the numbers."),
    (plural, "Write the number and the plural."),
    (initials, "Write the initials."),
    (starred_vowels, "Replace every vowel with a star."),
    (without_repeats, "Drop the words that were there before."),
    (record, "Write it as a record."),
    (letter_count, "How many letters are a?"),
    (last_letters, "Join the last letters of the words."),
    (roman, "Write the number in Roman numerals."),
    (closing_tags, "Close what is open."),
    (next_letters, "Write the next letter for each."),
    (spoken_number, "Write the thing and the number in digits."),
    (swapped_pairs, "Swap the first two words, and the last two."),
    (price, "Write the thing and its price in dollars."),
    (mail_address, "Write the mail address."),
    (doubled_letters, "Write every letter of the word twice."),
    (clock, "Write the time on a twelve-hour clock."),
    (letters_apart, "Write the word in capitals with hyphens between."),
]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make, instruction in TASKS:
        r = random.Random("priors " + make.__name__)
        examples = {}
        for _ in range(200 * COUNT):
            question, answer = make(r)
            examples.setdefault(question, answer)
            if len(examples) == COUNT:
                break
        rows = [{"input": i, "output": o} for i, o in examples.items()]
        r.shuffle(rows)
        name = make.__name__.replace("_", "-")
        path = folder / f"{name}.json"
        path.write_text(
            json.dumps({"instruction": instruction, "examples": rows}, indent=1, ensure_ascii=False)
            + "\n", encoding="utf-8")
        print(name, len(rows))


main()
