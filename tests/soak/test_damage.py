"""A few hundred of the mutations that `make soak` tries by the thousand, and that they find what they look for."""

import random
from collections import Counter
from pathlib import Path

import pytest

from neuronview.formats.openai import plain
from neuronview.store import write
from tests.soak.damage import FINE, Trial, whole_files
from tests.soak.damage_kinds_more import KINDS
from tests.soak.mutations import damaged

EACH = {"embedded dataset": 4, "dataset": 30, "search index": 6}


def verdicts(name: str, folder: Path, n: int) -> tuple[Counter[str], list[str]]:
    """Counts of verdicts of `n` mutations of a kind, and what the bad ones were."""
    kind = KINDS[name]
    kind.make(folder)
    undamaged = kind.read(folder)
    counts, bad = Counter[str](), []
    for number in range(n):
        trial = Trial(kind, folder, whole_files(kind, folder), undamaged, random.Random(f"1 {name} {number}"))
        verdict, words = trial.verdict()
        counts[verdict] += 1
        bad += [] if verdict in FINE else [f"{verdict}: {trial.path.name}, {trial.way}: {words}"]
    return counts, bad


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_refused_by_name_or_read_as_it_was(name: str, tmp_path: Path) -> None:
    counts, bad = verdicts(name, tmp_path / "work" / "files", EACH.get(name, 15))
    assert bad == []
    assert sum(counts.values()) > counts["equal"]


def test_without_checksums_the_mutations_find_what_is_read_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "_checksum", lambda plain: "0")
    counts, _ = verdicts("lists, notes, views", tmp_path / "work" / "files", 60)
    assert counts["wrong"] > 0


def test_a_published_number_that_is_read_wrong_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "_number", lambda value: 0.5)
    counts, bad = verdicts("published JSON", tmp_path / "work" / "files", 15)
    assert counts["wrong"] > 0
    assert all("explanations" in words for words in bad)


def test_every_way_of_damage_occurs_and_changes_something() -> None:
    raw = bytes(range(48, 58)) * 40
    found = [damaged(raw, random.Random(seed)) for seed in range(200)]
    assert all(after != raw for _, after in found)
    assert {way for way, _ in found} == {"cut", "digit", "extend", "flip", "swap", "zero"}
