"""`demo build`: make the embedded model and dataset from nothing but this repository."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuronview.cli.collect import explain_and_score, show_progress, withdraw_when_stopped
from neuronview.cli.folders import require_new_dataset
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.explain.features import evaluate, features
from neuronview.store import compact

if TYPE_CHECKING:
    from neuronview.collect import CollectResult, Document

__all__ = ["app"]

app = typer.Typer(help="The embedded demo: its model and its dataset.", no_args_is_help=True)

CORPUS_SEED = 2
"""Not the training seed: these passages were never trained on."""
FIRST_SOURCE = "written"


@app.callback()
def demo() -> None:
    """The embedded demo: its model and its dataset."""


@app.command("build")
def build(
    out: Annotated[Path, typer.Option(help="Folder of the dataset; the model goes into its folder `model`.")] = Path(
        "data/demo"
    ),
    work: Annotated[Path, typer.Option(help="Folder for what a second call need not do again.")] = Path("build/demo"),
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps; the shipped model's by default.")] = None,
    passages: Annotated[
        int, typer.Option(min=100, help="Generated passages that the dataset is collected over.")
    ] = 28_500,
    train_only: Annotated[bool, typer.Option("--train-only", help="Stop once the model is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train the demo model, collect every neuron of it, explain and score them all. Goes on where it stopped."""
    from dataclasses import replace

    from neuronview.demo.build import BuildSettings, build_model
    from neuronview.demo.dataset_report import append_dataset_report

    if not train_only:
        require_new_dataset(out)
    settings = BuildSettings()
    if steps is not None:
        settings = replace(settings, training=replace(settings.training, steps=steps))
    report = build_model(out / "model", settings=settings, work=work, report=out.parent / "README.md")
    if train_only:
        print_json(report) if as_json else print_lines(f"Model in {out / 'model'}")
        return
    result = _collect(out, work / "collect", passages)
    compact(out)
    append_dataset_report(out, out.parent / "README.md")
    facts = {
        "excerpts": result.corpus.n_excerpts,
        "tokens": result.corpus.n_tokens,
        "records": result.n_records,
        "bytes": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
    }
    if as_json:
        print_json({"model": report, "dataset": facts})
    else:
        print_lines(*[f"{name}: {value:,}" for name, value in facts.items()])


def _collect(out: Path, work: Path, passages: int) -> CollectResult:
    from neuronview.collect import Sizes, collect
    from neuronview.model import load

    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    subject = load(out / "model")
    with stop_on_interrupt() as should_stop, show_progress() as progress:
        result = collect(
            subject,
            _documents(passages),
            out,
            work=work,
            name="demo",
            features=evaluate,
            feature_names=[feature.name for feature in features()],
            first_source=FIRST_SOURCE,
            seed=0,
            sizes=Sizes(first=16, quantile_pool=6000, activation_step=2.0**-10),
            progress=progress,
            should_stop=should_stop,
        )
        withdraw_when_stopped(out, should_stop)
    explain_and_score(result, subject.vocabulary(), seed=0)
    return result


def _documents(passages: int) -> Iterator[Document]:
    """The written passages, then generated ones that were never trained on."""
    from neuronview.collect import Document
    from neuronview.demo.passages import generate
    from neuronview.demo.passages_written import written

    for passage in written():
        yield Document(passage.id, passage.text, FIRST_SOURCE)
    for number, composed in enumerate(generate(passages, seed=CORPUS_SEED, which="all")):
        yield Document(f"generated-{number}", composed.text, "generated", composed.template)
