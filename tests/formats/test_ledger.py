"""What an import knows of a folder that others write to, too."""

from pathlib import Path

import numpy as np
import pytest

from neuronview.formats.openai.importing import import_openai
from neuronview.formats.openai.ledger import Ledger
from neuronview.records import NeuronId
from neuronview.store import compact, manifest
from tests.formats import published_files as files

NEURONS = [(0, number) for number in range(4)]


def take(tree: Path, out: Path, neuron: int) -> None:
    import_openai(str(tree), out, model="gpt2-small", neurons=[NeuronId(0, neuron)])


def require_same(ledger: Ledger) -> None:
    fresh = Ledger(ledger.folder, *ledger.stored.shape[1:])
    for known in (ledger, fresh):
        known.refresh()
    np.testing.assert_array_equal(ledger.stored, fresh.stored)
    assert (ledger.others, ledger.last_excerpt) == (fresh.others, fresh.last_excerpt)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return files.tree(tmp_path / "data", NEURONS, kinds=("explanations",))


@pytest.mark.parametrize("join", [False, True])
def test_who_follows_the_commits_knows_what_one_knows_who_reads_all_of_them(
    tree: Path, tmp_path: Path, join: bool
) -> None:
    out = tmp_path / "out"
    ledger = Ledger(out, 12, 3072)
    for neuron in (0, 1):
        take(tree, out, neuron)
        require_same(ledger)
    take(tree, out, 2)
    compact(out, join=join)
    require_same(ledger)
    take(tree, out, 3)
    require_same(ledger)
    assert ledger.stored.sum() == len(NEURONS)


def test_a_commit_is_read_once_however_many_follow(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, read = tmp_path / "out", list[str]()
    take(tree, out, 0)
    ledger = Ledger(out, 12, 3072)
    ledger.refresh()
    take(tree, out, 1)
    listing = manifest.read_listing
    monkeypatch.setattr(manifest, "read_listing", lambda path: read.append(path.name) or listing(path))
    ledger.refresh()
    assert len(read) == 1


def test_a_commit_that_is_folded_while_it_is_looked_for_is_found_in_the_manifest(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    take(tree, out, 0)
    ledger = Ledger(out, 12, 3072)
    ledger.refresh()
    take(tree, out, 1)
    listing, folded = manifest.read_listing, list[bool]()

    def late(path: Path) -> dict[str, object]:
        if not folded:
            folded.append(True)
            compact(out)
        return listing(path)

    monkeypatch.setattr(manifest, "read_listing", late)
    ledger.refresh()
    assert ledger.stored[:, 0, 1].any()
