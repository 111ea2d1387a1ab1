"""`compare`: two explainers or simulators on the same excerpts, over many neurons or of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from typing import Annotated, Any

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines, print_rows, progress_shown
from neuronview.errors import BadInput
from neuronview.links import parse_layers
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, open_dataset
from neuronview.store.figures import Reading, readings
from neuronview.store.paired import TIE, Paired, compare_readings, paired_neurons, require_comparable
from neuronview.view.comparing import meaning
from neuronview.view.paired import Judged, judge, judged_words, neuron_difference, verdict

__all__ = ["register"]

SIMULATION = "simulation"
MOST_JUDGED = 2000
SIDE = "EXPLAINER, or EXPLAINER@SIMULATOR where several simulated it; rules are all `rule`."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare")(compare)


def compare(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="Name or folder of a dataset.")],
    a: Annotated[str, typer.Option("--a", metavar="SIDE", help=f"The one side: {SIDE}")],
    b: Annotated[str, typer.Option("--b", metavar="SIDE", help="The other side, written in the same way.")],
    scorer: Annotated[str, typer.Option(help="Whose scores: simulation, detection, fuzzing or ablation.")] = SIMULATION,
    neuron: Annotated[
        str | None, typer.Option(help="Only this neuron, as L:N: its paired difference with its interval.")
    ] = None,
    layers: Annotated[str | None, typer.Option(help="Only neurons of these layers, such as 0-3 or 0,2.")] = None,
    text: Annotated[str, typer.Option(help="Only neurons with an explanation that holds these words.")] = "",
    regex: Annotated[bool, typer.Option("--regex", help="Read --text as a regular expression.")] = False,
    min_score: Annotated[float, typer.Option(help="Only neurons with a score from here on.")] = -1.0,
    max_score: Annotated[float, typer.Option(help="Only neurons with a score below this one.")] = 1.0,
    tie: Annotated[float, typer.Option(min=0.0, help="Scores that differ by no more than this are a tie.")] = TIE,
    paired: Annotated[
        bool,
        typer.Option(
            "--paired",
            help="Judge each neuron by its own paired interval, computed now; a tie is one that holds 0. Some tenths "
            "of a second a neuron; simulation scores only.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Neurons to list on which A, and B, is furthest ahead.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Say which of two explainers or simulators scores higher, by how much, and how sure that is."""
    opened = open_dataset(dataset)
    sides = _sides(opened, a, b, scorer)
    if neuron is not None:
        _of_one(opened, opened.require(NeuronId.parse(neuron)), sides, as_json=as_json)
        return
    chosen = NeuronFilter(
        layers=tuple(parse_layers(layers)) if layers is not None else (),
        score=None if (min_score, max_score) == (-1.0, 1.0) else (min_score, max_score),
        text=text,
        regex=regex,
    )
    found = compare_readings(opened, *sides, chosen, tie=tie)
    judged = _judged(opened, sides, chosen) if paired else None
    ahead = {by: paired_neurons(opened, *sides, chosen, limit=limit, by=by).to_dict("records") for by in ("a", "b")}
    if as_json:
        by_interval = {} if judged is None else {"paired": asdict(judged)}
        print_json(_document(found, sides, tie) | by_interval | {"furthest": ahead})
        return
    print_lines(verdict(found, *_names(*sides)), *_lines(found, tie))
    if judged is not None:
        print_lines(judged_words(judged, *_names(*sides)))
    for by, rows in ahead.items():
        if found.n and rows:
            print_lines("", f"Where {by.upper()} is furthest ahead:")
            print_rows(rows, ["neuron", "a", "b"], as_json=False)


def _judged(dataset: Dataset, sides: tuple[Reading, Reading], chosen: NeuronFilter) -> Judged:
    rows = paired_neurons(dataset, *sides, chosen, limit=MOST_JUDGED + 1)
    if len(rows) > MOST_JUDGED:
        raise BadInput(f"--paired computes at most {MOST_JUDGED:,} neurons at a time. Narrow the filter.")
    neurons = [NeuronId(int(a), int(b)) for a, b in rows[["layer", "neuron"]].to_numpy()]
    with progress_shown("paired", unit="neuron") as update:
        return judge(dataset, neurons, sides, report=update)


def _sides(dataset: Dataset, a: str, b: str, scorer: str) -> tuple[Reading, Reading]:
    """The two readings that are meant: where a side names no simulator, one that they can be compared by."""
    known = [reading for reading in readings(dataset) if reading.scorer == scorer]
    first, second = (_meant(known, side) for side in (a, b))
    problem: BadInput | None = None
    for pair in product(first, second):
        try:
            require_comparable(*pair)
        except BadInput as error:
            problem = problem or error
            continue
        return pair
    assert problem is not None
    raise problem


def _meant(known: Sequence[Reading], side: str) -> list[Reading]:
    explainer, _, simulator = side.partition("@")
    found = [entry for entry in known if entry.explainer == explainer and simulator in ("", entry.reader)]
    if not found:
        there = ", ".join(f"{entry.explainer}@{entry.reader}" for entry in known)
        raise BadInput(f"There are no such scores by “{side}”. There are: {there or 'none of this scorer'}.")
    return found


def _names(a: Reading, b: Reading) -> tuple[str, str]:
    return (a.explainer, b.explainer) if a.explainer != b.explainer else (a.reader, b.reader)


def _lines(found: Paired, tie: float) -> list[str]:
    lines = []
    if found.n:
        lines.append(
            f"A higher on {found.wins:,}, B on {found.losses:,}, tie (a difference of at most {tie:g}) on "
            f"{found.ties:,}; excerpts: {', '.join(found.splits)}."
        )
    return lines + [f"Not in it, {reason}: {n:,}." for reason, n in found.left_out.items()]


def _document(found: Paired, sides: Sequence[Reading], tie: float) -> dict[str, Any]:
    return {
        "sides": {
            name: {"explainer": side.explainer, "scorer": side.scorer, "simulator": side.reader}
            for name, side in zip("ab", sides, strict=True)
        },
        "n": found.n,
        "wins": found.wins,
        "ties": found.ties,
        "losses": found.losses,
        "tie": tie,
        "mean": found.mean,
        "low": found.interval[0],
        "high": found.interval[1],
        "splits": list(found.splits),
        "left_out": dict(found.left_out),
    }


def _of_one(dataset: Dataset, neuron: NeuronId, sides: tuple[Reading, Reading], *, as_json: bool) -> None:
    found = neuron_difference(dataset, neuron, sides)
    names = [f"{side} ({name})" for side, name in zip("AB", _names(*sides), strict=True)]
    said = meaning(found, first=names[0], second=names[1])
    if as_json:
        low, high = found.interval
        numbers = {"difference": found.value, "low": low, "high": high, "n": found.n, "split": found.split}
        print_json({"layer": neuron.layer, "neuron": neuron.neuron, **numbers, "said": said, "trust": found.trust})
        return
    print_lines(*filter(None, (said, found.note, found.trust)))
