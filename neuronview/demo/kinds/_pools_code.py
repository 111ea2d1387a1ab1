"""Names and a tiny renderer shared by the kinds that write code, data and markup.

`render` knows two marks that occur in none of those languages: `§name` is replaced by the name's value,
the same everywhere in one text, and `«a¦b»` by one of its alternatives (they nest; an empty one is allowed).
It knows nothing about any of the languages, so what comes out is only as well formed as the frame.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping, Sequence

_CHOICE = re.compile(r"«([^«»]*)»")
_ARTICLE = re.compile(r"\b([Aa]) §\{?([a-zA-Z]+[0-9]*)\}?")

ENTITIES: tuple[tuple[str, str], ...] = (
    ("order", "orders"), ("invoice", "invoices"), ("ticket", "tickets"), ("letter", "letters"),
    ("book", "books"), ("parcel", "parcels"), ("plant", "plants"), ("player", "players"),
    ("room", "rooms"), ("sample", "samples"), ("message", "messages"), ("route", "routes"),
    ("recipe", "recipes"), ("photo", "photos"), ("song", "songs"), ("member", "members"),
    ("account", "accounts"), ("event", "events"), ("course", "courses"), ("train", "trains"),
    ("product", "products"), ("report", "reports"), ("task", "tasks"), ("visitor", "visitors"),
    ("sensor", "sensors"), ("garden", "gardens"), ("bike", "bikes"), ("film", "films"),
    ("page", "pages"), ("record", "records"), ("customer", "customers"), ("station", "stations"),
)  # fmt: skip
NUMBERS = ("price", "weight", "age", "score", "size", "length", "height", "amount", "total", "count",
           "distance", "level", "rank", "cost", "width", "speed", "duration", "balance", "depth", "hours")  # fmt: skip
TEXTS = ("name", "title", "label", "code", "color", "city", "status", "owner", "category", "note",
         "author", "kind", "email", "language", "country", "street", "brand", "unit", "topic", "group")  # fmt: skip
WORDS = ("apple", "river", "window", "silver", "garden", "winter", "paper", "yellow", "bridge", "candle",
         "forest", "market", "pepper", "rabbit", "sugar", "ticket", "violet", "walnut", "copper", "island",
         "lemon", "mirror", "ocean", "pencil", "basket", "cotton", "engine", "feather", "hammer", "kettle")  # fmt: skip
PEOPLE = ("Anna", "Ben", "Clara", "David", "Ella", "Frank", "Grace", "Henry", "Ida", "Jack", "Kate", "Leo",
          "Maria", "Nina", "Oscar", "Paula", "Ruth", "Sam", "Tom", "Vera", "Will", "Zoe", "Hugo", "Lily")  # fmt: skip
SURNAMES = ("Adams", "Baker", "Carter", "Dunn", "Ellis", "Fisher", "Grant", "Hill", "Irving", "Jones",
            "Keller", "Lane", "Moore", "Norris", "Owens", "Parker", "Quinn", "Reed", "Shaw", "Turner")  # fmt: skip
TOWNS = ("Ashford", "Brookfield", "Carden", "Dunmore", "Eastham", "Fairview", "Greenhill", "Harwick",
         "Kingsley", "Lakeside", "Millbrook", "Northgate", "Oakham", "Redwood", "Southport", "Westbury")  # fmt: skip
FOLDERS = ("data", "photos", "reports", "backup", "notes", "logs", "music", "build", "letters", "inbox",
           "archive", "drafts", "scripts", "exports", "images", "uploads")  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Marks(string.Template):
    """`string.Template` with a delimiter that no programming language uses."""

    delimiter = "§"
    idpattern = "[a-z]+[0-9]*"


class _WideMarks(_Marks):
    idpattern = "[a-z_]+[0-9]*"


def render(text: str, rng: random.Random, *, names: Mapping[str, str | int], underscores: bool = False) -> str:
    """Return `text` with its alternatives chosen and its names put in.

    Names end at an underscore (`add_§item_to`) unless `underscores` lets them hold one.

    A name that `names` lacks raises `KeyError`: a frame with a mistake must not reach the corpus.
    """
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda match: rng.choice(match[1].split("¦")), text)
    if underscores:
        return _WideMarks(text).substitute(names).strip("\n")
    text = _ARTICLE.sub(lambda match: _with_article(match, names), text)
    return _Marks(text).substitute(names).strip("\n")


def _with_article(match: re.Match[str], names: Mapping[str, str | int]) -> str:
    vowel = str(names[match[2]])[0].lower() in "aeio"
    return f"{match[1]}{'n' if vowel else ''} {match[0].split(' ')[1]}"


def code_names(rng: random.Random) -> dict[str, str | int]:
    """Draw the names of one passage of code: things, fields, words and small numbers, all distinct."""
    (one, many), (other, others) = rng.sample(ENTITIES, 2)
    num, num2 = rng.sample(NUMBERS, 2)
    text, text2 = rng.sample(TEXTS, 2)
    names: dict[str, str | int] = {
        "item": one, "items": many, "Item": one.title(), "Items": many.title(),
        "other": other, "others": others, "Other": other.title(),
        "num": num, "num2": num2, "text": text, "text2": text2, "ITEM": one.upper(), "NUM": num.upper(),
        "dir": rng.choice(FOLDERS), "town": rng.choice(TOWNS), "month": rng.choice(MONTHS),
    }  # fmt: skip
    names.update({f"w{i}": word for i, word in enumerate(rng.sample(WORDS, 6), start=1)})
    names.update({f"p{i}": name for i, name in enumerate(rng.sample(PEOPLE, 4), start=1)})
    names.update({f"s{i}": name for i, name in enumerate(rng.sample(SURNAMES, 3), start=1)})
    names.update({f"n{i}": rng.randint(2, 99) for i in range(1, 7)})
    names.update({"big": rng.randint(100, 9999), "tiny": rng.randint(2, 9), "year": rng.randint(1950, 2030)})
    return names


def several(rng: random.Random, pool: Sequence[str], *, low: int, high: int) -> list[str]:
    """Draw between `low` and `high` different members of `pool`."""
    return rng.sample(pool, min(len(pool), rng.randint(low, high)))
