"""Frames of Python code for `python_code`: functions, class bodies, tests and scripts, by us.

Each frame is complete at its own indentation; `§` names and `«¦»` alternatives are those of `_pools_code`.
"""

from __future__ import annotations

FUNCTIONS: tuple[str, ...] = (
    '''
def sum_of_§num(§items):
    """«Return the sum of every §num.¦Add up the §num of each §item.»"""
    total = 0
    for §item in §items:
        total += §item.§num
    return total
''',
    '''
def find_§item(§items, §text):
    """Return the first §item with this §text, or None."""
    for §item in §items:
        if §item["§text"] == §text:
            return §item
    return None
''',
    '''
def count_by_§text(§items):
    «"""Count the §items for each §text."""
    ¦»counts = {}
    for §item in §items:
        §text = §item["§text"]
        counts[§text] = counts.get(§text, 0) + 1
    return counts
''',
    '''
def average(values):
    """Return the mean of the values, or None if there are none."""
    if not values:
        return None
    return sum(values) / len(values)
''',
    '''
def is_valid(§item):
    # «A §item without a §text is useless.¦We cannot use a §item that has no §text.»
    if not §item.get("§text"):
        return False
    if §item["§num"] < 0:
        return False
    return §item["§num"] <= §big
''',
    '''
def largest(§items, n=§tiny):
    """Return the n §items with the largest §num."""
    ordered = sorted(§items, key=lambda §item: §item.§num, reverse=True)
    return ordered[:n]
''',
    '''
def read_lines(path):
    """Read a text file and return its lines without the newline at the end."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\\n") for line in file]
''',
    '''
def save_§items(§items, path):
    """Write the §items to a file, one per line."""
    with open(path, "w", encoding="utf-8") as file:
        for §item in §items:
            file.write(f"{§item}\\n")
    print(f"Saved {len(§items)} §items to {path}")
''',
    '''
def load_§items(path):
    """Load the §items from a JSON file."""
    if not path.exists():
        raise FileNotFoundError(f"no such file: {path}")
    text = path.read_text(encoding="utf-8")
    return json.loads(text)
''',
    '''
def group_by_§text(§items):
    groups = defaultdict(list)
    for §item in §items:
        groups[§item.§text].append(§item)
    return dict(groups)
''',
    '''
def most_common(words, n=10):
    """Return the n most common words, the most common first."""
    counter = Counter(words)
    return [word for word, count in counter.most_common(n)]
''',
    '''
def clean(text):
    """Strip the spaces, fold the case and drop «empty lines¦blank lines»."""
    lines = text.strip().lower().split("\\n")
    return "\\n".join(line.strip() for line in lines if line.strip())
''',
    '''
def factorial(n):
    """Return n! for a number n that is not negative."""
    if n < 0:
        raise ValueError("n must not be negative")
    if n == 0:
        return 1
    return n * factorial(n - 1)
''',
    '''
def fibonacci(limit):
    """Yield the Fibonacci numbers that are below the limit."""
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b
''',
    '''
def greatest_common_divisor(a, b):
    while b != 0:
        a, b = b, a % b
    return a
''',
    '''
def is_prime(number):
    """Tell whether the number is a prime."""
    if number < 2:
        return False
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 1
    return True
''',
    '''
def binary_search(values, target):
    """Return the index of the target in the sorted values, or -1."""
    low, high = 0, len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == target:
            return middle
        if values[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1
''',
    '''
def bubble_sort(values):
    """Sort the list in place and return it."""
    n = len(values)
    for i in range(n):
        for j in range(n - i - 1):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values
''',
    '''
def is_palindrome(word):
    word = word.lower()
    return word == word[::-1]
''',
    '''
def reverse_words(sentence):
    """Return the sentence with its words in reverse order."""
    words = sentence.split(" ")
    words.reverse()
    return " ".join(words)
''',
    '''
def flatten(nested):
    """Turn a list of lists into one flat list."""
    flat = []
    for inner in nested:
        if isinstance(inner, list):
            flat.extend(flatten(inner))
        else:
            flat.append(inner)
    return flat
''',
    '''
def parse_date(text):
    """Turn a date such as 2024-05-17 into three numbers."""
    year, month, day = text.split("-")
    return int(year), int(month), int(day)
''',
    '''
def add_§item(§items, §item):
    if §item in §items:
        raise ValueError(f"the §item {§item!r} is already there")
    §items.append(§item)
    return len(§items)
''',
    '''
def remove_§item(§items, §item):
    try:
        §items.remove(§item)
    except ValueError:
        print(f"there is no §item called {§item}")
        return False
    return True
''',
    '''
def to_celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9
''',
    '''
def grade(score):
    """Return the letter for a score between 0 and 100."""
    if score >= 90:
        return "A"
    elif score >= 80:
        return "B"
    elif score >= 70:
        return "C"
    else:
        return "D"
''',
    '''
def vowels(text):
    """Count the vowels in a text."""
    return sum(1 for letter in text if letter in "aeiou")
''',
    '''
def transpose(matrix):
    """Swap the rows and the columns of a matrix."""
    rows, columns = len(matrix), len(matrix[0])
    return [[matrix[i][j] for i in range(rows)] for j in range(columns)]
''',
    '''
def retry(function, attempts=§tiny, delay=1.0):
    """Call the function until it succeeds, at most so many times."""
    for attempt in range(attempts):
        try:
            return function()
        except OSError as error:
            print(f"attempt {attempt + 1} failed: {error}")
            time.sleep(delay)
    raise RuntimeError(f"gave up after {attempts} attempts")
''',
    '''
def clamp(value, low=0, high=§big):
    """Keep the value between low and high."""
    return max(low, min(value, high))
''',
    '''
def chunks(values, size):
    """Yield pieces of the list, each at most so long."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
''',
    '''
def format_§item(§item, width=§n1):
    §text = §item["§text"].ljust(width)
    §num = f"{§item['§num']:.2f}"
    return f"{§text} | {§num}"
''',
    '''
def discount(price, percent):
    """Return the price after a discount in percent."""
    if not 0 <= percent <= 100:
        raise ValueError("percent must be between 0 and 100")
    return price * (1 - percent / 100)
''',
    '''
def unique(values):
    """Drop repeated values but keep the order of the rest."""
    seen = set()
    result = []
    for value in values:
        if value not in seen:
            seen.add(value)
            result.append(value)
    return result
''',
    '''
def merge(first, second):
    """Merge two sorted lists into one sorted list."""
    result = []
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i] <= second[j]:
            result.append(first[i])
            i += 1
        else:
            result.append(second[j])
            j += 1
    return result + first[i:] + second[j:]
''',
    '''
def distance(a, b):
    """Return the distance between two points in the plane."""
    dx = a[0] - b[0]
    dy = a[1] - b[1]
    return math.sqrt(dx * dx + dy * dy)
''',
    '''
def countdown(start):
    while start > 0:
        print(start)
        start -= 1
    print("«Go!¦Done.¦Lift off!»")
''',
    '''
def send_§item(§item, address, *, subject=None):
    """Send the §item to an address and return True if it went out."""
    if "@" not in address:
        raise ValueError(f"not an address: {address}")
    subject = subject or f"Your §item: {§item.§text}"
    message = Message(to=address, subject=subject, body=§item.body)
    return mailer.send(message)
''',
    '''
def filter_§items(§items, minimum=None, maximum=None):
    """Keep only the §items whose §num lies in the range."""
    result = §items
    if minimum is not None:
        result = [§item for §item in result if §item.§num >= minimum]
    if maximum is not None:
        result = [§item for §item in result if §item.§num <= maximum]
    return result
''',
    '''
def update_§item(§item: dict, **changes) -> dict:
    """Return a copy of the §item with the changes made."""
    updated = dict(§item)
    for key, value in changes.items():
        if key not in §item:
            raise KeyError(f"a §item has no {key}")
        updated[key] = value
    return updated
''',
    '''
def mean_§num(§items: list[§Item]) -> float:
    """Return the mean §num of the §items."""
    §{num}s = [§item.§num for §item in §items]
    return sum(§{num}s) / len(§{num}s)
''',
    '''
def split_name(name: str) -> tuple[str, str]:
    """Split a name into the first name and the last name."""
    first, _, last = name.partition(" ")
    return first, last
''',
    '''
def index_§items(§items: list[dict]) -> dict[str, dict]:
    """Build an index of the §items by their §text."""
    index = {}
    for §item in §items:
        key = §item["§text"].lower()
        if key in index:
            # Two §items must not have the same §text.
            raise ValueError(f"duplicate §text: {key}")
        index[key] = §item
    return index
''',
    '''
def print_§items(§items):
    for number, §item in enumerate(§items, start=1):
        print(f"{number}. {§item}")
''',
    '''
def power(base, exponent):
    result = 1
    for _ in range(exponent):
        result *= base
    return result
''',
)  # fmt: skip

