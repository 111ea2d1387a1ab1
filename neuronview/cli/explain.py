"""`explain`: explain neurons, simulate and score them, and keep the result in the user's folder.

By rule or by language model. What a language model will take is estimated and printed before the first call; on a
terminal it is asked about, unless --yes. Keys come from the environment, never from an option.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

import typer

from neuronview.cli.engines import AddressOption, EngineOption, WorkersOption, chosen_engine
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, counted, print_json, print_lines, print_notes, progress_bar
from neuronview.cli.scores import print_scores, score_rows
from neuronview.cli.search import DatasetOption
from neuronview.cli.subject import subject_model
from neuronview.config import Settings
from neuronview.errors import BadInput, BudgetReached, Cancelled, EndpointError, EngineError, NeuronViewError
from neuronview.explain.pattern import Pattern
from neuronview.jobs.choices import (
    ALL_EXPLAINERS,
    CALIBRATIONS,
    SCORERS,
    SEES,
    SIMULATORS,
    check_plan,
    uses_language_model,
)
from neuronview.jobs.engines import Engine, LocalEngine
from neuronview.jobs.execute import execute
from neuronview.jobs.named import named_neurons
from neuronview.jobs.plan import Progress, RunFolder, RunPlan, new_run
from neuronview.jobs.results import another_try_helps, results_of
from neuronview.jobs.sharded import execute_sharded, is_sharded
from neuronview.records import Explanation
from neuronview.store import Dataset, open_dataset

__all__ = ["register"]

DEFAULTS = RunPlan("", "", (), "dictionary")
WITH_RUN = ("run", "max_cost", "max_tokens", "dry_run", "yes", "as_json", "engine", "address", "workers")
"""What can be said beside --run."""
SHOWN = 200
"""Neurons of a run whose results are printed."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain")(explain)


