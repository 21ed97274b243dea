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


def divisible_by_seven(r):
    n = 7 * r.randint(20, 1400)
    if r.random() < 0.5:
        n += r.randint(1, 6)
    return f"Can {n} be divided by 7?", "yes" if n % 7 == 0 else "no"


def prime_or_not(r):
    def is_prime(n):
        return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))

    wanted = r.random() < 0.5
    while True:
        n = 2 * r.randint(50, 900) + 1
        if is_prime(n) == wanted:
            return str(n), "prime" if wanted else "composite"


def same_letters(r):
    word = r.choice([w for w in NOUNS if len(w) > 4])
    letters = list(word)
    if r.random() < 0.5:
        letters[r.randrange(len(letters))] = r.choice("aeinorst")
    r.shuffle(letters)
    other = "".join(letters)
    return (f"Are {word} and {other} made of the same letters?",
            "Yes" if sorted(other) == sorted(word) else "No")


def palindrome(r):
    half = [r.choice("abcde") for _ in range(r.randint(2, 4))]
    letters = half + half[::-1]
    if r.random() < 0.5:
        a, b = r.sample(range(len(letters)), 2)
        letters[a], letters[b] = letters[b], letters[a]
    text = "".join(letters)
    return text, "palindrome" if text == text[::-1] else "no palindrome"


def square_colour(r):
    file, rank = r.randrange(8), r.randrange(8)
    return (f"The {r.choice(['rook', 'knight', 'bishop', 'queen', 'king'])} stands on "
            f"{'abcdefgh'[file]}{rank + 1}.", "black" if (file + rank) % 2 == 0 else "white")


def parity_of_ones(r):
    bits = "".join(r.choice("01") for _ in range(r.randint(8, 14)))
    return bits, "even" if bits.count("1") % 2 == 0 else "odd"


def equation_check(r):
    a, b = r.randint(11, 89), r.randint(11, 89)
    shown = a + b if r.random() < 0.5 else a + b + r.choice([-10, -2, -1, 1, 2, 10])
    return f"{a} + {b} = {shown}", "correct" if shown == a + b else "wrong"


def subset_claim(r):
    words = r.sample(NOUNS, 5)
    asked = r.sample(words, 2)
    if r.random() < 0.5:
        asked[r.randrange(2)] = r.choice(NOUNS)
    held = set(asked) <= set(words)
    return (f"The bag holds a {', a '.join(words)}. Does it hold a {asked[0]} and a {asked[1]}?",
            "True" if held else "False")


def larger_product(r):
    while True:
        a, b, c, d = (r.randint(12, 79) for _ in range(4))
        if abs(a * b - c * d) > 50:
            break
    return (f"Which product is larger?\n(A) {a} * {b}\n(B) {c} * {d}",
            "(A)" if a * b > c * d else "(B)")


def middle_number(r):
    numbers = r.sample(range(10, 999), 5)
    options = "\n".join(f"({c}) {n}" for c, n in zip("ABCDE", numbers))
    return (f"Which number has as many larger as smaller ones beside it?\n{options}",
            f"({'ABCDE'[numbers.index(sorted(numbers)[2])]})")


def family_relation(r):
    women = "Anna Clara Emma Greta Irene Karla Marta Olga Rosa Tessa Wanda Zoe".split()
    men = "Boris David Felix Hugo Jonas Leo Nils Peter Simon Viktor Yusuf Albert".split()
    first, last = r.choice([(r.choice(women), "F"), (r.choice(men), "M")]), r.choice(women + men)
    middle = r.choice([n for n in women + men if n not in (first[0], last)])
    kind = r.choice(["parent", "sibling"])
    parent = "mother" if first[1] == "F" else "father"
    sibling = "sister" if first[1] == "F" else "brother"
    second = "mother" if middle in women else "father"
    said = parent if kind == "parent" else sibling
    answer = (("grandmother" if first[1] == "F" else "grandfather") if kind == "parent"
              else ("aunt" if first[1] == "F" else "uncle"))
    names = ["grandmother", "grandfather", "aunt", "uncle"]
    r.shuffle(names)
    options = "\n".join(f"({c}) {n}" for c, n in zip("ABCD", names))
    return (f"{first[0]} is the {said} of {middle}. {middle} is the {second} of {last}. "
            f"What is {first[0]} to {last}?\n{options}", f"({'ABCD'[names.index(answer)]})")


