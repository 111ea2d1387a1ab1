"""`collect`: run a GPT-2 over texts and write a dataset of all its neurons, explained by rule when asked."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import typer

from neuronview.cli.engines import AddressOption, EngineOption, WorkersOption, chosen_engine
from neuronview.cli.folders import (
    all_or_nothing,
    kept_work_folder,
    require_new_dataset,
    require_writable,
    staged,
    work_folder,
)
from neuronview.cli.interrupt import stop_on_interrupt
from neuronview.cli.output import JsonOption, print_json, print_lines, print_notes, progress_bar
from neuronview.cli.progressive import Passes, collect_in_passes, embedded_documents, shuffled
from neuronview.errors import BadInput, Cancelled, ScoringError
from neuronview.explain.dictionary import Candidate
from neuronview.explain.features import evaluate, features
from neuronview.jobs.engines import Engine
from neuronview.jobs.rules import RuleInputs, TokenSums, explain_all
from neuronview.jobs.sizes import folder_size
from neuronview.jobs.stored_precision import against_float32_words
from neuronview.links import parse_layers
from neuronview.store.manifest import read_manifest

if TYPE_CHECKING:
    from neuronview.collect import CollectResult, Progress
    from neuronview.collect.build import Collection
    from neuronview.collect.corpus import Corpus

__all__ = ["explain_and_score", "register", "rule_inputs", "show_progress", "withdraw_when_stopped"]

Bits = Literal["16", "32"]
Numbers = Literal["float32", "bfloat16"]
Reading = AbstractContextManager[Callable[..., "Collection"] | None]
EMBEDDED_EXCERPTS = 16_000
APART = 5.0
"""Seconds between two lines about one stage."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("collect")(collect)


