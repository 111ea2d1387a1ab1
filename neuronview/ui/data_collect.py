"""Data: collect a dataset from a GPT-2 of one's own choice, over the embedded corpus or one's own text."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from neuronview.jobs.library import models
from neuronview.store import names
from neuronview.ui import cached, task_parts
from neuronview.ui.plain import markdown_safe
from neuronview.ui.uploads import is_here

__all__ = ["collect_here"]

PASSES = {"1,000": "1000", "4,000": "4000", "16,000": "16000", "64,000": "64000", "all of the text": ""}
CORPORA = {"embedded": "The embedded corpus", "own": "My own text"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def collect_here() -> None:
    """Choose model, text, layers and excerpts; start collecting, pass by pass."""
    st.caption(
        "Runs a GPT-2 over text and keeps statistics, excerpts and explanations by rule of its neurons. The first "
        "thousand excerpts can be browsed soon; each pass of four times as many replaces the one before."
    )
    left, right = st.columns(2)
    here = [row["name"] for row in models()]
    model = left.text_input(
        "Model",
        key="collect_model",
        placeholder=here[0] if here else "gpt2",
        help="A folder in Hugging Face layout, a safetensors file, or a name on the hub, which is then downloaded.",
    ).strip()
    title = right.text_input("Name of the dataset", key="collect_name", placeholder="mine").strip()
    corpus = _corpus()
    first, second, third = st.columns(3)
    layers = first.text_input("Layers", key="collect_layers", placeholder="all", help="Such as 0-3 or 0,2,5.").strip()
    length = second.number_input("Tokens an excerpt", 16, 512, 64, step=16, key="collect_length")
    chosen = list(PASSES) if corpus else list(PASSES)[:-1]
    most = third.selectbox("Excerpts in the last pass", chosen, index=2, key="collect_most")
    problem = _problem(model, title, corpus)
    if problem:
        st.info(problem)
        return
    arguments = ["collect", "--model", _absolute(model), "--out", str(_folder(title)), "--name", title, "--progressive"]
    for name, value in (("--corpus", corpus), ("--layers", layers), ("--most-excerpts", PASSES[most])):
        arguments += [name, value] if value else []
    arguments += ["--excerpt-tokens", str(length)] if length != 64 else []
    st.code("python -m neuronview " + " ".join(arguments), language=None, wrap_lines=True)
    if st.button("Collect", icon=":material/play_arrow:", key="collect_start", type="primary"):
        task_parts.begin("collect", arguments, title=f"Collect {title} from {model}", dataset=title)


def _corpus() -> str | None:
    """File or folder of the person's text; empty for the embedded corpus; None while none is given."""
    kind = st.segmented_control(
        "Text", list(CORPORA), default="embedded", format_func=CORPORA.__getitem__, key="collect_corpus", required=True
    )
    if kind == "embedded":
        st.caption("Passages of many kinds in plain English, code and tables, written and composed for this project.")
        return ""
    left, right = st.columns(2)
    path = left.text_input("File or folder of text", key="collect_path", help=".txt, .md, .jsonl or .parquet.").strip()
    with right:
        given = st.file_uploader("or a file from here", type=["txt", "md", "jsonl", "parquet"], key="collect_file")
    if is_here(given):
        kept = cached.settings().home / "texts" / Path(given.name).name
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(given.getvalue())
        return str(kept)
    return _absolute(path) if path else None


def _problem(model: str, title: str, corpus: str | None) -> str:
    """What is still missing; empty when nothing is."""
    if not model:
        return "Name a model: a folder, or a name on the hub such as gpt2."
    if corpus is None:
        return "Name a file or folder of text."
    if corpus and not Path(corpus).exists():
        return f"There is no {markdown_safe(corpus)}. Name a file or folder of text."
    if not NAME.fullmatch(title):
        return "Name the dataset, in letters, digits, dots and hyphens."
    taken = title in names(cached.settings()) and not (_folder(title) / "dataset.json").exists()
    return f"There is a dataset {markdown_safe(title)} already. Choose another name." if taken else ""


def _folder(title: str) -> Path:
    return cached.settings().home.absolute() / "datasets" / title


def _absolute(path: str) -> str:
    """The same place from any folder; a name on the hub stays."""
    folder = Path(path).expanduser()
    return str(folder.absolute()) if folder.exists() else path
