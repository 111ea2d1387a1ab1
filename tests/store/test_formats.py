"""Stored formats: a newer one is refused with what to run, the first one opened; looking changes nothing."""

from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from neuronview.errors import DatasetError
from neuronview.records import NeuronId
from neuronview.store import Dataset, check_folder, compact, save_explanations
from neuronview.store.kept import KeptFile
from neuronview.store.schema import FORMAT_VERSION, OPTIONAL
from neuronview.store.write import CHECKSUM, sealed, sha256_of
from tests.support import small_dataset

NEWER = FORMAT_VERSION + 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_dataset.build(tmp_path / "small")


def rewritten(path: Path, **changes: Any) -> None:
    """The same JSON with other fields, whole."""
    content = {key: value for key, value in orjson.loads(path.read_bytes()).items() if key != CHECKSUM}
    path.write_bytes(sealed(content | changes))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dataset_of_a_newer_format_is_refused_with_what_to_run_and_left_alone(folder: Path) -> None:
    rewritten(folder / "dataset.json", format=NEWER)
    before = bytes_of(folder)
    for read in (lambda: Dataset(folder), lambda: compact(folder)):
        with pytest.raises(DatasetError, match=f"format {NEWER}.*git pull"):
            read()
    assert bytes_of(folder) == before


def test_a_commit_of_a_newer_format_is_refused_and_never_folded(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    save_explanations(mine, [small_dataset.explanation(0, 1, "person", 0.5, "mine")], label="mine")
    (commit,) = mine.glob("commits/*.json")
    rewritten(commit, format=NEWER)
    before = bytes_of(mine)
    for read in (lambda: Dataset(folder, overlay=mine), lambda: compact(mine)):
        with pytest.raises(DatasetError, match=f"format {NEWER}.*git pull"):
            read()
    assert bytes_of(mine) == before


def test_what_a_newer_version_keeps_by_hand_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "lists.json"
    path.write_bytes(sealed({"format": NEWER, "lists": {}}))
    before = path.read_bytes()
    with pytest.raises(DatasetError, match=f"format {NEWER}"):
        KeptFile(path).change(lambda content: content)
    assert path.read_bytes() == before


def test_a_dataset_as_the_first_version_wrote_it_opens_with_the_same_numbers(folder: Path) -> None:
    """Without checksums of JSON, a tokenizer, and the columns that came later."""
    whole = Dataset(folder).neuron(NeuronId(0, 1))
    for listing in [folder / "dataset.json", *folder.glob("commits/*.json")]:
        content = orjson.loads(listing.read_bytes())
        content.pop(CHECKSUM)
        content.get("model", {}).pop("tokenizer", None)
        for part in content.get("parts", []):
            file = folder / part["file"]
            table = pq.read_table(file).drop_columns(
                [name for name in OPTIONAL.get(part["kind"], ()) if name in pq.read_schema(file).names]
            )
            pq.write_table(table, file)
            part["bytes"], part["sha256"] = file.stat().st_size, sha256_of(file)
        listing.write_bytes(orjson.dumps(content))
    before = bytes_of(folder)
    found = Dataset(folder).neuron(NeuronId(0, 1))
    assert repr(found.statistics) == repr(whole.statistics)
    assert [list(r.activations) for r in found.top] == [list(r.activations) for r in whole.top]
    assert bytes_of(folder) == before


@pytest.mark.parametrize("kind", ["neurons", "records", "explanations", "scores"])
def test_a_part_of_a_damaged_kind_is_refused_and_not_taken_for_one_of_a_kind_to_come(folder: Path, kind: str) -> None:
    """Of before, when listings had no checksum: the part would be left out, and all its rows with it."""
    (path,) = folder.glob("commits/*.json")
    content = {key: value for key, value in orjson.loads(path.read_bytes()).items() if key != CHECKSUM}
    entry = next(part for part in content["parts"] if part["kind"] == kind)
    path.write_bytes(orjson.dumps(content | {"parts": [*content["parts"], entry | {"kind": f"{kind}x"}]}))
    with pytest.raises(DatasetError, match=f"{path.name} lists a part in an unknown form"):
        Dataset(folder)


@pytest.mark.parametrize("change", [{"low": 1}, {"high": 0}, {"rows": 99}])
def test_check_finds_a_damaged_range_of_rows_in_a_listing_of_before(folder: Path, change: dict[str, int]) -> None:
    """Rows out of the range are not looked for; a listing of today has a checksum."""
    (path,) = folder.glob("commits/*.json")
    content = {key: value for key, value in orjson.loads(path.read_bytes()).items() if key != CHECKSUM}
    path.write_bytes(orjson.dumps(content))
    assert check_folder(folder).problems == ()
    entry = next(part for part in content["parts"] if part["kind"] == "explanations")
    entry.update(change)
    path.write_bytes(orjson.dumps(content))
    (problem,) = check_folder(folder).problems
    assert entry["file"] in problem
    assert "which holds 20 with 0 to 1" in problem


def test_a_part_of_a_kind_to_come_is_left_alone(folder: Path) -> None:
    (path,) = folder.glob("commits/*.json")
    parts = orjson.loads(path.read_bytes())["parts"]
    name = f"likings-{parts[0]['file'].rpartition('-')[2]}"
    (folder / name).write_bytes((folder / parts[0]["file"]).read_bytes())
    rewritten(path, parts=[*parts, parts[0] | {"kind": "likings", "file": name}])
    assert Dataset(folder).neuron(NeuronId(0, 1))
