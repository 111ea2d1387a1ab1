"""An export in the published layout, read back by a loader that is written from the layout's description alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.formats.exporting import export
from neuronview.formats.openai.importing import import_openai
from neuronview.formats.slices import Choice
from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import Dataset, NeuronFilter, open_dataset, save_explanations
from neuronview.store.simulations import StoredSimulation
from tests.formats import published_files as files
from tests.support import by_hand, small_dataset
from tests.support import reference_layout as reference

NEURONS = [(0, 0), (0, 7), (11, 3071)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Path]:
    """A dataset imported from published files, and its export."""
    folder = tmp_path_factory.mktemp("published")
    files.tree(folder / "data", NEURONS, kinds=tuple(files.KINDS))
    import_openai(str(folder / "data"), folder / "imported", model="gpt2-small", exact=True)
    dataset = Dataset(folder / "imported")
    export(dataset, "openai", folder / "out")
    return dataset, folder / "out"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return Dataset(small_dataset.build(tmp_path_factory.mktemp("small") / "small"))


def results_of(root: Path, layer: int, neuron: int) -> Any:
    return reference.load_results((root / files.path("explanations", layer, neuron)).read_text(encoding="utf-8"))


def same_form(one: Any, other: Any) -> bool:
    """Whether both have the same fields in the same order, all the way down, and numbers that agree to 32 bits."""
    if isinstance(one, dict):
        return list(one) == list(other) and all(same_form(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same_form, one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return bool(np.float32(one) == np.float32(other))
    return bool(one == other)


def same_numbers(read: list[float], stored: Any) -> bool:
    """Whether numbers from a file are those that are stored in 32 bits, all of them."""
    return np.array_equal(np.asarray(read, dtype=np.float32), stored)


# --- published data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("neuron", NEURONS)
@pytest.mark.parametrize("kind", files.KINDS)
def test_a_published_file_comes_back_field_for_field(
    published: tuple[Dataset, Path], kind: str, neuron: tuple[int, int]
) -> None:
    found = json.loads((published[1] / files.path(kind, *neuron)).read_bytes())
    assert same_form(files.content(kind, *neuron), found)


def test_nothing_but_the_layout_and_a_note_is_written(published: tuple[Dataset, Path]) -> None:
    root = published[1]
    expected = {files.path(kind, *neuron) for neuron in NEURONS for kind in files.KINDS} | {"neuronview-export.json"}
    assert {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} == expected


def test_activations_have_the_digits_that_were_published(published: tuple[Dataset, Path]) -> None:
    text = (published[1] / files.path("activations", 0, 7)).read_text(encoding="utf-8")
    for record in files.activations(0, 7)["random_sample"]:
        assert json.dumps(record["activations"], separators=(",", ":")) in text


def test_an_undefined_number_is_null(published: tuple[Dataset, Path]) -> None:
    text = (published[1] / files.path("explanations", 0, 0)).read_text(encoding="utf-8")
    assert "NaN" not in text
    assert results_of(published[1], 0, 0).scored_explanations[0].scored_simulation.absolute_dev_explained_score is None


def test_an_import_of_the_export_is_the_same_dataset(published: tuple[Dataset, Path], tmp_path: Path) -> None:
    dataset, root = published
    import_openai(str(root), tmp_path / "again", model="gpt2-small", name="imported", exact=True)
    again = Dataset(tmp_path / "again")
    for neuron in NEURONS:
        one, other = dataset.neuron(neuron), again.neuron(neuron)
        assert list(one.groups) == list(other.groups)
        for records, others in zip(one.groups.values(), other.groups.values(), strict=True):
            assert [r.tokens for r in records] == [r.tokens for r in others]
            assert all(np.array_equal(r.activations, o.activations) for r, o in zip(records, others, strict=True))
        assert repr(one.statistics) == repr(other.statistics)
        assert dataset.explanations(neuron) == again.explanations(neuron)
        assert str(dataset.explanations(neuron)[0].scores[0].value) == str(
            again.explanations(neuron)[0].scores[0].value
        )
        assert dataset.related(neuron) == again.related(neuron)
        for stored, restored in zip(dataset.simulations(neuron), again.simulations(neuron), strict=True):
            assert stored.published is not None
            assert restored.published is not None
            assert np.array_equal(stored.expected, restored.expected)
            assert stored.probabilities == restored.probabilities
            assert stored.published.uncalibrated_values == restored.published.uncalibrated_values
            assert np.array_equal(stored.published.true, restored.published.true)


# --- our own data ---------------------------------------------------------------------------------------------------


def test_records_of_our_own_load_as_the_reference_class(small: Dataset, tmp_path: Path) -> None:
    export(small, "openai", tmp_path / "out")
    found = reference.load((tmp_path / "out" / files.path("activations", 1, 3)).read_bytes())
    record = small.neuron((1, 3))
    assert found.neuron_id == reference.NeuronId(1, 3)
    assert np.float32(found.max_activation) == max(entry.maximum for entry in record.top)
    assert [entry.tokens for entry in found.random_sample] == [list(entry.tokens) for entry in record.random]
    assert [len(group) for group in found.random_sample_by_quantile] == [2, 2, 1, 1]
    assert same_numbers(found.random_sample_by_quantile[2][0].activations, record.quantiles[2][0].activations)
    assert found.quantile_boundaries == [0.5, 1.0, 1.5, 2.0]
    assert found.mean == record.statistics.mean


def test_the_explanation_with_the_best_lower_bound_stands_first(small: Dataset, tmp_path: Path) -> None:
    export(small, "openai", tmp_path / "out")
    found = results_of(tmp_path / "out", 0, 4).scored_explanations
    stored = {entry.text: entry.score(split="held_out").value for entry in small.explanations((0, 4))}  # type: ignore[union-attr]
    assert [entry.explanation for entry in found] == sorted(stored, key=lambda text: -stored[text])
    assert [entry.scored_simulation.get_preferred_score() for entry in found] == pytest.approx(
        sorted(stored.values(), reverse=True)
    )


def test_explanations_stand_in_the_order_in_which_the_dataset_shows_them(small: Dataset, tmp_path: Path) -> None:
    dataset = own_simulations(small, tmp_path)
    export(dataset, "openai", tmp_path / "out", Choice(neurons=(NeuronId(0, 2),)))
    found = [entry.explanation for entry in results_of(tmp_path / "out", 0, 2).scored_explanations]
    assert found == [entry.text for entry in dataset.explanations((0, 2))]
    assert len(found) == 3


def own_simulations(dataset: Dataset, tmp_path: Path) -> Dataset:
    """The same dataset with an explanation of a person's run: three excerpts, one of them not answered throughout."""
    neuron = NeuronId(0, 2)
    score = Score(0.25, simulator="told", split="valid", n_sequences=2, interval=(0.9, 0.95))
    own = Explanation("words", "told-model", neuron, id="own", scores=[score])
    rows = []
    for place, record in enumerate(dataset.neuron(neuron).top[:3]):
        expected = np.linspace(0, 10, len(record.tokens))
        if place == 2:
            expected[3] = np.nan
        assert record.excerpt_id is not None
        rows.append(StoredSimulation("own", neuron, "told", record.excerpt_id, expected, "0-10"))
    save_explanations(tmp_path / "own", [own], label="test", simulations=rows)
    return Dataset(dataset.folder, overlay=tmp_path / "own")


