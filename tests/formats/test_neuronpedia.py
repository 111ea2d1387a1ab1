"""Neuronpedia's version 1 files: ours with the site's own names, others' as they come, damaged ones refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, Cancelled, FormatError
from neuronview.formats.exporting import export
from neuronview.formats.neuronpedia import writing
from neuronview.formats.neuronpedia.importing import import_neuronpedia
from neuronview.records import NeuronId
from neuronview.store import Dataset
from tests.support import small_dataset

Line = dict[str, Any]
ACTIVATION_FIELDS = {
    *("id", "tokens", "dataIndex", "index", "layer", "modelId", "dataSource", "maxValue", "maxValueTokenIndex"),
    *("minValue", "values", "dfaValues", "dfaTargetIndex", "dfaMaxValue", "creatorId", "createdAt", "lossValues"),
    *("logitContributions", "binMin", "binMax", "binContains", "qualifyingTokenIndex"),
}
FEATURE_FIELDS = {
    *("modelId", "layer", "index", "creatorId", "createdAt", "maxActApprox", "hasVector", "vector", "vectorLabel"),
    *("vectorDefaultSteerStrength", "hookName", "topkCosSimIndices", "topkCosSimValues", "neuron_alignment_indices"),
    *("neuron_alignment_values", "neuron_alignment_l1", "correlated_neurons_indices", "correlated_neurons_pearson"),
    *("correlated_neurons_l1", "correlated_features_indices", "correlated_features_pearson"),
    *("correlated_features_l1", "neg_str", "neg_values", "pos_str", "pos_values", "frac_nonzero"),
    *("freq_hist_data_bar_heights", "freq_hist_data_bar_values", "logits_hist_data_bar_heights"),
    *("logits_hist_data_bar_values", "decoder_weights_dist", "sourceSetName"),
}
EXPLANATION_FIELDS = {
    *("id", "modelId", "layer", "index", "description", "authorId", "embedding", "triggeredById", "typeName"),
    *("explanationModelName", "notes", "createdAt"),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(small_dataset.build(tmp_path_factory.mktemp("small") / "small"))


@pytest.fixture(scope="module")
def exported(small: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("neuronpedia")
    export(small, "neuronpedia", out / "out")
    return out / "out" / "v1" / "tiny"


def lines(path: Path) -> list[Line]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


# --- what we write --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("features", FEATURE_FIELDS), ("activations", ACTIVATION_FIELDS), ("explanations", EXPLANATION_FIELDS)],
)
def test_lines_have_the_fields_of_the_sites_own_exporter(exported: Path, kind: str, fields: set[str]) -> None:
    found = lines(exported / "1" / kind / "batch-0.jsonl.gz")
    assert all(set(line) == fields for line in found)
    assert {(line["modelId"], line["layer"]) for line in found} == {("tiny", "1")}
    assert {line["index"] for line in found} == {str(k) for k in range(5)}


def test_a_record_says_its_values_and_where_its_largest_is(exported: Path, small: Dataset) -> None:
    record = small.neuron((1, 3)).top[0]
    found = [line for line in lines(exported / "1" / "activations" / "batch-0.jsonl.gz") if line["index"] == "3"]
    first = found[0]
    assert first["tokens"] == list(record.tokens)
    assert np.array_equal(np.asarray(first["values"], np.float32), record.activations)
    assert first["maxValueTokenIndex"] == int(np.argmax(record.activations))
    assert np.float32(first["maxValue"]) == record.maximum
    assert first["minValue"] == min(first["values"])


def test_a_quantile_record_stands_in_its_interval_and_a_top_record_in_none(exported: Path) -> None:
    found = lines(exported / "0" / "activations" / "batch-0.jsonl.gz")
    ids = [line["id"].removeprefix(f"tiny_0_{line['index']}_").rsplit("_", 1)[0] for line in found]
    bins = {group: (line["binMin"], line["binContains"]) for group, line in zip(ids, found, strict=True)}
    assert bins["top"] == (-1.0, -1.0)
    assert bins["quantile_0"] == (None, 0.5)
    assert bins["quantile_2"] == (1.0, 0.09)
    assert bins["random"] == (None, None)


def test_ids_of_records_are_unique(exported: Path) -> None:
    ids = [line["id"] for layer in "01" for line in lines(exported / layer / "activations" / "batch-0.jsonl.gz")]
    assert len(ids) == len(set(ids)) == 10 * sum(small_dataset.SIZES.values())


def test_scores_lie_beside_with_the_explanation_they_are_of(exported: Path, small: Dataset) -> None:
    explanation = small.explanations((0, 4))[0]
    found = [
        line
        for line in lines(exported / "0" / "scores" / "batch-0.jsonl.gz")
        if line["explanationId"] == explanation.id
    ]
    assert len(found) == len(explanation.scores) == 3
    shown = next(line for line in found if (line["split"], line["subset"]) == ("held_out", "top_and_random"))
    assert shown["value"] == explanation.scores[0].value
    assert shown["baselines"][0]["name"] == "lookup"
    assert not any("score" in line for line in lines(exported / "0" / "explanations" / "batch-0.jsonl.gz"))


def test_a_batch_has_1024_indices(small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert writing.BATCH == 1024
    monkeypatch.setattr(writing, "BATCH", 2)
    export(small, "neuronpedia", tmp_path / "out")
    found = {
        path.name: [line["index"] for line in lines(path)]
        for path in (tmp_path / "out" / "v1" / "tiny" / "0" / "features").iterdir()
    }
    assert found == {
        "batch-0.jsonl.gz": ["0", "1"],
        "batch-1.jsonl.gz": ["2", "3"],
        "batch-2.jsonl.gz": ["4"],
    }


# --- what others write ----------------------------------------------------------------------------------------------


def activation(index: int, values: list[float], /, **more: Any) -> Line:
    tokens = [f" t{index}{k}" for k in range(len(values))]
    return {"id": f"c{index}{values}", "modelId": "gpt2-small", "layer": "5-res-jb", "index": str(index)} | {
        "tokens": tokens,
        "values": values,
        "binMin": -1.0,
        "binMax": 9.0,
        "binContains": -1.0,
        **more,
    }


def feature(index: int, **more: Any) -> Line:
    return {"modelId": "gpt2-small", "layer": "5-res-jb", "index": index, "maxActApprox": 9.5, "frac_nonzero": 0.25} | {
        "hookName": "blocks.5.hook_resid_pre",
        "freq_hist_data_bar_heights": [3.0, 1.0],
        "freq_hist_data_bar_values": [0.5, 1.5],
        **more,
    }


def explained(index: int, **more: Any) -> Line:
    return {"id": f"e{index}", "modelId": "gpt2-small", "layer": "5-res-jb", "index": str(index)} | {
        "description": f" words {index}",
        "typeName": "oai_token-act-pair",
        "explanationModelName": "gpt-4o-mini",
        "embedding": [0.1, 0.2],
        **more,
    }


def write(folder: Path, kind: str, content: list[Line], batch: int = 0) -> Path:
    path = folder / kind / f"batch-{batch}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in content)
    return path


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """A source as the site serves it: two batches, intervals, and a folder that carries a model's name."""
    folder = tmp_path / "gpt2-small" / "5-res-jb"
    interval = {"binMin": 0.0, "binMax": 1.0, "binContains": 0.5}
    write(folder, "features", [feature(7), feature(8)])
    write(
        folder,
        "activations",
        [activation(7, [0.5, 2.0]), activation(7, [0.0, 4.0, 1.0]), activation(7, [0.25, 0.5], **interval)],
    )
    write(folder, "activations", [activation(1030, [1.0])], batch=1)
    write(folder, "explanations-gpt-4o-mini", [explained(7)])
    return folder


