"""`import`: make a dataset of files that were published or that another tool wrote."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from tqdm import tqdm

from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines, print_notes
from neuronview.cli.watched import report as report_task
from neuronview.errors import BadInput
from neuronview.jobs.sizes import size_words
from neuronview.links import parse_layers
from neuronview.records import NeuronId

if TYPE_CHECKING:
    from neuronview.formats.openai.importing import Progress, Report

__all__ = ["app", "parse_layers", "parse_neurons", "parse_size", "show_import", "size_words"]

app = typer.Typer(help="Make a dataset of published files, or of another tool's.", no_args_is_help=True)
UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
SHOWN = 20
INTERRUPTED = 130


@app.command("openai")
def import_published(
    source: Annotated[str, typer.Argument(help="A root of the published layout: a folder or an https address.")],
    out: Annotated[Path, typer.Option(help="Folder of the dataset; one that was begun is gone on with.")],
    layers: Annotated[str | None, typer.Option(help="Layers, such as 0-3 or 0,2,5; all by default.")] = None,
    neurons: Annotated[str | None, typer.Option(help="Neurons, such as 0:1,0:2; all by default.")] = None,
    kinds: Annotated[
        str | None,
        typer.Option(
            help="Of activations, explanations, tokens_by_activation, tokens_by_weight, neurons_by_weight; "
            "all that there are by default."
        ),
    ] = None,
    model: Annotated[str | None, typer.Option(help="gpt2-small or gpt2-xl, where the source does not tell it.")] = None,
    exact: Annotated[
        bool | None, typer.Option("--exact/--half", help="Activations in 32 bits instead of 16.", show_default=False)
    ] = None,
    disk: Annotated[str | None, typer.Option(help="Most that the dataset's folder may take, such as 2G.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one for each core by default.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the dataset; the folder's by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Import neurons in the layout in which those of GPT-2 small and XL were published.

    Takes up what is missing in a dataset that was begun. What is wrong with single files is in the report, and keeps no
    other file out.
    """
    from neuronview.formats.openai.importing import import_openai

    with stop_on_interrupt() as should_stop, show_import() as progress:
        report = import_openai(
            source,
            out,
            model=model,
            name=name,
            layers=parse_layers(layers) if layers is not None else None,
            neurons=parse_neurons(neurons) if neurons is not None else None,
            kinds=[kind.strip() for kind in kinds.split(",")] if kinds is not None else None,
            exact=exact,
            disk_cap=parse_size(disk) if disk is not None else None,
            workers=workers,
            progress=progress,
            should_stop=should_stop,
        )
        interrupted = should_stop()
    if as_json:
        print_json(asdict(report))
    else:
        print_lines(*report_lines(report))
    if report.stopped:
        print_notes(report.stopped)
        raise typer.Exit(INTERRUPTED if interrupted else 1)


def report_lines(report: Report) -> list[str]:
    """The report for people."""
    went = ", ".join(f"{count:,} {kind}" for kind, count in report.stored.items()) or "nothing new"
    lines = [
        f"{report.folder}: {went} of {report.set}; {report.already:,} files were here already",
        f"{size_words(report.bytes_read)} read, {size_words(report.bytes_stored)} stored, {report.seconds:.1f} s",
        *report.notes,
    ]
    if report.counts:
        lines.append("Not in: " + ", ".join(f"{count:,} {state}" for state, count in sorted(report.counts.items())))
        lines += [f"  {p.file} ({p.kind}): {p.state}, {p.reason}" for p in report.problems[:SHOWN]]
        more = sum(report.counts.values()) - SHOWN
        lines += [f"  and {more:,} more: --json lists them"] if more > 0 else []
    if report.left:
        lines.append(f"{report.left:,} files are not here yet")
    return lines


def parse_neurons(text: str) -> list[NeuronId]:
    """Neurons written `layer:neuron`, with commas between."""
    return [NeuronId.parse(piece) for piece in text.split(",")]


def parse_size(text: str) -> int:
    """Bytes, or with k, M, G or T thousands of them and so on."""
    plain = text.strip().lower().removesuffix("b").removesuffix("i")
    number, unit = (plain[:-1], plain[-1]) if plain and plain[-1] in UNITS else (plain, "")
    try:
        size = int(float(number) * UNITS[unit])
    except (ValueError, OverflowError):
        size = 0
    if size <= 0:
        raise BadInput(f"“{text}” is no size. Write bytes, or a number with k, M, G or T, such as 2G.")
    return size


@contextmanager
def show_import(label: str = "import") -> Iterator[Callable[[Progress], None]]:
    """Files, rate, bytes and time left: a bar on a terminal, a line every ten seconds elsewhere, a task's report."""
    on_terminal = sys.stderr.isatty()
    bar = tqdm(desc=label, unit="file", disable=not on_terminal)
    state: dict[str, Any] = {"shown": time.monotonic()}

    def show(now: Progress) -> None:
        words = f"{size_words(now.bytes_read)} read, {size_words(now.rate)}/s, {size_words(now.bytes_stored)} stored"
        report_task(label, now.files, now.n_files, words=words, seconds_left=now.seconds_left)
        if on_terminal:
            bar.total = now.n_files
            bar.set_postfix_str(words, refresh=False)
            bar.update(now.files - bar.n)
        elif time.monotonic() - state["shown"] >= 10:
            state["shown"] = time.monotonic()
            left = f", {now.seconds_left:.0f} s left" if now.seconds_left is not None else ""
            print_notes(f"{now.files:,} of {now.n_files:,} files, {words}{left}")

    try:
        yield show
    finally:
        bar.close()