def test_simulations_of_a_run_are_scored_against_the_records(small: Dataset, tmp_path: Path) -> None:
    report = export(own_simulations(small, tmp_path), "openai", tmp_path / "out")
    found = results_of(tmp_path / "out", 0, 2).scored_explanations
    first = next(entry for entry in found if entry.explanation == "words")
    sequences = first.scored_simulation.scored_sequence_simulations
    assert len(sequences) == 2  # not the one with a token that was not answered
    assert any("did not answer" in words and words.startswith("1 ") for words in report.left_out)
    record = small.neuron((0, 2)).top[0]
    true = next(s for s in sequences if same_numbers(s.true_activations, record.activations))
    assert true.simulation.activation_scale == "simulated_normalized_activations"
    assert true.ev_correlation_score == pytest.approx(np.corrcoef(np.arange(8), record.activations)[0, 1])
    assert true.rsquared_score is None  # of another scale than the activations


def test_simulations_of_another_simulator_are_left_out_and_said_to_be(small: Dataset, tmp_path: Path) -> None:
    dataset = own_simulations(small, tmp_path)
    (own,) = [entry for entry in dataset.explanations((0, 2)) if entry.id == "own"]
    excerpt = dataset.neuron((0, 2)).random[0].excerpt_id
    assert excerpt is not None
    other = StoredSimulation("own", NeuronId(0, 2), "another", excerpt, np.arange(8.0), "0-10")
    save_explanations(tmp_path / "own", [own], label="test", simulations=[other])
    report = export(Dataset(small.folder, overlay=tmp_path / "own"), "openai", tmp_path / "out")
    found = results_of(tmp_path / "out", 0, 2).scored_explanations
    first = next(entry for entry in found if entry.explanation == "words")
    assert len(first.scored_simulation.scored_sequence_simulations) == 2
    assert any(words.startswith("1 simulations by another simulator") for words in report.left_out)