METHODS: tuple[str, ...] = (
    '''
    def add(self, §other):
        """Add a §other to this §item."""
        self.§others.append(§other)
''',
    '''
    def remove(self, §other):
        if §other not in self.§others:
            raise KeyError(§other)
        self.§others.remove(§other)
''',
    '''
    def __len__(self):
        return len(self.§others)
''',
    '''
    def __repr__(self):
        return f"§Item({self.§text!r}, {self.§num})"
''',
    '''
    def __eq__(self, other):
        if not isinstance(other, §Item):
            return NotImplemented
        return self.§text == other.§text
''',
    '''
    def is_empty(self):
        return not self.§others
''',
    '''
    @property
    def total(self):
        """The §num of the §item times the number of §others."""
        return self.§num * len(self.§others)
''',
    '''
    @classmethod
    def from_dict(cls, data):
        return cls(data["§text"], data["§num"])
''',
    '''
    def to_dict(self):
        return {"§text": self.§text, "§num": self.§num}
''',
    '''
    def __iter__(self):
        return iter(self.§others)
''',
    '''
    def change_§num(self, §num):
        """Set a new §num; it must be positive."""
        if §num <= 0:
            raise ValueError("the §num must be positive")
        self.§num = §num
''',
    '''
    def describe(self):
        if self.is_new:
            return f"{self.§text} is new"
        return f"{self.§text} has a §num of {self.§num}"
''',
    '''
    @staticmethod
    def parse(line):
        §text, §num = line.split(",")
        return §Item(§text.strip(), int(§num))
''',
    '''
    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *exc_info):
        self.open = False
''',
)  # fmt: skip

