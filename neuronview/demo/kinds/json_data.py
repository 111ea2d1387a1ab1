"""JSON documents of many shapes and indents; each passage (each line, for the log) is valid JSON.

Values are invented; keys are ordinary English words. What a field holds is consistent with its name.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

from neuronview.demo.kinds._pools_code import (
    FOLDERS,
    MONTHS,
    PEOPLE,
    SURNAMES,
    TOWNS,
    WEEKDAYS,
    WORDS,
    code_names,
    several,
)  # fmt: skip
from neuronview.demo.lexicon import Lexicon


def _dump(value: Any, rng: random.Random, *, compact: bool = False) -> str:
    indent = None if compact else rng.choice((2, 2, 2, 4, 4, 1))
    separators = (",", ":") if compact and rng.random() < 0.5 else None
    return json.dumps(value, indent=indent, separators=separators, ensure_ascii=False)


def _person(rng: random.Random) -> dict[str, Any]:
    first, last = rng.choice(PEOPLE), rng.choice(SURNAMES)
    whole = {
        "id": rng.randint(1, 9999),
        "name": f"{first} {last}",
        "email": f"{first.lower()}.{last.lower()}@example.{rng.choice(('com', 'org', 'net'))}",
        "age": rng.randint(18, 80),
        "city": rng.choice(TOWNS),
        "active": rng.random() < 0.7,
        "phone": None if rng.random() < 0.4 else f"555-{rng.randint(1000, 9999)}",
        "tags": several(rng, WORDS, low=0, high=3),
    }
    keys = set(several(rng, list(whole), low=4, high=8)) | {"name"}
    return {key: whole[key] for key in whole if key in keys}


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1990, 2030)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _money(rng: random.Random) -> float:
    return round(rng.uniform(0.5, 200), 2)


def _people(rng: random.Random, lex: Lexicon) -> str:
    return _dump([_person(rng) for _ in range(rng.randint(2, 3))], rng)


def _one_person(rng: random.Random, lex: Lexicon) -> str:
    person = _person(rng)
    person["address"] = {"street": f"{rng.randint(1, 200)} {rng.choice(WORDS).title()} Street",
                         "city": rng.choice(TOWNS), "zip": f"{rng.randint(10000, 99999)}"}  # fmt: skip
    person["friends"] = [{"name": name, "since": rng.randint(1990, 2025)} for name in rng.sample(PEOPLE, 2)]
    return _dump(person, rng)


def _order(rng: random.Random, lex: Lexicon) -> str:
    lines: list[dict[str, Any]] = [
        {"product": word, "quantity": rng.randint(1, 9), "price": _money(rng)}
        for word in several(rng, WORDS, low=2, high=4)
    ]
    total = round(sum(line["quantity"] * line["price"] for line in lines), 2)
    return _dump(
        {
            "order": rng.randint(1000, 99999),
            "date": _date(rng),
            "customer": {"name": f"{rng.choice(PEOPLE)} {rng.choice(SURNAMES)}", "city": rng.choice(TOWNS)},
            "lines": lines,
            "total": total,
            "currency": rng.choice(("EUR", "USD", "GBP")),
            "paid": rng.random() < 0.6,
        },
        rng,
    )


def _config(rng: random.Random, lex: Lexicon) -> str:
    sections: dict[str, Any] = {
        "server": {"host": rng.choice(("localhost", "0.0.0.0", "api.example.com")), "port": rng.randint(1024, 9999)},
        "database": {"path": f"./{rng.choice(FOLDERS)}/main.db", "timeout": rng.randint(1, 60), "readonly": False},
        "logging": {"level": rng.choice(("info", "debug", "warning", "error")), "file": None, "color": True},
        "editor": {"tabSize": rng.choice((2, 4, 8)), "theme": rng.choice(("dark", "light")), "wordWrap": True},
        "cache": {"enabled": rng.random() < 0.5, "size": 2 ** rng.randint(4, 12), "unit": "MB"},
        "paths": several(rng, [f"./{name}" for name in FOLDERS], low=1, high=3),
        "version": f"{rng.randint(0, 5)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}",
    }
    return _dump({key: sections[key] for key in several(rng, list(sections), low=3, high=5)}, rng)


def _package(rng: random.Random, lex: Lexicon) -> str:
    first, second = rng.sample(WORDS, 2)
    return _dump(
        {
            "name": f"{first}-{second}",
            "version": f"{rng.randint(0, 3)}.{rng.randint(0, 12)}.{rng.randint(0, 9)}",
            "description": rng.choice(("A small tool for", "A library for", "Helpers for")) + f" {second}s and more",
            "main": "index.js",
            "scripts": {"start": "node index.js", "test": "node --test", "build": f"make {rng.choice(FOLDERS)}"},
            "keywords": several(rng, WORDS, low=1, high=3),
            "author": f"{rng.choice(PEOPLE)} {rng.choice(SURNAMES)}",
            "license": rng.choice(("MIT", "Apache-2.0", "BSD-3-Clause")),
            "private": rng.random() < 0.5,
        },
        rng,
    )


def _response(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    page, size = rng.randint(1, 9), rng.choice((10, 20, 50))
    base = f"https://api.example.com/{names['items']}"
    rows = [{"id": rng.randint(1, 999), str(names["text"]): word, str(names["num"]): rng.randint(1, 99)}
            for word in several(rng, WORDS, low=2, high=3)]  # fmt: skip
    return _dump(
        {
            "status": "ok",
            "page": page,
            "size": size,
            "total": page * size + rng.randint(1, 99),
            "next": f"{base}?page={page + 1}",
            "previous": f"{base}?page={page - 1}" if page > 1 else None,
            "results": rows,
        },
        rng,
    )


def _error(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    code, title, detail = rng.choice(
        (
            (400, "Bad Request", f"the field '{names['num']}' must be a number"),
            (401, "Unauthorized", "the token is missing or has expired"),
            (403, "Forbidden", f"you may read this {names['item']} but not change it"),
            (404, "Not Found", f"there is no {names['item']} with the id {names['big']}"),
            (409, "Conflict", f"a {names['item']} with this {names['text']} exists already"),
            (429, "Too Many Requests", f"please wait {names['n1']} seconds and try again"),
            (500, "Internal Server Error", "something went wrong; we have been told"),
            (503, "Service Unavailable", "the server is down for maintenance"),
        )
    )
    error: dict[str, Any] = {"code": code, "title": title, "message": detail[0].upper() + detail[1:] + "."}
    if rng.random() < 0.5:
        error["path"] = f"/{names['items']}/{names['big']}"
        error["method"] = rng.choice(("GET", "POST", "PUT", "DELETE"))
    return _dump({"error": error, "request": f"{rng.getrandbits(48):012x}", "time": f"{_date(rng)}T12:00:00Z"}, rng)


def _log(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    minute, lines = rng.randint(0, 40), []
    messages = (f"{names['item']} saved", f"{names['item']} not found", "request finished", "server started",
                "connection lost", "user signed in", "file uploaded", "slow query", "cache cleared")  # fmt: skip
    for _ in range(rng.randint(4, 7)):
        minute += rng.randint(0, 3)
        entry = {"time": f"08:{minute:02}:{rng.randint(0, 59):02}", "level": rng.choice(("info", "warning", "error")),
                 "message": rng.choice(messages), "ms": rng.randint(1, 900)}  # fmt: skip
        lines.append(_dump(entry, rng, compact=True))
    return "\n".join(lines)


def _weather(rng: random.Random, lex: Lexicon) -> str:
    low = rng.randint(-5, 15)
    days = [{"day": day, "low": low + rng.randint(-3, 3), "high": low + rng.randint(5, 12), "rain": rng.randint(0, 100),
             "sky": rng.choice(("sunny", "cloudy", "rain", "snow", "fog", "clear"))}
            for day in rng.sample(WEEKDAYS, rng.randint(2, 4))]  # fmt: skip
    place = {"city": rng.choice(TOWNS), "lat": round(rng.uniform(-60, 60), 3), "lon": round(rng.uniform(-180, 180), 3)}
    return _dump({"place": place, "unit": "C", "days": days}, rng)


def _geometry(rng: random.Random, lex: Lexicon) -> str:
    def point() -> list[float]:
        return [round(rng.uniform(-10, 10), 2), round(rng.uniform(40, 60), 2)]

    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": point()}, "properties": {"name": name}}
        for name in several(rng, TOWNS, low=2, high=3)
    ]
    features.append({"type": "Feature", "geometry": {"type": "LineString", "coordinates": [point(), point(), point()]},
                     "properties": {"name": "road", "length": rng.randint(2, 90)}})  # fmt: skip
    return _dump({"type": "FeatureCollection", "features": features}, rng, compact=rng.random() < 0.3)


def _menu(rng: random.Random, lex: Lexicon) -> str:
    dishes = {"starters": ("tomato soup", "green salad", "bread and butter", "olives"),
              "mains": ("fish and chips", "mushroom pie", "roast chicken", "bean stew", "rice with peas"),
              "desserts": ("apple cake", "ice cream", "plum tart", "cheese"),
              "drinks": ("tea", "coffee", "lemonade", "apple juice", "water")}  # fmt: skip
    meat = re.compile("fish|chicken")
    menu = {part: [{"dish": dish, "price": rng.randint(2, 30) + 0.5, "vegetarian": not meat.search(dish)}
                   for dish in several(rng, names, low=1, high=2)] for part, names in dishes.items()}  # fmt: skip
    return _dump({"restaurant": f"The {rng.choice(WORDS).title()}", "menu": menu, "open": list(WEEKDAYS[:5])}, rng)


def _schema(rng: random.Random, lex: Lexicon) -> str:
    names = code_names(rng)
    fields: dict[str, Any] = {
        str(names["text"]): {"type": "string", "description": f"the {names['text']} of the {names['item']}"},
        str(names["num"]): {"type": "number", "minimum": 0, "maximum": names["big"]},
        str(names["text2"]): {"type": "string", "enum": [names["w1"], names["w2"], names["w3"]]},
        str(names["others"]): {"type": "array", "items": {"type": "string"}, "maxItems": names["tiny"]},
        "active": {"type": "boolean", "default": True},
    }
    chosen = {key: fields[key] for key in several(rng, list(fields), low=3, high=5)}
    return _dump({"title": names["Item"], "type": "object", "properties": chosen, "required": list(chosen)[:2]}, rng)


def _tree(rng: random.Random, lex: Lexicon) -> str:
    def node(depth: int) -> dict[str, Any]:
        if depth == 0 or rng.random() < 0.3:
            return {
                "file": f"{rng.choice(WORDS)}.{rng.choice(('txt', 'md', 'png', 'csv'))}",
                "bytes": rng.randint(9, 9999),
            }
        return {"folder": rng.choice(FOLDERS), "children": [node(depth - 1) for _ in range(rng.randint(1, 3))]}

    return _dump({"folder": rng.choice(FOLDERS), "children": [node(2) for _ in range(rng.randint(2, 3))]}, rng)


def _series(rng: random.Random, lex: Lexicon) -> str:
    start = rng.randint(0, 7)
    months = MONTHS[start : start + rng.randint(3, 5)]
    values = [rng.randint(10, 500) for _ in months]
    return _dump(
        {
            "title": rng.choice(("Visitors", "Sales", "Rain in mm", "Letters sent", "Members")) + " by month",
            "labels": list(months),
            "values": values,
            "min": min(values),
            "max": max(values),
            "sum": sum(values),
        },
        rng,
        compact=rng.random() < 0.3,
    )


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "people": _people,
    "one_person": _one_person,
    "order": _order,
    "config": _config,
    "package": _package,
    "response": _response,
    "error": _error,
    "log": _log,
    "weather": _weather,
    "geometry": _geometry,
    "menu": _menu,
    "schema": _schema,
    "tree": _tree,
    "series": _series,
}