# --- what is chosen -------------------------------------------------------------------------------------------------


def exported(root: Path) -> set[str]:
    return {f"{path.parent.name}:{path.stem}" for path in (root / "explanations").rglob("*.jsonl")}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(layers=(1,)), {f"1:{k}" for k in range(5)}),
        (Choice(neurons=(NeuronId(0, 3), NeuronId(1, 0))), {"0:3", "1:0"}),
        (Choice(filter=NeuronFilter(text="thing 13")), {"1:3"}),
        (Choice(layers=(0,), filter=NeuronFilter(score=(0.3, 1.0))), {"0:4"}),
    ],
)
def test_a_choice_keeps_its_neurons_only(small: Dataset, tmp_path: Path, choice: Choice, expected: set[str]) -> None:
    report = export(small, "openai", tmp_path / "out", choice)
    assert exported(tmp_path / "out") == expected
    assert report.neurons == len(expected)


def test_a_choice_of_one_explainer_leaves_the_others_out(small: Dataset, tmp_path: Path) -> None:
    export(small, "openai", tmp_path / "out", Choice(filter=NeuronFilter(explainer="lookup")))
    texts = [entry.explanation for entry in results_of(tmp_path / "out", 0, 1).scored_explanations]
    assert texts == [" Fires on thing 01 in lookup."]


