"""The same seed gives the same rows from the command line; another number of threads changes nothing that matters."""

import json
from pathlib import Path

import pytest
import torch

from neuronview.cli.main import run
from neuronview.demo.passages_written import written
from neuronview.store.schema import KINDS
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import differences, rows_of, scores_of

TABLES = tuple(kind for kind in KINDS if kind not in ("related", "files"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same collection and explanations three times: twice with one thread, once with two."""
    folder = tmp_path_factory.mktemp("same")
    save_tiny_gpt2(folder / "model", width=4)
    rows = [{"id": passage.id, "text": passage.text} for passage in written()[:12]]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    threads = torch.get_num_threads()
    made = {}
    for name, n in (("one", 1), ("again", 1), ("two", 2)):
        torch.set_num_threads(n)
        made[name] = folder / name / "tiny"
        asked = ["--model", str(folder / "model"), "--corpus", str(folder / "a.jsonl"), "--seed", "3"]
        assert run(["collect", *asked, "--out", str(made[name]), "--json"]) == 0
    torch.set_num_threads(threads)
    return made


@pytest.mark.parametrize("kind", TABLES)
def test_the_same_seed_and_threads_give_the_same_rows_to_the_bit(folders: dict[str, Path], kind: str) -> None:
    one, again = rows_of(folders["one"], kind), rows_of(folders["again"], kind)
    assert repr(one) == repr(again)
    assert one or kind in ("simulations", "related")


@pytest.mark.parametrize("kind", [kind for kind in TABLES if kind not in ("explanations", "scores")])
def test_another_number_of_threads_changes_no_whole_number_and_no_other_by_more_than_rounding(
    folders: dict[str, Path], kind: str
) -> None:
    assert list(differences(rows_of(folders["one"], kind), rows_of(folders["two"], kind))) == []


def test_rules_and_scores_are_the_same_with_another_number_of_threads(folders: dict[str, Path]) -> None:
    one, two = scores_of(folders["one"]), scores_of(folders["two"])
    assert one.keys() == two.keys()
    assert [list(differences(row, two[key])) for key, row in one.items()] == [[]] * len(one)
