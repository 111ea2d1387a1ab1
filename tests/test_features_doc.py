"""What docs/features.md says is there, is: every test, page and command that its tables name."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.test_docs import command_names

ROOT = Path(__file__).parents[1]
FEATURES = ROOT / "docs" / "features.md"
HEAD = ("feature", "here", "where", "shown by", "found elsewhere")
NOTHING = "–"
ANYWHERE = {"every page", "`import neuronview`"}


class Row(NamedTuple):
    """One feature, as the document has it."""

    feature: str
    here: str
    where: str
    test: str
    elsewhere: str


def rows() -> list[Row]:
    lines = [line for line in FEATURES.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    return [Row(*found) for found in cells if found != HEAD and not found[0].startswith("---")]


@cache
def functions(path: Path) -> frozenset[str]:
    """Names of the functions of a file of tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_each_feature_is_said_once() -> None:
    names = [row.feature for row in rows()]
    assert len(names) == len(set(names)) > 50


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.feature)
def test_what_is_there_names_a_test_and_a_place_that_there_are(row: Row) -> None:
    from neuronview.ui.nav import PAGES

    state = row.here.partition(",")[0].partition(";")[0].partition(":")[0]
    assert state in {"yes", "partly", "no"}
    assert row.elsewhere
    if state == "no":
        assert row.where == row.test == NOTHING
        return
    path, name = row.test.strip("`").split("::")
    assert name.startswith("test_")
    assert name in functions(ROOT / path)
    places = ANYWHERE | {page.title for page in PAGES} | {f"`{command}`" for command in command_names()}
    assert set(row.where.split(", ")) <= places