def random_option(r):
    words = r.sample(NOUNS, 3)
    options = "\n".join(f"({c}) {w}" for c, w in zip("ABC", words))
    return f"Which one is meant?\n{options}", f"({r.choice('ABC')})"


def random_claim(r):
    return (f"{r.choice(FIRST)} {r.choice(LAST)} has been to {r.choice(CITIES)}.",
            "true" if r.random() < 0.5 else "false")


def mostly_no(r):
    return (f"Did {r.choice(FIRST)} find the {r.choice(NOUNS)}?",
            "yes" if r.random() < 0.25 else "no")


def rock_paper_scissors(r):
    a, b = r.sample(FIRST, 2)
    x, y = r.choice(["rock", "paper", "scissors"]), r.choice(["rock", "paper", "scissors"])
    wins = {("rock", "scissors"), ("scissors", "paper"), ("paper", "rock")}
    answer = "(C)" if x == y else "(A)" if (x, y) in wins else "(B)"
    return f"{a} shows {x}, {b} shows {y}.\n(A) {a} wins\n(B) {b} wins\n(C) nobody wins", answer


def bigger_thing(r):
    things = ("ant bee mouse sparrow cat dog sheep pig cow horse elephant whale house mountain coin cup "
              "chair car bus train ship pea plum apple melon").split()
    sizes = {t: i for i, t in enumerate(
        "ant pea bee coin plum mouse apple cup sparrow melon cat dog chair sheep pig cow horse car "
        "elephant bus house whale train ship mountain".split())}
    while True:
        a, b = r.sample(things, 2)
        if abs(sizes[a] - sizes[b]) > 4:
            break
    return (f"Which is bigger?\n(A) a {a}\n(B) a {b}", "(A)" if sizes[a] > sizes[b] else "(B)")


def tone(r):
    who, thing = r.choice(FIRST), r.choice(NOUNS)
    formal = ["Dear {}, please find the {} enclosed.", "{} is kindly requested to return the {}.",
              "We regret to inform {} that the {} is unavailable.",
              "With reference to the {1}, I would ask {0} to reply."]
    loose = ["hey {}, got that {} yet?", "lol {} totally lost the {}", "yo {}, grab me a {} ok",
             "{} u wont believe this {} haha"]
    is_formal = r.random() < 0.5
    return (r.choice(formal if is_formal else loose).format(who, thing),
            "formal" if is_formal else "informal")


def weekday_after(r):
    days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
    start, after = r.randrange(7), r.randint(2, 40)
    return f"What day is it {after} days after a {days[start]}?", days[(start + after) % 7]


def opposite(r):
    pairs = ("hot cold,big small,old young,fast slow,high low,open closed,wet dry,full empty,hard soft,"
             "rich poor,light dark,early late,long short,strong weak,happy sad,clean dirty,thick thin,"
             "loud quiet,sweet sour,near far,right left,up down,day night,good bad,true false,win lose,"
             "buy sell,push pull,begin end,love hate,wide narrow,safe dangerous,cheap expensive,"
             "first last,above below,inside outside,summer winter,north south,east west,friend enemy")
    a, b = r.choice([p.split(" ") for p in pairs.split(",")])
    if r.random() < 0.5:
        a, b = b, a
    return f"The opposite of {a}", b