def test_a_source_of_the_site_becomes_a_dataset(others: Path, tmp_path: Path) -> None:
    report = import_neuronpedia(others, tmp_path / "out")
    dataset = Dataset(tmp_path / "out")
    record = dataset.neuron((5, 7))
    assert [entry.maximum for entry in record.top] == [4.0, 2.0]  # best first
    assert [entry.maximum for entry in record.quantiles[0]] == [0.5]
    assert (record.statistics.maximum, record.statistics.share_positive) == (9.5, 0.25)
    assert record.statistics.histogram is None  # theirs leaves out zeros
    (explanation,) = dataset.explanations((5, 7))
    assert (explanation.text, explanation.explainer, explanation.scores) == (" words 7", "oai_token-act-pair", [])
    assert explanation.provenance.explainer_model == "gpt-4o-mini"
    assert dataset.neuron((5, 1030)).top[0].tokens == (" t10300",)
    assert dataset.manifest.model.path == "gpt2"
    assert dataset.manifest.raw["site"] == "hook_resid_pre"
    assert report.rows == {"excerpts": 3, "records": 4, "neurons": 3, "explanations": 1}  # two share one


@pytest.mark.parametrize("kind", ["activations", "explanations-gpt-4o-mini"])
def test_one_file_is_enough(others: Path, tmp_path: Path, kind: str) -> None:
    import_neuronpedia(others / kind / "batch-0.jsonl.gz", tmp_path / "out")
    assert Dataset(tmp_path / "out").neuron((5, 7)).id == NeuronId(5, 7)


def test_lines_that_are_not_gzipped_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "batch-0.jsonl").write_text(json.dumps(activation(7, [1.0])) + "\n\n")
    import_neuronpedia(tmp_path / "batch-0.jsonl", tmp_path / "out")
    assert len(Dataset(tmp_path / "out").neuron((5, 7)).top) == 1


@pytest.mark.parametrize(("exact", "expected"), [(True, np.float32(0.1)), (False, np.float32(np.float16(0.1)))])
def test_values_have_the_bits_that_are_asked_for(tmp_path: Path, exact: bool, expected: np.float32) -> None:
    write(tmp_path / "in", "activations", [activation(7, [0.1])])
    import_neuronpedia(tmp_path / "in", tmp_path / "out", exact=exact)
    assert Dataset(tmp_path / "out").neuron((5, 7)).top[0].activations[0] == expected


