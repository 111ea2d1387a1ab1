"""Records as a notebook shows them: heat maps and cards as HTML, with words where there is no HTML.

`show` makes a view of anything here. `%load_ext neuronview` has IPython do so by itself for what a cell ends with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord, Simulation
from neuronview.tokens import visible_quotes
from neuronview.view.cards import explanation_html
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.heatmap import Group, Strip, heatmap_payload
from neuronview.view.neuron import range_of, record_heading
from neuronview.view.scores import headline, number
from neuronview.view.strips import heatmap_html
from neuronview.view.styles import static_style

__all__ = ["View", "register", "show"]

FIRST_SHOWN = 3
"""Excerpts of a group in the view of a neuron: a notebook keeps what it has shown."""
SHOWN_TYPES = (ActivationRecord, NeuronRecord, Explanation)
Shown = ActivationRecord | NeuronRecord | Explanation


class View:
    """Something to look at: HTML where a front end shows HTML, else words."""

    def __init__(self, html: str, words: str) -> None:
        self.html, self.words = html, words

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.words


def show(
    thing: Shown | Sequence[Shown],
    *,
    simulation: Simulation | None = None,
    neuron: NeuronId | tuple[int, int] | None = None,
    maximum: float | None = None,
    **options: Any,
) -> View:
    """A view of a record, a neuron's records, an explanation, or a list of one of these.

    Of an ActivationRecord the colours end at `maximum` (its own largest value by default), `neuron` names the neuron,
    and `simulation` stands below the real values. Other options as for `heatmap_payload`. Raises BadInput for anything
    else.
    """
    if isinstance(thing, Explanation):
        return _cards([thing])
    if isinstance(thing, NeuronRecord):
        return _neuron(thing, options)
    if isinstance(thing, ActivationRecord):
        return _excerpts([thing], simulation, neuron, maximum, options)
    entries: list[object] = list(thing) if isinstance(thing, Sequence) else [thing]
    if entries and all(isinstance(entry, Explanation) for entry in entries):
        return _cards([entry for entry in entries if isinstance(entry, Explanation)])
    records = [entry for entry in entries if isinstance(entry, ActivationRecord)]
    if records and len(records) == len(entries) and simulation is None:
        return _excerpts(records, None, neuron, maximum, options)
    raise BadInput(
        f"There is no view of {type(thing).__name__} here. Give a NeuronRecord, an ActivationRecord, an Explanation, "
        "or a list of records or of explanations; a simulation goes with one record."
    )


def register(ipython: Any) -> None:
    """Have an IPython shell show records as `show` does; what `%load_ext neuronview` calls."""
    formatters = ipython.display_formatter.formatters
    for kind in SHOWN_TYPES:
        formatters["text/html"].for_type(kind, _html)
        formatters["text/plain"].for_type(kind, _write)


def _html(thing: Shown) -> str:
    return show(thing)._repr_html_()


def _write(thing: Shown, printer: Any, cycle: bool) -> None:
    """As IPython's printer asks for: a notebook keeps these words beside the HTML."""
    printer.text(repr(show(thing)))


# --- what is shown -----------------------------------------------------------------------------------------------


def _cards(explanations: Sequence[Explanation]) -> View:
    style = f"<style>{static_style((), {})}</style>"
    html = f'{style}<div class="nv-root nv-static">{"".join(map(explanation_html, explanations))}</div>'
    return View(html, "\n".join(map(_explanation_words, explanations)))


def _explanation_words(explanation: Explanation) -> str:
    score = headline(explanation)
    if score is None:
        return f"{visible_quotes(explanation.text.strip())} ({explanation.explainer}, not scored)"
    low, high = score.interval
    interval = "no interval" if math.isnan(low) else f"{number(low)} to {number(high)}"
    value = f"{number(score.value)}, {interval}" if score.state == "ok" else score.state
    return f"{visible_quotes(explanation.text.strip())} ({explanation.explainer}, {value}, n = {score.n_sequences})"


def _neuron(record: NeuronRecord, options: Mapping[str, Any]) -> View:
    maximum = neuron_maximum(record)
    groups = [
        Group(
            [
                Strip(entry, record.id, maximum, statistics=record.statistics, heading=record_heading(entry, rank))
                for rank, entry in enumerate(found[:FIRST_SHOWN])
            ],
            title=name.replace("_", " ").capitalize(),
            note=range_of(found) + (f"; the first {FIRST_SHOWN} are shown" if len(found) > FIRST_SHOWN else ""),
        )
        for name, found in record.groups.items()
    ]
    counts = ", ".join(f"{len(found)} {name}" for name, found in record.groups.items()) or "no excerpts"
    words = f"Neuron {record.id}: {counts}; maximum {number(maximum, digits=3)}"
    return View(_drawn(groups, options), words)


def _excerpts(
    records: Sequence[ActivationRecord],
    simulation: Simulation | None,
    neuron: NeuronId | tuple[int, int] | None,
    maximum: float | None,
    options: Mapping[str, Any],
) -> View:
    largest = max((record.maximum for record in records if len(record.tokens)), default=0.0)
    strips = [
        Strip(
            record,
            NeuronId(*(neuron or (-1, -1))),
            largest if maximum is None else maximum,
            simulated=None if simulation is None else simulation.expected,
            simulation=simulation,
            heading=record_heading(record, record.rank),
        )
        for record in records
    ]
    scale = {} if simulation is None else {"simulated_scale": simulation.scale}
    words = "\n".join(f"{''.join(record.tokens)!r}, maximum {number(record.maximum, digits=3)}" for record in records)
    return View(_drawn([Group(strips)], {**scale, **options}, named=neuron is not None), words)


def _drawn(groups: Sequence[Group], options: Mapping[str, Any], *, named: bool = True) -> str:
    payload = heatmap_payload(groups, **{"dataset": "", **options})
    if not named:  # an excerpt by itself does not know its neuron
        for strip in (strip for group in payload["groups"] for strip in group["strips"]):
            strip |= {"layer": "", "neuron": ""}
    return heatmap_html(payload)