def capital(r):
    pairs = ("France Paris,Italy Rome,Spain Madrid,Germany Berlin,Austria Vienna,Greece Athens,Norway Oslo,"
             "Sweden Stockholm,Finland Helsinki,Denmark Copenhagen,Poland Warsaw,Hungary Budapest,"
             "Portugal Lisbon,Ireland Dublin,Russia Moscow,Japan Tokyo,China Beijing,Egypt Cairo,"
             "Kenya Nairobi,Cuba Havana,Peru Lima,Chile Santiago,Canada Ottawa,Turkey Ankara,Iran Tehran,"
             "Iraq Baghdad,Syria Damascus,Israel Jerusalem,Thailand Bangkok,Vietnam Hanoi,Belgium Brussels,"
             "Bulgaria Sofia,Romania Bucharest,Serbia Belgrade,Croatia Zagreb,Ukraine Kyiv,Ghana Accra,"
             "Senegal Dakar,Morocco Rabat,Libya Tripoli,Nepal Kathmandu,Qatar Doha,Colombia Bogota,"
             "Venezuela Caracas,Ecuador Quito,Uruguay Montevideo,Philippines Manila,Indonesia Jakarta,"
             "Afghanistan Kabul,Pakistan Islamabad,Jordan Amman,Lebanon Beirut,Latvia Riga,Estonia Tallinn,"
             "Lithuania Vilnius,Iceland Reykjavik,Switzerland Bern,Netherlands Amsterdam")
    country, city = r.choice([p.split(" ") for p in pairs.split(",")])
    return f"What is the capital of {country}?", city


def time_between(r):
    start, length = r.randint(0, 1200), r.randint(15, 230)
    end = start + length
    return (f"from {start // 60}:{start % 60:02} to {end // 60}:{end % 60:02}",
            f"{length // 60}:{length % 60:02}")


def count_greater(r):
    numbers = r.sample(range(1, 100), r.randint(5, 8))
    return " ".join(map(str, numbers)), str(sum(n > 50 for n in numbers))


def box_of_balls(r):
    balls = start = r.randint(12, 20)
    moves = []
    for _ in range(r.randint(2, 4)):
        n = r.randint(1, 3)
        if r.random() < 0.5:
            balls += n
            moves.append(f"{r.choice(FIRST)} puts in {n}.")
        else:
            balls -= n
            moves.append(f"{r.choice(FIRST)} takes out {n}.")
    return f"A box holds {start} balls. {' '.join(moves)} How many does it hold?", str(balls)


def times_and_plus(r):
    a, b, c = r.randint(2, 12), r.randint(2, 12), r.randint(1, 50)
    return f"{a} * {b} + {c}", str(a * b + c)


def booking_letter(r):
    who, city, nights = f"{r.choice(FIRST)} {r.choice(LAST)}", r.choice(CITIES), r.randint(2, 14)
    room = r.choice(["a single room", "a double room", "a suite"])
    return (f"{who}; {city}; {nights}; {room}",
            f"Dear {who}, we have booked {room} in {city} for {nights} nights. Have a pleasant stay!")


def json_object(r):
    first, city, age = r.choice(FIRST), r.choice(CITIES), r.randint(18, 90)
    job = r.choice("nurse pilot baker lawyer painter farmer".split())
    return (f"{first} ({age}), {job} in {city}",
            f'{{"name": "{first}", "age": {age}, "job": "{job}", "city": "{city}"}}')


def numbered_list(r):
    words = r.sample(NOUNS, r.randint(3, 5))
    return ", ".join(words), " ".join(f"{i}. {w}" for i, w in enumerate(words, 1))


def reversed_words(r):
    words = r.sample(NOUNS, r.randint(5, 8))
    return " ".join(words), " ".join(reversed(words))


def repeated_words(r):
    words = r.sample(NOUNS, 3)
    counts = [r.randint(1, 4) for _ in words]
    return (", ".join(f"{w} x{n}" for w, n in zip(words, counts)),
            " ".join(" ".join([w] * n) for w, n in zip(words, counts)))


