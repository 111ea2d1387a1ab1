"""What a dataset answers, compared with the rows that were written into it."""

import gc
import io
import json
import os
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from neuronview.config import Settings
from neuronview.errors import BadInput, BadPattern, DatasetError, NotFound
from neuronview.records import NeuronId
from neuronview.store import Dataset, NeuronFilter, locate, names, open_dataset, save_explanations
from neuronview.store import dataset as dataset_module
from neuronview.store.schema import SCHEMAS
from neuronview.store.write import commit_parts, write_manifest, write_part
from tests.support import small_dataset as small


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("small"))


@pytest.fixture
def dataset(folder: Path, tmp_path: Path) -> Dataset:
    return Dataset(folder, overlay=tmp_path / "mine")


def test_a_dataset_that_is_given_up_is_freed_at_once_also_after_a_search(folder: Path, tmp_path: Path) -> None:
    gc.disable()
    try:
        opened = Dataset(folder, overlay=tmp_path / "mine")
        opened.search("thing")
        gone = weakref.ref(opened)
        del opened
        assert gone() is None
    finally:
        gc.enable()


def test_a_neuron_has_its_statistics_and_exact_records(dataset: Dataset) -> None:
    record = dataset.neuron(NeuronId(1, 3))
    assert {name: len(records) for name, records in record.groups.items()} == small.SIZES
    for found in record.top:
        np.testing.assert_array_equal(found.activations, small.activations(1, 3, found.excerpt_id))
        assert found.tokens == tuple(small.WORDS[i] for i in found.token_ids)
    assert record.statistics.mean == pytest.approx(small.neuron_row(1, 3)["mean"])
    assert [t.token for t in record.statistics.top_tokens] == [" cat"]


