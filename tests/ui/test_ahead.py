"""Neurons that are one key away are read before anybody asks; nobody waits for that, and little of it piles up."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.errors import NotFound
from neuronview.records import NeuronId
from neuronview.store import Dataset, open_dataset
from neuronview.ui import ahead, neuron_strips
from neuronview.view.evaluation import neuron_maximum
from neuronview.view.heatmap import NORMALIZATIONS, Group, Strip, heatmap_payload
from neuronview.view.neuron import record_heading
from tests.support.pages import heat_maps, open_page


def finished(work: ahead.Ahead) -> None:
    """Wait until nothing of it runs."""
    until = time.monotonic() + 60
    while work._runs and time.monotonic() < until:
        time.sleep(0.002)
    assert not work._runs
    for thread in threading.enumerate():
        if thread.name == "neuronview-ahead":
            thread.join(10)


@pytest.fixture
def work(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> ahead.Ahead:
    """What the pages have read ahead, at once."""
    assert small_home.is_dir()
    monkeypatch.setattr(ahead, "_AHEAD", work := ahead.Ahead(rest=0))
    return work


def test_neighbours_are_read_before_they_are_opened(work: ahead.Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    open_page("neuron", layer="0", neuron="1")
    finished(work)
    read: list[NeuronId] = []

    def refused(self: Dataset, neuron: NeuronId) -> None:
        read.append(NeuronId(*neuron))
        raise NotFound("nothing is read any more")

    monkeypatch.setattr(Dataset, "neuron", refused)
    for layer, neuron in ((0, 0), (0, 2), (1, 1)):
        assert not open_page("neuron", layer=str(layer), neuron=str(neuron)).exception
        assert NeuronId(layer, neuron) not in read, read
    finished(work)


def given(at: AppTest) -> dict[str, Any]:
    """What the browser was given of the neighbours."""
    told = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    return next(data for data in told if "near" in data)


def texts(at: AppTest) -> dict[str, str]:
    """What the page's own heat maps were told, by part."""
    told = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    return {data["part"]: data["text"] for data in told if data.get("part")}


def test_the_browser_is_given_what_a_neighbours_page_tells_its_heat_maps(work: ahead.Ahead) -> None:
    assert given(open_page("neuron", layer="0", neuron="1"))["maps"] == {}, "nothing was read yet"
    finished(work)
    found = given(open_page("neuron", layer="0", neuron="1"))
    finished(work)
    assert found["near"] == {"previous": "0:0", "next": "0:2", "up": "1:1"}
    assert set(found["maps"]) == {"0:0", "0:2", "1:1"}
    for neuron, maps in found["maps"].items():
        layer, number = neuron.split(":")
        assert maps == texts(open_page("neuron", layer=layer, neuron=number))
        finished(work)


def test_the_neuron_after_the_next_is_there_when_the_next_ones_page_comes(work: ahead.Ahead) -> None:
    open_page("neuron", layer="0", neuron="0")
    finished(work)
    assert "0:2" in given(open_page("neuron", layer="0", neuron="1"))["maps"]
    finished(work)


def test_what_a_page_gave_is_not_given_again_nor_the_neuron_before(work: ahead.Ahead) -> None:
    for neuron in ("0", "1", "2"):
        open_page("neuron", layer="0", neuron=neuron)
        finished(work)
    at = open_page("neuron", layer="0", neuron="1")
    assert set(given(at)["maps"]) >= {"0:0", "0:2"}
    assert given(at.run())["maps"] == {}
    at.query_params["neuron"] = "2"
    found = given(at.run())["maps"]
    finished(work)
    assert "0:3" in found
    assert "0:1" not in found


def test_a_neuron_without_excerpts_is_not_read_ahead(small_home: Path) -> None:
    dataset = open_dataset("small")
    record = dataset.neuron((1, 3))
    neuron_strips.read_ahead(dataset, "small", replace(record, top=[], first=[]))
    assert neuron_strips.there(dataset, "small", [record.id]) == {}
    neuron_strips.read_ahead(dataset, "small", record)
    assert set(neuron_strips.there(dataset, "small", [record.id])) == {"1:3"}


@pytest.mark.parametrize("shown", [{"neuron_tab": "Distribution"}, {"neuron_scale": NORMALIZATIONS["list"]}])
def test_nothing_is_given_where_the_page_shows_something_else_than_a_neighbours_would(
    work: ahead.Ahead, shown: dict[str, str]
) -> None:
    open_page("neuron", layer="0", neuron="1")
    finished(work)
    found = given(open_page("neuron", layer="0", neuron="1", **shown))
    finished(work)
    assert (found["isOpen"], found["maps"]) == (False, {})