def test_a_file_of_scores_that_is_not_there_leaves_explanations_unscored(
    exported: Path, small: Dataset, tmp_path: Path
) -> None:
    import_neuronpedia(exported / "0" / "explanations" / "batch-0.jsonl.gz", tmp_path / "out")
    found = Dataset(tmp_path / "out").explanations((0, 4))
    assert {entry.text for entry in found} == {entry.text for entry in small.explanations((0, 4))}
    assert [entry.scores for entry in found] == [[], []]


# --- what is refused ------------------------------------------------------------------------------------------------


def without(line: Line, name: str) -> Line:
    return {key: value for key, value in line.items() if key != name}


@pytest.mark.parametrize(
    ("kind", "line", "message"),
    [
        ("activations", activation(7, [1.0], tokens=["a", "b"]), "2 tokens but 1 values"),
        ("activations", activation(7, [1.0], tokens="a"), "no list of strings"),
        ("activations", activation(7, [1.0], tokens=[3]), "no list of strings"),
        ("activations", {**activation(7, [1.0]), "values": None}, "list of numbers"),
        ("activations", {**activation(7, [1.0]), "values": ["1"]}, "list of numbers"),
        ("activations", {**activation(7, [1.0]), "values": [True]}, "not a number"),
        ("activations", activation(7, [float("nan")]), "not finite"),
        ("activations", activation(7, [1e6]), "does not fit 16 bits"),
        ("activations", without(activation(7, [1.0]), "layer"), "its layer is None"),
        ("activations", activation(7, [1.0], layer="res-jb"), "its layer is 'res-jb'"),
        ("activations", activation(7, [1.0], index="x"), "its index is 'x'"),
        ("activations", activation(7, [1.0], index=-1), "its index is -1"),
        ("activations", activation(7, [1.0], modelId="other"), "of the model other"),
        ("activations", activation(7, [1.0], layer="5-att-kk"), "one source a layer"),
        ("features", feature(7, maxActApprox="much"), "maxActApprox is 'much'"),
        ("explanations", without(explained(7), "description"), "no description"),
        ("scores", {"modelId": "gpt2-small", "layer": "5-res-jb", "index": "7"}, "no explanationId"),
    ],
)
def test_a_line_that_would_store_something_wrong_is_refused_with_its_number(
    tmp_path: Path, kind: str, line: Line, message: str
) -> None:
    whole = {"features": feature(3), "activations": activation(3, [1.0]), "explanations": explained(3)}
    score = {**explained(3), "explanationId": "e3", "state": "ok", "subset": "top", "scorer": "simulation"}
    first = whole.get(kind, score)
    write(tmp_path / "in", kind, [first, line])
    with pytest.raises(FormatError, match=f"line 2: .*{message}"):
        import_neuronpedia(tmp_path / "in", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def no_gzip(path: Path) -> None:
    path.write_bytes(b"{}")


def half_a_line(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"tokens": ["a"'))


@pytest.mark.parametrize(
    ("damage", "message"),
    [(cut, "not whole"), (no_gzip, "not whole"), (half_a_line, "line 1: it is not whole JSON")],
)
def test_a_file_that_is_cut_off_is_refused(
    others: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(others / "activations" / "batch-0.jsonl.gz")
    with pytest.raises(FormatError, match=message):
        import_neuronpedia(others, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_activations_of_a_neuron_in_two_batches_are_refused(others: Path, tmp_path: Path) -> None:
    write(others, "activations", [activation(7, [1.0])], batch=1)
    with pytest.raises(FormatError, match="in another batch too"):
        import_neuronpedia(others, tmp_path / "out")


def test_files_beyond_the_model_that_their_note_names_are_refused(small: Dataset, tmp_path: Path) -> None:
    export(small, "neuronpedia", tmp_path / "in")
    stray = {**explained(5), "modelId": "tiny", "layer": "1"}
    write(tmp_path / "in" / "v1" / "tiny" / "1", "explanations", [stray], batch=1)
    with pytest.raises(FormatError, match="2 layers of 5"):
        import_neuronpedia(tmp_path / "in", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_note_of_another_export_above_a_source_says_nothing_of_it(
    small: Dataset, others: Path, tmp_path: Path
) -> None:
    export(small, "neuronpedia", tmp_path / "gpt2-small", overwrite=True)
    import_neuronpedia(others, tmp_path / "out")
    assert Dataset(tmp_path / "out").manifest.model.path == "gpt2"


def test_a_folder_without_such_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(BadInput, match=r"batch-N\.jsonl\.gz"):
        import_neuronpedia(tmp_path / "in", tmp_path / "out")


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "batch-0.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(FormatError, match="no features, activations or explanations"):
        import_neuronpedia(tmp_path / "batch-0.jsonl", tmp_path / "out")


def test_a_stopped_import_leaves_nothing(others: Path, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        import_neuronpedia(others, tmp_path / "out", should_stop=lambda: True)
    assert not (tmp_path / "out").exists()


def test_what_is_counted_as_left_out_is_called_so() -> None:
    assert {words.rpartition(" are ")[2] for words in writing.LEFT_OUT.values()} == {"left out"}
