"""Memory does not grow with visits, pages and texts: every cache has an end, and a session keeps a few small things."""

import ast
from pathlib import Path

import pytest

import neuronview.ui
from neuronview.store.tables import connect
from tests.support.pages import open_page

MODULES = sorted(Path(neuronview.ui.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_every_cache_of_the_pages_has_a_largest_number_of_entries(module: Path) -> None:
    for function in ast.walk(ast.parse(module.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            said = ast.unparse(decorator)
            if "cache_data" in said or "cache_resource" in said:
                assert "max_entries=" in said, f"{function.name}: {said}"


@pytest.mark.usefixtures("small_home")
def test_a_session_keeps_no_more_after_many_neurons_than_after_a_few() -> None:
    at = open_page("neuron", dataset="small", layer="0", neuron="0")
    kept = list[int]()
    for turn in range(8):
        at.query_params["layer"], at.query_params["neuron"] = str(turn % 2), str(turn % 3)
        at.run()
        assert not at.exception
        kept.append(len(at.session_state._state.filtered_state))
    assert kept[-1] <= kept[1] + 2, kept


def test_what_a_thread_had_for_a_table_goes_back_to_the_machine_though_the_thread_has_nothing_more_to_do() -> None:
    with connect() as connection:
        assert connection.execute("select current_setting('allocator_background_threads')").fetchall() == [(True,)]
