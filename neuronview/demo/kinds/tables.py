"""Tables: Markdown, CSV, tab-separated, aligned text, boxed, with totals that are right and prose about them.

What the prose says of a table (largest, sum, difference) is true of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from neuronview.demo.kinds._pools_code import MONTHS, WEEKDAYS
from neuronview.demo.kinds._pools_slots import prose
from neuronview.demo.lexicon import Lexicon


@dataclass(frozen=True)
class Table:
    """A table with a text column first and numbers after it; `what` says what a number of column i counts."""

    head: list[str]
    rows: list[list[str | int]]
    title: str

    def column(self, i: int) -> list[int]:
        return [int(row[i]) for row in self.rows]


def _labels(rng: random.Random, lex: Lexicon) -> tuple[str, list[str]]:
    """Return the head of the first column and its entries."""
    count = rng.randint(4, 8)
    kind = rng.randrange(6)
    if kind == 0:
        start = rng.randrange(0, 12 - count + 1)
        return "Month", list(MONTHS[start : start + count])
    if kind == 1:
        return "Day", list(WEEKDAYS[: min(count, 7)])
    if kind == 2:
        return "Name", _different(count, lambda: lex.name(rng).given)
    if kind == 3:
        return "Town", _different(count, lambda: lex.town(rng))
    if kind == 4:
        return "City", _different(count, lambda: lex.draw(rng, lex.cities))
    sort = rng.choice(("animal", "food", "tool", "furniture", "plant", "instrument"))
    return sort.title(), _different(count, lambda: lex.noun(rng, sort))


def _different(count: int, draw: Callable[[], str]) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        word = draw()
        if word not in found:
            found.append(word)
    return found


_COLUMNS = (
    "Visitors",
    "Sold",
    "Letters",
    "Hours",
    "Points",
    "Members",
    "Price",
    "Weight",
    "Rain",
    "Calls",
    "Books",
    "Tickets",
    "Stock",
    "Orders",
    "Days",
    "Votes",
)


def _table(rng: random.Random, lex: Lexicon, *, columns: int | None = None) -> Table:
    first, labels = _labels(rng, lex)
    heads = rng.sample(_COLUMNS, columns or rng.randint(1, 3))
    tops = [rng.choice((10, 50, 100, 900, 5000)) for _ in heads]
    rows: list[list[str | int]] = [[label, *(rng.randint(1, top) for top in tops)] for label in labels]
    title = prose(
        rng.choice(
            (
                "The §building of §town, §year",
                "Results",
                "§Month §year",
                "What we counted",
                "Figures from §town",
                "Overview",
                "Table §few",
            )
        ),
        rng,
        lex=lex,
    )
    return Table([first, *heads], rows, title)


def _strings(table: Table) -> list[list[str]]:
    return [table.head, *([str(cell) for cell in row] for row in table.rows)]


def _aligned_lines(table: Table, *, gap: str = "  ") -> list[str]:
    cells = _strings(table)
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.head))]
    return [
        gap.join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        ).rstrip()
        for row in cells
    ]


def _how_many(count: int) -> str:
    return {0: "None of the others has", 1: "Only one of the others has"}.get(count, f"Of the others, {count} have")


def _remark(rng: random.Random, table: Table) -> str:
    """Say something that is true of the table's second column."""
    values = table.column(1)
    by_value = sorted(table.rows, key=lambda row: int(row[1]))
    low, high = by_value[0], by_value[-1]
    what = table.head[1].lower()
    some = rng.choice(table.rows)
    return rng.choice(
        (
            f"The highest number ({what}) stands beside {high[0]}: {high[1]}.",
            f"The lowest is {low[1]}, for {low[0]}, and the highest {high[1]}, for {high[0]}.",
            f"Together that makes {sum(values)}.",
            f"Between {low[0]} and {high[0]} there is a difference of {int(high[1]) - int(low[1])}.",
            f"For {some[0]} the table gives {some[1]} under {what}.",
            f"There are {len(values)} rows; the sum of the column {what} is {sum(values)}.",
            f"{some[0]} has {some[1]}. {_how_many(sum(v > int(some[1]) for v in values))} more.",
            f"Why {low[0]} comes last, nobody knows.",
            f"Without {high[0]} the sum would be {sum(values) - int(high[1])} and not {sum(values)}.",
        )
    )


def _remarks(rng: random.Random, table: Table, *, low: int = 1, high: int = 3) -> str:
    return " ".join(dict.fromkeys(_remark(rng, table) for _ in range(rng.randint(low, high))))


def _markdown(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex)
    rule = rng.choice(
        (
            ["---"] * len(table.head),
            ["---", *["--:"] * (len(table.head) - 1)],
            [":---", *["---:"] * (len(table.head) - 1)],
        )
    )
    lines = [f"| {' | '.join(row)} |" for row in _strings(table)]
    return (
        "\n".join([f"## {table.title}\n", lines[0], f"| {' | '.join(rule)} |", *lines[1:]])
        + "\n\n"
        + _remarks(rng, table)
    )


