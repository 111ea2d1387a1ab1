"""`explain`: explain neurons by rule, simulate and score them, and keep the result in the user's folder."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from neuronview import links
from neuronview.cli.output import JsonOption, print_json, print_table, progress_bar
from neuronview.cli.search import DatasetOption
from neuronview.config import Settings
from neuronview.errors import BadInput
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import EXPLAINERS, Progress, RunFolder, RunPlan, new_run
from neuronview.records import Explanation
from neuronview.store import Dataset, open_dataset

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    neurons: Annotated[str | None, typer.Option(help="Neurons as layer:neuron, such as 0:1,2:17.")] = None,
    dataset: DatasetOption = "demo",
    explainer: Annotated[str, typer.Option(help=f"One of {', '.join(EXPLAINERS)}.")] = "dictionary",
    pattern: Annotated[str, typer.Option(help="Words or expression of the explainer `pattern`.")] = "",
    regex: Annotated[bool, typer.Option("--regex", help="Read the pattern as a regular expression.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample and the intervals.")] = 0,
    sample: Annotated[int, typer.Option(min=50, help="Excerpts that rule explainers are fitted on.")] = 1500,
    run: Annotated[str | None, typer.Option(help="Go on with a planned run, by its id.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Explain, simulate and score neurons; the result is shown on their pages."""
    settings = Settings.from_env()
    if run is None:
        if neurons is None:
            raise BadInput("Name neurons with --neurons, such as --neurons 0:1,2:17, or a planned run with --run.")
        names = tuple(str(neuron) for neuron in links.parse_neurons(neurons))
        plan = RunPlan("", dataset, names, explainer, pattern=pattern, regex=regex, seed=seed, sample=sample)
        folder = new_run(settings.home, plan)
    else:
        folder = RunFolder(settings.home / "runs" / run)
    found, failures = _carry_out(folder, settings)
    if as_json:
        rows = [row for explanation in found for row in _rows(explanation)]
        print_json({"run": folder.path.name, "explanations": rows, "failures": list(failures)})
    else:
        print_table([row for explanation in found for row in _rows(explanation)], list(_COLUMNS))
    for failure in failures:
        sys.stderr.write(f"Not done: {failure}\n")
    if failures:
        raise typer.Exit(1)


_COLUMNS = ("neuron", "explainer", "split", "subset", "score", "low", "high", "n", "state", "text")


def _carry_out(folder: RunFolder, settings: Settings) -> tuple[list[Explanation], tuple[str, ...]]:
    update, close = progress_bar("explain", unit="%")
    failures: tuple[str, ...] = ()

    def report(progress: Progress) -> None:
        nonlocal failures
        failures = progress.failures
        update(int(progress.share * 100), 100)

    opened = open_dataset(folder.plan().dataset, settings=settings)
    try:
        found = execute(folder, opened, load_model=lambda: subject_model(opened), report=report)
    finally:
        close()
    return found, failures


def subject_model(dataset: Dataset) -> Any:
    """The model that a dataset is of: a folder inside it, or a name on the hub."""
    from neuronview.model import load

    return load(dataset.model_source, activation=dataset.manifest.model.activation_function)


def _rows(explanation: Explanation) -> list[dict[str, Any]]:
    return [
        {
            "neuron": str(explanation.neuron),
            "explainer": explanation.explainer,
            "split": score.split,
            "subset": score.subset,
            "score": score.value,
            "low": score.interval[0],
            "high": score.interval[1],
            "n": score.n_sequences,
            "state": score.state,
            "text": explanation.text,
        }
        for score in explanation.scores
    ]
