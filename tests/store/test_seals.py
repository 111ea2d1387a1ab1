"""Small JSON files carry their own checksum: what was written is read, and what was changed is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronview.errors import DatasetError
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, check_folder, checking, compact, save_explanations
from neuronview.store.schema import records_schema
from neuronview.store.write import sealed, unsealed, write_part
from tests.support import by_hand, run_dataset
from tests.support import small_dataset as small

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
CONTENT = st.dictionaries(
    TEXT.filter(lambda name: name != "checksum"),
    st.recursive(LEAVES | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)),
    max_size=4,
)


@given(CONTENT)
def test_what_is_sealed_is_read_as_it_was(content: dict[str, object]) -> None:
    assert unsealed(sealed(content)) == content


@settings(max_examples=200)
@given(CONTENT, st.data())
def test_a_changed_byte_is_refused_or_changes_nothing(content: dict[str, object], data: st.DataObject) -> None:
    raw = bytearray(sealed(content))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = unsealed(bytes(raw))
    except ValueError:
        return
    # Only where the name of the checksum itself was hit is it another field, beside all that was there.
    assert found == content or {name: found[name] for name in content} == content


@pytest.mark.parametrize("length", [1, 4])
def test_a_checksum_that_lost_its_name_is_still_known_to_have_been_one(length: int) -> None:
    raw = sealed({"name": "small", "layers": 12})
    name, value = raw.index(b"checksum") + 2, raw.index(b'": "') + 20
    one, two = slice(name, name + length), slice(value, value + length)
    changed = bytearray(raw)
    changed[one], changed[two] = raw[two], raw[one]
    with pytest.raises(ValueError, match="damaged"):
        unsealed(bytes(changed))


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.lists(st.floats(-60000, 60000, width=16), max_size=6), min_size=1, max_size=5))
def test_activations_come_back_from_a_part_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[float]]
) -> None:
    values = [np.array(row, dtype=np.float16) for row in rows]
    table = pa.Table.from_pylist(
        [
            {"layer": 0, "neuron": 0, "group": "top", "rank": rank, "excerpt_id": rank, "activations": row}
            for rank, row in enumerate(values)
        ],
        schema=records_schema(),
    )
    folder = tmp_path_factory.mktemp("parts")
    part = write_part(folder, "records", table)
    found = pq.read_table(folder / part.file).column("activations")
    for row, stored in zip(values, found, strict=True):
        np.testing.assert_array_equal(np.asarray(stored.as_py(), dtype=np.float16), row)


def test_datasets_of_before_open_and_check_says_that_they_have_no_checksum_until_they_are_compacted(
    tmp_path: Path,
) -> None:
    folder = small.build(tmp_path / "small")
    by_hand.edit(folder / "dataset.json", lambda raw: None)
    Dataset(folder).close()
    found = check_folder(folder)
    assert (found.problems, found.unsealed) == ((), ("dataset.json",))
    compact(folder)
    assert check_folder(folder).unsealed == ()
    assert orjson.loads((folder / "dataset.json").read_bytes())["checksum"]


def _shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _other(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [_shorter, _other, Path.unlink])
def test_check_names_every_damaged_part_at_once(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = small.build(tmp_path / "small")
    hit = [*sorted(folder.glob("records-*.parquet")), *folder.glob("vocabulary-*.parquet")]
    for path in hit:
        damage(path)
    problems = check_folder(folder).problems
    assert len(problems) == len(hit)
    assert all(any(path.name in problem for problem in problems) for path in hit)


def test_a_part_of_another_size_stops_the_opening_and_one_of_other_bytes_its_first_reading(tmp_path: Path) -> None:
    folder = small.build(tmp_path / "small")
    part = min(folder.glob("records-*.parquet"))
    whole = part.read_bytes()
    _shorter(part)
    with pytest.raises(DatasetError, match=f"{part.name}, which has .* bytes where"):
        Dataset(folder)
    part.write_bytes(whole)
    opened = Dataset(folder)
    layer = 0 if pq.read_table(part, columns=["layer"]).column("layer")[0].as_py() == 0 else 1
    _other(part)
    with pytest.raises(DatasetError, match=f"{part.name}, which is damaged"):
        opened.neuron((layer, 0))
    part.write_bytes(whole)
    assert opened.neuron((0, 0)).top


@pytest.mark.parametrize("name", ["../model.safetensors", "a/b.parquet", "/etc/passwd"])
def test_a_manifest_cannot_name_files_of_other_folders(tmp_path: Path, name: str) -> None:
    folder = small.build(tmp_path / "small")
    listing = next(folder.glob("commits/*.json"))
    by_hand.edit(listing, lambda raw: raw["parts"][0].update(file=name))
    with pytest.raises(DatasetError, match="a part is a file of the same folder"):
        Dataset(folder)


def test_a_commit_that_is_folded_while_a_folder_is_checked_is_no_damage_and_its_parts_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_dataset.build(tmp_path / "data")
    n_parts = check_folder(folder).parts
    assert n_parts
    for moment in ("read_listing", "is_sealed"):
        explanation = Explanation("x", "dictionary", NeuronId(0, 0), {"kind": moment})
        save_explanations(folder, [explanation], label=moment)
        n_parts += 1
        real = getattr(checking, moment)

        def folding(path: Path, real: Callable[[Path], object] = real) -> object:
            compact(folder)
            return real(path)

        with monkeypatch.context() as patched:
            patched.setattr(checking, moment, folding)
            found = check_folder(folder)
        assert (found.problems, found.parts) == ((), n_parts)