def _csv(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex, columns=rng.randint(2, 4))
    mark = rng.choice((",", ",", ";"))
    quoted = rng.random() < 0.3
    cells = _strings(table)
    if quoted:
        cells = [[f'"{row[0]}"', *row[1:]] for row in cells]
    cells[0] = [name.lower() for name in cells[0]]
    return "\n".join(mark.join(row) for row in cells)


def _tabs(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex)
    return "\n".join("\t".join(row) for row in _strings(table)) + "\n\n" + _remarks(rng, table)


def _aligned(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex)
    lines = _aligned_lines(table)
    return "\n".join([table.title, "", lines[0], "-" * max(map(len, lines)), *lines[1:], "", _remarks(rng, table)])


def _boxed(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex)
    cells = _strings(table)
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.head))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def _totals(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex)
    total: list[str | int] = ["Total", *(sum(table.column(i)) for i in range(1, len(table.head)))]
    lines = _aligned_lines(Table(table.head, [*table.rows, total], table.title))
    rule = "=" * max(map(len, lines))
    return "\n".join([table.title, rule, *lines[:-1], rule, lines[-1]])


def _row_sums(rng: random.Random, lex: Lexicon) -> str:
    table = _table(rng, lex, columns=rng.randint(2, 3))
    rows = [[*row, sum(int(cell) for cell in row[1:])] for row in table.rows]
    whole = Table([*table.head, "Sum"], rows, table.title)
    lines = [f"| {' | '.join(row)} |" for row in _strings(whole)]
    return "\n".join([lines[0], "|" + "---|" * len(whole.head), *lines[1:]])


def _told(rng: random.Random, lex: Lexicon) -> str:
    """Read a table out in prose."""
    table = _table(rng, lex, columns=1)
    what = table.head[1].lower()
    parts = [f"{row[0]} {row[1]}" for row in table.rows]
    opening = rng.choice(
        (
            f"Here are the figures ({what}):",
            f"The list of §given1 says ({what}):",
            f'Under the heading "{table.head[1]}" we read:',
        )
    )
    return prose(
        f"{opening} {', '.join(parts[:-1])} and {parts[-1]}. {_remarks(rng, table, low=3, high=5)}", rng, lex=lex
    )


def _records(rng: random.Random, lex: Lexicon) -> str:
    """Write each row as a block of fields."""
    table = _table(rng, lex, columns=rng.randint(2, 3))
    return "\n\n".join(
        "\n".join(f"{head}: {cell}" for head, cell in zip(table.head, row, strict=True)) for row in table.rows[:5]
    )


def _bars(rng: random.Random, lex: Lexicon) -> str:
    first, labels = _labels(rng, lex)
    width = max(map(len, labels))
    mark = rng.choice("#*=")
    values = [rng.randint(1, 20) for _ in labels]
    lines = [f"{label.ljust(width)} {mark * value} {value}" for label, value in zip(labels, values, strict=True)]
    return (
        "\n".join(lines)
        + "\n\n"
        + _remarks(rng, Table([first, "Points"], [[a, b] for a, b in zip(labels, values, strict=True)], ""))
    )


def _league(rng: random.Random, lex: Lexicon) -> str:
    teams = _different(rng.randint(5, 7), lambda: lex.town(rng))
    rows: list[list[str | int]] = []
    for team in teams:
        won, drawn, lost = rng.randint(0, 9), rng.randint(0, 5), rng.randint(0, 9)
        rows.append([team, won + drawn + lost, won, drawn, lost, 3 * won + drawn])
    rows.sort(key=lambda row: -int(row[5]))
    lines = _aligned_lines(Table(["Team", "P", "W", "D", "L", "Pts"], rows, ""))
    return (
        "\n".join(lines)
        + f"\n\n{rows[0][0]} is first with {rows[0][5]} points; {rows[-1][0]} is last with {rows[-1][5]}."
    )


def _seats(rng: random.Random, lex: Lexicon) -> str:
    """Draw a plan with rows named by letters and columns by figures."""
    columns = rng.randint(3, 5)
    lines = ["| |" + "".join(f" {i} |" for i in range(1, columns + 1)), "|-|" + "---|" * columns]
    for letter in "ABCDEF"[: rng.randint(3, 6)]:
        names = [lex.name(rng).given if rng.random() < 0.7 else "-" for _ in range(columns)]
        lines.append(f"| {letter} |" + "".join(f" {name} |" for name in names))
    return "\n".join(lines)


TEMPLATES: dict[str, Callable[[random.Random, Lexicon], str]] = {
    "markdown": _markdown,
    "csv": _csv,
    "tabs": _tabs,
    "aligned": _aligned,
    "boxed": _boxed,
    "totals": _totals,
    "row_sums": _row_sums,
    "told": _told,
    "records": _records,
    "bars": _bars,
    "league": _league,
    "seats": _seats,
}
