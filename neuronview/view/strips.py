"""A heat map as HTML that needs no script: the elements that the pages' component draws, with titles in place of tips.

Draws what `heatmap_payload` says, nothing else. Every text is escaped. Carries its own style sheet, light and dark by
what the reader prefers, so that it stands alone in a notebook's output or in a file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neuronview.view.colour import step_class, step_of
from neuronview.view.plain import html_safe
from neuronview.view.styles import static_style
from neuronview.view.titles import token_titles

__all__ = ["heatmap_html", "heatmap_style", "precise"]

Row = Mapping[str, Any]


def heatmap_html(payload: Mapping[str, Any], *, style: bool = True) -> str:
    """The heat map of a payload; without `style` where `heatmap_style` stands on the same page already."""
    sheet = f"<style>{heatmap_style(payload)}</style>" if style else ""
    groups = "".join(_group(payload, group) for group in payload["groups"])
    return f'{sheet}<div class="nv-root nv-static">{_legend(payload["legend"])}{groups}</div>'


def heatmap_style(*payloads: Mapping[str, Any]) -> str:
    """The style sheet of these heat maps: only the colours that they use."""
    steps = sorted({step for payload in payloads for step in _steps(payload)})
    bars = {_bar_class(row): (row["low"], row["high"]) for payload in payloads for row in _scales(payload["legend"])}
    return static_style(steps, bars)


def precise(value: float | None) -> str:
    """A number with eight significant digits, written as browsers write it; empty for None."""
    if value is None:
        return ""
    mantissa, exponent = f"{float(value):.7e}".split("e")
    power = int(exponent)
    if -7 < power < 8:
        return f"{float(value):.{7 - power}f}"
    return f"{mantissa}e{'+' if power >= 0 else '-'}{abs(power)}"


# --- groups and strips ---------------------------------------------------------------------------------------------


def _group(payload: Row, group: Row) -> str:
    title = f'<h3 class="nv-group-title">{html_safe(group["title"])}</h3>' if group["title"] else ""
    note = f'<p class="nv-note">{html_safe(group["note"])}</p>' if group["note"] else ""
    entries = [_entry(payload, strip) for strip in group["strips"]]
    first = min(group["shown"] or len(entries), len(entries))
    rest = "".join(entries[first:])
    more = f"<details><summary>{len(entries) - first} more</summary>{rest}</details>" if rest else ""
    return f'<section class="nv-group">{title}{note}<div>{"".join(entries[:first])}</div>{more}</section>'


def _entry(payload: Row, strip: Row) -> str:
    heading = f'<p class="nv-heading">{html_safe(strip["heading"])}</p>' if strip["heading"] else ""
    return f'<div class="nv-entry">{heading}{_strip(payload, strip)}</div>'


def _strip(payload: Row, strip: Row) -> str:
    simulated = strip["simulated"] is not None
    marks = {
        "dataset": payload["dataset"],
        "layer": strip["layer"],
        "neuron": strip["neuron"],
        "excerpt": strip["excerpt"],
        "normalization": payload["normalization"],
        "scale-max": precise(strip["scale"]),
    } | ({"simulated-scale": payload["simulatedScale"]} if simulated else {})
    data = " ".join(f'data-{name}="{html_safe(value)}"' for name, value in marks.items())
    label = html_safe(strip["heading"] or "Excerpt")
    peak = _peak_of(strip["real"]) if len(strip["tokens"]) > 1 else -1
    titles = token_titles(payload, strip)
    tokens = "".join(_token(payload, strip, place, title, place == peak) for place, title in enumerate(titles))
    name = "nv-strip nv-simulated" if simulated else "nv-strip"
    return f'<div class="{name}" {data} role="group" aria-label="{label}">{tokens}</div>'


def _peak_of(values: Sequence[float | None]) -> int:
    known = [place for place, value in enumerate(values) if value is not None]
    return max(known, key=lambda place: values[place] or 0.0, default=0)


def _token(payload: Row, strip: Row, position: int, title: str, is_peak: bool) -> str:
    text, value = strip["tokens"][position], strip["real"][position]
    ids, simulated = strip["ids"], strip["simulated"]
    marks = f'data-position="{position}" data-token-id="{"" if ids is None else ids[position]}"'
    marks += f' data-activation="{precise(value)}"'
    rows = ""
    if simulated is not None:
        marks += "" if simulated[position] is None else f' data-simulated="{precise(simulated[position])}"'
        rows = _rows(payload, strip, position)
    title = html_safe(title).replace("\n", "&#10;")
    word = f'<span class="nv-word {_shade(value, strip["scale"])}">{html_safe(text)}</span>'
    return f'<span class="{_classes(payload, strip, position, is_peak)}" {marks} title="{title}">{word}{rows}</span>'


def _classes(payload: Row, strip: Row, position: int, is_peak: bool) -> str:
    value, part = strip["real"][position], strip["parts"].get(str(position))
    names = ["nv-token"]
    names += ["nv-peak"] if is_peak else []
    names += ["nv-clipped"] if abs(value or 0.0) > strip["scale"] * payload["clippedFrom"] else []
    first = strip["chosen"]
    names += ["nv-chosen"] if first is not None and first <= position <= strip["chosenLast"] else []
    names += ["nv-badge"] if strip["tokens"][position] == payload["badge"] else []
    names += [f"nv-{strip['marks'][str(position)]}"] if str(position) in strip["marks"] else []
    names += [] if part is None else ["nv-split"] if part[1] == 1 else ["nv-split nv-rest"]
    return " ".join(names)


def _rows(payload: Row, strip: Row, position: int) -> str:
    real, simulated = strip["real"][position], strip["simulated"][position]
    over = " nv-over" if abs(simulated or 0.0) > strip["simulatedScale"] * payload["clippedFrom"] else ""
    found = f'<span class="nv-row {_shade(simulated, strip["simulatedScale"])}{over}"></span>'
    if not payload["difference"]:
        return found
    strayed = None if simulated is None or real is None else simulated - real
    return f'{found}<span class="nv-row nv-strayed {_shade(strayed, strip["scale"])}"></span>'


def _shade(value: float | None, scale: float) -> str:
    return "nv-missing" if value is None else step_class(step_of(value, scale))


def _steps(payload: Row) -> Iterator[int]:
    """Steps of all values that are drawn; 0 and the ends are there for the legend's swatches."""
    for strip in (strip for group in payload["groups"] for strip in group["strips"]):
        real, simulated = strip["real"], strip["simulated"] or []
        yield from (step_of(value, strip["scale"]) for value in real if value is not None)
        yield from (step_of(value, strip["simulatedScale"]) for value in simulated if value is not None)
        pairs = zip(real, simulated, strict=False) if payload["difference"] else ()
        yield from (step_of(b - a, strip["scale"]) for a, b in pairs if a is not None and b is not None)


