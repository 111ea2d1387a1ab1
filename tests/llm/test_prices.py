"""List prices: which row a name has, what a call costs, and that an unknown model has no price."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from neuronview.errors import BadInput
from neuronview.llm.calls import Usage
from neuronview.llm.prices import FILE, Price, PriceTable, given_price, is_local, list_prices


def table(*names: str, kinds: tuple[str, ...] = ("",)) -> PriceTable:
    rows = {(name, kind): Price(name, float(i + 1), 0.0, 0.0) for i, name in enumerate(names) for kind in kinds}
    return PriceTable(rows)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-11-20", "gpt-4o"),
        ("gpt-4o-20241120", "gpt-4o"),
        ("gpt-4o-1120", "gpt-4o"),
        ("gpt-4o-0229", "gpt-4o"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-4o-mini", "gpt-4o-mini"),
    ],
)
def test_a_dated_name_has_the_price_of_the_longest_row_that_it_is_a_snapshot_of(name: str, row: str) -> None:
    found = table("gpt-4o-mini", "gpt-4o", "gpt-4o-2024-05-13").price(name, "chat")
    assert found is not None
    assert found.model == row


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-audio",
        "gpt-4o-",
        "gpt-4o2024-11-20",
        "gpt-4o-2024-13-20",
        "gpt-4o-2024-11-20-eu",
        "gpt-4o-1332",
        "gpt-4o-2024-02-30",
        "gpt-4o-16000",
        "openai/gpt-4o",
        "gpt-4",
        "GPT-4O",
        "",
    ],
)
def test_a_name_that_is_no_snapshot_has_no_price(name: str) -> None:
    assert table("gpt-4o").price(name, "chat") is None


def test_a_row_for_the_kind_beats_one_for_all_kinds_and_is_for_no_other() -> None:
    only = PriceTable({("m", "decision"): Price("m", 1.0, 0.0, 0.0)})
    assert only.price("m", "chat") is None
    both = PriceTable({**only.prices, ("m", ""): Price("m", 2.0, 0.0, 0.0)})
    assert [both.price("m", kind).input for kind in ("decision", "chat")] == [1.0, 2.0]  # type: ignore[union-attr]
    assert only.unknown("m", ("chat", "decision")) == ["chat"]


def test_cached_tokens_are_a_part_of_the_input() -> None:
    price = Price("m", 2.0, 0.5, 8.0, cache_write=2.5)
    assert price.cost(Usage(1000, 400, 100)) == pytest.approx((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6)
    assert price.at_most(1000, 100) == pytest.approx((1000 * 2.5 + 100 * 8) / 1e6)


def test_a_prompt_longer_than_the_price_holds_for_has_no_cost() -> None:
    price = Price("m", 1.0, 1.0, 1.0, up_to=100)
    assert price.cost(Usage(100)) == 1e-4
    assert price.cost(Usage(101)) is None
    assert price.at_most(101, 0) is None


@pytest.mark.parametrize(
    ("identity", "local"),
    [
        ("local:tiny", True),
        ("http://localhost:11434/v1 llama", True),
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.8.8.8/v1", True),
        ("http://[::1]:8000/v1 m", True),
        ("http://me.localhost/v1", True),
        ("https://api.openai.com/v1 localhost", False),
        ("https://localhost.example.com/v1", False),
        ("http://192.168.1.4:8000/v1 m", False),
        ("http://0.0.0.0.example/v1", False),
        ("", False),
        ("http://[bad", False),
    ],
)
def test_only_this_machine_is_free(identity: str, local: bool) -> None:
    assert is_local(identity) == local
    price = table("known").price("other", "chat", identity=identity)
    assert (price is not None and price.cost(Usage(5, 0, 5)) == 0) == local


def test_luna_decides_for_ten_cents_a_million_and_chats_at_another_price() -> None:
    decided, chat = (list_prices().price("gpt-6-luna", kind) for kind in ("decision", "chat"))
    assert decided is not None
    assert decided.cost(Usage(1_000_000, 0, 5_000)) is None  # longer than any prompt that the price holds for
    assert decided.cost(Usage(100_000, 0, 5_000)) == pytest.approx(0.01)
    assert chat is not None
    assert chat.cost(Usage(100_000, 0, 5_000)) == pytest.approx(0.0125)


def test_every_row_of_the_table_has_a_page_and_a_date_and_is_there_once() -> None:
    written = json.loads(FILE.read_text())
    names = [(row["model"], row.get("kind", "")) for row in written["models"]]
    assert len(names) == len(set(names)) == len(list_prices().prices)
    for price in list_prices().prices.values():
        assert price.page.startswith("https://")
        assert date.fromisoformat(price.date) <= date.fromisoformat(list_prices().date)
        assert price.cached <= price.input <= max(price.output, price.input)
        assert f"read {price.date}" in price.described()


def test_a_persons_own_table_wins(tmp_path: Path) -> None:
    own = {"date": "2026-01-01", "sources": {"me": {"page": "https://x", "date": "2026-01-01"}}}
    rows = [{"model": "gpt-4o", "input": 7, "cached": 7, "output": 7, "source": "me"}]
    (tmp_path / "p.json").write_text(json.dumps({**own, "models": rows}))
    both = PriceTable.read(tmp_path / "p.json").over(list_prices())
    assert both.price("gpt-4o", "chat").input == 7  # type: ignore[union-attr]
    assert both.price("gpt-4o-mini", "chat") == list_prices().price("gpt-4o-mini", "chat")


@pytest.mark.parametrize("text", ["[]", "{", '{"date": "x", "sources": {}, "models": [{"model": "m"}]}'])
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(BadInput, match="no price table"):
        PriceTable.read(tmp_path / "p.json")


def test_a_price_below_zero_is_refused(tmp_path: Path) -> None:
    written = json.loads(FILE.read_text())
    written["models"][0]["output"] = -1
    (tmp_path / "p.json").write_text(json.dumps(written))
    with pytest.raises(BadInput, match="below 0"):
        PriceTable.read(tmp_path / "p.json")


def test_a_price_that_a_person_gives_holds_for_a_proxy_on_this_machine_and_for_nothing_else() -> None:
    known = table("known")
    given = known.giving({"http://127.0.0.1:4000/v1 known": given_price("2, 8")})
    prices = {
        identity: given.price("known", "chat", identity=identity)
        for identity in ("http://127.0.0.1:4000/v1 known", "http://127.0.0.1:8000/v1 known", "https://else/v1 known")
    }
    costs = [price.cost(Usage(1_000_000, 250_000, 1_000_000)) for price in prices.values() if price is not None]
    listed = known.price("known", "chat")
    assert listed is not None
    assert costs == [10.0, 0.0, listed.cost(Usage(1_000_000, 250_000, 1_000_000))]
    assert ["given by you" in str(price and price.described()) for price in prices.values()] == [True, False, False]


@pytest.mark.parametrize("text", ["", "2", "2;8", "2,8,1", "-1,2", "1,inf", "a,b"])
def test_what_is_no_price_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match=r"0\.5,2"):
        given_price(text)