def explain(
    context: typer.Context,
    place: Annotated[str | None, typer.Argument(metavar="DATASET", help="A dataset's name or folder.")] = None,
    neurons: Annotated[
        str | None, typer.Option(help="Neurons as layer:neuron, such as 0:1,2:17; 3:* is a layer, 3:0-99 a part, all.")
    ] = None,
    dataset: DatasetOption = "demo",
    explainer: Annotated[str, typer.Option(help=f"One of {', '.join(ALL_EXPLAINERS)}.")] = "dictionary",
    simulator: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(SIMULATORS)}; auto where a model is named.")
    ] = None,
    scorer: Annotated[str, typer.Option(help=f"Some of {', '.join(SCORERS)}, with commas between.")] = "simulation",
    model: Annotated[str, typer.Option(help="Language model, as its endpoint names it, or local:FOLDER.")] = "",
    simulator_model: Annotated[str, typer.Option(help="The simulator's, where it is another one.")] = "",
    base_url: Annotated[str, typer.Option(help="Address of the endpoint; OPENAI_BASE_URL, else OpenAI's own.")] = "",
    simulator_url: Annotated[str, typer.Option(help="The simulator's, where it is another one.")] = "",
    max_cost: Annotated[float | None, typer.Option(help="Dollars that the run may spend at most.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Tokens that the run may use at most.")] = None,
    price: Annotated[
        str, typer.Option(metavar="IN,OUT", help="What the model costs: dollars per million input and output tokens.")
    ] = "",
    simulator_price: Annotated[
        str, typer.Option(metavar="IN,OUT", help="The simulator's, where it is another model.")
    ] = "",
    candidates: Annotated[int, typer.Option(help="Explanations to choose from.")] = DEFAULTS.candidates,
    shown: Annotated[int, typer.Option(help="Excerpts shown to the explainer; 0: as many as fit.")] = DEFAULTS.shown,
    excerpts: Annotated[int, typer.Option(help="Held-out excerpts a side to score on.")] = DEFAULTS.excerpts,
    others: Annotated[int, typer.Option(help="Other neurons that make the baseline.")] = DEFAULTS.others,
    sees: Annotated[
        str, typer.Option(help=f"What a typed decision about a token sees: {', '.join(SEES)}.")
    ] = DEFAULTS.sees,
    levels: Annotated[int, typer.Option(help="Levels of a typed decision's scale, 2 to 10.")] = DEFAULTS.levels,
    label_bias: Annotated[
        bool, typer.Option("--label-bias", help="Measure what the simulator says when told nothing.")
    ] = False,
    calibration: Annotated[str, typer.Option(help=f"One of {', '.join(CALIBRATIONS)}.")] = DEFAULTS.calibration,
    splits: Annotated[str, typer.Option(help="Splits to score on.")] = ",".join(DEFAULTS.splits),
    concurrency: Annotated[int, typer.Option(help="Calls at the same time.")] = DEFAULTS.concurrency,
    answer_tokens: Annotated[int, typer.Option(help="Room for an explainer's answer.")] = DEFAULTS.answer_tokens,
    context_tokens: Annotated[int, typer.Option(help="Prompt and answer together.")] = DEFAULTS.context_tokens,
    sentence: Annotated[str, typer.Option(help="Your own explanation, for the explainer `person`.")] = "",
    pattern: Annotated[str, typer.Option(help="Words or expression of the explainer `pattern`.")] = "",
    regex: Annotated[bool, typer.Option("--regex", help="Read the pattern as a regular expression.")] = False,
    counter_examples: Annotated[bool, typer.Option(help="Let `revision` try sentences on the dataset's model.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="Seed of samples, choices and intervals.")] = 0,
    sample: Annotated[int, typer.Option(min=50, help="Excerpts that rule explainers are fitted on.")] = 1500,
    device: Annotated[str, typer.Option(help="Where a local model computes: auto, cpu, cuda, mps.")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what a run would take, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin without asking.")] = False,
    run: Annotated[str | None, typer.Option(help="Go on with a planned run, by its id.")] = None,
    engine: EngineOption = None,
    address: AddressOption = "",
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain, simulate and score neurons, by rule or by language model.

    The result is kept in your own folder and shown on the neurons' pages. What is finished stays when it is stopped.
    """
    settings = Settings.from_env()
    computed_on = chosen_engine(engine, address, workers)
    if run is None:
        plan = RunPlan(
            "",
            place or dataset,
            (),
            explainer,
            simulator=simulator or ("auto" if model or simulator_model else "rule"),
            scorers=_names(scorer),
            pattern=pattern,
            regex=regex,
            seed=seed,
            sample=sample,
            sentence=sentence,
            explainer_model=model,
            explainer_url=base_url,
            simulator_model=simulator_model,
            simulator_url=simulator_url,
            sees=sees,
            levels=levels,
            label_bias=label_bias,
            calibration=calibration,
            candidates=candidates,
            shown=shown,
            excerpts=excerpts,
            splits=_names(splits),
            others=others,
            answer_tokens=answer_tokens,
            context_tokens=context_tokens,
            counter_examples=counter_examples,
            price=price,
            simulator_price=simulator_price,
            concurrency=concurrency,
            max_cost=max_cost,
            max_tokens=max_tokens,
            device=device,
        )
        begun = _begun(plan, neurons, settings, dry_run=dry_run, yes=yes or as_json, as_json=as_json)
    else:
        _refuse_other_options(context)
        folder = RunFolder(settings.home / "runs" / run)
        begun = _gone_on_with(folder, settings, max_cost, max_tokens, dry_run=dry_run, as_json=as_json)
    if begun is not None:
        _finish(*begun, computed_on, settings, as_json=as_json)


def _begun(
    plan: RunPlan, neurons: str | None, settings: Settings, *, dry_run: bool, yes: bool, as_json: bool
) -> tuple[RunFolder, Dataset] | None:
    """A new run of the neurons that are meant; None where only its cost was asked for, or nobody agreed to it."""
    _refuse_at_once(plan, neurons)
    opened = open_dataset(plan.dataset, settings=settings)
    plan = replace(plan, neurons=tuple(map(str, named_neurons(neurons or "", opened))))
    estimate = _estimate(plan, opened, settings, as_json=as_json and dry_run)
    if dry_run or not _agreed(plan, yes=yes, estimated=estimate):
        return None
    return new_run(settings.home, plan), opened


def _gone_on_with(
    folder: RunFolder,
    settings: Settings,
    max_cost: float | None,
    max_tokens: int | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> tuple[RunFolder, Dataset] | None:
    """A planned run with the caps that are given now; None where only its cost was asked for, or nothing is left."""
    planned = folder.plan()
    if max_cost is not None or max_tokens is not None:
        folder.set_caps(
            max_cost=planned.max_cost if max_cost is None else max_cost,
            max_tokens=planned.max_tokens if max_tokens is None else max_tokens,
        )
    opened = open_dataset(planned.dataset, settings=settings)
    if dry_run:
        _estimate(folder.plan(), opened, settings, as_json=as_json, finished=tuple(folder.finished()))
        return None
    if set(planned.neurons) <= folder.finished():
        _print(folder, _results(folder, opened), folder.progress(), as_json=as_json)
        print_notes("This run is finished: nothing was asked or computed again.")
        return None
    if folder.progress().is_over:
        folder.reopen()
    return folder, opened


def _finish(
    folder: RunFolder, opened: Dataset, computed_on: Engine | None, settings: Settings, *, as_json: bool
) -> None:
    """Carry out what is left of a run and print what is there then; raises why it ended early."""
    found, progress, stopped = _carry_out(folder, opened, computed_on)
    # What was stored before it ended, and in earlier parts of the run, is there too.
    again = open_dataset(folder.plan().dataset, settings=settings)
    found = _results(folder, again) or found
    if stopped is None or found:
        _print(folder, found, progress, as_json=as_json)
    if stopped is not None:
        raise stopped
    if progress.failures:
        raise typer.Exit(1)


def _refuse_other_options(context: typer.Context) -> None:
    """BadInput for options beside --run that would have no effect: a planned run keeps what it was planned with."""
    sources = {name: context.get_parameter_source(name) for name in context.params if name not in WITH_RUN}
    given = [name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if others := ["DATASET" if name == "place" else f"--{name.replace('_', '-')}" for name in given]:
        raise BadInput(
            f"A planned run keeps what it was planned with, so {', '.join(others)} would have no effect beside --run. "
            "Begin a new run with other options; what was answered already is not paid again."
        )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _refuse_at_once(plan: RunPlan, neurons: str | None) -> None:
    """BadInput before a run is begun that could only fail."""
    if neurons is None:
        raise BadInput("Name neurons with --neurons, such as --neurons 0:1,2:17, or a planned run with --run.")
    check_plan(plan)
    if plan.explainer == "pattern":
        Pattern(plan.pattern, is_regex=plan.regex)


# --- before --------------------------------------------------------------------------------------------------------


def _estimate(
    plan: RunPlan, opened: Dataset, settings: Settings, *, as_json: bool, finished: tuple[str, ...] = ()
) -> bool:
    """Print what a run by language model will take; False for one by rule, which takes nothing but time."""
    if not uses_language_model(plan):
        if as_json:
            print_json({"estimate": None, "note": "By rule, nothing is asked of a language model."})
        return False
    from neuronview.jobs.estimate import estimate_run

    found = estimate_run(plan, opened, settings.home, finished=finished)
    if as_json:
        print_json({"estimate": asdict(found)})
        return True
    money = "not known" if found.money is None else f"${found.money:.4f}" if found.money else "$0"
    seconds = "not known" if found.seconds is None else _duration(found.seconds)
    lines = [
        f"{counted(found.neurons, 'neuron')}, simulator {found.simulator} on {found.model}: {found.why}",
        f"  calls   {found.calls:,}"
        + (f", and {counted(found.cached, 'answer')} from the cache" if found.cached else ""),
        f"  tokens  {found.input_tokens:,} in, {found.output_tokens:,} out, counted {found.counted}",
        f"  money   {money}. {found.price}",
        f"  time    {seconds} ({found.speed})",
        *[
            f"  {step.name}: {counted(step.calls, 'call')}, {step.input_tokens:,} tokens in"
            for step in found.steps
            if step.calls
        ],
        *[f"  {note}" for note in found.notes],
    ]
    print_notes(*lines)
    return True


def _agreed(plan: RunPlan, *, yes: bool, estimated: bool) -> bool:
    """Whether to begin: asked on a terminal alone."""
    if yes or not estimated or not sys.stdin.isatty():
        return True
    return typer.confirm("Begin?", default=True, err=True)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


# --- during --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Interruptible(RunFolder):
    """A run's folder that also counts as cancelled when Ctrl-C was pressed; the run can go on later."""

    pressed: Callable[[], bool] = bool

    def is_cancelled(self) -> bool:
        return self.pressed() or super().is_cancelled()


def _carry_out(
    folder: RunFolder, opened: Dataset, engine: Engine | None
) -> tuple[list[Explanation], Progress, NeuronViewError | None]:
    """What was found now, how far the run is, and why it ended early, where what it finished is kept."""
    update, close = progress_bar("explain", unit="%")
    last = Progress()

    def report(progress: Progress) -> None:
        nonlocal last
        last = progress
        update(int(progress.share * 100), 100)

    if engine is None and is_sharded(folder):
        engine = LocalEngine()
    found: list[Explanation] = []
    go_on = f"python -m neuronview explain --run {folder.path.name}"
    try:
        with stop_on_interrupt() as pressed:
            watched = _Interruptible(folder.path, pressed)
            if engine is None:
                found = execute(watched, opened, load_model=lambda: subject_model(opened), report=report)
            else:
                execute_sharded(watched, opened, engine, load_model=subject_model, report=report)
    except Cancelled as stopped:
        return [], last, Cancelled(f"{stopped} Go on with: {go_on}")
    except BudgetReached as reached:
        return [], last, BudgetReached(f"{reached} Go on with: {go_on}, with a higher --max-cost or --max-tokens.")
    except (EndpointError, EngineError) as error:
        return [], last, type(error)(f"{error} Go on with: {go_on}")
    finally:
        close()
    return found, last, None


# --- after ---------------------------------------------------------------------------------------------------------


def _results(folder: RunFolder, opened: Dataset) -> list[Explanation]:
    """What is stored of the first SHOWN neurons of a run."""
    plan = folder.plan()
    return results_of(replace(plan, neurons=plan.neurons[:SHOWN]), opened, finished=folder.finished())


def _print(folder: RunFolder, found: list[Explanation], progress: Progress, *, as_json: bool) -> None:
    rows = [row for explanation in found for row in score_rows(explanation)]
    fields = ("calls", "failed_calls", "cached", "tokens", "money", "unpriced")
    spent: dict[str, Any] = {name: getattr(progress, name) for name in fields}
    if as_json:
        print_json(
            {
                "run": folder.path.name,
                "explanations": rows,
                "state": progress.state,
                "message": progress.message,
                "failures": list(progress.failures),
                "notes": list(progress.notes),
                "spent": spent,
            }
        )
    else:
        if rows:
            print_scores(rows)
        elif not folder.finished():
            print_lines("No neuron was finished.")
        named = folder.plan().neurons
        if len(named) > SHOWN:
            print_lines(f"These are the first {SHOWN} of {len(named):,} neurons; all are on their pages.")
        if later := len(folder.finished() & set(named[:SHOWN]) - {str(entry.neuron) for entry in found}):
            print_lines(
                f"{counted(later, 'neuron')} of this run came out the same in a later one, where the results are kept."
            )
        for note in progress.notes:
            print_lines(note)
    if not as_json and (spent["calls"] or spent["failed_calls"] or spent["cached"]):
        print_notes(_spent_words(progress))
    for failure in progress.failures[:SHOWN]:
        print_notes(f"Not done: {failure}")
    if len(progress.failures) > SHOWN:
        print_notes(f"... and {len(progress.failures) - SHOWN:,} more.")
    if progress.failures and another_try_helps(folder, folder.plan(), progress):
        print_notes(f"Try these again with: python -m neuronview explain --run {folder.path.name}")


def _spent_words(progress: Progress) -> str:
    """What was asked and spent, earlier parts of the run included."""
    said = [f"{counted(progress.calls, 'call')} answered"]
    if progress.failed_calls:
        said.append(f"{progress.failed_calls:,} failed")
    if progress.cached:
        said.append(f"{counted(progress.cached, 'answer')} from the cache")
    said += [f"{progress.tokens:,} tokens", f"${progress.money:.4f}" if progress.money else "$0"]
    if progress.unpriced:
        said.append(f"and {counted(progress.unpriced, 'call')} without a price")
    return ", ".join(said)
