"""What a call costs at list prices, and where that price was read.

The table is a data file (`prices.json`) with pages and dates. A model that is not in it has no price: None, never 0.
Models in this process cost nothing. An address on this machine counts as nothing too, unless a person says what is paid
there: a proxy that listens there may bill. A price that a person gave for an endpoint goes before all others. Knows no
invoice: discounts, taxes and batch tiers are not in it.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from neuronview.errors import BadInput
from neuronview.llm.calls import Usage

__all__ = ["Price", "PriceTable", "given_price", "is_local", "list_prices"]

FILE = Path(__file__).with_name("prices.json")
MILLION = 1_000_000
IN_PROCESS = "local:"
# What stands for a snapshot of a model: its name, a hyphen, and one of 2024-08-06, 20240806 or 0613.
SNAPSHOT = re.compile(r"-(?:(\d{4})-?(\d{2})-?(\d{2})|(\d{2})(\d{2}))")
ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens, and where they were read."""

    model: str
    input: float
    cached: float
    """An input token that the provider reads from its prompt cache."""
    output: float
    cache_write: float | None = None
    """An input token that the provider writes to its prompt cache; usage does not say which ones were."""
    up_to: int | None = None
    """Longest prompt in tokens that this price holds for."""
    page: str = ""
    date: str = ""
    note: str = ""

    def cost(self, usage: Usage) -> float | None:
        """Dollars at list prices; None for a prompt longer than the price holds for."""
        if self.up_to is not None and usage.input_tokens > self.up_to:
            return None
        fresh = max(usage.input_tokens - usage.cached_tokens, 0)
        dollars = fresh * self.input + usage.cached_tokens * self.cached + usage.output_tokens * self.output
        return dollars / MILLION

    def at_most(self, input_tokens: int, output_tokens: int) -> float | None:
        """Dollars that a call cannot exceed: nothing read from the prompt cache, all of it written there."""
        if self.up_to is not None and input_tokens > self.up_to:
            return None
        dearest = max(self.input, self.cached, self.cache_write or 0.0)
        return (input_tokens * dearest + output_tokens * self.output) / MILLION

    def described(self) -> str:
        """The price in words, with page and date."""
        if self.note == GIVEN:
            return f"${self.input:g} per million input tokens, ${self.output:g} output ({GIVEN})"
        if not self.page:
            return self.note
        words = f"${self.input:g} per million input tokens, ${self.cached:g} cached, ${self.output:g} output"
        return f"{words} (list price of {self.page}, read {self.date}{f'; {self.note}' if self.note else ''})"


FREE = Price("", 0.0, 0.0, 0.0, note="runs in this process, which costs nothing")
LOOPBACK = replace(
    FREE, note="counted as $0, it runs on this machine; of a proxy that bills, state the price (--price)"
)
GIVEN = "given by you"


class PriceTable:
    """Prices by model and kind of request."""

    def __init__(
        self, prices: Mapping[tuple[str, str], Price], *, date: str = "", given: Mapping[str, Price] | None = None
    ) -> None:
        """`prices`: by model and kind; the kind is empty in a row for all kinds. `given`: by an endpoint's identity."""
        self.prices = dict(prices)
        self.date = date
        self.given = dict(given or {})

    @classmethod
    def read(cls, path: Path = FILE) -> PriceTable:
        """Read a table. Raises BadInput when it is not one, or holds a price below 0."""
        try:
            table = json.loads(path.read_text(encoding="utf-8"))
            rows = [_price(row, table["sources"][row["source"]]) for row in table["models"]]
            kinds = [row.get("kind", "") for row in table["models"]]
            return cls({(p.model, k): p for p, k in zip(rows, kinds, strict=True)}, date=table["date"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"{path} is no price table: {error!r}. It needs `date`, `sources` by name with `page` and `date`, and "
                "`models` with `model`, `input`, `cached`, `output` (dollars per million tokens) and `source`."
            ) from error

    def over(self, other: PriceTable) -> PriceTable:
        """Both tables together; this one's prices win."""
        return PriceTable({**other.prices, **self.prices}, date=self.date, given={**other.given, **self.given})

    def giving(self, given: Mapping[str, Price]) -> PriceTable:
        """This table with a person's own prices, by an endpoint's identity."""
        return PriceTable(self.prices, date=self.date, given={**self.given, **given})

    def price(self, model: str, kind: str, *, identity: str = "") -> Price | None:
        """Price of a model for `chat`, `echo` or `decision`, or None where none is known.

        `identity`: of the endpoint; a price given for it beats all, and one on this machine is free without. A row for
        this kind beats one for all kinds, and a row of the exact name that of the model whose snapshot the name is.
        """
        if identity in self.given:
            return self.given[identity]
        if is_local(identity):
            return FREE if identity.startswith(IN_PROCESS) else LOOPBACK
        names = {row for row, _ in self.prices if row == model or _is_snapshot(model, row)}
        # Candidates are prefixes of one name, so that the longest is the most exact.
        for row in sorted(names, key=len, reverse=True):
            found = self.prices.get((row, kind)) or self.prices.get((row, ""))
            if found is not None:
                return found
        return None

    def unknown(self, model: str, kinds: Iterable[str], *, identity: str = "") -> list[str]:
        """Those of the kinds that have no price."""
        return [kind for kind in kinds if self.price(model, kind, identity=identity) is None]


@cache
def list_prices() -> PriceTable:
    """The table that comes with NeuronView."""
    return PriceTable.read()


def given_price(text: str) -> Price:
    """The price that a person states: dollars per million input and output tokens, such as `0.5,2`. BadInput."""
    try:
        dollars = [float(part) for part in text.split(",")]
    except ValueError:
        dollars = []
    if len(dollars) != 2 or not all(0 <= number < math.inf for number in dollars):
        raise BadInput(
            f"“{text}” is no price. Write dollars per million input tokens, a comma, and dollars per million output "
            "tokens, such as 0.5,2."
        )
    return Price("", dollars[0], dollars[0], dollars[1], note=GIVEN)


def is_local(identity: str) -> bool:
    """Whether an endpoint runs in this process (`local:...`) or at a loopback address."""
    if identity.startswith(IN_PROCESS):
        return True
    found = ADDRESS.search(identity)
    if not found:
        return False
    try:
        host = urlsplit(found[0]).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_snapshot(name: str, model: str) -> bool:
    """Whether `name` is `model` and a date that exists, and nothing else: gpt-4o-mini is no snapshot of gpt-4o."""
    if not name.startswith(model):
        return False
    found = SNAPSHOT.fullmatch(name, len(model))
    if not found:
        return False
    year, month, day, bare_month, bare_day = found.groups()
    try:
        # A leap year for dates without one.
        date(int(year or 2024), int(month or bare_month), int(day or bare_day))
    except ValueError:
        return False
    return True


def _price(row: Mapping[str, Any], source: Mapping[str, Any]) -> Price:
    price = Price(
        str(row["model"]),
        float(row["input"]),
        float(row["cached"]),
        float(row["output"]),
        None if row.get("cache_write") is None else float(row["cache_write"]),
        None if row.get("up_to") is None else int(row["up_to"]),
        str(source["page"]),
        str(source["date"]),
        str(source.get("note", "")),
    )
    if not all(0 <= number < math.inf for number in (price.input, price.cached, price.output, price.cache_write or 0)):
        raise ValueError(f"a price of {price.model} is below 0 or no number")
    return price
