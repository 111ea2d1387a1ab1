"""Search of a dataset: what is found, in which order, and what becomes of the kept index."""

import math
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neuronview.errors import BadInput, BadPattern
from neuronview.records import Explanation, NeuronId, Score
from neuronview.store import Dataset, NeuronFilter, save_explanations
from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS, RELATED
from neuronview.store.search_building import Source
from neuronview.store.search_index import load, save
from neuronview.store.write import commit_parts, write_manifest, write_part

TEXTS = [
    "Fires on river banks.",
    "Fires on the river, the river and once more the river.",
    "Fires on bank notes and on rivers in very long explanations that say much more than is needed.",
    "Fires on commas before “and”.",
    "Fires on past-tense verbs.",
    "Fires on the tense past.",
    "Fires on :// in addresses of the web.",
    "Größe und Straße.",
]
TOKENS = [[" cat", " river"], [" river", " cat"], [" catalog"], ["://"], [" dog", "\ufffd"], [], [], []]


def build(folder: Path, texts: Sequence[str] = TEXTS) -> Path:
    """One layer of as many neurons as there are texts, each with that explanation and its top tokens."""
    found = [
        Explanation(text, "person", NeuronId(0, place), {"kind": "words"}, scores=[score(place / 10)])
        for place, text in enumerate(texts)
    ]
    plain = dict.fromkeys(NEURONS.names)
    rows = [
        plain | {"layer": 0, "neuron": place, "top_tokens": [{"token": token, "mean": 1.0} for token in tokens]}
        for place, tokens in enumerate(TOKENS)
    ]
    parts = [
        write_part(folder, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)),
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label="test")
    model = {"path": "tiny", "fingerprint": "1", "activation_function": "gelu", "n_layers": 1, "n_neurons": len(TEXTS)}
    write_manifest(folder, {"name": "searched", "model": model})
    return folder


def score(value: float) -> Score:
    return Score(value, interval=(value, value), n_sequences=9, split="held_out", simulator="lookup")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "dataset")


@pytest.fixture
def dataset(folder: Path, tmp_path: Path) -> Dataset:
    return Dataset(folder, overlay=tmp_path / "own")


def neurons(dataset: Dataset, text: str, **how) -> list[int]:
    return [int(value) for value in dataset.search(text, **how)["neuron"]]


def kept_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "own" / "search").glob("*"))


def test_all_words_must_be_there(dataset: Dataset) -> None:
    assert set(neurons(dataset, "river fires")) == {0, 1, 2}
    assert neurons(dataset, "river commas") == []


def test_what_fits_best_comes_first_whatever_its_score(dataset: Dataset) -> None:
    assert neurons(dataset, "river bank ") == [0, 2]
    assert neurons(dataset, "river ")[0] == 1
    found = dataset.search("river ")
    assert found["relevance"].is_monotonic_decreasing


def test_relevance_is_bm25(dataset: Dataset) -> None:
    lists = [re.findall(r"\w+", text.lower()) for text in TEXTS]
    mean = sum(map(len, lists)) / len(lists)
    counts = [Counter(found)["on"] for found in lists]
    having = sum(count > 0 for count in counts)
    rarity = math.log(1 + (len(lists) - having + 0.5) / (having + 0.5))
    expected = {
        place: rarity * 2.2 * count / (count + 1.2 * (0.25 + 0.75 * len(lists[place]) / mean))
        for place, count in enumerate(counts)
        if count
    }
    found = dataset.search('"on"')
    assert dict(zip(found["neuron"], found["relevance"], strict=True)) == pytest.approx(expected, rel=1e-5)


def test_equally_relevant_rows_are_by_their_scores(tmp_path: Path) -> None:
    same = Dataset(build(tmp_path / "same", ["Fires on rivers."] * len(TEXTS)))
    assert neurons(same, "river") == list(reversed(range(len(TEXTS))))


def test_the_last_word_is_found_while_it_is_typed_and_whole_words_count_more(dataset: Dataset) -> None:
    assert set(neurons(dataset, "ri")) == {0, 1, 2}
    assert neurons(dataset, '"ri"') == []
    assert not dataset.searcher.find("ri").inside
    assert neurons(dataset, "tense pas")[0] == 5


def test_a_quoted_phrase_must_stand_side_by_side(dataset: Dataset) -> None:
    assert neurons(dataset, '"past tense"') == [4]
    assert neurons(dataset, "“tense past”") == [5]
    assert neurons(dataset, "past-tense") == [4]
    assert set(neurons(dataset, "past tense")) == {4, 5}