def test_a_neuron_of_many_parts_is_the_same(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [dataset.neuron(NeuronId(layer, 3)) for layer in (0, 1)]
    monkeypatch.setattr(dataset_module, "FEW_PARTS", 0)
    for one in found:
        other = dataset.neuron(one.id)
        assert one.statistics.top_tokens == other.statistics.top_tokens
        np.testing.assert_array_equal(one.statistics.tail_values, other.statistics.tail_values)
        assert [(r.group, r.rank, r.excerpt_id) for name in one.groups for r in one.groups[name]] == [
            (r.group, r.rank, r.excerpt_id) for name in other.groups for r in other.groups[name]
        ]
        np.testing.assert_array_equal(one.top[0].activations, other.top[0].activations)


@pytest.mark.parametrize(
    ("neuron", "words"), [((2, 0), "layers 0 to 1"), ((0, 5), "neurons 0 to 4"), ((-1, 0), "layer=-1")]
)
def test_a_neuron_out_of_range_is_refused_with_the_range(dataset: Dataset, neuron: tuple[int, int], words: str) -> None:
    with pytest.raises(NotFound, match=words) as caught:
        dataset.neuron(neuron)
    assert isinstance(caught.value, KeyError)


def test_explanations_come_with_all_their_scores(dataset: Dataset) -> None:
    first, second = dataset.explanations((0, 4))
    assert (first.explainer, second.explainer) == ("dictionary", "lookup")
    assert {(s.split, s.subset) for s in first.scores} == {
        ("held_out", "top_and_random"),
        ("held_out", "random"),
        ("corpus", "all"),
    }
    assert first.scores[0].baselines[0].name == "lookup"
    assert first.provenance.versions["numpy"] == np.__version__


def test_default_order_is_by_lower_bound_and_pages_tile_the_table(dataset: Dataset) -> None:
    pages = [dataset.neurons(limit=7, offset=offset) for offset in (0, 7, 14)]
    rows = pd.concat(pages)
    assert len(rows) == dataset.count() == 20
    assert rows["low"].is_monotonic_decreasing
    assert not rows.duplicated(["layer", "neuron", "explainer"]).any()


@pytest.mark.parametrize("descending", [True, False])
def test_rows_that_are_equal_stand_by_layer_neuron_and_explainer(dataset: Dataset, descending: bool) -> None:
    rows = dataset.neurons(sort="share_tokens", descending=descending, limit=1000)
    assert len(rows) > 10
    assert rows["share_tokens"].nunique(dropna=False) == 1
    order = list(zip(rows["layer"], rows["neuron"], rows["explainer"].fillna("~"), strict=True))
    assert order == sorted(order)


def test_filters_agree_with_pandas(dataset: Dataset) -> None:
    everything = dataset.neurons(limit=1000)
    chosen = NeuronFilter(layers=(1,), score=(0.0, 0.5), explainer="lookup", text="THING 1")
    expected = everything[
        (everything.layer == 1) & everything.score.between(0, 0.5) & (everything.explainer == "lookup")
    ]
    assert sorted(dataset.neurons(chosen).explanation_id) == sorted(expected.explanation_id)
    assert len(expected) > 0


def test_explainers_that_are_left_out_leave_the_rows_of_all_others_and_neurons_that_nobody_explained(
    dataset: Dataset, tmp_path: Path
) -> None:
    found = dataset.neurons(NeuronFilter(left_out=("lookup", "nobody")), limit=1000)
    assert set(found.explainer) == {"dictionary"}
    assert len(found) == 10
    row = small.neuron_row(0, 0)
    bare = tmp_path / "bare"
    write_manifest(bare, small.manifest())
    commit_parts(
        bare, [write_part(bare, "neurons", pa.Table.from_pylist([row], schema=SCHEMAS["neurons"]))], label="bare"
    )
    assert open_dataset(bare).count(NeuronFilter(left_out=("lookup",))) == 1


def test_histogram_counts_every_filtered_score(dataset: Dataset) -> None:
    counts, edges = dataset.score_histogram(NeuronFilter(explainer="lookup"), bins=20)
    scores = dataset.scores(NeuronFilter(explainer="lookup"))["score"]
    assert counts.sum() == len(scores) == 10
    np.testing.assert_array_equal(counts, np.histogram(scores, bins=edges)[0])


def test_regular_expression_finds_and_a_bad_one_is_explained(dataset: Dataset) -> None:
    assert dataset.count(NeuronFilter(text=r"thing 0[12]", regex=True)) == 4
    with pytest.raises(BadPattern, match="regular expression"):
        dataset.count(NeuronFilter(text="(", regex=True))


def test_hostile_text_is_only_a_value(dataset: Dataset) -> None:
    assert dataset.count(NeuronFilter(text="'; drop table browse; --")) == 0
    assert dataset.count() == 20


def test_unknown_sort_column_is_refused(dataset: Dataset) -> None:
    with pytest.raises(BadInput, match="score"):
        dataset.neurons(sort="score; drop table browse")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_export_holds_the_filtered_rows(dataset: Dataset, form: str) -> None:
    content = io.BytesIO(dataset.export(NeuronFilter(layers=(0,)), form))
    table = pd.read_csv(content) if form == "csv" else pd.read_parquet(content)
    assert len(table) == 10
    assert set(table.layer) == {0}


def test_what_a_person_saves_is_read_together_and_noticed(dataset: Dataset, folder: Path, tmp_path: Path) -> None:
    mine = small.explanation(1, 2, "person", 0.9, "Fires on my idea.")
    save_explanations(tmp_path / "mine", [mine], label="run")
    assert dataset.current_stamp() != dataset.stamp
    again = Dataset(folder, overlay=tmp_path / "mine")
    assert again.explanations((1, 2))[0].text == "Fires on my idea."
    assert again.explanations((1, 2))[0].score().interval == pytest.approx((0.8, 1.0))


def test_explanations_are_ranked_by_the_split_that_is_shown_first(folder: Path, tmp_path: Path) -> None:
    shown, lucky = (small.explanation(1, 2, "person", value, f"Idea {value}.") for value in (0.95, 0.94))
    valid = replace(lucky.scores[0], split="valid", interval=(0.99, 1.0))
    save_explanations(tmp_path / "mine", [shown, replace(lucky, scores=[*lucky.scores, valid])], label="run")
    mine = [e.text for e in Dataset(folder, overlay=tmp_path / "mine").explanations((1, 2)) if e.explainer == "person"]
    assert mine == ["Idea 0.95.", "Idea 0.94."]


def test_parts_without_a_commit_do_not_exist(folder: Path, tmp_path: Path) -> None:
    mine = small.explanation(1, 2, "person", 0.9, "Never committed.")
    from neuronview.store.convert import explanation_table

    write_part(tmp_path / "mine", "explanations", explanation_table([mine]))
    assert len(Dataset(folder, overlay=tmp_path / "mine").explanations((1, 2))) == 2


def test_undefined_score_stays_undefined(folder: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    from neuronview.records import Score

    mine = replace(
        small.explanation(0, 0, "person", 0.0, "Constant."),
        scores=[
            Score(float("nan"), state="undefined", reason="The simulation is the same on every token.", split="valid")
        ],
    )
    save_explanations(tmp_path / "mine", [mine], label="run")
    again = Dataset(folder, overlay=tmp_path / "mine")
    row = again.neurons(NeuronFilter(explainer="person")).iloc[0]
    assert (row.state, np.isnan(row.score)) == ("undefined", True)
    assert again.neurons(limit=100).iloc[-1].explainer == "person"


def test_tails_are_in_neuron_order(dataset: Dataset) -> None:
    values, maxima, probabilities = dataset.tails()
    assert values.shape == (2, 5, len(probabilities))
    np.testing.assert_allclose(values[1, 3], small.neuron_row(1, 3)["tail_values"], rtol=2.0**-10)
    assert maxima.shape == values.shape


def test_labels_keep_the_order_asked_for(dataset: Dataset) -> None:
    rows = dataset.labels([NeuronId(1, 4), NeuronId(0, 0)])
    assert list(zip(rows.layer, rows.neuron, strict=True)) == [(1, 4), (0, 0)]
    assert list(rows.explainer) == ["dictionary", "dictionary"]


def test_neurons_with_rows_of_a_kind_are_in_order(dataset: Dataset) -> None:
    everyone = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(5)]
    assert dataset.neurons_with("records") == everyone
    assert dataset.neurons_with("simulations") == []


def test_the_smallest_activation_is_that_of_all_neurons(dataset: Dataset) -> None:
    smallest = min(small.neuron_row(layer, neuron)["minimum"] for layer in range(2) for neuron in range(5))
    assert dataset.smallest_activation() == pytest.approx(smallest)


def test_threads_read_at_once(dataset: Dataset) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: dataset.neuron((i % 2, i % 5)).id, range(40)))
    assert found == [NeuronId(i % 2, i % 5) for i in range(40)]


