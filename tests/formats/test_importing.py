"""An import of published files, looked at through the dataset that comes of it."""

import gzip
import json
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.formats.openai.importing import import_openai
from neuronview.records import NeuronId
from neuronview.scoring import ev_correlation_score
from neuronview.store import Dataset, compact
from tests.formats import published_files as files

NEURONS = [(0, 0), (0, 7), (11, 3071)]
SHARED = Path(__file__).parents[3] / "shared" / "formats" / "openai"
REFERENCE = Path(__file__).parents[1] / "fixtures" / "published_neuron.json.gz"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("imported")
    files.tree(folder / "data", NEURONS, kinds=tuple(files.KINDS))
    import_openai(str(folder / "data"), folder / "out", model="gpt2-small", exact=True)
    return Dataset(folder / "out")


# --- what is stored ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("neuron", NEURONS)
def test_records_are_those_of_the_file_in_their_groups_and_order(imported: Dataset, neuron: tuple[int, int]) -> None:
    content = files.activations(*neuron)
    record = imported.neuron(neuron)
    groups = {"top": content["most_positive_activation_records"], "random": content["random_sample"]}
    groups |= {f"quantile_{k}": records for k, records in enumerate(content["random_sample_by_quantile"])}
    assert set(record.groups) == set(groups)
    for name, expected in groups.items():
        for found, published in zip(record.groups[name], expected, strict=True):
            assert list(found.tokens) == published["tokens"]
            assert [float(str(value)) for value in found.activations] == published["activations"]
            assert found.token_ids is None


def test_statistics_are_those_of_the_file(imported: Dataset) -> None:
    content, found = files.activations(0, 7), imported.neuron((0, 7)).statistics
    assert (found.mean, found.variance, found.skewness) == tuple(content[k] for k in ("mean", "variance", "skewness"))
    assert found.kurtosis is None
    assert found.quantile_boundaries == tuple(content["quantile_boundaries"])
    assert found.count is None
    assert found.share_positive is None


def test_the_maximum_is_the_largest_of_all_records_where_a_quantile_holds_more_than_the_top(imported: Dataset) -> None:
    content = files.activations(0, 7)
    groups = [content["most_positive_activation_records"], content["random_sample"]]
    largest = [max(max(entry["activations"]) for entry in group) for group in groups]
    largest += [max(max(entry["activations"]) for entry in group) for group in content["random_sample_by_quantile"]]
    assert largest[0] < max(largest)
    assert imported.neuron((0, 7)).statistics.maximum == pytest.approx(max(largest))


def test_explanation_and_scores_are_kept_to_the_last_digit_and_space(imported: Dataset) -> None:
    (explanation,) = imported.explanations((0, 7))
    assert explanation.text == " words like 7."
    (score,) = explanation.scores
    assert (score.ev_correlation, score.rsquared) == (0.4757390590678086, -20.967821493839068)
    assert np.isnan(score.absolute_dev_explained)
    assert (score.split, score.subset, score.n_sequences, score.n_tokens) == ("published", "top_and_random", 10, 80)
    assert imported.neurons().explanation.tolist()[1] == "words like 7."


def test_simulations_are_kept_with_what_they_were_scored_against(imported: Dataset) -> None:
    published = files.explanations(0, 7)["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"]
    found = sorted(imported.simulations((0, 7)), key=lambda entry: entry.published.place)  # type: ignore[union-attr]
    for stored, sequence in zip(found, published, strict=True):
        simulation = sequence["simulation"]
        assert stored.scale == "calibrated"
        np.testing.assert_array_equal(stored.expected, np.float32(simulation["expected_activations"]))
        assert [len(v) for v in stored.values] == [len(v) for v in simulation["distribution_values"]]
        extra = stored.published
        assert extra is not None
        np.testing.assert_array_equal(extra.true, np.float32(sequence["true_activations"]))
        assert extra.ev_correlation == sequence["ev_correlation_score"]
        before = simulation["uncalibrated_simulation"]
        assert [list(v) for v in extra.uncalibrated_values] == before["distribution_values"]
        np.testing.assert_array_equal(extra.uncalibrated, np.float32(before["expected_activations"]))
        assert extra.uncalibrated_probabilities == stored.probabilities