def test_a_plural_finds_the_singular_but_not_between_quotes(dataset: Dataset) -> None:
    assert set(neurons(dataset, "rivers fires")) == {0, 1, 2}
    assert neurons(dataset, '"rivers"') == [2]


def test_case_and_writing_do_not_matter(dataset: Dataset) -> None:
    assert neurons(dataset, "STRASSE") == neurons(dataset, "größe") == [7]


def test_signs_are_found_where_they_stand_in_the_text(dataset: Dataset) -> None:
    assert neurons(dataset, "://") == neurons(dataset, "web ://") == [6]
    assert neurons(dataset, "river ://") == []


def test_letters_inside_words_are_found_where_no_word_is(dataset: Dataset) -> None:
    assert neurons(dataset, "omma") == [3]
    assert dataset.searcher.find("omma").inside
    assert not dataset.searcher.find("comma").inside
    assert neurons(dataset, '"omma"') == []


def test_top_tokens_are_found_and_the_first_of_a_neuron_counts_most(dataset: Dataset) -> None:
    assert neurons(dataset, "cat ", within="tokens") == [0, 1]
    assert neurons(dataset, "cat", within="tokens") == [0, 1, 2]
    assert neurons(dataset, "://", within="tokens") == [3]
    assert set(neurons(dataset, "river", within="either")) == {0, 1, 2}
    assert set(neurons(dataset, "river dog", within="either")) == set()


def test_published_top_tokens_are_found_too(folder: Path, tmp_path: Path) -> None:
    content = orjson.dumps({"tokens": [" zebra"], "average_activations": [1.0]}).decode()
    row = {"layer": 0, "neuron": 6, "kind": "tokens_by_activation", "content": content}
    commit_parts(folder, [write_part(folder, "related", pa.Table.from_pylist([row], schema=RELATED))], label="more")
    published = Dataset(folder)
    assert neurons(published, "zebra", within="tokens") == [6]
    assert published.searcher.top_tokens([NeuronId(0, 6)]) == {NeuronId(0, 6): [" zebra"]}


def test_a_place_that_there_is_not_is_refused(dataset: Dataset) -> None:
    with pytest.raises(BadInput, match="Choose one of: explanations, tokens, either"):
        dataset.search("x", within="everywhere")


def test_a_search_joins_the_other_filters_and_orders(dataset: Dataset) -> None:
    chosen = NeuronFilter(text="river", score=(0.05, 1.0))
    assert dataset.count(chosen) == 2
    assert list(dataset.neurons(chosen, sort="score", descending=False)["neuron"]) == [1, 2]
    counts, _ = dataset.score_histogram(chosen)
    assert counts.sum() == 2
    assert len(dataset.scores(chosen)) == 2


def test_pages_of_a_search_tile_it(dataset: Dataset) -> None:
    chosen = NeuronFilter(text="fires")
    whole = list(dataset.neurons(chosen, sort="relevance")["neuron"])
    pages = [list(dataset.neurons(chosen, sort="relevance", limit=2, offset=skip)["neuron"]) for skip in (0, 2, 4, 6)]
    assert [neuron for page in pages for neuron in page] == whole


def test_relevance_without_a_search_is_by_lower_bound(dataset: Dataset) -> None:
    assert next(iter(dataset.neurons(sort="relevance")["neuron"])) == len(TEXTS) - 1


@pytest.mark.parametrize("pattern", [r"riv\w+ b", r"BANK(S|\s)", r"^gr.ße", r"\.$", r"(?-i)fires"])
def test_expressions_find_what_an_independent_engine_finds(dataset: Dataset, pattern: str) -> None:
    plain = pattern.removeprefix("(?-i)")
    expected = {n for n, text in enumerate(TEXTS) if re.search(plain, text, 0 if pattern != plain else re.IGNORECASE)}
    assert set(neurons(dataset, pattern, regex=True)) == expected


def test_an_expression_may_stand_between_slashes(dataset: Dataset) -> None:
    assert neurons(dataset, "/^gr.ße/") == neurons(dataset, "/^GR.ße/i") == [7]
    assert neurons(dataset, "/^gr.ße/", regex=True) == [7]
    assert dataset.count(NeuronFilter(text="/river|comma/")) == 4