def test_an_empty_choice_is_refused_and_writes_nothing(small: Dataset, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nothing to export"):
        export(small, "openai", tmp_path / "out", Choice(filter=NeuronFilter(text="zebra")))
    assert not list(tmp_path.iterdir())


def test_the_embedded_dataset_has_every_record_but_those_of_its_first_source(tmp_path: Path) -> None:
    demo = open_dataset("demo")
    neurons = (NeuronId(0, 0), NeuronId(2, 17), NeuronId(3, 1023))
    export(demo, "openai", tmp_path / "out", Choice(neurons=neurons))
    for neuron in neurons:
        found = reference.load((tmp_path / "out" / files.path("activations", *neuron)).read_bytes())
        record = demo.neuron(neuron)
        groups = [(found.most_positive_activation_records, record.top), (found.random_sample, record.random)]
        groups += list(zip(found.random_sample_by_quantile, record.quantiles, strict=True))
        for loaded, stored in groups:
            assert [entry.tokens for entry in loaded] == [list(entry.tokens) for entry in stored]
            assert all(map(same_numbers, [entry.activations for entry in loaded], [e.activations for e in stored]))


# --- whole or not at all --------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_nothing_and_says_so(
    small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DatasetError, match="No space left"):
        export(small, "openai", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_stopping_leaves_nothing(small: Dataset, tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(Cancelled, match="Nothing was written"):
        export(small, "openai", tmp_path / "out", should_stop=lambda: next(asked))
    assert not list(tmp_path.iterdir())


def test_an_export_replaces_an_earlier_one_of_the_same_dataset(small: Dataset, tmp_path: Path) -> None:
    export(small, "openai", tmp_path / "out")
    export(small, "openai", tmp_path / "out", Choice(neurons=(NeuronId(1, 1),)))
    assert exported(tmp_path / "out") == {"1:1"}


def test_files_of_others_stay_where_they_are(small: Dataset, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "explanations" / "0" / "mine.jsonl"
    mine.parent.mkdir(parents=True)
    mine.write_text("x")
    (tmp_path / "out" / "notes.txt").write_text("y")
    with pytest.raises(BadInput, match="--overwrite"):
        export(small, "openai", tmp_path / "out")
    assert mine.read_text() == "x"
    export(small, "openai", tmp_path / "out", overwrite=True)
    assert not mine.exists()
    assert (tmp_path / "out" / "notes.txt").read_text() == "y"


def test_an_export_of_another_dataset_is_not_replaced(
    small: Dataset, published: tuple[Dataset, Path], tmp_path: Path
) -> None:
    export(small, "openai", tmp_path / "out")
    with pytest.raises(BadInput, match="did not write"):
        export(published[0], "openai", tmp_path / "out")
    assert exported(tmp_path / "out") == {f"{layer}:{neuron}" for layer in range(2) for neuron in range(5)}


def test_a_note_bears_no_path_of_the_machine(tmp_path: Path) -> None:
    folder = small_dataset.build(tmp_path / "small")
    place = str(tmp_path / "models" / "mine")
    by_hand.edit(folder / "dataset.json", lambda manifest: manifest["model"].update(path=place))
    export(Dataset(folder), "openai", tmp_path / "out")
    text = (tmp_path / "out" / "neuronview-export.json").read_text()
    assert str(tmp_path) not in text
    assert json.loads(text)["manifest"]["model"]["path"] == "mine"


def test_published_files_with_a_persons_own_explanations_come_back_as_of_no_one_explainer(
    published: tuple[Dataset, Path], tmp_path: Path
) -> None:
    save_explanations(tmp_path / "own", [Explanation("mine", "me", NeuronId(0, 0))], label="test")
    export(Dataset(published[0].folder, overlay=tmp_path / "own"), "openai", tmp_path / "out")
    import_openai(str(tmp_path / "out"), tmp_path / "again")
    again = Dataset(tmp_path / "again")
    assert {entry.explainer for entry in again.explanations((0, 0))} == {"as exported"}
    assert again.manifest.model == published[0].manifest.model


def test_what_was_there_comes_back_when_the_new_cannot_take_its_place(
    small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(small, "openai", tmp_path / "out", Choice(layers=(0,)))
    before = exported(tmp_path / "out")
    failing_moves(monkeypatch, lambda source, target: source.suffix != ".old" and source.parent.suffix == ".tmp")
    with pytest.raises(DatasetError):
        export(small, "openai", tmp_path / "out", Choice(layers=(1,)))
    assert exported(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "own"] == ["out"]


def test_what_cannot_be_put_back_is_kept_and_the_error_says_where(
    small: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(small, "openai", tmp_path / "out")
    there = tmp_path / "out" / "explanations"
    before = exported(tmp_path / "out")
    failing_moves(monkeypatch, lambda source, target: target == there)
    with pytest.raises(DatasetError, match="is kept in") as caught:
        export(small, "openai", tmp_path / "out", Choice(layers=(1,)))
    (kept,) = tmp_path.glob(".out.*.old/explanations")
    assert str(kept.parent) in str(caught.value)
    assert {f"{path.parent.name}:{path.stem}" for path in kept.glob("*/*")} == before


def failing_moves(monkeypatch: pytest.MonkeyPatch, fails: Callable[[Path, Path], bool]) -> None:
    """The disk refuses some moves."""
    move = Path.rename

    def moved(source: Path, target: Path) -> Path:
        if fails(source, target):
            raise OSError(5, "Input/output error")
        return move(source, target)

    monkeypatch.setattr(Path, "rename", moved)


def test_the_dataset_itself_is_no_place_for_its_export(small: Dataset) -> None:
    with pytest.raises(BadInput, match="dataset itself"):
        export(small, "openai", small.folder / "export")