TESTS: tuple[str, ...] = (
    '''
def test_new_§item_is_empty():
    §item = §Item("§w1", §n1)
    assert §item.is_empty()
    assert len(§item) == 0
''',
    '''
def test_add_§other():
    §item = §Item("§w1", §n1)
    §item.add("§w2")
    §item.add("§w3")
    assert len(§item) == 2
    assert "§w2" in §item.§others
''',
    '''
def test_§{num}_must_be_positive():
    §item = §Item("§w4", §n2)
    with pytest.raises(ValueError):
        §item.change_§num(-§n3)
    assert §item.§num == §n2
''',
    '''
def test_missing_§{other}_is_refused():
    §item = §Item("§w1", §n1)
    with pytest.raises(KeyError, match="§w5"):
        §item.remove("§w5")
''',
    '''
def test_to_dict_and_back():
    §item = §Item("§w2", §n4)
    copy = §Item.from_dict(§item.to_dict())
    assert copy == §item
    assert copy is not §item
''',
    '''
@pytest.mark.parametrize("word", ["§w1", "§w2", "§w3"])
def test_words_keep_their_length(word):
    assert len(clean(word)) == len(word)
    assert clean(word.upper()) == word
''',
    '''
def test_average_of_nothing_is_none():
    assert average([]) is None
''',
    '''
def test_sorted_by_§num(§items):
    result = sorted(§items, key=lambda §item: §item.§num)
    for first, second in zip(result, result[1:]):
        assert first.§num <= second.§num
''',
    '''
@pytest.fixture
def §items():
    return [§Item("§w1", §n1), §Item("§w2", §n2), §Item("§w3", §n3)]
''',
    '''
def test_save_writes_one_line_for_each_§item(tmp_path):
    path = tmp_path / "§items.txt"
    save_§items(["§w1", "§w2"], path)
    assert path.read_text() == "§w1\\n§w2\\n"
''',
)  # fmt: skip

