"""What the embedded dataset holds and how well the rule explainers do on it, as Markdown for data/README.md.

Every figure is read from the dataset itself, so the page cannot promise more than the files hold. Means are of one
explainer on one split; nothing is averaged across explainers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from neuronview.demo.lexicon import lexicon
from neuronview.explain.features import features, overlap, selection_report
from neuronview.store import Dataset

__all__ = ["append_dataset_report"]

SPLITS = ("held_out", "valid", "corpus")
SUBSETS = ("top_and_random", "top", "random", "all")


def append_dataset_report(folder: Path, page: Path) -> None:
    """Add the dataset's section to a Markdown page."""
    dataset = Dataset(folder)
    try:
        lines = [*_facts(dataset), *_scores(dataset), *_by_layer(dataset), *_overlap()]
    finally:
        dataset.close()
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(text.rstrip() + "\n\n" + "\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _facts(dataset: Dataset) -> list[str]:
    manifest, corpus = dataset.manifest, dataset.manifest.corpus
    sizes = {kind: sum(path.stat().st_size for path in dataset.folder.glob(f"{kind}-*.parquet")) for kind in _KINDS}
    total = sum(path.stat().st_size for path in dataset.folder.rglob("*") if path.is_file())
    sources = "; ".join(
        f"{name}: {counts['documents']:,} documents, {counts['excerpts']:,} excerpts"
        for name, counts in corpus.get("sources", {}).items()
    )
    return [
        "## The dataset",
        "",
        f"{corpus['n_excerpts']:,} excerpts of at most {manifest.raw['excerpt_tokens']} tokens "
        f"({corpus['n_tokens']:,} tokens) of {corpus['n_documents']:,} documents, none of them trained on "
        f"(the generated ones are new passages, mostly of templates that the model was trained on). "
        f"By source: {sources}.",
        "",
        "The excerpts file holds those that some record refers to; their strings are in the vocabulary, by token id.",
        "",
        f"{manifest.raw['n_records']:,} records. Best excerpts of the written passages, random ones of the written "
        "passages, the top of the whole corpus, and four quantile groups.",
        "",
        f"Size: {total / 1e6:.1f} MB in all, model included. "
        + ", ".join(f"{kind} {size / 1e6:.1f} MB" for kind, size in sizes.items())
        + ".",
        "",
    ]


_KINDS = ("neurons", "excerpts", "vocabulary", "records", "explanations", "scores")


def _scores(dataset: Dataset) -> list[str]:
    table = dataset.all_scores()
    lines = ["## Mean score of the rule explainers", "", "| explainer | split | excerpts | mean | median | n neurons |"]
    lines.append("| --- | --- | --- | --- | --- | --- |")
    for (explainer, split, subset), rows in _groups(table, ["explainer", "split", "subset"]):
        values = rows["value"].dropna()
        lines.append(
            f"| {explainer} | {split} | {subset} | {values.mean():.3f} | {values.median():.3f} | {len(values):,} |"
        )
    undefined = int((table["state"] != "ok").sum())
    said = f"Scores that are not defined, in any split: {undefined:,}; they are in no mean, so two means above may be "
    said += "of different neurons. Over the neurons where both are defined:"
    return [*lines, "", said, "", *_common(table), ""]


def _common(table: pd.DataFrame) -> list[str]:
    """Mean of every explainer over the neurons for which all of them have a score."""
    explainers = sorted(table["explainer"].unique())
    lines = ["| split | excerpts | " + " | ".join(explainers) + " | n neurons |"]
    lines.append("| --- | --- |" + " --- |" * (len(explainers) + 1))
    for (split, subset), rows in _groups(table, ["split", "subset"]):
        wide = rows.pivot_table(index=["layer", "neuron"], columns="explainer", values="value", aggfunc="first")
        both = wide.reindex(columns=explainers).dropna()
        means = " | ".join(f"{mean:.3f}" for mean in both.mean())
        lines.append(f"| {split} | {subset} | {means} | {len(both):,} |")
    return lines


def _by_layer(dataset: Dataset) -> list[str]:
    table = dataset.all_scores()
    table = table[table["subset"].isin(["top_and_random", "all"])]
    layers = sorted(table["layer"].unique())
    lines = ["### By layer", "", "| explainer | split | " + " | ".join(f"layer {layer}" for layer in layers) + " |"]
    lines.append("| --- | --- |" + " --- |" * len(layers))
    for (explainer, split), rows in _groups(table, ["explainer", "split"]):
        means = [rows[rows["layer"] == layer]["value"].mean() for layer in layers]
        lines.append(f"| {explainer} | {split} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    return [*lines, ""]


def _groups(table: pd.DataFrame, columns: Sequence[str]) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    order = {name: place for place, name in enumerate((*SPLITS, *SUBSETS))}
    groups = [(tuple(map(str, names)), rows) for names, rows in table.groupby(list(columns))]
    return sorted(groups, key=lambda group: tuple((order.get(name, -1), name) for name in group[0]))


def _overlap() -> list[str]:
    known = {word for words in lexicon().classes.values() for word in words}
    shares = overlap(known)
    mean = sum(shares.values()) / max(1, len(shares))
    most = sorted(shares.items(), key=lambda item: -item[1])[:5]
    return [
        "## The feature dictionary",
        "",
        f"{len(features())} features. Their {len(shares)} word lists were written apart from the generator's lexicon; "
        f"on average {mean:.0%} of a list's words are in the lexicon too (both hold common English words). Most: "
        + ", ".join(f"{name} {share:.0%}" for name, share in most)
        + ".",
        "",
        *(["How they were chosen: " + " ".join(selection_report()), ""] if selection_report() else []),
    ]
