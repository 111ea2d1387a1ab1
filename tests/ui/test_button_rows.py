"""Rows of buttons: all of one kind."""

from pathlib import Path

from tests.support.pages import open_page


def test_what_stands_behind_a_neurons_answer_is_bordered_like_its_other_buttons(small_home: Path) -> None:
    at = open_page("neuron", layer="1", neuron="2")
    kinds = {block.proto.popover.type for block in at.get("popover") if block.proto.popover.label}
    assert kinds == {"secondary"}
