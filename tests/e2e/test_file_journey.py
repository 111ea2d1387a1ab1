"""A neuron as a file, opened from disk without a network, and that it looks as the app draws it."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from neuronview.records import ActivationRecord, NeuronId, Simulation
from neuronview.store import open_dataset
from neuronview.view.colour import PALETTES, STEPS, gradient, sheet
from neuronview.view.heatmap import Group, Strip, heatmap_payload
from neuronview.view.page import neuron_page
from neuronview.view.strips import heatmap_html
from tests.e2e.conftest import Server
from tests.support import heatmap_page, live_dataset
from tests.support.app_server import settle

pytestmark = [pytest.mark.e2e, pytest.mark.looks_only]

SHEET = """([theme, low, high]) => {
  const palette = {...theme, ...HUES[luminance(theme.background) < 0.18 ? "dark" : "light"]};
  return [sheetOf(palette), gradient(palette, low, high)];
}"""
TOKENS = """all => all.map(token => ({
  class: token.className,
  data: {...token.dataset},
  parts: [...token.children].map(part => [part.className, part.textContent]),
}))"""
STRIP = "all => all.map(strip => ({class: strip.className, data: {...strip.dataset}}))"
CONTRAST = """all => all.map(token => {
  const word = token.querySelector(".nv-word");
  const style = getComputedStyle(word);
  return [style.backgroundColor, style.color].map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number));
})"""


@pytest.fixture(scope="module")
def file(live_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    dataset = open_dataset(live_data / live_dataset.NAME)
    path = tmp_path_factory.mktemp("file") / "neuron.html"
    path.write_text(neuron_page(dataset, live_dataset.EXPLAINED[0], made="today"), encoding="utf-8")
    dataset.close()
    return path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_file_opens_from_disk_without_a_network_in_both_themes(browser: Browser, file: Path, theme: str) -> None:
    context = browser.new_context(color_scheme=theme, offline=True, viewport={"width": 1280, "height": 1000})  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name=f"Neuron {live_dataset.EXPLAINED[0]}")).to_be_visible()
    for heading in ("Explanations", "Excerpts", "Real against simulated", "Activations over the whole corpus"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert page.locator(".nv-token[data-simulated]").count() > 100
    page.locator("summary", has_text="more").first.click()
    assert asked == [file.as_uri()], "nothing but the file itself is asked for"
    assert said == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == f"rgb({', '.join(map(str, PALETTES[theme].background))})"
    pairs = np.array(page.locator(".nv-token:visible").evaluate_all(CONTRAST), dtype=float) / 255
    light = np.where(pairs <= 0.04045, pairs / 12.92, ((pairs + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]
    assert ((light.max(axis=1) + 0.05) / (light.min(axis=1) + 0.05)).min() >= 4.5
    context.close()


def test_the_file_is_as_wide_as_a_phone(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_those_of_the_component(page: Page, theme: str) -> None:
    palette = PALETTES[theme]
    known = heatmap_page.THEMES[theme]
    for written, colour in ((known["background"], palette.background), (known["text"], palette.text)):
        assert tuple(bytes.fromhex(written[1:])) == colour
    page.goto("about:blank")
    script = (Path(heatmap_page.token_strip.__file__).parent / "colour.js").read_text(encoding="utf-8")
    page.add_script_tag(content=script)
    given = {"background": palette.background, "text": palette.text}
    rules, bar = page.evaluate(SHEET, [given, -0.25, 2.0])
    assert sheet(palette, range(-STEPS, STEPS + 1)).splitlines() == rules.splitlines()
    assert gradient(palette, -0.25, 2.0) == bar


def test_a_strip_has_the_elements_that_the_component_draws(page: Page) -> None:
    tokens = ("The", " cat", "\n", "<|endoftext|>", "<i>", " f", "é")
    record = ActivationRecord(tokens, np.array([0.5, -0.25, 3.5, 0, 1e-7, 1, 2]), tuple(range(7)), excerpt_id=7)
    simulated = Simulation(tokens, np.array([0.5, np.nan, 4.0, -1, 0, 1, 2.5]))
    strip = Strip(
        record,
        NeuronId(1, 2),
        3.0,
        simulated=simulated.expected,
        simulation=simulated,
        heading="1 · x",
        chosen=4,
        chosen_last=5,
        marks={0: "miss", 2: "false-positive"},
    )
    payload = heatmap_payload([Group([strip])], dataset="demo", difference=True, cut={5: b" f\xc3", 6: b"\xa9"})
    heatmap_page.open_heatmap(page)
    heatmap_page.draw(page, payload)
    drawn = [page.locator(".nv-token").evaluate_all(TOKENS), page.locator(".nv-strip").evaluate_all(STRIP)]
    assert len(drawn[0]) == len(tokens)
    page.goto("about:blank")
    page.set_content(heatmap_html(payload))
    assert [page.locator(".nv-token").evaluate_all(TOKENS), page.locator(".nv-strip").evaluate_all(STRIP)] == drawn


def test_the_button_on_the_neuron_page_saves_the_file(server: Server, page: Page) -> None:
    neuron = live_dataset.EXPLAINED[0]
    page.goto(f"{server.address}/neuron?dataset={live_dataset.NAME}&layer={neuron.layer}&neuron={neuron.neuron}")
    settle(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert saved.value.suggested_filename.endswith(f"-{neuron.layer}-{neuron.neuron}.html")
    assert f"<h1>Neuron {neuron}</h1>" in Path(saved.value.path()).read_text(encoding="utf-8")
