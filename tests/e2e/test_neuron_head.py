"""What stands above a neuron's explanation: its title with the steps to its neighbours, and nothing else."""

import pytest
from playwright.sync_api import Browser

from neuronview.links import Place, href
from tests.e2e.conftest import Server
from tests.support.app_server import settle

pytestmark = pytest.mark.e2e
BOXES = """() => ['h1', '.st-key-neuron_steps', '.st-key-nv_tools', '.st-key-neuron_answer'].map((one) => {
  const { left, right, top, bottom } = document.querySelector(one).getBoundingClientRect();
  return { left, right, top, bottom };
})"""


@pytest.mark.looks_only
@pytest.mark.parametrize(("width", "is_beside"), [(1280, True), (390, False)])
def test_the_explanation_comes_right_after_the_title_whose_row_has_the_steps_where_there_is_room(
    server: Server, browser: Browser, width: int, is_beside: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(server.address + href("neuron", Place(layer=1, neuron=17)))
    settle(page)
    title, steps, tools, answer = page.evaluate(BOXES)
    context.close()
    assert (steps["left"] > title["right"]) == is_beside
    assert (steps["top"] >= title["bottom"]) == (not is_beside)
    assert steps["right"] <= tools["left"] or steps["top"] >= tools["bottom"]
    assert 0 <= answer["top"] - max(title["bottom"], steps["bottom"]) < 40