SCRIPTS: tuple[str, ...] = (
    '''
import argparse
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(description="«Count¦List¦Check» the §items in a folder.")
    parser.add_argument("folder", type=Path, help="where the §items are")
    parser.add_argument("--limit", type=int, default=§n1, help="how many §items to show")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()

    §items = sorted(args.folder.glob("*.txt"))
    if args.verbose:
        print(f"found {len(§items)} §items in {args.folder}")
    for §item in §items[: args.limit]:
        print(§item.name)


if __name__ == "__main__":
    main()
''',
    '''
import csv
import sys

path = sys.argv[1] if len(sys.argv) > 1 else "§items.csv"
total = 0.0
rows = 0

with open(path, newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        # Some rows have no §num; «skip them¦we leave them out».
        if not row["§num"]:
            continue
        total += float(row["§num"])
        rows += 1

if rows == 0:
    sys.exit("no rows with a §num in " + path)

print(f"rows:  {rows}")
print(f"total: {total:.2f}")
print(f"mean:  {total / rows:.2f}")
''',
    '''
import random

words = ["§w1", "§w2", "§w3", "§w4", "§w5", "§w6"]
secret = random.choice(words)
guessed = set()
lives = §tiny

while lives > 0:
    shown = " ".join(letter if letter in guessed else "_" for letter in secret)
    print(shown)
    if "_" not in shown:
        print("You win!")
        break
    letter = input("Guess a letter: ").lower()
    if letter in guessed:
        print("You have already tried that.")
    elif letter in secret:
        guessed.add(letter)
    else:
        guessed.add(letter)
        lives -= 1
        print(f"No. You have {lives} lives left.")
else:
    print(f"You lose. The word was {secret}.")
''',
    '''
from collections import Counter
from pathlib import Path

# Count the words of every text file in the folder "§dir".
counter = Counter()
for path in Path("§dir").rglob("*.txt"):
    text = path.read_text(encoding="utf-8")
    words = [word.strip(".,;:!?") for word in text.lower().split()]
    counter.update(word for word in words if word)

for word, count in counter.most_common(§n1):
    print(f"{word:<15} {count:>6}")
''',
    '''
import sqlite3

connection = sqlite3.connect("§items.db")
connection.execute("CREATE TABLE IF NOT EXISTS §items (id INTEGER PRIMARY KEY, §text TEXT, §num REAL)")

rows = [("§w1", §n1), ("§w2", §n2), ("§w3", §n3)]
connection.executemany("INSERT INTO §items (§text, §num) VALUES (?, ?)", rows)
connection.commit()

query = "SELECT §text, §num FROM §items WHERE §num > ? ORDER BY §num"
for §text, §num in connection.execute(query, (§n4,)):
    print(§text, §num)

connection.close()
''',
    '''
import json
import urllib.request

URL = "https://api.example.com/§items?limit=§n1"


def fetch(url):
    with urllib.request.urlopen(url, timeout=§tiny) as response:
        return json.loads(response.read())


§items = fetch(URL)
for §item in §items:
    if §item["§num"] > §n2:
        print(§item["§text"], "is «too high¦high¦large»:", §item["§num"])
''',
    '''
import logging

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("§items")


def process(§items):
    done = 0
    failed = []
    for §item in §items:
        try:
            §item.run()
        except ValueError as error:
            log.warning("the §item %s failed: %s", §item, error)
            failed.append(§item)
        else:
            done += 1
    log.info("%d done, %d failed", done, len(failed))
    return failed
''',
)  # fmt: skip

SNIPPETS: tuple[str, ...] = (
    '''
# Squares of the even numbers
squares = [n * n for n in range(§n1) if n % 2 == 0]
print(squares[:5])
''',
    '''
§{num}s = {"§w1": §n1, "§w2": §n2, "§w3": §n3}
for word, §num in §{num}s.items():
    print(f"{word}: {§num}")
''',
    '''
names = ["§p1", "§p2", "§p3"]
lengths = {name: len(name) for name in names}
longest = max(names, key=len)
print(longest, lengths[longest])
''',
    '''
§items = ["§w1", "§w2", "§w3", "§w4"]
first, *rest = §items
print(first)
print(rest[-1])
''',
    '''
total = 0
for number in range(1, §n1 + 1):
    total += number
print("The sum is", total)
''',
    '''
words = "§w1 §w2 §w3 §w4".split()
by_letter = {}
for word in words:
    by_letter.setdefault(word[0], []).append(word)
print(sorted(by_letter))
''',
    '''
grid = [[0 for column in range(§tiny)] for row in range(§tiny)]
for i in range(§tiny):
    grid[i][i] = 1
''',
    '''
pairs = [(a, b) for a in range(§tiny) for b in range(§tiny) if a < b]
print(len(pairs), "pairs")
''',
    '''
if §n1 > §n2 and not §items:
    print("nothing to do")
elif §n1 == §n2:
    print("equal")
else:
    print("§n1 is not larger than §n2, or there are §items")
''',
    '''
letters = set("§w1") & set("§w2")
print("letters in both words:", sorted(letters))
''',
    '''
for i in range(1, §n1):
    if i % 15 == 0:
        print("FizzBuzz")
    elif i % 3 == 0:
        print("Fizz")
    elif i % 5 == 0:
        print("Buzz")
    else:
        print(i)
''',
    '''
numbers = [§n1, §n2, §n3, §n4]
print("smallest:", min(numbers))
print("largest:", max(numbers))
print("sum:", sum(numbers))
''',
    '''
text = "The §w1 and the §w2"
text = text.replace("§w1", "§w3")
print(text.upper())
print(text.split(" "))
''',
    '''
for §text, §num in zip(["§w1", "§w2"], [§n1, §n2]):
    print(f"{§text} costs {§num} dollars")
''',
    '''
stack = []
for token in "( [ ] )".split():
    if token in "([":
        stack.append(token)
    else:
        stack.pop()
assert not stack
''',
    '''
answer = input("Do you want to go on? (yes/no) ")
while answer not in ("yes", "no"):
    answer = input("Please type yes or no: ")
''',
)  # fmt: skip