def test_a_folder_that_is_no_dataset_is_explained(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no dataset"):
        open_dataset(tmp_path)


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "damaged")
    part = next(folder.glob("scores-*.parquet"))
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(DatasetError, match="scores-"):
        Dataset(folder)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "missing")
    part = next(folder.glob("records-*.parquet"))
    part.unlink()
    with pytest.raises(DatasetError, match=part.name):
        Dataset(folder)


def test_read_only_folder_is_told_and_unchanged(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    with pytest.raises(DatasetError, match="could not be written"):
        save_explanations(blocked, [small.explanation(0, 0, "person", 0.1, "x")], label="run")
    assert blocked.read_text() == "a file, not a folder"


def test_empty_commit_folder_and_schema_cover_every_kind(tmp_path: Path) -> None:
    commit_parts(tmp_path, [], label="empty")
    assert os.listdir(tmp_path / "commits")
    assert set(SCHEMAS) >= {"neurons", "records", "excerpts", "explanations", "scores", "simulations"}


def test_a_dataset_without_tails_says_that_it_cannot_be_ranked(tmp_path: Path) -> None:
    rows = [small.neuron_row(layer, neuron) for layer in range(2) for neuron in range(5)]
    for row in rows:
        row["tail_values"] = row["tail_max_values"] = None
    part = write_part(tmp_path, "neurons", pa.Table.from_pylist(rows, schema=SCHEMAS["neurons"]))
    commit_parts(tmp_path, [part], label="without tails")
    write_manifest(tmp_path, small.manifest())
    dataset = Dataset(tmp_path)
    with pytest.raises(DatasetError, match="0 of 10 neurons"):
        dataset.tails()
    assert dataset.maxima().shape == (2, 5)
    assert dataset.count() == 10
    assert dataset.explainers() == []


def test_a_dataset_of_some_neurons_says_that_it_cannot_be_ranked(tmp_path: Path) -> None:
    part = write_part(tmp_path, "neurons", pa.Table.from_pylist([small.neuron_row(0, 3)], schema=SCHEMAS["neurons"]))
    commit_parts(tmp_path, [part], label="one neuron")
    write_manifest(tmp_path, small.manifest())
    dataset = Dataset(tmp_path)
    for ask in (dataset.tails, dataset.maxima):
        with pytest.raises(DatasetError, match="1 of 10 neurons"):
            ask()


def test_a_dataset_of_the_user_s_own_is_found_by_name_and_what_they_made_for_one_is_not_taken_for_one(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, data=tmp_path / "data")
    write_manifest(tmp_path / "datasets" / "mine", {"name": "mine", "model": {}})
    write_manifest(tmp_path / "datasets" / "0123abcd", {"parts": []})
    assert names(settings) == ["mine"]
    assert locate("mine", settings=settings) == tmp_path / "datasets" / "mine"
    with pytest.raises(NotFound):
        locate("0123abcd", settings=settings)


def with_judged(folder: Path, mine: Path) -> Dataset:
    """The dataset with one explanation of 0:0 that a language model read, higher than any rule's."""
    read = small.explanation(0, 0, "person", 0.99, "read by a model")
    scores = [replace(score, simulator="decisions") for score in read.scores]
    save_explanations(mine, [replace(read, scores=scores)], label="run")
    return Dataset(folder, overlay=mine)


def test_scores_of_a_simulator_are_in_no_list_with_those_by_rule(folder: Path, tmp_path: Path) -> None:
    opened = with_judged(folder, tmp_path / "mine")
    assert opened.readers() == ["rule", "decisions"]
    by_rule = opened.neurons(NeuronFilter(reader="rule"))
    assert set(by_rule["simulator"]) == {"lookup", "dictionary"}
    assert list(opened.neurons(NeuronFilter(reader="decisions"))["explanation"]) == ["read by a model"]
    assert opened.score_histogram(NeuronFilter(reader="decisions"))[0].sum() == 1


def test_an_explanation_that_both_read_has_a_row_for_each(folder: Path, tmp_path: Path) -> None:
    before = Dataset(folder).explanations((0, 0))[0]
    also = replace(before, scores=[replace(score, simulator="decisions") for score in before.scores])
    save_explanations(tmp_path / "mine", [also], label="run")
    opened = Dataset(folder, overlay=tmp_path / "mine")
    rows = opened.neurons(NeuronFilter(text=before.text.strip()))
    assert sorted(rows["reader"]) == ["decisions", "rule"]
    assert opened.count(NeuronFilter(reader="rule")) == Dataset(folder).count()


def test_explanations_without_a_score_stay_in_every_readers_list(folder: Path, tmp_path: Path) -> None:
    unread = replace(small.explanation(0, 0, "person", 0.1, "not scored"), scores=[])
    save_explanations(tmp_path / "mine", [unread], label="run")
    rows = Dataset(folder, overlay=tmp_path / "mine").neurons(NeuronFilter(reader="rule", layers=(0,)), limit=100)
    assert "not scored" in set(rows["explanation"])


def test_a_neurons_explanations_stand_by_reader_then_by_lower_bound(folder: Path, tmp_path: Path) -> None:
    found = with_judged(folder, tmp_path / "mine").explanations((0, 0))
    assert [entry.explainer for entry in found] == ["dictionary", "lookup", "person"]


def test_the_label_of_a_neuron_is_the_explanation_that_stands_first(folder: Path, tmp_path: Path) -> None:
    """By reader, by lower bound, and where there is no interval, as with published scores, by score."""
    bare = [small.explanation(1, 1, "person", value, text) for value, text in ((0.2, "A"), (0.7, "Z"), (0.7, "B"))]
    bare = [replace(e, scores=[replace(s, interval=(float("nan"),) * 2) for s in e.scores]) for e in bare]
    unread = replace(small.explanation(1, 1, "another", 0.9, "Unread."), scores=[])
    save_explanations(tmp_path / "mine", [*bare, unread], label="run")
    opened = Dataset(folder, overlay=tmp_path / "mine")
    mine = [e.text for e in opened.explanations((1, 1)) if e.explainer in ("person", "another")]
    assert mine == ["B", "Z", "A", "Unread."]
    model_read = replace(small.explanation(1, 1, "person", 0.99, "Other reader."), scores=[])
    score = replace(small.explanation(1, 1, "person", 0.99, "x").scores[0], simulator="decisions")
    save_explanations(tmp_path / "mine", [replace(model_read, scores=[score])], label="run")
    opened = Dataset(folder, overlay=tmp_path / "mine")
    neurons = [NeuronId(layer, neuron) for layer in range(2) for neuron in range(5)]
    firsts = [opened.explanations(neuron)[0].text.strip() for neuron in neurons]
    assert list(opened.labels(neurons)["explanation"]) == firsts
    assert "Other reader." not in firsts


def test_a_token_that_the_vocabulary_has_not_is_told(tmp_path: Path) -> None:
    where = small.build(tmp_path / "small")
    for path in [where / "dataset.json", *(where / "commits").iterdir()]:
        said = json.loads(path.read_bytes())
        said.pop("checksum")
        said["parts"] = [part for part in said.get("parts", []) if part["kind"] != "vocabulary"]
        path.write_text(json.dumps(said))
    with pytest.raises(DatasetError, match="not in the vocabulary"):
        Dataset(where).neuron((0, 1))
