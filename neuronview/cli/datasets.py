"""`datasets`: which datasets are there; add a published one, fetch records of neurons, remove one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuronview import store
from neuronview.cli.importing import parse_layers, parse_neurons, parse_size, report_lines, show_import
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines, print_notes, print_rows
from neuronview.config import Settings
from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.jobs.sizes import size_words
from neuronview.tokens import printable

if TYPE_CHECKING:
    from neuronview.formats.openai.importing import Report
    from neuronview.jobs.adding import Step

__all__ = ["register"]

COLUMNS = ("name", "model", "layers", "explanations", "size", "date", "from", "problem")

app = typer.Typer(help="Which datasets are there; add, fill up and remove them.")


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="datasets")


@app.callback(invoke_without_command=True)
def datasets(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the datasets that can be opened by name: what they hold, their size, date and where they come from."""
    if context.invoked_subcommand is None:
        settings = Settings.from_env()
        print_rows([_summary(name, settings) for name in store.names(settings)], COLUMNS, as_json=as_json)


@app.command("add")
def add_published(
    name: Annotated[str, typer.Argument(help="gpt2-small (36,864 neurons) or gpt2-xl (307,200).")],
    layers: Annotated[str | None, typer.Option(help="Layers, such as 0-3 or 0,2,5; all by default.")] = None,
    records: Annotated[
        str | None,
        typer.Option(
            help="When excerpts are fetched: all (in the background, the default), opened (of a neuron when it is "
            "opened), none."
        ),
    ] = None,
    disk_cap: Annotated[str | None, typer.Option(help="Most that the dataset may take on disk, such as 2G.")] = None,
    base: Annotated[
        str | None, typer.Option(help="Folder or https address of the published files; the public ones by default.")
    ] = None,
    called: Annotated[str | None, typer.Option("--name", help="Name of the dataset; the set's by default.")] = None,
    measure_only: Annotated[
        bool, typer.Option("--measure", help="Say how much it would be, and fetch nothing else.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add OpenAI's published neurons of a GPT-2: explanations and scores first, then records as they are wanted.

    It can be looked at from the first minute. Stopped or killed, the same command goes on.
    """
    from neuronview.jobs.adding import add, amount_words, measure, moved, plan_adding

    settings = Settings.from_env()
    adding = plan_adding(
        name,
        settings=settings,
        base=base,
        name=called,
        layers=parse_layers(layers) if layers is not None else None,
        records=records,
        disk_cap=parse_size(disk_cap) if disk_cap is not None else None,
    )
    amounts = measure(adding)
    said = [*map(amount_words, amounts), *filter(None, [moved(adding, settings)])]
    print_notes(f"{adding.set} from {adding.source}:", *said)
    if measure_only:
        if as_json:
            print_json([asdict(amount) for amount in amounts])
        return
    with stop_on_interrupt() as should_stop, _show_steps() as on_step:
        reports = add(adding, settings, on_step=on_step, should_stop=should_stop)
        interrupted = should_stop()
    _tell(reports, as_json=as_json, interrupted=interrupted)


@app.command("fetch")
def fetch_records(
    name: Annotated[str, typer.Argument(help="Name or folder of a dataset of published neurons.")],
    neurons: Annotated[str, typer.Option(help="Neurons, such as 0:1,0:2.")],
    as_json: JsonOption = False,
) -> None:
    """Fetch all published files of these neurons that are not here yet, their excerpts among them."""
    from neuronview.jobs.neuron_files import fetch_neurons

    settings = Settings.from_env()
    dataset = store.open_dataset(name, settings=settings)
    _tell([fetch_neurons(dataset, name, parse_neurons(neurons), settings)], as_json=as_json, interrupted=False)


@app.command("model")
def say_where_the_model_is(
    name: Annotated[str, typer.Argument(help="Name or folder of a dataset.")],
    place: Annotated[str, typer.Argument(help="Folder, safetensors file or hub name of its model.")],
    as_json: JsonOption = False,
) -> None:
    """Say where a dataset's model is on this computer, for live text; it is loaded once to see that it fits."""
    from neuronview.jobs.model_place import use_model

    dataset = store.open_dataset(name, settings=Settings.from_env())
    use_model(dataset, place)
    if as_json:
        print_json({"dataset": name, "model": dataset.model_source})
    else:
        print_lines(f"Live text of {name} uses the model {dataset.model_source}.")


@app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="Name of a dataset that was added or collected.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove a dataset from the disk. Explanations and runs of your own stay."""
    from neuronview.jobs.adding import folder_of, remove_dataset
    from neuronview.jobs.library import what_stays
    from neuronview.jobs.sizes import folder_size

    settings = Settings.from_env()
    size, stays = folder_size(folder_of(name, settings)), what_stays(name, settings)
    if not yes:
        if not sys.stdin.isatty():
            raise BadInput(f"Nothing was removed. Say that {name} may go with --yes.")
        typer.confirm(printable(f"Remove {name} ({size_words(size)})? {stays}"), abort=True, err=True)
    folder = remove_dataset(name, settings)
    if as_json:
        print_json({"removed": name, "folder": str(folder), "bytes": size})
    else:
        print_lines(f"{name} is gone, {size_words(size)} are free. {stays}")


def _tell(reports: list[Report], *, as_json: bool, interrupted: bool) -> None:
    if as_json:
        print_json([asdict(report) for report in reports])
    else:
        for report in reports:
            print_lines(*report_lines(report))
    stopped = next((report.stopped for report in reports if report.stopped), "")
    if stopped:
        raise Cancelled(stopped) if interrupted else DatasetError(stopped)


@contextmanager
def _show_steps() -> Iterator[Callable[[Step], None]]:
    """A bar or a line for each step."""
    with ExitStack() as stack:
        shown: dict[str, Any] = {}

        def show(step: Step) -> None:
            if step.name not in shown:
                bar: AbstractContextManager[Callable[[Any], None]] = show_import(step.name)
                shown[step.name] = stack.enter_context(bar)
            shown[step.name](step.progress)

        yield show


def _summary(name: str, settings: Settings) -> dict[str, Any]:
    from neuronview.jobs.library import describe

    try:
        return dict(describe(name, settings))
    except DatasetError as error:
        return {"name": name, "problem": str(error)}
