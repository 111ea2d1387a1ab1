"""`score`: simulate and score explanations that are stored, the dataset's and the user's own, once more."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated

import typer

from neuronview import links
from neuronview.cli.output import JsonOption, print_json, print_notes, progress_shown
from neuronview.cli.scores import print_scores, score_rows
from neuronview.cli.search import DatasetOption
from neuronview.errors import BadInput, BadPattern, DatasetError, NotFound, ScoringError
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.score import score_explanation
from neuronview.jobs.execute import other_explanations
from neuronview.records import Explanation, NeuronId, NeuronRecord, Score
from neuronview.store import Dataset, open_dataset, save_explanations

__all__ = ["register"]

ALL = "all"
EXPLAINERS = ("lookup", "dictionary", "person")
STORED_AS = {"pattern": "person"}
SIMULATORS = ("rule",)
SCORERS = ("simulation",)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("score")(score)


def score(
    neurons: Annotated[str, typer.Option(help="Neurons as layer:neuron, such as 0:1,2:17.")],
    dataset: DatasetOption = "demo",
    explainer: Annotated[str, typer.Option(help=f"Whose explanations: {', '.join(EXPLAINERS)}, or {ALL}.")] = ALL,
    simulator: Annotated[str, typer.Option(help=f"One of {', '.join(SIMULATORS)}.")] = "rule",
    scorer: Annotated[str, typer.Option(help=f"One of {', '.join(SCORERS)}.")] = "simulation",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the intervals and of the baselines' choice.")] = 0,
    save: Annotated[bool, typer.Option("--save", help="Keep the scores in your own folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score explanations that are stored once more, on held_out and valid excerpts, beside their baselines."""
    opened = open_dataset(dataset)
    wanted = _explainer(explainer, opened)
    _require("simulator", simulator, SIMULATORS)
    _require("scorer", scorer, SCORERS)
    identities = links.parse_neurons(neurons)
    found, failures = _score_all(opened, identities, wanted, seed)
    saved = _save(opened, found) if save and found else None
    rows = [row for explanation in found for row in score_rows(explanation)]
    if as_json:
        print_json({"explanations": rows, "failures": failures, "saved": saved})
    else:
        print_scores(rows)
    for failure in failures:
        print_notes(f"Not done: {failure}")
    if failures:
        raise typer.Exit(1)


def _explainer(name: str, opened: Dataset) -> str:
    """The name that explanations are stored under; what the dataset stores may be of other explainers too."""
    stored = STORED_AS.get(name, name)
    known = list(dict.fromkeys([*EXPLAINERS, *opened.explainers(), ALL]))
    _require("explainer", stored, known)
    return stored


def _require(what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        raise BadInput(f"There is no {what} “{name}”. Choose one of: {', '.join(known)}.")


def _score_all(
    opened: Dataset, neurons: Sequence[NeuronId], explainer: str, seed: int
) -> tuple[list[Explanation], list[str]]:
    """Explanations with their new scores only, and what could not be scored, with the reason."""
    cache, created = FeatureCache(), datetime.now(UTC).isoformat(timespec="seconds")
    found, failures = list[Explanation](), list[str]()
    with progress_shown("score", unit=" neurons") as update:
        for done, neuron in enumerate(neurons, start=1):
            try:
                record, stored = opened.neuron(neuron), opened.explanations(neuron)
            except NotFound as error:
                failures.append(f"{neuron}: {error}")
                continue
            chosen = [entry for entry in stored if explainer in (ALL, entry.explainer)]
            if not chosen:
                whose = "no explanation" if explainer == ALL else f"no explanation of “{explainer}”"
                failures.append(f"{neuron}: {whose} is stored for it. Make one with `explain`.")
            for entry in chosen:
                try:
                    found.append(_scored(opened, entry, record, stored, cache, seed, created))
                except (NotFound, ScoringError, BadPattern) as error:
                    failures.append(f"{neuron}, {entry.explainer}: {error}")
            update(done, len(neurons))
    return found, failures


def _scored(
    opened: Dataset,
    explanation: Explanation,
    record: NeuronRecord,
    stored: Sequence[Explanation],
    cache: FeatureCache,
    seed: int,
    created: str,
) -> Explanation:
    versions = {"python": platform.python_version()} | {name: version(name) for name in ("numpy", "duckdb")}
    scores = score_explanation(
        explanation,
        record,
        lookup=next((entry for entry in stored if entry.explainer == "lookup"), None),
        others=other_explanations(opened, record.id, explanation.explainer, seed=seed),
        marks=cache.marks,
        seed=seed,
        provenance=replace(explanation.provenance, seed=seed, created=created, versions=versions),
    )
    return replace(explanation, scores=[_with_note(score, explanation) for score in scores])


def _with_note(score: Score, explanation: Explanation) -> Score:
    """With the simulator's name, and with what was said of the same excerpts: that the rule was fitted on them, say."""
    provenance = replace(score.provenance, simulator=score.simulator)
    for old in explanation.scores:
        same = (old.split, old.subset, old.scorer, old.simulator, old.n_sequences)
        if same == (score.split, score.subset, score.scorer, score.simulator, score.n_sequences):
            return replace(score, note=old.note or score.note, provenance=provenance)
    return replace(score, provenance=provenance)


def _save(opened: Dataset, found: Sequence[Explanation]) -> str:
    if opened.overlay is None:
        raise DatasetError("There is no folder to keep scores in: open the dataset by name.")
    return save_explanations(opened.overlay, found, label="scores")
