"""The heat map in a browser, alone on a page: what is drawn, said and sent; compared with the records it was told."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from neuronview.records import ActivationRecord, NeuronId, NeuronStatistics, Simulation
from neuronview.stats import exceedance
from neuronview.ui.heatmap import Group, Strip, heatmap_payload
from tests.e2e import locators
from tests.support.heatmap_page import draw, open_heatmap, sent

pytestmark = pytest.mark.e2e

NEURON = NeuronId(2, 17)
TAIL_VALUES, TAIL_PROBABILITIES = np.array([0.0, 1.0, 3.0, np.nan]), np.array([0.5, 0.05, 0.0007, 0.0001])
STATISTICS = NeuronStatistics(
    minimum=-0.5,
    maximum=4.0,
    histogram=np.array([900.0, 90.0, 9.0, 1.0]),
    tail_values=TAIL_VALUES,
    tail_probabilities=TAIL_PROBABILITIES,
)
PEAK = 21
LONG = tuple(f" t{place}" for place in range(30))


def long_record() -> ActivationRecord:
    values = np.linspace(0.1, 0.9, 30)
    values[PEAK] = 3.123456789
    return ActivationRecord(LONG, values, tuple(range(100, 130)), excerpt_id=5)


def strip_of(record: ActivationRecord, **more: Any) -> Strip:
    return Strip(record, NEURON, 4.0, statistics=STATISTICS, **more)


def show(page: Page, *strips: Strip, **options: Any) -> None:
    open_heatmap(page)
    draw(page, heatmap_payload([Group(strips)], dataset="demo", **options))


def drawn(page: Page) -> list[list[str | None]]:
    names = ["data-position", "data-token-id", "data-activation", "data-simulated"]
    script = "(all, names) => all.map(token => names.map(name => token.getAttribute(name)))"
    return page.locator(".nv-token").evaluate_all(script, names)


def told(page: Page) -> dict[str, str]:
    """What the tip says, by its names."""
    lines = locators.tip(page).locator("dt, dd").all_inner_texts()
    return dict(zip(lines[::2], lines[1::2], strict=True))


def test_hostile_tokens_stay_text(page: Page) -> None:
    tokens = ("<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "&amp;", "<b>", "$x$ **y**")
    show(page, strip_of(ActivationRecord(tokens, np.arange(5.0)), heading="<i>h</i>", simulated=np.arange(5.0)))
    assert page.locator(".nv-word").all_text_contents() == list(tokens)
    for place in range(5):
        locators.tokens(locators.strips(page).first).nth(place).hover()
        assert told(page)["Token"] == tokens[place]
    assert page.locator(".nv-root").locator("script, img, b, i").count() == 0
    assert page.evaluate("window.hit") is None


def test_every_token_says_position_id_and_values_however_much_is_seen(page: Page) -> None:
    record = long_record()
    show(page, strip_of(record, simulated=np.where(np.arange(30) == 3, np.nan, record.activations / 3)))
    full = drawn(page)
    assert [entry[:2] for entry in full] == [[str(at), str(100 + at)] for at in range(30)]
    assert [float(entry[2] or "nan") for entry in full] == pytest.approx(record.activations.tolist(), rel=1e-6)
    simulated = [entry[3] for entry in full]
    assert [place for place, value in enumerate(simulated) if value is None] == [3]
    for name in ("Snippet", "16 tokens", "Full"):
        page.get_by_role("button", name=name).click()
        assert drawn(page) == full


@pytest.mark.parametrize(("name", "n_seen"), [("Snippet", 10), ("16 tokens", 16), ("Full", 30)])
def test_so_many_tokens_in_a_row_round_the_largest_value_are_seen(name: str, n_seen: int, page: Page) -> None:
    show(page, strip_of(long_record()))
    page.get_by_role("button", name=name).click()
    seen = page.locator(".nv-token:visible").evaluate_all("all => all.map(token => Number(token.dataset.position))")
    assert seen == list(range(seen[0], seen[0] + n_seen))
    assert PEAK in seen
    left_out = [int(text.split()[1]) for text in page.locator(".nv-dots").all_text_contents()]
    assert sum(left_out) == 30 - n_seen


def test_the_dots_show_the_rest_of_that_excerpt_alone(page: Page) -> None:
    show(page, strip_of(long_record()), strip_of(long_record()))
    page.get_by_role("button", name="Snippet").click()
    page.locator(".nv-dots").first.click()
    counts = [strip.locator(".nv-token:visible").count() for strip in locators.strips(page).all()]
    assert counts == [30, 10]


def test_arrows_move_from_token_to_token_and_out_of_what_is_seen(page: Page) -> None:
    show(page, strip_of(long_record()))
    page.get_by_role("button", name="Snippet").click()
    page.locator('.nv-token[tabindex="0"]').focus()
    assert told(page)["Position (from 0)"] == str(PEAK)
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert told(page)["Position (from 0)"] == str(PEAK - 8)
    page.keyboard.press("End")
    assert told(page)["Position (from 0)"] == "29"
    assert page.locator('.nv-token[tabindex="0"]').count() == 1


@pytest.mark.parametrize("value", [-0.2, 0.3, 0.999, 1.7, 2.999, 3.5, 4.0, 4.2])
def test_a_tip_says_how_rare_a_value_is(value: float, page: Page) -> None:
    found = 0.0 if value == 4 else exceedance(value, TAIL_VALUES, TAIL_PROBABILITIES, maxima=4.0)
    show(page, strip_of(ActivationRecord(("a",), np.array([value]))))
    page.locator(".nv-token").hover()
    words = told(page)["Tokens of the corpus above it"]
    if found in (0.0, 1.0):
        assert words == ("none" if found == 0 else "more than 50 %")
    elif found > 0.1:
        assert words == f"{100 * found:.0f} %"
    else:
        shown = float(words.removeprefix("at most ").removeprefix("1 in ").replace(",", ""))
        assert shown == pytest.approx(1 / found, rel=0.05)
        assert words.startswith("at most") == (value > 3)


def test_a_tip_marks_real_and_simulated_value_on_the_neurons_histogram(page: Page) -> None:
    record = ActivationRecord(("a", "b"), np.array([1.75, 0.0]))
    show(page, strip_of(record, simulated=np.array([4.0, np.nan])))
    tip = locators.tip(page)
    page.locator(".nv-token").first.hover()
    width = tip.locator("svg.nv-chart").evaluate("picture => picture.viewBox.baseVal.width")
    places = {name: float(tip.locator(f".nv-mark-{name}").get_attribute("x1") or 0) for name in ("real", "simulated")}
    assert places == {"real": pytest.approx(width * 2.25 / 4.5), "simulated": pytest.approx(width)}
    page.locator(".nv-token").nth(1).hover()
    expect(tip.locator(".nv-mark-simulated")).to_have_count(0)
    assert told(page)["Simulated"] == "missing"


def test_a_tip_says_percent_of_the_maximum_simulated_value_and_difference(page: Page) -> None:
    show(page, strip_of(ActivationRecord(("a",), np.array([1.5])), simulated=np.array([0.25])))
    page.locator(".nv-token").hover()
    found = told(page)
    assert (found["Of the neuron's maximum"], found["Real value"]) == ("37.5 %", "1.500")
    assert (found["Simulated"], found["Simulated − real"]) == ("0.2500", "−1.250")


def test_a_simulated_value_shows_its_distribution(page: Page) -> None:
    simulation = Simulation(("a",), np.array([4.1]), ((0.0, 3.0, 9.0),), ((0.2, 0.5, 0.3),))
    show(page, strip_of(ActivationRecord(("a",), np.array([1.5])), simulated=np.array([1.0]), simulation=simulation))
    page.locator(".nv-token").hover()
    expect(locators.tip(page)).to_contain_text("3: 50 %, 9: 30 %, 0: 20 %")


def test_a_click_offers_what_can_be_done_and_sends_it(page: Page) -> None:
    show(page, strip_of(long_record()), strip_of(long_record()))
    locators.strips(page).nth(1).locator(".nv-token").nth(4).click()
    page.get_by_role("button", name="Rank all neurons for this token").click()
    page.get_by_role("button", name="Open the excerpt on Text").click()
    use = {"group": 0, "strip": 1, "position": 4}
    assert sent(page) == [["used", use | {"token": True}], ["used", use | {"token": False}]]
    page.mouse.click(1000, 900)
    expect(locators.tip(page)).to_have_count(0)


def test_enter_leads_into_the_offer_and_escape_back_to_the_token(page: Page) -> None:
    show(page, strip_of(long_record()))
    page.locator('.nv-token[tabindex="0"]').focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rank all neurons for this token")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f'.nv-token[data-position="{PEAK}"]')).to_be_focused()
    expect(locators.tip(page)).to_have_count(0)


def test_where_a_page_asks_for_a_token_a_click_chooses_it(page: Page) -> None:
    show(page, strip_of(long_record()), pickable=True)
    page.locator(".nv-token").nth(4).click()
    assert sent(page) == [["picked", [0, 0, 4]]]
    assert page.get_by_role("button", name="Rank all neurons for this token").count() == 0
    assert page.get_by_role("button", name="Snippet").count() == 0


def test_a_long_text_opens_collapsed_and_unfolds_for_good(page: Page) -> None:
    tokens = tuple("a" for _ in range(300))
    values = np.zeros(300)
    values[250] = 1.0
    payload = heatmap_payload([Group([strip_of(ActivationRecord(tokens, values))])], dataset="demo", pickable=True)
    open_heatmap(page)
    draw(page, payload)
    seen = page.locator(".nv-token:visible")
    expect(seen).to_have_count(16)
    expect(page.locator('.nv-token[data-position="250"]')).to_be_visible()
    page.locator(".nv-dots").first.click()
    expect(seen).to_have_count(300)
    draw(page, payload)  # as after a token is chosen
    expect(seen).to_have_count(300)
    page.get_by_role("button", name="Snippet").click()
    expect(seen).to_have_count(10)
    page.get_by_role("button", name="Full").click()
    expect(seen).to_have_count(300)


def test_a_tap_tells_of_a_token(browser: Browser) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 420, "height": 800})
    page = context.new_page()
    show(page, strip_of(long_record()))
    page.locator(".nv-token").nth(4).tap()
    assert told(page)["Position (from 0)"] == "4"
    box = locators.tip(page).bounding_box()
    assert box is not None
    assert 0 <= box["x"] <= 420 - box["width"]
    context.close()


def test_numbers_stand_under_tokens_and_go_again(page: Page) -> None:
    record = ActivationRecord(("a", "b"), np.array([1.26, -0.04]))
    show(page, strip_of(record, simulated=np.array([0.5, np.nan])))
    page.get_by_role("button", name="Numbers").click()
    assert page.locator(".nv-number").all_text_contents() == ["1.3", "≈0.5", "0", "–"]
    page.get_by_role("button", name="Numbers").click()
    expect(page.locator(".nv-number")).to_have_count(0)


def test_what_was_chosen_holds_for_what_is_drawn_next(page: Page) -> None:
    show(page, strip_of(long_record()))
    page.get_by_role("button", name="Numbers").click()
    page.get_by_role("button", name="Snippet").click()
    draw(page, heatmap_payload([Group([strip_of(long_record())])], dataset="demo"))
    expect(page.locator(".nv-number")).to_have_count(30)
    expect(page.locator(".nv-token:visible")).to_have_count(10)


def test_the_largest_value_is_underlined_and_one_beyond_the_scale_is_marked(page: Page) -> None:
    show(page, strip_of(ActivationRecord(tuple("abc"), np.array([3.0, -3.0, 1.0]))), normalization="fixed", fixed=2.0)
    script = "all => all.map(word => getComputedStyle(word).textDecorationLine)"
    assert page.locator(".nv-word").evaluate_all(script) == ["underline overline", "overline", "none"]


def test_an_overlaid_value_lies_in_its_tokens_box_below_the_text(page: Page) -> None:
    show(page, strip_of(long_record(), simulated=np.arange(30.0)))

    def boxes() -> list[float]:
        script = """token => [".nv-word", ".nv-row"].flatMap(name => {
          const box = token.querySelector(name).getBoundingClientRect();
          return [box.top, box.bottom];
        })"""
        return page.locator(".nv-token").first.evaluate(script)

    assert boxes()[2] >= boxes()[1], "stacked: the simulated row is below the token"
    page.get_by_role("button", name="Overlay").click()
    top, bottom, row_top, row_bottom = boxes()
    assert top < row_top < row_bottom <= bottom + 0.5


def test_a_missing_value_is_hatched_and_zero_is_not(page: Page) -> None:
    show(page, strip_of(ActivationRecord(("a", "b"), np.array([1.0, 2.0])), simulated=np.array([np.nan, 0.0])))
    script = "all => all.map(row => getComputedStyle(row).backgroundImage.startsWith('repeating'))"
    assert page.locator(".nv-row").evaluate_all(script) == [True, False]


def test_line_breaks_are_true_ones_on_request(page: Page) -> None:
    show(page, strip_of(ActivationRecord(("a", "\n", "b"), np.arange(3.0))))
    tops = "all => all.map(token => Math.round(token.getBoundingClientRect().top))"
    assert len(set(page.locator(".nv-token").evaluate_all(tops))) == 1
    page.get_by_role("button", name="Line breaks").click()
    first, mark, after = page.locator(".nv-token").evaluate_all(tops)
    assert first == mark < after


def test_the_leading_token_is_a_badge_and_a_split_character_one_glyph_with_its_parts(page: Page) -> None:
    record = ActivationRecord(("<|endoftext|>", "\ufffd", "\ufffd"), np.arange(3.0), (0, 1, 2))
    show(page, strip_of(record), cut={1: b"\xc3", 2: b"\xb1"})
    tokens = page.locator(".nv-token")
    assert tokens.first.evaluate("token => token.classList.contains('nv-badge')")
    assert page.locator(".nv-word").all_text_contents() == ["<|endoftext|>", "ñ", ""]
    tokens.nth(2).hover()
    found = told(page)
    assert (found["Token"], found["Part 2 of 2 of “ñ”"]) == ("ñ", "bytes b1")
    draw(page, heatmap_payload([Group([strip_of(record)])], dataset="demo", cut={1: b"\xc3", 2: b"\xb1"}))
    expect(tokens.nth(2)).to_have_accessible_name("Part 2 of 2 of “ñ”")
    width = tokens.nth(2).evaluate("token => token.getBoundingClientRect().width")
    assert width >= 5, "a part has no room to be pointed at"


def test_the_line_under_a_split_character_is_inside_the_tokens_boxes(page: Page) -> None:
    record = ActivationRecord(("a", "\ufffd", "\ufffd"), np.arange(3.0), (0, 1, 2))
    show(page, strip_of(record), cut={1: b"\xc3", 2: b"\xb1"})
    bottoms = page.locator(".nv-word, .nv-split").evaluate_all(
        "all => all.map(box => box.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 5
    assert max(bottoms) - min(bottoms) < 0.5
    script = "all => all.map(word => getComputedStyle(word).borderBottomStyle)"
    assert page.locator(".nv-word").evaluate_all(script) == ["none", "dotted", "dotted"]


def test_a_heat_map_that_is_gone_no_longer_follows_choices(page: Page) -> None:
    show(page, strip_of(long_record()))
    page.evaluate("forget()")
    page.get_by_role("button", name="Numbers").click()
    expect(page.locator(".nv-number")).to_have_count(0)