def test_what_an_expression_matches_first_is_told_apart(dataset: Dataset) -> None:
    pieces = dataset.searcher.matched(NeuronFilter(text="/RIV\\w+/"), TEXTS[1:4])
    assert ["".join(piece for piece, _ in text) for text in pieces] == TEXTS[1:4]
    assert [[piece for piece, is_hit in text if is_hit] for text in pieces] == [["river"], ["rivers"], []]
    assert dataset.searcher.matched(NeuronFilter(text="x", regex=True), []) == []


@pytest.mark.parametrize(
    ("pattern", "text", "pieces"),
    [
        (r"\bcat", "concat cat", ["concat ", "cat"]),
        (r"cat$", "Cat and CAT", ["Cat and ", "CAT"]),
        (r"(?-i)cat|dog", "Cat cat dog", ["Cat ", "cat", " dog"]),
        (r"\Q(c", "größer (c \ue000 (c", ["größer ", "(c", " \ue000 (c"]),
        (r"x*", "abx", []),
    ],
)
def test_the_match_itself_is_marked_where_the_same_letters_stand_before_it(
    dataset: Dataset, pattern: str, text: str, pieces: list[str]
) -> None:
    (found,) = dataset.searcher.matched(NeuronFilter(text=pattern, regex=True), [text])
    assert [piece for piece, _ in found] == (pieces or [text])
    assert [place for place, (_, is_hit) in enumerate(found) if is_hit] == [1] * bool(pieces)


def test_a_search_that_is_asked_for_again_and_again_is_kept_over_others(dataset: Dataset) -> None:
    kept = dataset.searcher.find("river")
    for place in range(20):
        assert dataset.searcher.find("river") is kept
        dataset.searcher.find(f"other {place}")


def test_marks_without_a_word_leave_everything(dataset: Dataset) -> None:
    assert dataset.count(NeuronFilter(text='"')) == len(TEXTS)


def test_top_tokens_of_a_few_neurons_are_told_in_their_order(dataset: Dataset) -> None:
    asked = [NeuronId(0, 1), NeuronId(0, 5), NeuronId(0, 2)]
    assert dataset.searcher.top_tokens(asked) == {asked[0]: [" river", " cat"], asked[2]: [" catalog"]}
    assert dataset.searcher.top_tokens([]) == {}


@pytest.mark.parametrize("pattern", ["(", "a{2000}", "[z-a]", "(?=look)", "\ud800"])
def test_what_is_no_expression_is_refused_in_words(dataset: Dataset, pattern: str) -> None:
    with pytest.raises(BadPattern, match=r"not a regular expression: .*Mend it or search words"):
        dataset.search(pattern, regex=True)


def test_an_expression_that_hangs_other_engines_answers(tmp_path: Path) -> None:
    hostile = Dataset(build(tmp_path / "hostile", ["a" * 5000 + "!"] * len(TEXTS)))
    assert neurons(hostile, r"^(a+)+$", regex=True) == []


def test_the_index_is_kept_and_read_again(dataset: Dataset, folder: Path, tmp_path: Path, monkeypatch) -> None:
    dataset.search("river")
    assert len(kept_files(tmp_path)) == 1
    assert not dataset.searcher.problem
    monkeypatch.setattr(Source, "_build_explanations", lambda *_: pytest.fail("it was built again"))
    assert set(neurons(Dataset(folder, overlay=tmp_path / "own"), "river")) == {0, 1, 2}


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other", "another size", "wrong size"])
def test_a_damaged_index_is_built_again(dataset: Dataset, folder: Path, tmp_path: Path, damage: str) -> None:
    dataset.search("river")
    (path,) = kept_files(tmp_path)
    whole = path.read_bytes()
    middle = len(whole) // 3
    harmed = {
        "cut": whole[:-20],
        "flipped": whole[:middle] + bytes(byte ^ 255 for byte in whole[middle : middle + 40]) + whole[middle + 40 :],
        "empty": b"",
        "other": b"PAR1 something else PAR1",
    }
    if damage in harmed:
        path.write_bytes(harmed[damage])
    elif damage == "another size":
        table = pq.read_table(path)
        said = orjson.loads(table.schema.metadata[b"neuronview.search"])
        said["sizes"]["tokens"] += 1
        pq.write_table(table.replace_schema_metadata({b"neuronview.search": orjson.dumps(said)}), path)
    else:
        key = path.stem.removeprefix("words-")
        fields = load(path, key)
        save(path, key, fields | {"explanations": replace(fields["tokens"], size=99)})
    assert set(neurons(Dataset(folder, overlay=tmp_path / "own"), "river")) == {0, 1, 2}
    assert path.read_bytes() == whole


