"""`demo build`: make the embedded model and dataset from nothing but this repository. `demo tour`: score its tour."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuronview.cli.collect import explain_and_score, show_progress, withdraw_when_stopped
from neuronview.cli.folders import require_new_dataset, work_folder
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines
from neuronview.errors import DatasetError
from neuronview.explain.features import evaluate, features
from neuronview.store import compact

if TYPE_CHECKING:
    from neuronview.collect import CollectResult, Document
    from neuronview.collect.along import ValuesOf
    from neuronview.collect.corpus import Corpus
    from neuronview.explain.rules import RuleSimulator
    from neuronview.model import SubjectModel
    from neuronview.store.manifest import Manifest

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


@app.command("tour")
def tour(
    dataset: Annotated[Path, typer.Option(help="Folder of the dataset.")] = Path("data/demo"),
    work: Annotated[
        Path | None, typer.Option(help="Folder for the corpus's tokens; a temporary one by default.")
    ] = None,
    passages: Annotated[int, typer.Option(min=100, help="Generated passages that it was collected over.")] = 28_500,
    as_json: JsonOption = False,
) -> None:
    """Score what the tour says of its neurons, on the splits and over the corpus, and add it to the dataset."""
    from neuronview.collect.along import correlations_along
    from neuronview.explain.feature_cache import FeatureCache
    from neuronview.explain.rules import simulator_for
    from neuronview.jobs.told import add_told
    from neuronview.model import load
    from neuronview.store.manifest import read_manifest
    from neuronview.view.tour import load_tour

    manifest = read_manifest(dataset)
    stops = load_tour(dataset, fingerprint=manifest.model.fingerprint)
    told = {stop.neuron: stop.explanation for stop in stops if stop.explanation is not None}
    if not told:
        raise DatasetError(f"No tour says anything of the model of {dataset}. Write one into {dataset / 'tour.json'}.")
    subject = load(dataset / manifest.model.path, device="cpu")
    with work_folder(work) as folder, stop_on_interrupt() as should_stop, show_progress() as progress:
        corpus = _same_corpus(subject, manifest, folder, passages)
        marks = FeatureCache().marks
        rules = {neuron: simulator_for(entry, marks=marks) for neuron, entry in told.items()}
        found = correlations_along(
            subject,
            corpus,
            {neuron: _values_of(rule) for neuron, rule in rules.items()},
            progress=progress,
            should_stop=should_stop,
        )
    written = add_told(dataset, list(told.values()), found)
    compact(dataset)
    print_json({"explanations": written}) if as_json else print_lines(f"explanations: {written}")


def _values_of(rule: RuleSimulator) -> ValuesOf:
    return lambda tokens: rule.simulate(tokens).expected


def _same_corpus(subject: SubjectModel, manifest: Manifest, work: Path, passages: int) -> Corpus:
    """The corpus that the dataset was collected over, composed again; DatasetError when it is another."""
    from neuronview.collect.corpus import EXCERPT_TOKENS, cut_documents

    corpus = cut_documents(
        _documents(passages),
        subject.tokenizer,
        work,
        vocabulary_size=subject.vocabulary_size,
        excerpt_tokens=int(manifest.raw.get("excerpt_tokens") or EXCERPT_TOKENS),
        first_source=FIRST_SOURCE,
    )
    facts = manifest.corpus
    if (corpus.hash, corpus.n_tokens) != (facts.get("hash"), facts.get("n_tokens")):
        raise DatasetError(
            f"The dataset's corpus has the hash {facts.get('hash')}, the one composed now {corpus.hash}: it was "
            "collected over other passages. Give their number with --passages, or build the dataset again."
        )
    return corpus


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
