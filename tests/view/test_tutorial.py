"""The tutorial runs: every cell of docs/tutorial.ipynb, in order, and what it shows is there to see."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from neuronview.view.notebook import View

ROOT = Path(__file__).parents[2]
NOTEBOOK = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell; gives the value of its last line where that is an expression, as a notebook does."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """What each code cell ends with, run in a folder of its own on the embedded dataset."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("notebook"))
        patch.setenv("NEURONVIEW_HOME", str(tmp_path_factory.mktemp("home")))
        patch.delenv("NEURONVIEW_DATA", raising=False)
        names: dict[str, Any] = {"__name__": "__main__"}
        cells = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
        found = [run("".join(cell["source"]), names) for cell in cells]
        assert Path("neuron.html").stat().st_size > 100_000
        names["dataset"].close()
    return found


def test_every_cell_of_the_tutorial_runs_and_shows_heat_maps(shown: list[Any]) -> None:
    views = [value for value in shown if isinstance(value, View)]
    assert len(views) == 4
    marks = [re.findall(r'class="nv-strip|class="nv-card|data-simulated="', view._repr_html_()) for view in views]
    assert all(marks)
    assert 'data-simulated="' in marks[2]


def test_the_neuron_of_the_tutorial_is_one_that_its_explanation_predicts(shown: list[Any]) -> None:
    rows = next(value for value in shown if hasattr(value, "columns"))
    assert len(rows) == 5
    assert (rows["score"] >= 0.6).all()


def test_the_tutorial_is_kept_without_what_a_run_leaves_in_it() -> None:
    for cell in NOTEBOOK["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