def test_new_explanations_are_found_and_the_old_index_goes(dataset: Dataset, folder: Path, tmp_path: Path) -> None:
    dataset.search("river")
    before = kept_files(tmp_path)
    save_explanations(
        tmp_path / "own", [Explanation("zebra", "person", NeuronId(0, 3), {"kind": "words"})], label="new"
    )
    assert neurons(Dataset(folder, overlay=tmp_path / "own"), "zebra") == [3]
    after = kept_files(tmp_path)
    assert len(before) == len(after) == 1
    assert before != after


def test_new_scores_alone_leave_the_index(dataset: Dataset, folder: Path, tmp_path: Path, monkeypatch) -> None:
    dataset.search("river")
    own = Explanation(TEXTS[0], "person", NeuronId(0, 0), {"kind": "words"}, scores=[score(0.9)])
    commit_parts(tmp_path / "own", [write_part(tmp_path / "own", "scores", score_table([own]))], label="scores")
    monkeypatch.setattr(Source, "_build_explanations", lambda *_: pytest.fail("it was built again"))
    assert set(neurons(Dataset(folder, overlay=tmp_path / "own"), "river")) == {0, 1, 2}


def test_a_folder_that_cannot_be_written_is_said_and_search_works(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "search").write_text("a file where the folder should be")
    dataset = Dataset(folder, overlay=tmp_path / "own")
    assert set(neurons(dataset, "river")) == {0, 1, 2}
    assert "could not be kept" in dataset.searcher.problem
    assert "in memory" in dataset.searcher.problem


def test_a_write_that_fails_leaves_nothing_half_written(dataset: Dataset, tmp_path: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("neuronview.store.search_index.os.replace", full)
    assert set(neurons(dataset, "river")) == {0, 1, 2}
    assert kept_files(tmp_path) == []
    assert "No space left" in dataset.searcher.problem


def test_what_a_crash_left_is_removed_but_not_what_is_being_written(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "own" / "search"
    folder.mkdir(parents=True)
    old, new = folder / "words-a.parquet.0.tmp", folder / "words-b.parquet.1.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    dataset.search("river")
    assert not old.exists()
    assert new.exists()


def test_a_file_that_another_process_removes_meanwhile_is_no_reason_to_say_that_nothing_was_kept(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own" / "search"
    folder.mkdir(parents=True)
    old = folder / "words-z.parquet.0.tmp"
    old.write_bytes(b"half")
    os.utime(old, (0, 0))
    glob = Path.glob
    gone = [folder / "words-a.parquet", folder / "words-b.parquet.1.tmp"]
    monkeypatch.setattr(Path, "glob", lambda self, pattern: [*(gone if self == folder else ()), *glob(self, pattern)])
    dataset.search("river")
    assert dataset.searcher.problem == ""
    assert not old.exists()


def test_a_very_long_text_is_found_by_its_last_word(tmp_path: Path) -> None:
    long = Dataset(build(tmp_path / "long", ["word " * 70_000 + "zebra", *TEXTS[1:]]))
    assert neurons(long, "zebra") == [0]


def test_rows_of_every_reader_are_found_with_their_explanation(dataset: Dataset, folder: Path, tmp_path: Path) -> None:
    own = Explanation(TEXTS[0], "person", NeuronId(0, 0), {"kind": "words"})
    judged = Score(0.1, interval=(0.0, 0.2), n_sequences=3, split="held_out", simulator="judge")
    save_explanations(tmp_path / "own", [Explanation(own.text, own.explainer, own.neuron, own.rule, scores=[judged])],
                      label="run")  # fmt: skip
    found = Dataset(folder, overlay=tmp_path / "own").search("banks river")
    assert sorted(zip(found["neuron"], found["reader"], strict=True)) == [(0, "judge"), (0, "rule"), (2, "rule")]
    assert found["relevance"].notna().all()


def test_an_empty_dataset_finds_nothing(tmp_path: Path) -> None:
    model = {"path": "tiny", "fingerprint": "1", "activation_function": "gelu", "n_layers": 1, "n_neurons": 2}
    write_manifest(tmp_path / "empty", {"name": "empty", "model": model})
    empty = Dataset(tmp_path / "empty")
    assert len(empty.search("river", within="either")) == 0
    assert len(empty.search("river", regex=True)) == 0
    assert np.size(empty.searcher.find("x").rows.column("row")) == 0
