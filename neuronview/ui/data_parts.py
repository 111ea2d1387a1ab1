"""Data: the manifest in words, the files, where a person's own results are, how to make more.

Reads the manifest and the file list; checks checksums only when asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from neuronview.errors import DatasetError
from neuronview.jobs.stored_precision import against_float32_words
from neuronview.store import Dataset
from neuronview.store.checking import damaged_parts
from neuronview.store.manifest import committed_parts
from neuronview.store.schema import KINDS
from neuronview.ui import cached, data_add, data_collect, data_library
from neuronview.ui.plain import activation_words, html_safe, html_table, markdown_safe
from neuronview.ui.problems import say
from neuronview.ui.scores import number
from neuronview.view.places import without_places

__all__ = ["files", "integrity", "make_your_own", "manifest_rows", "more", "own_results", "what_it_is"]

_NOT_SAID = "not said"
_OF_THIS_COMPUTER = ("Dataset", "Imported from")
_KIND_WORDS = {
    "neurons": "one row a neuron: statistics, histogram, tails, top tokens, features",
    "excerpts": "token ids of the excerpts that records refer to",
    "vocabulary": "token strings and how often each occurs",
    "records": "excerpts with a neuron's activations",
    "shares": "how much of a neuron's variance its token, bigram and position explain",
    "explanations": "texts and rules",
    "scores": "scores with interval, n and state",
    "simulations": "simulated values that cannot be recomputed for free",
    "related": "related tokens and neurons, as published",
    "files": "which published files were read, and what became of each",
}


def what_it_is(dataset: Dataset, *, public: bool = False) -> None:
    """The manifest as a table of facts, and the file as it is; to a `public` without this computer's folders."""
    st.subheader(f"Where the numbers of {markdown_safe(dataset.manifest.name)} come from", anchor=False)
    rows = manifest_rows(dataset)
    if public:
        rows = [(what, without_places(dataset, value)) for what, value in rows if what not in _OF_THIS_COMPUTER]
    _facts(_silent_last(rows), caption="What the dataset's manifest says")
    if public:
        return
    with st.expander("The manifest as it is written (dataset.json)"):
        st.json({name: value for name, value in dataset.manifest.raw.items() if name != "parts"}, expanded=1)


def manifest_rows(dataset: Dataset) -> list[tuple[str, str]]:
    """What the manifest says, in the order that one would ask; what it does not say is said too."""
    manifest, raw = dataset.manifest, dataset.manifest.raw
    model, corpus = manifest.model, manifest.corpus
    leading = raw.get("leading_token")
    sizes: Mapping[str, Any] = raw.get("sizes") or {}
    versions: Mapping[str, Any] = raw.get("versions") or {}
    cost = against_float32_words(raw.get("against_float32"))
    return [
        ("Dataset", f"{manifest.name}, in {dataset.folder}"),
        ("Model", f"{model.path}: {model.n_layers} layers of {model.n_neurons:,} MLP neurons"),
        ("Model fingerprint", _said(model.fingerprint)),
        ("Value shown", _value(raw.get("model") or {}, model.activation_function)),
        ("Leading token", _leading(leading, said="leading_token" in raw)),
        ("Corpus", _corpus(corpus)),
        *_source_or_hash(corpus.get("hash")),
        ("Tokens an excerpt", _said(raw.get("excerpt_tokens"))),
        ("Shown and scored first", _said(manifest.first_source, otherwise="no source of the corpus is preferred")),
        ("Held out", _held_out(raw.get("held_out"), said="held_out" in raw)),
        ("Random records", _said(raw.get("random_records"))),
        ("Near-duplicates", _said(raw.get("near_duplicates"))),
        ("Records of a neuron", _records(sizes)),
        ("Records in all", f"{raw.get('n_records') or _counted_records(dataset):,}"),
        *([("Means by token", _token_means(raw))] if raw.get("token_means_complete") is False else []),
        ("Stored activations", _precision(raw)),
        *([("Against float32", cost)] if cost else []),
        ("Seed", _said(raw.get("seed"))),
        ("Versions", ", ".join(f"{name} {value}" for name, value in versions.items()) or _NOT_SAID),
        *_origin(raw.get("origin")),
    ]


