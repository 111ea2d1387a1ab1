"""`explain`: explain neurons by rule, simulate and score them, and keep the result in the user's folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from neuronview import links
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_rows, progress_bar
from neuronview.cli.search import DatasetOption
from neuronview.cli.subject import subject_model
from neuronview.config import Settings
from neuronview.errors import BadInput, Cancelled
from neuronview.explain.pattern import Pattern
from neuronview.jobs.execute import execute
from neuronview.jobs.plan import EXPLAINERS, Progress, RunFolder, RunPlan, new_run
from neuronview.records import Explanation
from neuronview.store import Dataset, open_dataset

__all__ = ["COLUMNS", "register", "score_rows"]

COLUMNS = ("neuron", "explainer", "split", "subset", "score", "low", "high", "n", "state", "text")


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
    """Explain, simulate and score neurons by rule.

    The result is kept in your own folder and shown on the neurons' pages. What is finished stays when it is stopped.
    """
    settings = Settings.from_env()
    if run is None:
        plan = RunPlan("", dataset, (), explainer, pattern=pattern, regex=regex, seed=seed, sample=sample)
        opened = open_dataset(dataset, settings=settings)
        folder = new_run(settings.home, _complete(plan, neurons))
    else:
        folder = RunFolder(settings.home / "runs" / run)
        opened = open_dataset(folder.plan().dataset, settings=settings)
    found, failures = _carry_out(folder, opened)
    rows = [row for explanation in found for row in score_rows(explanation)]
    if as_json:
        print_json({"run": folder.path.name, "explanations": rows, "failures": list(failures)})
    else:
        print_rows(rows, COLUMNS, as_json=False)
    for failure in failures:
        sys.stderr.write(f"Not done: {failure}\n")
    if failures:
        raise typer.Exit(1)


def _complete(plan: RunPlan, neurons: str | None) -> RunPlan:
    """The plan with its neurons; BadInput before a run is begun that could only fail."""
    if neurons is None:
        raise BadInput("Name neurons with --neurons, such as --neurons 0:1,2:17, or a planned run with --run.")
    if plan.explainer not in EXPLAINERS:
        raise BadInput(f"There is no explainer “{plan.explainer}”. Choose one of: {', '.join(EXPLAINERS)}.")
    if plan.explainer == "pattern":
        Pattern(plan.pattern, is_regex=plan.regex)
    return replace(plan, neurons=tuple(str(neuron) for neuron in links.parse_neurons(neurons)))


@dataclass(frozen=True)
class _Interruptible(RunFolder):
    """A run's folder that also counts as cancelled when Ctrl-C was pressed; the run can go on later."""

    pressed: Callable[[], bool] = bool

    def is_cancelled(self) -> bool:
        return self.pressed() or super().is_cancelled()


def _carry_out(folder: RunFolder, opened: Dataset) -> tuple[list[Explanation], tuple[str, ...]]:
    update, close = progress_bar("explain", unit="%")
    failures: tuple[str, ...] = ()

    def report(progress: Progress) -> None:
        nonlocal failures
        failures = progress.failures
        update(int(progress.share * 100), 100)

    try:
        with stop_on_interrupt() as pressed:
            watched = _Interruptible(folder.path, pressed)
            found = execute(watched, opened, load_model=lambda: subject_model(opened), report=report)
    except Cancelled as stopped:
        raise Cancelled(f"{stopped} Go on with: python -m neuronview explain --run {folder.path.name}") from stopped
    finally:
        close()
    return found, failures


def score_rows(explanation: Explanation) -> list[Mapping[str, Any]]:
    """A row for each score of an explanation, as commands print them."""
    neuron = explanation.neuron
    return [
        {
            "layer": neuron.layer if neuron else None,
            "neuron": neuron.neuron if neuron else None,
            "explainer": explanation.explainer,
            "split": score.split,
            "subset": score.subset,
            "score": score.value,
            "low": score.interval[0],
            "high": score.interval[1],
            "n": score.n_sequences,
            "state": score.state,
            "baselines": {baseline.name: baseline.value for baseline in score.baselines},
            "simulator": score.simulator,
            "scorer": score.scorer,
            "text": explanation.text.strip(),
        }
        for score in explanation.scores
    ]
