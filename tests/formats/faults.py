"""Files that are not as they should be, and what an import makes of each. `python -m tests.formats.faults` writes the
table in docs/."""

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuronview.formats.openai.importing import import_openai
from neuronview.store import Dataset
from tests.formats import published_files as files

PAGE = Path(__file__).parents[2] / "docs" / "faults-import.md"
HTML = b"<!DOCTYPE html><html><body>Server error</body></html>"


@dataclass(frozen=True)
class Fault:
    """One damaged or unusual file."""

    what: str
    kind: str
    damage: Callable[[bytes], bytes]
    refused: bool


def edit(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """A damage that changes the content and leaves it JSON."""

    def damage(raw: bytes) -> bytes:
        found = json.loads(raw)
        change(found)
        return json.dumps(found).encode()

    return damage


def put(path: str, value: Any) -> Callable[[bytes], bytes]:
    """Set what lies at a path such as `a.0.b`; `...` as the value removes it."""

    def change(found: Any) -> None:
        *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
        for step in way:
            found = found[step]
        if value is ...:
            del found[last]
        else:
            found[last] = value

    return edit(change)


def rename(path: str, name: str) -> Callable[[bytes], bytes]:
    """Give the field at a path another name."""

    def change(found: Any) -> None:
        *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
        for step in way:
            found = found[step]
        found[name] = found.pop(last)

    return edit(change)


def every(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """Change every object of the file."""

    def walk(found: Any) -> None:
        if isinstance(found, dict):
            change(found)
        for entry in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
            walk(entry)

    return edit(walk)


A, E = "activations", "explanations"
TOP = "most_positive_activation_records"
SCORED = "scored_explanations.0.scored_simulation"
FIRST = f"{SCORED}.scored_sequence_simulations.0"

FAULTS = (
    # --- the file as a whole
    Fault("cut off in the middle", A, lambda raw: raw[: len(raw) // 2], True),
    Fault("its last byte is missing", E, lambda raw: raw[:-1], True),
    Fault("empty", A, lambda raw: b"", True),
    Fault("nothing but line ends", E, lambda raw: b"\n\n", True),
    Fault("a page of HTML that came with status 200", A, lambda raw: HTML, True),
    Fault("an XML error of a blob store", E, lambda raw: b'<?xml version="1.0"?><Error/>', True),
    Fault("a pointer of git lfs", A, lambda raw: b"version https://git-lfs.github.com/spec/v1\nsize 5\n", True),
    Fault("not UTF-8", A, lambda raw: raw.replace(b" Lisbon", b" \xff\xfe"), True),
    Fault("a list in place of an object", A, lambda raw: b"[" + raw + b"]", True),
    Fault("explanations where activations belong", A, lambda raw: files.raw(E, 0, 4), True),
    Fault("activations where explanations belong", E, lambda raw: files.raw(A, 0, 4), True),
    Fault("two lines in place of one", E, lambda raw: raw + b"\n" + raw + b"\n", True),
    Fault("an empty line at the end", E, lambda raw: raw + b"\n\n", False),
    Fault("bytes after the end", A, lambda raw: raw + b"}", True),
    # --- whose it is
    Fault("the file of another neuron", A, put("neuron_id.neuron_index", 9), True),
    Fault("the file of another layer", E, put("neuron_id.layer_index", 7), True),
    Fault("no neuron_id", A, put("neuron_id", ...), True),
    Fault("a layer that is no number", E, put("neuron_id.layer_index", "h0"), True),
    Fault(
        "layer and neuron as strings",
        A,
        every(lambda o: [o.update({k: str(o[k])}) for k in ("layer_index", "neuron_index") if k in o]),
        False,
    ),
    Fault(
        "old names in neuron_id",
        E,
        every(
            lambda o: [
                o.update({new: o.pop(old)})
                for old, new in (("layer_index", "layer"), ("neuron_index", "idx"))
                if old in o
            ]
        ),
        False,
    ),
    # --- records
    Fault("one activation too few", A, put(f"{TOP}.0.activations", [0.5] * 7), True),
    Fault("one token too many in a quantile", A, put("random_sample_by_quantile.1.0.tokens", ["a"] * 9), True),
    Fault("null among activations", A, put(f"{TOP}.1.activations.3", None), True),
    Fault("NaN among activations", A, put("random_sample.0.activations.0", float("nan")), True),
    Fault("Infinity among activations", A, put("random_sample.0.activations.0", float("inf")), True),
    Fault("a string among activations", A, put(f"{TOP}.0.activations.0", "0.5"), True),
    Fault("true among activations", A, put(f"{TOP}.0.activations.0", True), True),
    Fault("an activation beyond 16 bits", A, put(f"{TOP}.0.activations.0", 1e6), True),
    Fault("a number among tokens", A, put(f"{TOP}.0.tokens.2", 5), True),
    Fault("tokens as one string", A, put(f"{TOP}.0.tokens", "eight ch"), True),
    Fault("a record without activations", A, put("random_sample.1.activations", ...), True),
    Fault("a record that is null", A, put("random_sample.1", None), True),
    Fault("records as an object", A, put(TOP, {"tokens": []}), True),
    Fault("a boundary that is null", A, put("quantile_boundaries.2", None), True),
    Fault("a moment as a string", A, put("mean", "0.1"), True),
    Fault("an infinite moment", A, put("variance", float("inf")), True),
    Fault("moments null or NaN", A, edit(lambda o: o.update(mean=None, variance=float("nan"))), False),
    Fault(
        "no moments, quantiles or random records",
        A,
        edit(
            lambda o: [
                o.pop(k)
                for k in (
                    "mean",
                    "variance",
                    "skewness",
                    "kurtosis",
                    "random_sample_by_quantile",
                    "quantile_boundaries",
                    "random_sample",
                )
            ]
        ),
        False,
    ),
    Fault(
        "quantiles null", A, edit(lambda o: o.update(random_sample_by_quantile=None, quantile_boundaries=None)), False
    ),
    Fault("no top records", A, put(TOP, []), False),
    Fault(
        "records of one token, and of none",
        A,
        edit(lambda o: o[TOP].extend([{"tokens": ["a"], "activations": [1]}, {"tokens": [], "activations": []}])),
        False,
    ),
    Fault("no dataclass_name anywhere", A, every(lambda o: o.pop("dataclass_name", None)), False),
    Fault("fields that nobody knows", E, every(lambda o: o.update(new_field=[1, None])), False),
    # --- explanations
    Fault("no explanation", E, put("scored_explanations", []), False),
    Fault(
        "two explanations",
        E,
        edit(lambda o: o["scored_explanations"].append({"explanation": "another", "scored_simulation": None})),
        False,
    ),
    Fault(
        "the same explanation twice",
        E,
        edit(lambda o: o["scored_explanations"].append(o["scored_explanations"][0])),
        False,
    ),
    Fault("no list of explanations", E, put("scored_explanations", ...), True),
    Fault("an explanation without text", E, put("scored_explanations.0.explanation", None), True),
    Fault("an explanation without score", E, put(SCORED, ...), False),
    Fault("a score that is null", E, put(f"{SCORED}.ev_correlation_score", None), False),
    Fault("a score that is NaN", E, put(f"{SCORED}.ev_correlation_score", float("nan")), False),
    Fault("a score that is infinite", E, put(f"{SCORED}.ev_correlation_score", float("inf")), True),
    Fault("a score as a string", E, put(f"{SCORED}.rsquared_score", "0.5"), True),
    Fault("no scored excerpts", E, put(f"{SCORED}.scored_sequence_simulations", []), False),
    Fault("the newer name of a simulation", E, rename(f"{FIRST}.simulation", "sequence_simulation"), False),
    Fault("no simulation", E, put(f"{FIRST}.simulation", ...), True),
    Fault("one true activation too few", E, put(f"{FIRST}.true_activations", [0.5] * 7), True),
    Fault("null among true activations", E, put(f"{FIRST}.true_activations.0", None), True),
    Fault("one simulated value too many", E, put(f"{FIRST}.simulation.expected_activations", [0.5] * 9), True),
    Fault("NaN among simulated values", E, put(f"{FIRST}.simulation.expected_activations.0", float("nan")), True),
    Fault(
        "no distributions",
        E,
        every(lambda o: [o.pop(k, None) for k in ("distribution_values", "distribution_probabilities")]),
        False,
    ),
    Fault(
        "distributions null",
        E,
        every(lambda o: [o.update({k: None}) for k in ("distribution_values", "distribution_probabilities") if k in o]),
        False,
    ),
    Fault("distributions of fewer tokens", E, put(f"{FIRST}.simulation.distribution_values", [[1.0]]), True),
    Fault(
        "fewer probabilities than values at a token",
        E,
        put(f"{FIRST}.simulation.distribution_probabilities.1", []),
        True,
    ),
    Fault("an unknown scale", E, put(f"{FIRST}.simulation.activation_scale", "decibel"), True),
    Fault("the older name of the scale", E, rename(f"{FIRST}.simulation.activation_scale", "unit"), False),
    Fault(
        "an uncalibrated simulation of other tokens",
        E,
        put(f"{FIRST}.simulation.uncalibrated_simulation.tokens.0", "zz"),
        True,
    ),
    Fault("no uncalibrated simulation", E, put(f"{FIRST}.simulation.uncalibrated_simulation", ...), False),
    # --- related
    Fault("fewer weights than tokens", "tokens_by_weight", put("input_positive.strengths", [0.5]), True),
    Fault("an average that is null", "tokens_by_activation", put("average_activations", [None, None]), False),
    Fault("averages without tokens", "tokens_by_activation", put("tokens", ...), True),
    Fault(
        "a neuron that is not written layer_neuron",
        "neurons_by_weight",
        put("c_proj.top_positive_neurons", ["7:4730"]),
        True,
    ),
    Fault("both sides null", "neurons_by_weight", edit(lambda o: o.update(c_fc=None, c_proj=None)), False),
    Fault("something else altogether", "neurons_by_weight", lambda raw: b'{"error": "quota"}', True),
)


def build(root: Path) -> None:
    """A tree in which neuron 0:i has fault i, and is whole otherwise."""
    for number, fault in enumerate(FAULTS):
        for kind in files.KINDS:
            data = files.raw(kind, 0, number)
            files.write(root, kind, 0, number, fault.damage(data) if kind == fault.kind else data)


def outcomes(folder: Path) -> list[tuple[str, str]]:
    """State and reason of every fault's file after an import."""
    build(folder / "data")
    import_openai(str(folder / "data"), folder / "out", model="gpt2-xl", name="faults", workers=1)
    dataset = Dataset(folder / "out")
    found = {(row.neuron, row.kind): (row.state, row.reason) for row in dataset.files().itertuples()}
    dataset.close()
    return [found[number, fault.kind] for number, fault in enumerate(FAULTS)]


def page() -> str:
    """docs/faults-import.md as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            f"| {fault.what} | {fault.kind} | {'in' if state == 'stored' else state} | {_cell(reason)} |"
            for fault, (state, reason) in zip(FAULTS, outcomes(Path(folder)), strict=True)
        ]
    return "\n".join(
        [
            "# What an import makes of damaged and unusual files",
            "",
            "Each row is one file among whole ones; all others of the tree go in, and nothing of a refused file does.",
            "The report and `Dataset.files()` name the file as LAYER/NEURON.json or .jsonl with this reason. This",
            "table is written by `python -m tests.formats.faults`, from the import itself.",
            "",
            "| the file | kind | verdict | reason |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            "From a server: 404 and 410 are *absent*; no connection, a body that ends early, 408, 429 and 5xx are",
            "tried five times, ever later, and then *failed*, as other answers are at once. A later import asks again.",
            "",
        ]
    )


def _cell(reason: str) -> str:
    return re.sub(r"([|<>])", r"\\\1", reason)


if __name__ == "__main__":
    PAGE.write_text(page())
