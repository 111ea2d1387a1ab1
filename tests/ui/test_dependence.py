"""What a neuron depends on, on its page: earlier tokens of a stored excerpt deleted or swapped."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.model import dependence as module
from neuronview.model import load
from neuronview.model.dependence import NEUTRAL
from neuronview.records import ActivationRecord, NeuronId
from neuronview.store import open_dataset
from neuronview.ui import dependence_parts
from tests.support.language_page import html_of
from tests.support.pages import heat_maps, open_page

NEURON = NeuronId(1, 16)


def opened(**more: str) -> AppTest:
    layer, neuron = map(str, NEURON)
    return open_page("neuron", layer=layer, neuron=neuron, neuron_tab="What it depends on", **more)


def asked(at: AppTest) -> AppTest:
    return at.button(key="depends_go").click().run()


def payloads(at: AppTest) -> list[dict]:
    return heat_maps(at)


def strip(at: AppTest, place: int = -1) -> dict:
    return payloads(at)[place]["groups"][0]["strips"][0]


def best(live: Path) -> ActivationRecord:
    groups = open_dataset(live).neuron(NEURON).groups.values()
    return max((record for found in groups for record in found), key=lambda record: record.maximum)


def expected(live: Path, ids: list[int], position: int, changed: list[list[int]]) -> list[float]:
    """Activation at the last token of each changed text less that of the text as it stands, read one at a time."""
    model = load(live / "model", device="cpu")
    read = [float(model.activations(text, [NEURON])[-1, 0]) for text in [ids[: position + 1], *changed]]
    return [value - read[0] for value in read[1:]]


def test_each_earlier_token_has_the_change_that_deleting_it_makes(live: Path) -> None:
    record = best(live)
    position = int(np.argmax(record.activations))
    ids = list(record.token_ids or ())
    deleted = [ids[:place] + ids[place + 1 : position + 1] for place in range(position)]
    found = strip(asked(opened()))
    assert len(found["tokens"]) == position > 8
    assert np.allclose(found["real"], expected(live, ids, position, deleted), atol=1e-5)


def test_a_token_too_far_away_to_be_tried_has_no_value_and_the_legend_says_so(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_EARLIER", 4)
    at = asked(opened())
    assert [value is None for value in strip(at)["real"][-6:]] == [True, True, False, False, False, False]
    assert payloads(at)[-1]["legend"][-1]["name"] == "not tried"


def test_swapping_puts_a_neutral_token_there(live: Path) -> None:
    record = best(live)
    position = int(np.argmax(record.activations))
    ids = list(record.token_ids or ())
    neutral = [found[0] for found in load(live / "model").tokenizer.encode_many(NEUTRAL) if len(found) == 1]
    swapped = [
        [*ids[:place], next(swap for swap in neutral if swap != ids[place]), *ids[place + 1 : position + 1]]
        for place in range(position)
    ]
    at = opened()
    at.segmented_control(key="depends_way").set_value("swap")
    found = asked(at)
    assert np.allclose(strip(found)["real"], expected(live, ids, position, swapped), atol=1e-5)
    assert "Swapped for" in html_of(found)


def test_the_table_has_the_five_strongest_changes_the_strongest_first(live: Path) -> None:
    at = opened()
    at.selectbox(key="depends_1_16_token_0").set_value(18)  # both signs are among its strongest
    changes = np.array(strip(asked(at))["real"])
    rows = html_of(at).split("The strongest changes</caption>")[1].split("</table>")[0].split("<tr>")[2:]
    places = [int(row.split("</td>")[0].rsplit(">", 1)[1]) for row in rows]
    assert places == np.argsort(-np.abs(changes), kind="stable")[:5].tolist()


def test_the_legend_says_that_these_are_changes(live: Path) -> None:
    legend = payloads(asked(opened()))[-1]["legend"]
    assert legend[0]["name"] == "Change of the activation when this token is deleted"


def test_full_colour_stands_at_the_largest_change_on_both_sides(live: Path) -> None:
    found = asked(opened())
    largest = max(abs(value) for value in strip(found)["real"])
    assert strip(found)["scale"] == pytest.approx(largest)
    assert payloads(found)[-1]["legend"][0]["low"] == pytest.approx(-largest)


def test_another_token_can_be_asked_for(live: Path) -> None:
    at = opened()
    at.selectbox(key="depends_1_16_token_0").set_value(3)
    assert len(strip(asked(at))["tokens"]) == 3


def test_a_result_is_gone_when_something_else_is_asked_for(live: Path) -> None:
    at = asked(opened())
    assert len(payloads(at)) == 3
    at.selectbox(key="depends_1_16_token_0").set_value(3).run()
    assert len(payloads(at)) == 2


def test_the_first_token_has_nothing_before_it(live: Path) -> None:
    at = opened()
    at.selectbox(key="depends_1_16_token_0").set_value(0).run()
    assert "nothing stands before it" in at.info[-1].value


def test_without_its_model_the_command_is_said(live: Path) -> None:
    (live / "model").rename(live / "elsewhere")
    try:
        at = asked(opened())
    finally:
        (live / "elsewhere").rename(live / "model")
    assert not at.exception
    assert "datasets model demo FOLDER" in at.code[0].value


def test_where_the_model_is_can_be_said_there_and_what_was_asked_is_done(live: Path) -> None:
    (live / "model").rename(live / "elsewhere")
    try:
        at = asked(opened())
        at.text_input(key="depends_model_place").set_value(str(live / "elsewhere"))
        at.button(key="depends_model_use").click().run()
    finally:
        (live / "elsewhere").rename(live / "model")
    assert not at.exception
    assert "The strongest changes" in html_of(at)


def test_no_torch_before_the_button_is_pressed(live: Path) -> None:
    code = (
        "import sys; from tests.support.pages import open_page; "
        "at = open_page('neuron', layer='1', neuron='16', neuron_tab='What it depends on'); "
        "sys.exit('torch' in sys.modules or bool(at.exception) or not at.button(key='depends_go'))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_excerpt_with_a_token_that_is_not_the_models_is_refused_in_words(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependence_parts, "vocabulary", lambda model: ["none", "of", "these"])
    at = asked(opened())
    assert not at.exception
    assert "not one of the model" in at.error[0].value
