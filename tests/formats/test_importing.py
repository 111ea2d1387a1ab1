"""An import of published files, looked at through the dataset that comes of it."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronview.errors import BadInput, DatasetError, NotFound
from neuronview.formats.openai import batch as one_batch
from neuronview.formats.openai import importing
from neuronview.formats.openai import ledger as ledgers
from neuronview.formats.openai.batch import Importer, Terms
from neuronview.formats.openai.importing import Progress, Report, import_openai
from neuronview.formats.openai.ledger import FileKey, Ledger, keys_of
from neuronview.formats.openai.plan import LEAST, Plan, batches
from neuronview.formats.openai.source import KINDS, open_source
from neuronview.records import NeuronId
from neuronview.scoring import ev_correlation_score
from neuronview.store import Dataset, compact, damaged_parts
from neuronview.store.manifest import read_commits, read_manifest
from neuronview.store.reading import nobody_reads
from neuronview.store.whole import read_part
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


def in_all(folder: Path) -> int:
    """How many files a dataset has."""
    return int((Dataset(folder).files().state == "stored").sum())


def without_class(found: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in found.items() if name != "dataclass_name"}


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


# --- going on ------------------------------------------------------------------------------------------------------


def test_two_imports_of_one_name_share_nothing_that_is_kept_by_fingerprint(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "source", [(0, 0)])
    folders = [tmp_path / place / "same" for place in ("one", "other")]
    for folder in folders:
        import_openai(str(source), folder, model="gpt2-small")
    one, other = (read_manifest(folder).fingerprint for folder in folders)
    assert one != other
    files.write(source, "explanations", 0, 1)
    import_openai(str(source), folders[0], model="gpt2-small")
    assert read_manifest(folders[0]).fingerprint == one


def test_a_second_import_takes_only_what_is_missing(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "data", [(0, 0), (0, 1)])
    files.write(source, "activations", 0, 1, b"{")
    first = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (first.stored, first.counts) == ({"activations": 1, "explanations": 2}, {"refused": 1})
    files.write(source, "activations", 0, 1)
    second = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (second.stored, second.already, second.counts) == ({"activations": 1}, 3, {})
    third = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert (third.stored, third.already, third.bytes_read) == ({}, 4, 0)
    assert len(Dataset(tmp_path / "out").neuron((0, 1)).top) == files.N_TOP


def test_what_is_refused_again_is_reported_again_and_written_once(tmp_path: Path) -> None:
    source = files.tree(tmp_path / "data", [(0, 0)])
    files.write(source, "activations", 0, 0, b"{")
    import_openai(str(source), tmp_path / "out", model="gpt2-small")
    commits = sorted((tmp_path / "out" / "commits").iterdir())
    again = import_openai(str(source), tmp_path / "out", model="gpt2-small")
    assert [problem.file for problem in again.problems] == ["0/0.json"]
    assert sorted((tmp_path / "out" / "commits").iterdir()) == commits


def test_records_that_come_later_lie_on_the_excerpts_of_the_simulations(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, 0), (0, 7)]))
    for kinds in (["explanations"], ["activations"]):
        import_openai(source, tmp_path / "out", model="gpt2-small", kinds=kinds)
    dataset = Dataset(tmp_path / "out")
    excerpts = {record.excerpt_id for records in dataset.neuron((0, 7)).groups.values() for record in records}
    assert {entry.excerpt_id for entry in dataset.simulations((0, 7))} <= excerpts
    assert len(dataset.neurons()) == 2


def test_it_goes_on_after_the_commits_were_folded_and_joined(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", NEURONS))
    for neuron in NEURONS[:2]:
        import_openai(source, tmp_path / "out", model="gpt2-small", neurons=[NeuronId(*neuron)])
    compact(tmp_path / "out", join=True)
    report = import_openai(source, tmp_path / "out", model="gpt2-small")
    assert (report.already, report.stored) == (4, {"activations": 1, "explanations": 1})
    assert len(Dataset(tmp_path / "out").neuron((0, 7)).top) == files.N_TOP
    assert not damaged_parts(tmp_path / "out")


def test_stopped_in_the_middle_it_keeps_what_is_whole_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FIRST_BATCH", 2)
    monkeypatch.setattr(importing, "BATCH", 2)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(10)]))
    seen: list[Progress] = []
    report = import_openai(
        source, tmp_path / "out", model="gpt2-small", progress=seen.append, should_stop=lambda: len(seen) >= 5
    )
    assert report.stopped.startswith("Stopped")
    assert 0 < in_all(tmp_path / "out") < 20
    assert report.left == 20 - in_all(tmp_path / "out")
    assert not import_openai(source, tmp_path / "out", model="gpt2-small").stopped
    assert in_all(tmp_path / "out") == 20


def test_files_that_are_large_together_make_more_than_one_commit_of_whole_neurons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_batch, "LARGE", 1)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(5)]))
    report = import_openai(source, tmp_path / "out", model="gpt2-small")
    assert report.stored == {"activations": 5, "explanations": 5}
    listed = [part for commit in read_commits(tmp_path / "out") for part in commit.parts if part.kind == "files"]
    rows = [read_part(tmp_path / "out", part).to_pylist() for part in listed]
    assert sorted(tuple((row["neuron"], row["kind"]) for row in found) for found in rows) == [
        ((n, "activations"), (n, "explanations")) for n in range(5)
    ]


def test_every_wanted_file_is_in_one_batch_in_order_and_the_last_are_smaller() -> None:
    wanted = np.random.default_rng(0).random((len(KINDS), 3, 6000)) < 0.3
    found = [keys_of(batch) for batch in batches(Plan(wanted, 0), 4096, 64, 2)]
    assert [(*key.neuron, list(KINDS).index(key.kind)) for keys in found for key in keys] == [
        tuple(place) for place in np.argwhere(wanted.transpose(1, 2, 0)).tolist()
    ]
    sizes = [len({key.neuron for key in keys}) for keys in found]
    left = int(wanted.any(axis=0).sum()) - 128
    expected = [64, 64]
    while left:
        expected.append(min(left, max(LEAST, min(4096, left // 2))))
        left -= expected[-1]
    assert sizes == expected
    assert sizes[2] == 4096
    assert len(set(sizes)) > 3


@pytest.mark.parametrize(("kinds", "expected"), [(["explanations"], 3), (None, 2)])
def test_batches_are_larger_where_explanations_alone_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: list[str] | None, expected: int
) -> None:
    for name, size in {"FIRST_BATCH": 1, "BATCH": 3, "BATCH_OF_RECORDS": 2}.items():
        monkeypatch.setattr(importing, name, size)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(8)]))
    import_openai(source, tmp_path / "out", model="gpt2-small", kinds=kinds)
    parts = [part for commit in read_commits(tmp_path / "out") for part in commit.parts]
    assert max(part.rows for part in parts if part.kind == "explanations") == expected


def test_while_it_imports_nothing_that_it_reads_is_removed(tmp_path: Path) -> None:
    out, free = tmp_path / "out", list[bool]()

    def look(_: Progress) -> None:
        with nobody_reads(out) as nobody:
            free.append(nobody)

    import_openai(str(files.tree(tmp_path / "data", [(0, 0), (0, 1)])), out, model="gpt2-small", progress=look)
    assert set(free) == {False}
    with nobody_reads(out) as nobody:
        assert nobody


def test_the_cap_on_disk_is_never_passed_and_the_rest_goes_in_when_it_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "FIRST_BATCH", 4)
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(12)]))
    cap = 60_000
    report = import_openai(source, tmp_path / "out", model="gpt2-small", disk_cap=cap)
    parts = sum(path.stat().st_size for path in (tmp_path / "out").glob("*.parquet"))
    assert 0 < parts <= cap
    assert "cap on disk" in report.stopped
    assert 0 < in_all(tmp_path / "out") < 24
    import_openai(source, tmp_path / "out", model="gpt2-small", disk_cap=10 * cap)
    assert in_all(tmp_path / "out") == 24


def test_two_imports_into_one_folder_store_every_file_once(tmp_path: Path) -> None:
    source = str(files.tree(tmp_path / "data", [(0, n) for n in range(40)]))
    code = (
        "import sys; from pathlib import Path; from neuronview.formats.openai import importing as i; i.FIRST_BATCH = 3;"
        "i.BATCH = 3; i.import_openai(sys.argv[1], Path(sys.argv[2]), model='gpt2-small')"
    )
    import_openai(source, tmp_path / "out", model="gpt2-small", neurons=[NeuronId(0, 0)])
    started = [subprocess.Popen([sys.executable, "-c", code, source, str(tmp_path / "out")]) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    dataset = Dataset(tmp_path / "out")
    assert in_all(tmp_path / "out") == 80
    for number in range(40):
        published = files.activations(0, number)["most_positive_activation_records"]
        found = dataset.neuron((0, number)).top
        assert [list(record.tokens) for record in found] == [entry["tokens"] for entry in published]


def test_room_that_a_failed_batch_took_is_given_back_and_its_parts_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(str(files.tree(tmp_path / "data", [(0, 0)])))
    taken: list[int] = []
    importer = Importer(
        source,
        Ledger(tmp_path / "out", 12, 3072),
        Terms("gpt2-small", 16, "gpt-4", "as published"),
        reserve=lambda size: taken.append(size) is None,
    )

    def full(*args: object, **options: object) -> None:
        raise DatasetError("The disk is full.")

    monkeypatch.setattr(ledgers, "commit_parts", full)
    with pytest.raises(DatasetError, match="full"):
        importer.run([FileKey(NeuronId(0, 0), kind) for kind in ("activations", "explanations")])
    assert taken[0] > 0
    assert sum(taken) == 0
    assert not list((tmp_path / "out").glob("*.parquet"))


def test_killed_without_warning_it_has_nothing_half_in_and_goes_on(tmp_path: Path) -> None:
    neurons = [(layer, n) for layer in range(2) for n in range(100)]
    source = str(files.tree(tmp_path / "data", neurons))
    out = tmp_path / "out"
    # Every file takes a while, so that the kill falls into the middle whatever the machine.
    code = (
        "import sys, time; from pathlib import Path; from neuronview.formats.openai import importing as i, batch as b\n"
        "i.FIRST_BATCH = i.BATCH = 5\n"
        "if __name__ == '__main__':\n"
        "    i.import_openai(sys.argv[1], Path(sys.argv[2]), model='gpt2-small', workers=2,"
        " progress=lambda now: time.sleep(0.02))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen([sys.executable, str(script), source, str(out)], env=environment)
    while process.poll() is None and len(list((out / "commits").glob("*.json"))) < 3:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not damaged_parts(out)
    before = in_all(out)
    assert 0 < before < 2 * len(neurons)
    records = Dataset(out).neurons_with("records")
    assert all(len(Dataset(out).neuron(neuron).top) == files.N_TOP for neuron in records[:3])
    report: Report = import_openai(source, out, model="gpt2-small", workers=2)
    assert report.already >= before
    assert in_all(out) == 2 * len(neurons)
    assert Dataset(out).count() == len(neurons)