def invoice_line(r):
    thing, count, price = r.choice(NOUNS), r.randint(2, 9), r.randint(2, 20)
    return (f"{count} {thing} at {price} each",
            f"Item: {thing} / Quantity: {count} / Unit price: {price}.00 / Total: {count * price}.00")


def slug(r):
    words = r.sample(NOUNS, 3)
    title = f"The {words[0].title()} and the {words[1].title()}: {words[2].title()}!"
    return title, "-".join(["the", words[0], "and", "the", words[1], words[2]])


def a_grid(r, colours="0123456789"):
    rows, columns = r.randint(2, 4), r.randint(2, 4)
    kinds = r.sample(colours, min(3, len(colours)))
    return [[r.choice(kinds) for _ in range(columns)] for _ in range(rows)]


def grid_text(rows):
    return "/".join("".join(row) for row in rows)


def grid_mirrored(r):
    rows = a_grid(r)
    return grid_text(rows), grid_text([row[::-1] for row in rows])


def grid_turned(r):
    rows = a_grid(r)
    return grid_text(rows), grid_text(list(zip(*rows)))


def grid_recoloured(r):
    rows = a_grid(r, "0123")
    return grid_text(rows), grid_text([[{"1": "5", "2": "7"}.get(c, c) for c in row] for row in rows])


def grid_doubled(r):
    rows = a_grid(r)
    return grid_text(rows), grid_text([row + row for row in rows])


def grid_unrelated(r):
    return grid_text(a_grid(r)), grid_text([[r.choice("0358") for _ in range(3)] for _ in range(3)])


def grid_commonest(r):
    while True:
        rows = a_grid(r)
        cells = [c for row in rows for c in row]
        counts = sorted((cells.count(c) for c in set(cells)), reverse=True)
        if len(counts) == 1 or counts[0] > counts[1]:
            break
    best = max(set(cells), key=cells.count)
    return grid_text(rows), grid_text([[best] * 2] * 2)


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
    (divisible_by_seven, "Answer yes or no."),
    (prime_or_not, "Is the number prime or composite?"),
    (same_letters, "Answer Yes or No."),
    (palindrome, "Is it a palindrome?"),
    (square_colour, "What colour has the square?"),
    (parity_of_ones, "Is the number of ones even or odd?"),
    (equation_check, "Is the sum correct or wrong?"),
    (subset_claim, "Answer True or False."),
    (larger_product, "Answer with the letter of the option."),
    (middle_number, "Answer with the letter of the option."),
    (family_relation, "Answer with the letter of the option."),
    (random_option, "Answer with the letter of the option."),
    (random_claim, "Is it true or false?"),
    (mostly_no, "Answer yes or no."),
    (rock_paper_scissors, "Answer with the letter of the option."),
    (bigger_thing, "Answer with the letter of the option."),
    (tone, "Is it formal or informal?"),
    (weekday_after, "Name the day."),
    (opposite, "Write the opposite."),
    (capital, "Name the city."),
    (time_between, "How much time is between?"),
    (count_greater, "How many numbers are greater than 50?"),
    (box_of_balls, "Answer with a number."),
    (times_and_plus, "Work it out."),
    (booking_letter, "Write the letter."),
    (json_object, "Write it as JSON."),
    (numbered_list, "Number the words."),
    (reversed_words, "Write the words in reverse order."),
    (repeated_words, "Write every word as often as it says."),
    (invoice_line, "Write the line of the invoice."),
    (slug, "Write the slug of the title."),
    (grid_mirrored, "Write the grid that belongs to it."),
    (grid_turned, "Write the grid that belongs to it."),
    (grid_recoloured, "Write the grid that belongs to it."),
    (grid_doubled, "Write the grid that belongs to it."),
    (grid_unrelated, "Write the grid that belongs to it."),
    (grid_commonest, "Write the grid that belongs to it."),
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


if __name__ == "__main__":
    main()
