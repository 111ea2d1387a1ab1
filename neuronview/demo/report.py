"""The demo model's report: what was measured on the saved files, and the same in Markdown.

Promises that every number is that of the saved (rounded) weights in float32, and that kinds of probe which the
model fails are listed like the others. Knows nothing of how the model was trained, except what it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from neuronview.demo.measure import (
    cut_documents,
    measure_losses,
    model_scorer,
    sample,
    trigram_scorer,
)
from neuronview.demo.network import load_model
from neuronview.demo.probes import ProbeResult, run_probes
from neuronview.demo.tokenizer import load_tokenizer, whole_word_share
from neuronview.demo.trigram import Trigram

OPENINGS = (
    "The",
    "Dear Anna,\n\n",
    '"I do not think so," said',
    "1. ",
    "def ",
    "On Monday morning the old",
)
SAMPLE_SEED = 7
SAMPLE_TEMPERATURE = 0.55
"""Of the saved logits, which are already divided by the fitted temperature: together about 0.8."""

Report = dict[str, Any]


def evaluate(
    folder: str | Path,
    *,
    held_out: Mapping[str, Sequence[str]],
    written: Sequence[str],
    trigram: Trigram,
    training: Mapping[str, Any],
) -> Report:
    """Measure the model saved in `folder`.

    `held_out` are composed passages of unseen templates, by kind; `written` the written ones; `training` is told
    on as it is. The result is plain JSON.
    """
    model, tokenizer = load_model(folder), load_tokenizer(folder)
    composed = [text for texts in held_out.values() for text in texts]
    return {
        "training": dict(training),
        "size": _size(folder, model),
        "loss": _losses(model, tokenizer, trigram, {"held_out": composed, "written": written}),
        "loss_by_kind": _losses(model, tokenizer, trigram, held_out),
        "whole_words": {
            "held_out": whole_word_share(tokenizer, composed),
            "written": whole_word_share(tokenizer, written),
        },
        "probes": _probes(model, tokenizer, trigram),
        "samples": [
            {
                "opening": opening,
                "text": sample(model, tokenizer, opening, seed=SAMPLE_SEED, temperature=SAMPLE_TEMPERATURE),
            }
            for opening in OPENINGS
        ],
    }


def _size(folder: str | Path, model: Any) -> Report:
    config = model.config
    return {
        "parameters": sum(value.numel() for value in model.parameters()),
        "layers": config.n_layer,
        "width": config.n_embd,
        "heads": config.n_head,
        "context": config.n_positions,
        "vocabulary": config.vocab_size,
        "neurons": config.n_layer * (config.n_inner or 4 * config.n_embd),
        "weights_bytes": (Path(folder) / "model.safetensors").stat().st_size,
        "folder_bytes": sum(path.stat().st_size for path in Path(folder).iterdir()),
    }


def _losses(model: Any, tokenizer: Tokenizer, trigram: Trigram, sets: Mapping[str, Sequence[str]]) -> dict[str, Report]:
    context = model.config.n_positions
    documents = {name: cut_documents(tokenizer, texts, context=context) for name, texts in sets.items()}
    return {name: asdict(measure_losses(model, trigram, ids)) for name, ids in documents.items()}


def _probes(model: Any, tokenizer: Tokenizer, trigram: Trigram) -> list[Report]:
    ours = run_probes(model_scorer(model, tokenizer))
    theirs = run_probes(trigram_scorer(trigram, tokenizer))
    return [
        {"kind": one.kind, "n": one.n, "model": _answer(one), "trigram": _answer(other)}
        for one, other in zip(ours, theirs, strict=True)
    ]


def _answer(result: ProbeResult) -> Report:
    return {"accuracy": result.accuracy, "interval": list(result.interval)}


def write_report(report: Report, path: str | Path) -> None:
    """Write the report as Markdown."""
    parts = (_intro_lines, _size_lines, _training_lines, _loss_lines, _kind_lines, _probe_lines, _sample_lines)
    lines = [line for part in parts for line in part(report)]
    Path(path).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _intro_lines(_: Report) -> list[str]:
    return [
        "# The embedded model and dataset",
        "",
        "Made by `python -m neuronview demo build` from this repository alone, and measured by it: every figure "
        "below was computed on the files that lie here. The corpus generator, its word lists and the written "
        "passages are in `neuronview/demo/`.",
        "",
    ]


def _size_lines(report: Report) -> list[str]:
    size, whole = report["size"], report["whole_words"]
    return [
        "## The demo model",
        "",
        f"A GPT-2 (`gelu_new`) of {size['layers']} layers x {size['width']}, {size['heads']} heads, context "
        f"{size['context']}, vocabulary {size['vocabulary']:,}: {size['parameters']:,} parameters, "
        f"{size['neurons']:,} MLP neurons. Weights in float16, {size['weights_bytes'] / 1e6:.1f} MB "
        f"(the folder {size['folder_bytes'] / 1e6:.1f} MB).",
        "",
        f"Words that are one token: {whole['written']:.1%} of those in the written passages, "
        f"{whole['held_out']:.1%} in held-out composed ones (every occurrence counted).",
        "",
    ]


def _training_lines(report: Report) -> list[str]:
    facts = [f"- {name}: {value}" for name, value in report["training"].items()]
    return ["### Training", "", *facts, ""] if facts else []


_LOSS_HEAD = [
    "| passages | documents | tokens | model | trigram | trigram, refitted |",
    "| --- | --- | --- | --- | --- | --- |",
]


def _loss_lines(report: Report) -> list[str]:
    names = {"held_out": "composed, unseen templates", "written": "written, never trained on"}
    rows = [_loss_row(names[name], losses) for name, losses in report["loss"].items()]
    return [
        "### Loss, nats a token (lower is better)",
        "",
        *_LOSS_HEAD,
        *rows,
        "",
        "The model is the saved one, in float32. The trigram is an interpolated one (Jelinek-Mercer: weights by how "
        "often a context was seen and how varied it was, fitted by EM) over the same training tokens. Text unlike "
        "the training text punishes weights fitted there, so the last column refits them to the other half of the "
        "very passages it is measured on, an advantage that the model does not get. A few settings of the "
        "training (noise on the inputs, no dropout) were chosen by the loss on a part of the written passages, so "
        "that figure is a little better than a fresh text would give. That the logits are divided by a temperature at "
        "all was decided on an earlier, shorter training, after the loss on all written passages had been seen without "
        "it and for several values; the value itself was fitted on composed passages.",
        "",
        *(_loss_verdict(names[name], losses) for name, losses in report["loss"].items()),
        "",
    ]


def _loss_verdict(name: str, losses: Report) -> str:
    words = {True: "better", False: "worse"}
    plain, refitted = (words[losses["model"] < losses[other]] for other in ("trigram", "trigram_refitted"))
    return f"- {name.capitalize()}: the model is {plain} than the trigram and {refitted} than the refitted one."


def _kind_lines(report: Report) -> list[str]:
    rows = [_loss_row(kind, losses) for kind, losses in sorted(report["loss_by_kind"].items())]
    return ["### Loss by kind, composed passages of unseen templates", "", *_LOSS_HEAD, *rows, ""]


def _loss_row(name: str, losses: Report) -> str:
    values = " | ".join(f"{losses[key]:.3f}" for key in ("model", "trigram", "trigram_refitted"))
    return f"| {name} | {losses['documents']:,} | {losses['tokens']:,} | {values} |"


def _probe_lines(report: Report) -> list[str]:
    return [
        "### Probes: what no n-gram can do",
        "",
        "Two continuations, one right; 50 % is guessing. Questions come in pairs that end alike, so that the last "
        "few tokens say nothing. In brackets Wilson's 95 % interval.",
        "",
        "| probe | n | model | trigram |",
        "| --- | --- | --- | --- |",
        *(
            f"| {row['kind']} | {row['n']} | {_share(row['model'])} | {_share(row['trigram'])} |"
            for row in report["probes"]
        ),
        "",
        _probe_verdict(report["probes"]),
        "",
    ]


def _probe_verdict(probes: list[Report]) -> str:
    """Which kinds are above guessing as far as the interval tells, and which were not learned."""
    learned = [row["kind"] for row in probes if row["model"]["interval"][0] > 0.5]
    missing = [row["kind"] for row in probes if row["kind"] not in learned]
    said = f"Above guessing: {'; '.join(learned) or 'none'}."
    return said + (f" Not learned, as far as so few questions tell: {'; '.join(missing)}." if missing else "")


def _share(answer: Report) -> str:
    low, high = answer["interval"]
    return f"{answer['accuracy']:.0%} ({low:.0%} to {high:.0%})"


def _sample_lines(report: Report) -> list[str]:
    return [
        f"### Samples: 60 tokens, temperature {SAMPLE_TEMPERATURE} of the saved logits, seed {SAMPLE_SEED}, not chosen",
        "",
        *(line for row in report["samples"] for line in _fenced(row["opening"], row["text"])),
    ]


def _fenced(opening: str, text: str) -> list[str]:
    whole = opening + "|" + text
    fence = "```" if "```" not in whole else "````"
    return [f"{fence}text", whole, fence, ""]
