"""Building the demo model from nothing: texts, tokenizer, tokens, training, trigram, saved model, report.

Promises that every stage's result is kept in a work folder under a name that carries all that decides it, and is
not made again; so a build that was stopped goes on, and a build with other settings never picks up a stale part.
A change of the generator is noticed by its first passages (`generator_digest`). Knows nothing of the command line.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from neuronview.demo.measure import cut_documents, model_surprises
from neuronview.demo.network import save_model
from neuronview.demo.passages import Which, generate
from neuronview.demo.passages_written import written
from neuronview.demo.report import Report, evaluate, write_report
from neuronview.demo.temper import divide_logits, fit_temperature
from neuronview.demo.texts import generator_digest, read_passages, write_passages
from neuronview.demo.tokenizer import load_tokenizer, save_tokenizer, train_tokenizer
from neuronview.demo.tokens_file import open_tokens, write_tokens
from neuronview.demo.train import Trained, TrainSettings, estimate_minutes, train
from neuronview.demo.trigram import Trigram, load_trigram, train_trigram

log = logging.getLogger(__name__)

TEMPERING_PASSAGES = 300
_TEMPERED = (
    "logits divided by {} (fitted on other passages of the same held-out templates that are measured below; "
    "no MLP activation changes)"
)

SAVE_SECONDS = 180.0
WATCHED_OF_A_KIND = 2
WATCHED_WRITTEN_ONE_IN = 4


@dataclass(frozen=True)
class BuildSettings:
    """Everything that decides the demo model."""

    passages: int = 240_000
    """Composed passages to train on; about 110 tokens each."""
    held_out: int = 1500
    """Composed passages of unseen templates to measure on."""
    seed: int = 1
    training: TrainSettings = field(default_factory=TrainSettings)


def build_model(
    out: str | Path,
    *,
    settings: BuildSettings,
    work: str | Path,
    report: str | Path | None = None,
    workers: int | None = None,
) -> Report:
    """Build the model into the folder `out`, and return what was measured on it.

    `work` keeps the stages; `report` is a Markdown file to write; `workers` (default: one a core) decides the
    speed only. Raises Cancelled on Ctrl-C during training; the same call goes on.
    """
    stages = _Stages(Path(work), settings, workers)
    tokenizer = stages.tokenizer()
    trained = stages.trained()
    temperature = fit_temperature(trained.model, stages.tempering(tokenizer))
    divide_logits(trained.model, temperature)
    save_model(trained.model, tokenizer, out)
    measured = evaluate(
        out,
        held_out=stages.held_out(),
        written=[passage.text for passage in written()],
        trigram=stages.trigram(),
        training=stages.facts(trained) | {"temperature": _TEMPERED.format(temperature)},
    )
    _write_json(Path(work) / "report.json", measured)
    if report is not None:
        write_report(measured, report)
    return measured


class _Stages:
    """The stages of one build; each returns its result, made now or before."""

    def __init__(self, work: Path, settings: BuildSettings, workers: int | None) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._work, self._settings, self._workers = work, settings, workers
        texts = [generator_digest(settings.seed), settings.passages, settings.seed]
        shape = settings.training.shape
        self._texts = work / f"texts-{_key(texts)}.jsonl"
        self._held_out = work / f"held-out-{_key([*texts, settings.held_out])}.jsonl"
        self._tokenizer = work / f"tokenizer-{_key([*texts, shape.vocabulary])}"
        self._tokens = work / f"tokens-{_key([*texts, shape.vocabulary])}.bin"
        self._trigram = work / f"trigram-{_key([*texts, shape.vocabulary])}.npz"
        # Without `steps`: a training may be made longer while its rate has not begun to fall.
        decides = asdict(replace(settings.training, steps=1))
        self._checkpoint = work / f"checkpoint-{_key([*texts, decides])}.pt"

    def texts(self) -> Iterator[str]:
        """Yield the training texts."""
        count = self._settings.passages
        _once(self._texts, lambda path: self._write(path, count, "train"))
        return (text for _, text in read_passages(self._texts))

    def held_out(self) -> dict[str, list[str]]:
        """Return composed passages of unseen templates, by kind."""
        count = self._settings.held_out
        _once(self._held_out, lambda path: self._write(path, count, "held_out"))
        found: dict[str, list[str]] = {}
        for kind, text in read_passages(self._held_out):
            found.setdefault(kind, []).append(text)
        return found

    def tempering(self, tokenizer: Tokenizer) -> list[list[int]]:
        """Return token ids of passages of unseen templates that nothing is measured on."""
        start = self._settings.held_out
        chosen = generate(TEMPERING_PASSAGES, seed=self._settings.seed, which="held_out", start=start)
        context = self._settings.training.shape.context
        return cut_documents(tokenizer, (passage.text for passage in chosen), context=context)

    def tokenizer(self) -> Tokenizer:
        """Return the tokenizer."""
        size = self._settings.training.shape.vocabulary
        _once(self._tokenizer, lambda path: save_tokenizer(train_tokenizer(self.texts(), vocab_size=size), path))
        return load_tokenizer(self._tokenizer)

    def tokens(self) -> Any:
        """Return the training texts' token ids."""
        _once(self._tokens, lambda path: write_tokens(self.tokenizer(), self.texts(), path=path))
        return open_tokens(self._tokens)

    def trigram(self) -> Trigram:
        """Return the trigram of the training tokens."""
        size = self._settings.training.shape.vocabulary
        _once(self._trigram, lambda path: train_trigram(self.tokens(), vocabulary=size).save(path))
        return load_trigram(self._trigram)

    def trained(self) -> Trained:
        """Return the trained model."""
        tokens, settings = self.tokens(), self._settings.training
        epochs = settings.tokens / len(tokens)
        log.info("Training: %.1f million tokens, %.2f epochs", settings.tokens / 1e6, epochs)
        if not self._checkpoint.is_file():
            log.info("This will take about %.0f minutes here", estimate_minutes(tokens, settings=settings))
        return train(
            tokens, settings=settings, checkpoint=self._checkpoint, save_every=SAVE_SECONDS, watch=self._watch()
        )

    def _watch(self) -> Callable[[Any, int], None]:
        """Return what logs, now and then, the loss on a few passages that are not trained on."""
        tokenizer, context = self.tokenizer(), self._settings.training.shape.context
        composed = [text for texts in self.held_out().values() for text in texts[:WATCHED_OF_A_KIND]]
        prose = [passage.text for passage in written()[::WATCHED_WRITTEN_ONE_IN]]
        sets = [cut_documents(tokenizer, texts, context=context) for texts in (composed, prose)]

        def watch(model: Any, step: int) -> None:
            losses = [_mean(np.concatenate(model_surprises(model, documents)).tolist()) for documents in sets]
            log.info("step %d: loss %.3f on unseen templates, %.3f on written passages", step, *losses)

        return watch

    def facts(self, trained: Trained) -> dict[str, str]:
        """Return what a reader wants to know of the training."""
        settings, available = self._settings.training, len(self.tokens())
        return {
            "passages composed for training": f"{self._settings.passages:,}, {available:,} tokens",
            "tokens seen": f"{settings.tokens:,} ({settings.tokens / available:.2f} epochs)",
            "steps": f"{settings.steps:,} of {settings.rows} x {settings.shape.context} tokens",
            "optimiser": f"Muon at {settings.muon_rate} for matrices, AdamW at {settings.adam_rate} for the rest",
            "loss of the last 100 steps": f"{_mean(trained.losses[-100:]):.3f} nats a token",
            "time": f"{trained.seconds / 60:.0f} minutes, {settings.tokens / trained.seconds:,.0f} tokens a second, "
            f"{torch.get_num_threads()} threads",
        }

    def _write(self, path: Path, count: int, which: Which) -> None:
        write_passages(path, count=count, seed=self._settings.seed, which=which, workers=self._workers)


def _once(path: Path, make: Callable[[Path], object]) -> None:
    """Make `path` unless it is there, under a temporary name until whole."""
    if path.exists():
        return
    log.info("Making %s", path.name)
    unfinished = path.with_name("unfinished-" + path.name)
    make(unfinished)
    os.replace(unfinished, path)


def _key(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def _write_json(path: Path, report: Report) -> None:
    unfinished = path.with_name("unfinished-" + path.name)
    unfinished.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