@pytest.mark.parametrize(("exact", "precision"), [(False, 2**-16), (True, 2**-24)])
def test_probabilities_of_a_simulation_keep_as_many_bits_as_activations(
    tmp_path: Path, exact: bool, precision: float
) -> None:
    import_openai(str(files.tree(tmp_path / "data", [(0, 0)])), tmp_path / "out", model="gpt2-small", exact=exact)
    stored = {
        entry.published.place: entry for entry in Dataset(tmp_path / "out").simulations((0, 0)) if entry.published
    }
    scored = files.explanations(0, 0)["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"]
    for place, sequence in enumerate(scored):
        told = list(chain(*sequence["simulation"]["distribution_probabilities"]))
        np.testing.assert_allclose(list(chain(*stored[place].probabilities)), told, rtol=precision)


@pytest.mark.parametrize(("exact", "kinds", "said"), [(False, None, 1), (True, None, 0), (False, ["activations"], 0)])
def test_the_report_says_that_probabilities_are_rounded_where_they_are(
    tmp_path: Path, exact: bool, kinds: list[str] | None, said: int
) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0)]))
    report = import_openai(source, tmp_path / "out", model="gpt2-small", exact=exact, kinds=kinds)
    assert sum("16 significant bits" in note for note in report.notes) == said


def test_a_simulation_lies_on_the_excerpt_of_the_record_that_it_is_of(imported: Dataset) -> None:
    record = imported.neuron((0, 7))
    by_excerpt = {entry.excerpt_id: entry for entry in record.top + record.random}
    for stored in imported.simulations((0, 7)):
        assert stored.published is not None
        np.testing.assert_array_equal(by_excerpt[stored.excerpt_id].activations, stored.published.true)


def test_an_excerpt_that_was_scored_twice_is_kept_twice(tmp_path: Path) -> None:
    content = files.explanations(0, 0)
    scored = content["scored_explanations"][0]["scored_simulation"]["scored_sequence_simulations"]
    scored.append(scored[0])
    files.write(tmp_path / "data", "explanations", 0, 0, json.dumps(content).encode())
    import_openai(str(tmp_path / "data"), tmp_path / "out", model="gpt2-small")
    for _ in range(2):
        places = [entry.published.place for entry in Dataset(tmp_path / "out").simulations((0, 0)) if entry.published]
        assert sorted(places) == list(range(11))
        compact(tmp_path / "out", join=True)


def test_excerpts_that_neurons_share_are_stored_once(imported: Dataset) -> None:
    records = [record for neuron in NEURONS for group in imported.neuron(neuron).groups.values() for record in group]
    by_tokens = {record.tokens: record.excerpt_id for record in records}
    assert len(by_tokens) < len(records)
    assert all(by_tokens[record.tokens] == record.excerpt_id for record in records)


def test_related_tokens_and_neurons_are_those_of_the_files(imported: Dataset) -> None:
    for kind, found in imported.related((0, 0)).items():
        expected = json.loads(
            json.dumps(files.related(kind)), object_hook=lambda o: {k: v for k, v in o.items() if k != "dataclass_name"}
        )
        assert found == expected
    assert len(imported.related((0, 0))) == 3


def test_sixteen_bits_are_within_their_precision(tmp_path: Path) -> None:
    import_openai(str(files.tree(tmp_path / "data", [(0, 0)])), tmp_path / "out", model="gpt2-small")
    found = Dataset(tmp_path / "out").neuron((0, 0)).top[0].activations
    expected = np.array(files.activations(0, 0)["most_positive_activation_records"][0]["activations"])
    np.testing.assert_allclose(found, expected, rtol=2**-11, atol=2**-25)


def test_a_neuron_of_the_reference_serializer_comes_out_as_it_says(tmp_path: Path) -> None:
    kept = json.loads(gzip.decompress(REFERENCE.read_bytes()))
    for kind, name in (
        ("activations", "collated-activations/11/3071.json"),
        ("explanations", "explanations/11/3071.jsonl"),
    ):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True)
        path.write_text(kept[kind])
    require_as_told(kept["truth"], str(tmp_path / "data"), tmp_path / "out", model="gpt2-small")


def test_all_files_of_the_reference_serializer_come_out_as_it_says_where_they_are_here(tmp_path: Path) -> None:
    told = json.loads((SHARED / "truth.json").read_text()) if SHARED.is_dir() else []
    for number, truth in enumerate(told):
        require_as_told(truth, str(SHARED / truth["base"]), tmp_path / str(number))


