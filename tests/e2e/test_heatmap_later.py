"""Excerpts that a screen does not hold are drawn a moment later, where nobody can be looking at them."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from neuronview.records import ActivationRecord, NeuronId
from neuronview.ui.heatmap import Group, Strip, heatmap_payload
from tests.e2e import locators
from tests.support.heatmap_page import open_heatmap

pytestmark = pytest.mark.e2e

MANY = 60
_DRAW = """data => {  // how many strips are there at once
  draw({data, parentElement: shadow, setTriggerValue: () => {}});
  return shadow.querySelectorAll(".nv-strip").length;
}"""
_IN_WINDOW = "all => all.filter(strip => strip.getBoundingClientRect().top < innerHeight).length"


def payload(many: int = MANY, *, first: int = 0) -> dict[str, Any]:
    """So many excerpts in two groups, numbered from `first`."""
    values = np.linspace(0, 1, 16)
    records = [ActivationRecord(("word ",) * 16, values, excerpt_id=first + place) for place in range(many)]
    strips = [Strip(record, NeuronId(0, 1), 1.0, heading="Heading") for record in records]
    return heatmap_payload([Group(strips[: many // 2]), Group(strips[many // 2 :])], dataset="demo")


def numbers(page: Page) -> list[int]:
    """Of the excerpts that are drawn, from top to bottom."""
    return [int(number) for number in locators.strips(page).evaluate_all("all => all.map(e => e.dataset.excerpt)")]


def test_a_screen_full_comes_at_once_and_all_in_order_soon_after(page: Page) -> None:
    open_heatmap(page)
    at_once = page.evaluate(_DRAW, payload())
    assert at_once < MANY
    expect(locators.strips(page)).to_have_count(MANY)
    assert numbers(page) == list(range(MANY))
    assert locators.strips(page).evaluate_all(_IN_WINDOW) <= at_once


def test_what_was_in_the_window_is_there_at_once_the_next_time(page: Page) -> None:
    open_heatmap(page)
    before = page.evaluate(_DRAW, payload())
    expect(locators.strips(page)).to_have_count(MANY)
    page.evaluate("shadow.host.style.marginTop = `${innerHeight / 2}px`")  # something comes to stand above it
    page.evaluate(_DRAW, payload())
    expect(locators.strips(page)).to_have_count(MANY)
    at_once = page.evaluate(_DRAW, payload())
    assert locators.strips(page).evaluate_all(_IN_WINDOW) <= at_once < before


def test_the_page_keeps_its_height_while_excerpts_are_missing(page: Page) -> None:
    open_heatmap(page)
    page.evaluate(_DRAW, payload())
    missing = page.evaluate("shadow.host.getBoundingClientRect().height")
    expect(locators.strips(page)).to_have_count(MANY)
    assert page.evaluate("shadow.host.getBoundingClientRect().height") == pytest.approx(missing, rel=0.25)


def test_where_the_page_is_scrolled_all_come_at_once(page: Page) -> None:
    open_heatmap(page)
    page.evaluate(_DRAW, payload())
    expect(locators.strips(page)).to_have_count(MANY)
    page.mouse.wheel(0, 1500)
    page.wait_for_function("document.scrollingElement.scrollTop > 0")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")  # the event came
    assert page.evaluate(_DRAW, payload()) == MANY


def test_a_token_far_down_keeps_the_focus_when_all_is_drawn_anew(page: Page) -> None:
    open_heatmap(page)
    page.evaluate(_DRAW, payload())
    expect(locators.strips(page)).to_have_count(MANY)
    page.evaluate("shadow.querySelectorAll('.nv-strip')[50].nvAt.tokens[3].focus({preventScroll: true})")
    page.evaluate(_DRAW, payload())
    held = "[...shadow.querySelectorAll('.nv-strip')].indexOf(shadow.activeElement.parentElement)"
    assert page.evaluate(held) == 50


def test_what_is_missing_of_the_one_before_does_not_come_into_the_next(page: Page) -> None:
    open_heatmap(page)
    page.evaluate(_DRAW, payload())
    page.evaluate(_DRAW, payload(40, first=100))
    expect(locators.strips(page)).to_have_count(40)
    page.wait_for_timeout(300)
    assert numbers(page) == list(range(100, 140))


def test_what_is_not_shown_any_more_is_left_as_it_is(page: Page) -> None:
    open_heatmap(page)
    at_once = page.evaluate(_DRAW, payload())
    page.evaluate("shadow.host.remove()")
    page.wait_for_timeout(300)
    assert page.evaluate("shadow.querySelectorAll('.nv-strip').length") == at_once


def test_how_many_a_window_holds_is_not_learnt_where_nobody_sees_it(page: Page) -> None:
    open_heatmap(page)
    at_once = page.evaluate(_DRAW, payload())
    page.evaluate("shadow.host.style.display = 'none'")  # as in a tab that is hidden
    page.wait_for_function(f"shadow.querySelectorAll('.nv-strip').length === {MANY}")
    assert page.evaluate(_DRAW, payload()) == at_once
