"""`verify`: whether a dataset's stored activations and scores are what its model and simulations give."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from neuronview.cli.output import JsonOption, print_json, print_lines, print_rows, progress_shown
from neuronview.errors import DatasetError
from neuronview.jobs.verified import ActivationCheck, Verification
from neuronview.jobs.verify import SAMPLE
from neuronview.jobs.verify import verify as verify_dataset
from neuronview.store import open_dataset

__all__ = ["register"]

FITS = ("variant", "leading", "verdict", "values", "median", "p90", "p99", "p99.9", "max", "within precision")
DEVIATIONS = ("neuron", "excerpt", "position", "stored", "recomputed")
SCORES = ("neuron", "simulator", "split", "subset", "stored", "recomputed", "tolerance")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    dataset: Annotated[str, typer.Argument(help="Name or folder of a dataset.")],
    model: Annotated[
        str | None, typer.Option(help="Folder, safetensors file or hub name of its model, where that is elsewhere.")
    ] = None,
    sample: Annotated[int, typer.Option(min=1, help="How many stored records to recompute.")] = SAMPLE,
    seed: Annotated[int, typer.Option(help="Another seed draws other records.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Recompute a sample of a dataset's activations and scores, and say which GELU they were made with.

    What is found is kept: live pages then compute typed text in the way that fits the dataset.
    """
    with progress_shown("recomputing", unit="records") as update:
        found = verify_dataset(open_dataset(dataset), model=model, sample=sample, seed=seed, on_progress=update)
    if as_json:
        print_json(asdict(found) | {"words": found.words})
    else:
        _print(found)
    problem = _problem(found)
    if problem:
        raise DatasetError(problem)


def _problem(found: Verification) -> str:
    """Why the command fails; empty when the dataset is what it should be."""
    if found.activations is None:
        return found.not_verified
    wrong = [found.activations.words] if found.activations.verdict == "none" else []
    return " ".join([*wrong, *([found.scores.words] if found.scores.differing else [])])


def _print(found: Verification) -> None:
    """Everything but what `_problem` says, which goes to stderr."""
    if found.activations is not None:
        _print_activations(found.activations)
    if found.scores.differing:
        print_rows([asdict(entry) for entry in found.scores.differing], SCORES, as_json=False)
    else:
        print_lines(found.scores.words)


def _print_activations(check: ActivationCheck) -> None:
    rows = [
        {
            "variant": fit.activation,
            "leading": "<|endoftext|>" if fit.leading else "nothing",
            "verdict": fit.verdict,
            "values": fit.differences.n,
            "median": fit.differences.median,
            "p90": fit.differences.p90,
            "p99": fit.differences.p99,
            "p99.9": fit.differences.p999,
            "max": fit.differences.maximum,
            "within precision": f"{fit.differences.share_within:.2%}",
        }
        for fit in check.variants
    ]
    print_lines(f"Absolute differences of {check.best.differences.n:,} activations in {check.n_records} records:")
    print_rows(rows, FITS, as_json=False)
    words = [check.words] if check.verdict != "none" else []
    print_lines("", *words, check.diagnostic.words, *_left_out(check))
    if check.farthest:
        print_lines("", "Farthest from what is stored, with the variant that fits best:")
        print_rows(
            [asdict(entry) | {"excerpt": entry.excerpt_id} for entry in check.farthest], DEVIATIONS, as_json=False
        )
        print_lines("")


def _left_out(check: ActivationCheck) -> list[str]:
    found = []
    if check.n_by_strings:
        found.append(f"{check.n_by_strings} records store no ids of the model: found by their token strings.")
    if check.n_not_comparable:
        found.append(
            f"{check.n_not_comparable} records hold tokens that are not the model's: not comparable, left out."
        )
    if check.n_too_long:
        found.append(f"{check.n_too_long} records are longer than the model reads: left out.")
    return found