def require_as_told(truth: dict[str, Any], source: str, out: Path, **options: str) -> None:
    neuron = NeuronId(truth["layer"], truth["neuron"])
    report = import_openai(source, out, neurons=[neuron], **options)
    assert not report.problems
    dataset = Dataset(out)
    (explanation,) = dataset.explanations(neuron)
    assert (explanation.text, explanation.scores[0].value) == (truth["explanation"], truth["score"])
    record = dataset.neuron(neuron)
    assert len(record.top) == truth["n_top"]
    assert max(entry.maximum for entry in record.top) == pytest.approx(truth["max_activation"], rel=1e-3)
    assert record.statistics.maximum == pytest.approx(
        max(entry.maximum for group in record.groups.values() for entry in group), rel=1e-3
    )
    stored = dataset.simulations(neuron)
    true = np.concatenate([entry.published.true for entry in stored])  # type: ignore[union-attr]
    assert ev_correlation_score(true, np.concatenate([entry.expected for entry in stored])) == pytest.approx(
        truth["score"], abs=1e-6
    )


# --- what is asked for ---------------------------------------------------------------------------------------------


def test_a_missing_file_is_reported_by_layer_and_neuron_and_keeps_nothing_else_out(tmp_path: Path) -> None:
    files.tree(tmp_path / "data", [(3, 5)], kinds=("activations",))
    files.tree(tmp_path / "data", [(3, 6)], kinds=("explanations",))
    report = import_openai(str(tmp_path / "data"), tmp_path / "out", model="gpt2-small")
    assert [(p.file, p.kind, p.state) for p in report.problems] == [
        ("3/6.json", "activations", "absent"),
        ("3/5.jsonl", "explanations", "absent"),
    ]
    dataset = Dataset(tmp_path / "out")
    assert dataset.neurons(sort="neuron", descending=False).neuron.tolist() == [5, 6]
    assert dataset.neuron((3, 5)).top
    assert dataset.explanations((3, 6))
    assert not dataset.neuron((3, 6)).groups
    with pytest.raises(NotFound):
        dataset.neuron((3, 7))


def test_only_the_layers_neurons_and_kinds_that_are_chosen_go_in(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0), (1, 0), (2, 0), (2, 1)]))
    import_openai(source, tmp_path / "layers", model="gpt2-small", layers=[0, 2])
    assert Dataset(tmp_path / "layers").neurons_with("records") == [(0, 0), (2, 0), (2, 1)]
    import_openai(source, tmp_path / "one", model="gpt2-small", neurons=[NeuronId(2, 1)], kinds=["explanations"])
    one = Dataset(tmp_path / "one")
    assert one.neurons_with("explanations") == [(2, 1)]
    assert not one.neurons_with("records")


def test_a_neuron_that_was_named_and_is_not_there_is_in_the_report(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0)]))
    report = import_openai(source, tmp_path / "out", model="gpt2-small", neurons=[NeuronId(0, 0), NeuronId(5, 9)])
    assert [problem.file for problem in report.problems] == ["5/9.json", "5/9.jsonl"]


@pytest.mark.parametrize(
    "choice",
    [{"layers": [12]}, {"neurons": [NeuronId(0, 3072)]}, {"kinds": ["heads"]}],
    ids=["layer", "neuron", "kind"],
)
def test_what_does_not_exist_is_refused_before_anything_is_written(tmp_path: Path, choice: dict[str, object]) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0)]))
    with pytest.raises(BadInput):
        import_openai(source, tmp_path / "out", model="gpt2-small", **choice)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_the_model_is_told_by_the_folder_or_by_the_numbers(tmp_path: Path) -> None:
    small = files.tree(tmp_path / "neuron-explainer" / "data", [(0, 0)])
    assert import_openai(str(small), tmp_path / "a").set == "gpt2-xl"
    by_number = files.tree(tmp_path / "mine", [(40, 0)])
    assert import_openai(str(by_number), tmp_path / "b").set == "gpt2-xl"
    assert import_openai(str(files.tree(tmp_path / "other", [(11, 0)])), tmp_path / "c").set == "gpt2-small"


def test_another_dataset_is_not_written_into(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0)]))
    import_openai(source, tmp_path / "out", model="gpt2-small")
    with pytest.raises(DatasetError, match="another dataset"):
        import_openai(source, tmp_path / "out", model="gpt2-xl")
    with pytest.raises(BadInput, match="16 bits"):
        import_openai(source, tmp_path / "out", model="gpt2-small", exact=True)


def test_provenance_names_the_source_and_no_folder_of_this_machine(tmp_path: Path) -> None:
    import_openai(str(files.tree(tmp_path / "data", [(0, 0)])), tmp_path / "out", model="gpt2-small")
    text = (tmp_path / "out" / "dataset.json").read_text()
    assert str(tmp_path) not in text
    origin = json.loads(text)["origin"]
    assert (origin["format"], origin["set"], origin["source"]) == ("openai", "gpt2-small", "local folder")