def test_each_run_of_the_page_is_another_one_to_the_browser(small_home: Path) -> None:
    at = open_page("neuron", layer="0", neuron="1")
    before = given(at)["page"]
    assert given(at.run())["page"] != before


def told(**parameters: str) -> dict[str, Any]:
    """What the heat map of all excerpts of neuron 1:2 was told."""
    found = heat_maps(open_page("neuron", layer="1", neuron="2", **parameters))
    return next(data for data in found if data["length"] is None)


def test_the_kept_text_of_a_heat_map_says_what_the_payload_of_the_same_records_says(small_home: Path) -> None:
    record = open_dataset("small").neuron((1, 2))
    maximum, known = neuron_maximum(record), record.statistics
    strips = [
        Strip(entry, record.id, maximum, statistics=known, heading=record_heading(entry, rank))
        for found in record.groups.values()
        for rank, entry in enumerate(found)
    ]
    plain = heatmap_payload([Group(strips)], dataset="small")
    shown = told()
    assert [strip for group in shown.pop("groups") for strip in group["strips"]] == plain.pop("groups")[0]["strips"]
    assert shown == plain


def test_the_kept_text_follows_the_scale(small_home: Path) -> None:
    scales = ("neuron", "list", "neuron")
    assert tuple(told(neuron_scale=NORMALIZATIONS[scale])["normalization"] for scale in scales) == scales


def test_asking_returns_while_the_work_still_waits() -> None:
    gate = threading.Event()
    work = ahead.Ahead(rest=0)
    work.ask([gate.wait])
    assert work._runs
    gate.set()
    finished(work)


def test_only_the_newest_wait_and_the_newest_goes_first() -> None:
    done: list[int] = []
    gate = threading.Event()
    work = ahead.Ahead(most=2, rest=0)
    work.ask([gate.wait])
    while work._waiting:
        time.sleep(0.001)
    for number in range(4):
        work.ask([lambda number=number: done.append(number)])
    gate.set()
    finished(work)
    assert done == [3, 2]


def test_what_cannot_be_read_does_not_end_the_rest() -> None:
    done: list[str] = []
    work = ahead.Ahead(rest=0)

    def missing() -> None:
        raise NotFound("no such neuron")

    work.ask([missing, lambda: done.append("rest")])
    finished(work)
    assert done == ["rest"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_mistake_of_ours_later_work_is_done() -> None:
    done: list[str] = []
    work = ahead.Ahead(rest=0)
    work.ask([lambda: 1 / 0])
    finished(work)
    work.ask([lambda: done.append("later")])
    finished(work)
    assert done == ["later"]


class Clock:
    """Seconds that passed, and seconds of a core that the process took."""

    now = spent = 0.0


def busy(clock: Clock) -> ahead.Busy:
    return ahead.Busy(clock=lambda: clock.now, spent=lambda: clock.spent)


def test_a_server_is_busy_while_others_take_half_of_a_core_and_no_longer() -> None:
    clock = Clock()
    others = busy(clock)
    assert not others(), "nothing is known yet"
    clock.now, clock.spent = 1.0, 0.4
    assert not others()
    clock.now, clock.spent = 1.5, 0.9
    assert others()
    clock.now += ahead.LOOKED_BACK + 0.1
    assert not others(), "what was taken before is no more looked at"


def test_what_reading_ahead_takes_itself_does_not_make_the_server_busy() -> None:
    clock = Clock()
    others = busy(clock)
    others()
    clock.now, clock.spent = 1.0, 0.9
    others.leave_out(0.8)
    assert not others()


def test_on_a_busy_server_work_waits_and_is_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, done = Clock(), list[str]()
    others = busy(clock)
    others()
    clock.now, clock.spent = 1.0, 1.0
    work = ahead.Ahead(rest=0.001, busy=others)
    work.ask([lambda: done.append("waited for")])
    time.sleep(0.01)
    assert done == []
    clock.spent = 0.0
    finished(work)
    assert done == ["waited for"]
    clock.spent = 1.0
    monkeypatch.setattr(ahead, "PATIENCE", 0.01)
    work.ask([lambda: done.append("given up")])
    finished(work)
    assert done == ["waited for"]
