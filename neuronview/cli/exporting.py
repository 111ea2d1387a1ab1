"""`export`: a dataset, or a part of it, as files for other tools."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from neuronview.cli.importing import parse_layers, parse_neurons, size_words
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, counted, print_json, print_lines, progress_shown
from neuronview.errors import BadInput
from neuronview.records import NeuronId
from neuronview.store import NeuronFilter, open_dataset
from neuronview.store.write import write_whole

__all__ = ["app"]

app = typer.Typer(help="Write a dataset, or a part of it, for other tools.", no_args_is_help=True)

DatasetArgument = Annotated[str, typer.Argument(help="Name or folder of a dataset.")]
Out = Annotated[Path, typer.Option(help="Folder for the files.")]
Layers = Annotated[str | None, typer.Option(help="Layers, such as 0-3 or 0,2,5; all by default.")]
Neurons = Annotated[str | None, typer.Option(help="Neurons, such as 0:1,0:2; all by default.")]
Text = Annotated[str | None, typer.Option(help="Neurons with an explanation that holds all these words.")]
Regex = Annotated[bool, typer.Option("--regex", help="Read --text as a regular expression.")]
Explainer = Annotated[str | None, typer.Option(help="Only this explainer's explanations, and neurons that have one.")]
Score = Annotated[str | None, typer.Option(metavar="FROM,TO", help="Neurons with a score in this range.")]
Share = Annotated[str | None, typer.Option(metavar="FROM,TO", help="Share of tokens above zero in this range.")]
State = Annotated[str | None, typer.Option(help="Of ok, undefined, unparsable, provider_error, none.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files of the same names that are there.")]
HELP = {
    "openai": "The layout of the neurons published in 2023: JSON files, one a neuron.",
    "neuronpedia": "Neuronpedia's version 1 files: gzipped JSON lines, with our scores in files beside them.",
    "parquet": "Plain Parquet tables; keeps everything but the model.",
    "csv": "CSV tables in UTF-8, for spreadsheets; lists as JSON.",
}


def _add(form: str) -> None:
    def command(
        dataset: DatasetArgument,
        out: Out,
        layers: Layers = None,
        neurons: Neurons = None,
        text: Text = None,
        regex: Regex = False,
        explainer: Explainer = None,
        score: Score = None,
        share_positive: Share = None,
        state: State = None,
        overwrite: Overwrite = False,
        as_json: JsonOption = False,
    ) -> None:
        chosen = NeuronFilter(
            score=parse_range(score) if score is not None else None,
            share_positive=parse_range(share_positive) if share_positive is not None else None,
            explainer=explainer,
            text=text or "",
            regex=regex,
            states=tuple(piece.strip() for piece in state.split(",")) if state is not None else (),
        )
        _export(form, dataset, out, layers, neurons, chosen, overwrite=overwrite, as_json=as_json)

    app.command(form, help=HELP[form])(command)


for _form in HELP:
    _add(_form)


@app.command("html")
def _html(
    dataset: DatasetArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    neuron: Annotated[str, typer.Option(metavar="L:N", help="Which neuron, such as 2:17.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """One neuron as one HTML file that needs no server and no network: to send, to keep, to cite."""
    from neuronview.view.page import neuron_page

    identity = NeuronId.parse(neuron)
    if out.exists() and not (overwrite and out.is_file()):
        what = "a folder: name a file in it" if out.is_dir() else "there already: say --overwrite to replace it"
        raise BadInput(f"{out} is {what}.")
    opened = open_dataset(dataset)
    text = neuron_page(opened, identity, made=f"{datetime.now(UTC):%Y-%m-%d}")
    write_whole(out, text.encode())
    size = out.stat().st_size
    found = {"dataset": opened.manifest.name, "neuron": str(identity), "file": str(out), "bytes": size}
    if as_json:
        print_json(found)
    else:
        print_lines(f"{out}: neuron {identity} of {opened.manifest.name}, {size_words(size)}")


def parse_range(text: str) -> tuple[float, float]:
    """Two numbers with a comma between, the smaller first."""
    try:
        first, last = (float(piece) for piece in text.split(","))
    except ValueError:
        first, last = 1.0, 0.0
    if not first <= last:
        raise BadInput(f"“{text}” is no range. Write the smallest and the largest value, such as 0.5,1.")
    return first, last


def _export(
    form: str,
    name: str,
    out: Path,
    layers: str | None,
    neurons: str | None,
    chosen: NeuronFilter,
    *,
    overwrite: bool,
    as_json: bool,
) -> None:
    from neuronview.formats.exporting import export
    from neuronview.formats.slices import Choice

    choice = Choice(
        layers=tuple(parse_layers(layers)) if layers is not None else (),
        neurons=tuple(parse_neurons(neurons)) if neurons is not None else (),
        filter=chosen,
    )
    with progress_shown("export", unit="neuron") as update, stop_on_interrupt() as should_stop:
        report = export(
            open_dataset(name),
            form,
            out,
            choice,
            overwrite=overwrite,
            progress=update,
            should_stop=should_stop,
        )
    if as_json:
        print_json(asdict(report))
        return
    print_lines(
        f"{report.folder}: {counted(report.neurons, 'neuron')} of {report.dataset} as {report.format}, "
        f"{size_words(report.bytes)}, {report.seconds:.1f} s",
        *[f"  {kind}: {count:,}" for kind, count in report.files.items()],
        *report.left_out,
        *(
            [f"Not in it, since the format has no place for it: {'; '.join(report.cannot_hold)}."]
            if report.cannot_hold
            else []
        ),
    )