# --- legend ----------------------------------------------------------------------------------------------------------


def _legend(rows: Sequence[Row]) -> str:
    lines = "".join(f'<span class="nv-legend-row">{_legend_row(row)}</span>' for row in rows)
    return f'<div class="nv-legend">{lines}</div>'


def _legend_row(row: Row) -> str:
    name = f"<span>{html_safe(row['name'])}</span>"
    if row["kind"] != "scale":
        text = "" if row["kind"] == "missing" else "abc"
        return f'<span class="nv-legend-swatch nv-{row["kind"]}" aria-hidden="true">{text}</span>{name}'
    low, high = row["low"], row["high"]
    left = 100 * -low / (high - low) if low < 0 else 0.0
    zero = f'<span class="nv-legend-zero" style="left:{left:.4g}%" title="0"></span>' if low < 0 else ""
    bar = f'<span class="nv-legend-bar {_bar_class(row)}">{zero}</span>'
    return f"{name}<span>{html_safe(row['lowText'])}</span>{bar}<span>{html_safe(row['highText'])}</span>"


def _scales(rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if row["kind"] == "scale")


def _bar_class(row: Row) -> str:
    """Bars of one shape look the same whatever their units: named by where their zero lies, in thousandths."""
    largest = max(abs(row["low"]), abs(row["high"])) or 1.0
    low, high = (math.floor(1000 * abs(row[end]) / largest + 0.5) for end in ("low", "high"))
    return f"nv-bar-{low}-{high}"