def _silent_last(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is said, row by row, and then in one row all that is not: of imported data that is most of it."""
    silent = [what for what, value in rows if value == _NOT_SAID]
    names = ", ".join(what[0].lower() + what[1:] for what in silent)
    return [row for row in rows if row[1] != _NOT_SAID] + ([("The rest is not said", names)] if silent else [])


def files(dataset: Dataset) -> None:
    """How many parts of each kind there are, and their sizes."""
    st.subheader("Files", anchor=False)
    rows = []
    for kind, parts in committed_parts(dataset.folder).items():
        paths = [dataset.folder / part.file for part in parts]
        size = sum(path.stat().st_size for path in paths)
        rows.append(
            {"kind": kind, "holds": _KIND_WORDS[kind], "parts": len(parts), "rows": sum(p.rows for p in parts)}
            | {"size": size / 1e6}
        )
    st.dataframe(
        pd.DataFrame(rows, columns=["kind", "holds", "parts", "rows", "size"]),
        key="data_files",
        alt="Files of the dataset by kind",
        hide_index=True,
        height="content",
        column_config={
            "kind": "Kind",
            "holds": st.column_config.TextColumn("Holds", width="large"),
            "parts": st.column_config.NumberColumn("Parts", format="localized"),
            "rows": st.column_config.NumberColumn("Rows", format="localized"),
            "size": st.column_config.NumberColumn("MB", format="%.2f"),
        },
    )
    st.caption("Plain Parquet files: any program that reads Parquet reads them.")


def integrity(dataset: Dataset) -> None:
    """A button that compares every file with the checksum it was committed with."""
    if not st.button("Check all files", icon=":material/verified:", key="data_check"):
        return
    with st.spinner("Reading every file …"):
        try:
            damaged = damaged_parts(dataset.folder)
        except (DatasetError, OSError) as error:
            say(error)
            return
    if damaged:
        say("Damaged: " + ", ".join(damaged) + ". Restore these files from a copy, or build the dataset again.")
    else:
        st.success("Every file holds the bytes that were committed.")


def own_results(dataset: Dataset) -> None:
    """Where explanations, scores and runs of this person are kept, and how many there are."""
    st.subheader("Your own results", anchor=False)
    settings = cached.settings()
    overlay = dataset.overlay
    parts = committed_parts(overlay) if overlay else {kind: [] for kind in KINDS}
    counts = {kind: sum(part.rows for part in parts[kind]) for kind in ("explanations", "scores")}
    _facts(
        [
            ("Explanations of yours", f"{counts['explanations']:,}, with {counts['scores']:,} scores"),
            ("Kept in", str(overlay) if overlay else "nowhere: the dataset was opened without a folder of yours"),
            ("Runs", str(settings.home / "runs")),
        ],
        caption="Where your own results are kept",
    )
    st.caption("Nothing you make is written into the dataset. NEURONVIEW_HOME names another folder.")


def more() -> None:
    """Ways to more datasets: published neurons, or a model and text of one's own."""
    st.subheader("Add", anchor=False)
    published, own = st.tabs(["Published neurons", "Your own model, your own text"], key="data_more", on_change="rerun")
    if published.open:
        with published:
            data_add.published()
    if own.open:
        with own:
            data_collect.collect_here()
            data_library.models_here()


def make_your_own(dataset: Dataset) -> None:
    """The commands that make, check and open a dataset."""
    st.subheader("The same from the command line", anchor=False)
    st.code(
        "python -m neuronview datasets add gpt2-small --records opened\n"
        "python -m neuronview collect --model gpt2 --corpus texts/ --out data/mine\n"
        "python -m neuronview datasets\n"
        f"python -m neuronview explain --dataset {dataset.manifest.name} --neurons 0:1,1:2",
        language=None,
        wrap_lines=True,
    )
    st.markdown("From programs: the [JSON API](/api/v1/openapi.json) beside these pages, which only reads.")


def _facts(rows: Sequence[tuple[str, str]], *, caption: str) -> None:
    st.html(
        html_table(("What", "Value"), [(html_safe(what), html_safe(value)) for what, value in rows], caption=caption)
    )


def _source_or_hash(known: object) -> list[tuple[str, str]]:
    """Of imported data the place of a hash names what they were published as."""
    said = _said(known)
    return [("Published as", said)] if "/" in said else [("Corpus hash", said)]


def _counted_records(dataset: Dataset) -> int:
    return sum(part.rows for part in committed_parts(dataset.folder)["records"])


def _said(value: object, *, otherwise: str = _NOT_SAID) -> str:
    return otherwise if value is None or value == "" else str(value)


def _value(model: Mapping[str, Any], activation: str) -> str:
    computed = f"; computed in {model['dtype']}" if model.get("dtype") else ""
    return f"MLP activation after {activation_words(activation)}, at one token{computed}"


def _origin(origin: object) -> list[tuple[str, str]]:
    """Of imported data: from where and when, who explained and simulated, and what is known to be wrong."""
    if not isinstance(origin, Mapping):
        return []
    words = {
        "format": "Imported format",
        "set": "Published set",
        "source": "Imported from",
        "imported": "Imported",
        "explainer": "Explained by",
        "simulator": "Simulated by",
        "erratum": "Known to be wrong",
    }
    return [(title, str(origin[name])) for name, title in words.items() if origin.get(name)]


def _leading(leading: object, *, said: bool) -> str:
    if isinstance(leading, Mapping) and leading.get("token") == "unknown":
        return "not known; a verification says whether one stands before the excerpts"
    if isinstance(leading, Mapping):
        counted = "counts" if leading.get("in_statistics") else "is in no statistic, score or ranking"
        return f"{leading.get('token')} stands before every excerpt; its position {counted}"
    return "none" if said and leading is None else _said(leading)


def _held_out(part: object, *, said: bool) -> str:
    """What nothing is fitted on, by which rule and how much of it."""
    if not isinstance(part, Mapping):
        return "nothing: rules are fitted on the whole corpus" if said else _NOT_SAID
    seed = f", drawn with seed {part['seed']}" if part.get("seed") is not None else ""
    alike = part.get("n_excerpts_like_the_rest")
    like = f"; {alike:,} of these excerpts have a run of tokens in common with the rest" if alike else ""
    return f"{_said(part.get('rule'))}{seed}: {_counts(part)}, on which nothing is fitted{like}"


def _precision(raw: Mapping[str, Any]) -> str:
    """How exactly activations are stored: bits, and the step that they are rounded to."""
    if not raw.get("activation_bits"):
        return _NOT_SAID
    bits = f"{raw['activation_bits']}-bit floats"
    step = raw.get("activation_step")
    if not step:
        return f"{bits}, not rounded further" if step == 0 else bits
    power = math.log2(step)
    exact = f"2^{number(power, digits=0)} (about {step:.2g})" if power.is_integer() else f"{step:g}"
    return f"{bits}, rounded to multiples of {exact}"


def _token_means(raw: Mapping[str, Any]) -> str:
    """Which tokens have means, where not all that occur do."""
    known = raw.get("token_means")
    most = "the most frequent tokens alone"
    if isinstance(known, Mapping):
        most = f"the {known['tokens']:,} most frequent of {known['of']:,} tokens alone"
    return f"of {most}: top tokens and lookup rules know no others"


def _counts(of: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{of[name]:,} {words}"
        for name, words in (("n_documents", "documents"), ("n_excerpts", "excerpts"), ("n_tokens", "tokens"))
        if of.get(name)
    )


def _corpus(corpus: Mapping[str, Any]) -> str:
    parts = [_counts(corpus)] if _counts(corpus) else []
    sources = corpus.get("sources")
    if isinstance(sources, Mapping) and sources:
        parts.append("sources: " + ", ".join(f"{name} {_source(value)}" for name, value in sources.items()))
    return "; ".join(parts) or _NOT_SAID


def _source(value: object) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{amount:,} {name}" for name, amount in value.items()) + ")"
    return f"({value})"


def _records(sizes: Mapping[str, Any]) -> str:
    if not sizes:
        return _NOT_SAID
    text = f"{sizes.get('top')} top, {sizes.get('random')} random, {sizes.get('quantile')} of each quantile group"
    return text + (f", {sizes['first']} of the part shown first" if sizes.get("first") else "")