def collect(
    model: Annotated[str, typer.Option(help="Folder or hub name of a GPT-2.")],
    out: Annotated[Path, typer.Option(help="Folder of the new dataset.")],
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="Text (.txt, .md), JSONL or Parquet file, or a folder; repeatable. The embedded corpus if none."
        ),
    ] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="More of the corpus.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(help="Name of the dataset; the folder's by default.")] = None,
    first_source: Annotated[
        str | None,
        typer.Option(help="Source that is shown and scored first, and not fitted on; a tenth of all by default."),
    ] = None,
    layers: Annotated[str | None, typer.Option(help="Layers, such as 0-3 or 0,2,5; all by default.")] = None,
    excerpt_tokens: Annotated[int, typer.Option(min=16, help="Tokens of an excerpt.")] = 64,
    progressive: Annotated[
        bool,
        typer.Option(
            "--progressive",
            help="A thousand excerpts first, then four times as many in their place; can be gone on with.",
        ),
    ] = False,
    most_excerpts: Annotated[
        int, typer.Option(min=0, help="Excerpts at the most; 0 for all. 16,000 of the embedded corpus by default.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything drawn.")] = 0,
    rules: Annotated[
        bool, typer.Option("--explain/--no-explain", help="Explain and score every neuron by rule.")
    ] = True,
    device: Annotated[str, typer.Option(help="Where the model runs: auto, cpu, cuda.")] = "auto",
    dtype: Annotated[
        Numbers, typer.Option(help="Numbers the model computes in; what bfloat16 costs is said at the end.")
    ] = "float32",
    bits: Annotated[Bits, typer.Option(help="Bits of a stored activation.")] = "16",
    work: Annotated[
        Path | None,
        typer.Option(
            help="Folder for gigabytes of intermediate files; by default a temporary one; with --engine in --out."
        ),
    ] = None,
    engine: EngineOption = None,
    address: AddressOption = "",
    workers: WorkersOption = None,
    gpus: Annotated[
        float | None, typer.Option(min=0, help="GPUs of each shard on Ray, such as 0.25; 1 with --device cuda.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a dataset of all neurons of a GPT-2 from your own text.

    Runs the model over the corpus, keeps statistics and records of every MLP neuron, and explains and scores
    them all by rule. Writes the whole dataset or, when stopped, nothing; progressively, pass by pass.
    """
    from neuronview.collect import Sizes, read_documents
    from neuronview.model import load

    paths = [*(corpus or []), *(files or [])]
    if progressive and first_source is not None:
        raise BadInput("Pass by pass, no source is shown first: leave out --first-source or --progressive.")
    if progressive and engine is not None:
        raise BadInput("Pass by pass, all is read in one process: leave out --engine or --progressive.")
    computed_on = chosen_engine(engine, address, workers, gpus=_gpus(engine, device, gpus))
    require_writable(out) if progressive else require_new_dataset(out)
    if work is not None:
        require_writable(work, "--work")
    # With an engine the workers read the corpus: here the model only says what it is.
    subject = load(model, device=device if computed_on is None else "cpu", dtype=dtype)
    sizes = replace(
        Sizes(),
        first=20,
        activation_bits=int(bits),
        excerpt_tokens=excerpt_tokens,
        most_excerpts=most_excerpts or (0 if paths else EMBEDDED_EXCERPTS),
        layers=tuple(parse_layers(layers)) if layers is not None else None,
    )
    documents = (lambda: shuffled(read_documents(paths), seed=seed)) if progressive else (lambda: read_documents(paths))
    chosen = Passes(
        subject,
        documents if paths else embedded_documents,
        ", ".join(str(path) for path in paths) or "embedded",
        name or out.name,
        sizes,
        seed,
    )
    result, explained = (
        _in_passes(chosen, out, rules=rules)
        if progressive
        else _at_once(chosen, out, work, _reading(computed_on, device), first_source=first_source, rules=rules)
    )
    facts: dict[str, Any] = {"folder": str(out)}
    if result is not None:
        facts |= {
            "excerpts": result.corpus.n_excerpts,
            "tokens": result.corpus.n_tokens,
            "held_out_excerpts": int((result.corpus.parts == 1).sum()),
            "records": result.n_records,
            "explanations": explained,
        }
    facts["bytes"] = folder_size(out)
    cost = read_manifest(out).raw.get("against_float32")
    if cost:
        facts["against_float32"] = cost if as_json else against_float32_words(cost)
    if as_json:
        print_json(facts)
    else:
        print_lines(*[f"{name}: {value}" for name, value in facts.items()])


def _gpus(engine: str | None, device: str, gpus: float | None) -> float | None:
    """Of each shard: on Ray one where the model is to run on a GPU and nothing else is said."""
    return 1.0 if gpus is None and engine == "ray" and device.startswith("cuda") else gpus


def _reading(engine: Engine | None, device: str) -> Reading:
    """Where the corpus is read: by an engine, or here."""
    if engine is None:
        return nullcontext()
    from neuronview.jobs.collecting import collecting_on
    from neuronview.model import load

    return collecting_on(engine, load_model=load, device=device)


def _at_once(
    chosen: Passes, out: Path, work: Path | None, reading: Reading, *, first_source: str | None, rules: bool
) -> tuple[CollectResult, int]:
    from neuronview.collect import collect as collect_all
    from neuronview.collect.replacing import replace_dataset

    is_here = work is not None or isinstance(reading, nullcontext)
    place = work_folder(work) if is_here else kept_work_folder(out)
    with place as intermediate, staged(out) as stage, reading as kind:
        with stop_on_interrupt() as should_stop, show_progress() as progress:
            result = collect_all(
                chosen.subject,
                chosen.documents(),
                stage,
                work=intermediate,
                name=chosen.name,
                features=evaluate if rules else None,
                feature_names=[feature.name for feature in features()] if rules else (),
                first_source=first_source,
                seed=chosen.seed,
                sizes=chosen.sizes,
                progress=progress,
                should_stop=should_stop,
                kind=kind,
            )
            withdraw_when_stopped(stage, should_stop)
        explained = (
            explain_and_score(result, chosen.subject.vocabulary(), seed=chosen.seed, layers=chosen.sizes.layers)
            if rules
            else 0
        )
        replace_dataset(stage, out, also={})
    return result, explained


def _in_passes(chosen: Passes, out: Path, *, rules: bool) -> tuple[CollectResult | None, int]:
    explained = [0]

    def finish(result: CollectResult) -> None:
        explained[0] = explain_and_score(result, chosen.subject.vocabulary(), seed=chosen.seed, layers=sizes.layers)

    sizes = chosen.sizes
    with stop_on_interrupt() as should_stop, show_progress() as progress:
        result = collect_in_passes(
            chosen,
            out,
            most=sizes.most_excerpts,
            finish=finish if rules else None,
            progress=progress,
            should_stop=should_stop,
        )
    return result, explained[0]


def withdraw_when_stopped(folder: Path, should_stop: Callable[[], bool]) -> None:
    """Take a dataset away again when Ctrl-C was pressed while it was written, which nobody else asks about."""
    if should_stop():
        with all_or_nothing(folder):
            raise Cancelled("Stopped. Nothing was written; start it again to collect.")


def explain_and_score(
    result: CollectResult, vocabulary: list[str], *, seed: int, layers: tuple[int, ...] | None = None
) -> int:
    """Explain every neuron of a collected dataset by both rules; returns how many explanations were written.

    Takes the dataset away again when that fails or is stopped.
    """
    update, close = progress_bar("explain and score", unit="neuron")
    tell = _tenths("explain and score", "neurons")

    def on_progress(done: int, total: int) -> None:
        update(done, total)
        if not sys.stderr.isatty():
            tell(done, total)

    try:
        with all_or_nothing(result.folder):
            inputs = rule_inputs(result, vocabulary, layers)
            return explain_all(result.folder, inputs, seed=seed, on_progress=on_progress)
    except ScoringError as error:
        raise ScoringError(_nothing_to_score(result.corpus, str(error))) from error
    finally:
        close()


def _tenths(label: str, unit: str, *, apart: float = 0.0) -> Callable[[int, int], None]:
    """Takes what is done and in all; writes a line at the start and at each tenth, with rate and time left.

    `apart`: seconds between two lines at the least.
    """
    begun, last, said = time.monotonic(), -1, 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last, said
        if (tenth := 10 * done // max(1, total)) <= last:
            return
        elapsed = time.monotonic() - begun
        if last >= 0 and elapsed < said + apart:
            return
        last, said = tenth, elapsed
        rate = done / elapsed if elapsed > 0 else 0.0
        left = f", {rate:,.1f} a second, about {(total - done) / rate:,.0f} s left" if rate and done < total else ""
        print_notes(f"{label}: {done:,} of {total:,} {unit}{left}")
        sys.stderr.flush()

    return tell


def _nothing_to_score(corpus: Corpus, why: str) -> str:
    """Why no neuron could be scored, as far as the corpus tells: text that repeats itself has few excerpts to show."""
    different = len({corpus.token_ids(excerpt).tobytes() for excerpt in range(corpus.n_excerpts)})
    return (
        f"No neuron could be scored, so nothing was written. The corpus has {corpus.n_excerpts:,} excerpts, "
        f"{different:,} of them different, and of those that are alike a neuron keeps two: {why} "
        "Text that repeats itself less helps too; --no-explain keeps statistics and excerpts without scores."
    )


def rule_inputs(result: CollectResult, vocabulary: list[str], layers: tuple[int, ...] | None = None) -> RuleInputs:
    """What the rule explainers are fitted on, from what was collected with features."""
    if result.expressions is None:
        raise ValueError("rule explainers need a collection with features")
    candidates = [
        [[_candidate(expression) for expression in neuron if expression.correlation_rest > 0] for neuron in layer]
        for layer in result.expressions
    ]
    rest, whole = _token_sums(result, vocabulary)
    return RuleInputs(candidates, rest, whole, n_excerpts=result.corpus.n_excerpts, layers=layers)


def _token_sums(result: CollectResult, vocabulary: list[str]) -> list[TokenSums]:
    """Of the corpus without what is held out, and of all of it; the latter with the tokens that have no mean."""
    counts = result.corpus.token_counts
    others = np.setdiff1d(np.flatnonzero(counts), result.token_ids)
    ids = np.concatenate([result.token_ids, others])
    scopes = (
        (result.token_ids, result.token_counts_rest, result.token_means_rest, result.features_rest),
        (ids, counts[ids], result.token_means, result.features),
    )
    return [
        TokenSums(
            strings=[vocabulary[int(token)] for token in tokens],
            counts=occurring,
            means=means,
            sums=sums.activation_sums,
            squares=sums.activation_squares,
            n_tokens=sums.n_tokens,
        )
        for tokens, occurring, means, sums in scopes
        if sums is not None
    ]


def _candidate(expression: Any) -> Candidate:
    joined = (
        {"feature": expression.names[0]} if expression.kind == "feature" else {expression.kind: list(expression.names)}
    )
    return Candidate(
        joined, expression.correlation_rest, expression.correlation, expression.mean_on, expression.mean_off
    )


@contextmanager
def show_progress() -> Iterator[Callable[[Progress], None]]:
    """A bar for each stage on a terminal; elsewhere a line for each, and now and then how far a long one is."""
    current: dict[str, Any] = {"stage": "", "update": None, "close": lambda: None}

    def show(progress: Progress) -> None:
        if progress.stage != current["stage"]:
            current["close"]()
            update, close = progress_bar(progress.stage, unit=f" {progress.unit}")
            tell = _tenths(progress.stage, progress.unit, apart=APART)
            current.update(stage=progress.stage, update=update, close=close, tell=tell)
            if not sys.stderr.isatty() and not progress.total:
                print_notes(progress.stage)
        current["update"](progress.done, progress.total)
        if not sys.stderr.isatty() and progress.total:
            current["tell"](progress.done, progress.total)

    try:
        yield show
    finally:
        current["close"]()
