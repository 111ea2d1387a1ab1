"""A picture of each page on a phone, a laptop and a wide screen, and in dark; none of them blank, none too wide.

And of the page Data without a dataset, without a network, and while one is added.

With NEURONVIEW_SCREENSHOTS=1 they are of the embedded dataset and go to docs/images; else of a tiny one, and go to a
temporary folder.
"""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from neuronview.links import Place, href
from neuronview.records import NeuronId
from neuronview.store import NeuronFilter, open_dataset
from neuronview.ui.nav import PAGES
from tests.support import app_server
from tests.support.published_tree import SET, SlowSource, serve_slowly

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
SIZES: dict[str, tuple[int, int]] = {"phone": (390, 844), "laptop": (1280, 1000), "wide": (2560, 1440)}
SCHEMES = ("light", "dark")
SHADES = 128
"""Colours of a picture that is kept: pages have few, and a palette takes half of the room."""
TEXT = "The ferry left at 9:40, and Martha counted seven gulls on the pier."
MARKS = {"neuron": ".nv-token", "text": ".nv-token", "compare": ".nv-token"}
"""What must be drawn on a page before its picture is taken."""
DRAWN = """() => !document.querySelector("[data-testid='stSkeleton']")
    && [...document.querySelectorAll("[data-testid='stPlotlyChart']")].every(chart => chart.querySelector("svg"))
    && [...document.querySelectorAll("[data-testid='stDataFrame']")].every(table => table.querySelector("canvas"))"""
"""Whether nothing on the page is still a grey stand-in."""
UNNAMED = """folders => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        let said = texts.currentNode.data;
        for (const [folder, name] of folders) said = said.replaceAll(folder, name);
        if (said !== texts.currentNode.data) texts.currentNode.data = said;
    }
    return document.body.innerText;
}"""
"""Puts names in place of folders, so that no picture shows those of the computer that took it; gives what is said."""


def wanted() -> bool:
    return os.environ.get("NEURONVIEW_SCREENSHOTS") == "1"


def drawn() -> list[tuple[str, str]]:
    """Colour schemes and windows of pictures: all of both where they are kept, else dark at one width."""
    return [(scheme, size) for scheme in SCHEMES for size in SIZES if wanted() or scheme == "light" or size == "laptop"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What is shown in place of each folder that a page may name."""
    return {"~/.local/share/neuronview": tmp_path_factory.mktemp("home"), "neuronview": ROOT}


@pytest.fixture(scope="module")
def shown(
    live_data: Path, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path, NeuronId]]:
    """Address of the app, folder for the pictures, and a neuron to show."""
    data = ROOT / "data" if wanted() else live_data
    dataset = open_dataset(data / "demo")
    best = dataset.neurons(NeuronFilter(explainer="dictionary" if wanted() else None), limit=1)
    neuron = NeuronId(int(best["layer"][0]), int(best["neuron"][0]))
    dataset.close()
    folder = ROOT / "docs" / "images" if wanted() else tmp_path_factory.mktemp("images")
    folder.mkdir(parents=True, exist_ok=True)
    with app_server.serve(data, folders["~/.local/share/neuronview"], dataset="demo") as address:
        yield address, folder, neuron


@pytest.fixture(scope="module")
def without_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """Address of the app with no dataset and no network, its home, and the folder for the pictures."""
    home = tmp_path_factory.mktemp("empty")
    folder = ROOT / "docs" / "images" if wanted() else tmp_path_factory.mktemp("images")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        with app_server.serve(home / "data", home, dataset="demo") as address:
            yield address, home, folder


@pytest.fixture
def source() -> Iterator[SlowSource]:
    """Published files that come quickly at first."""
    with serve_slowly(quick=900 if wanted() else 130) as served:
        yield served


@pytest.fixture(scope="module")
def page_of(browser: Browser) -> Iterator[dict[str, Page]]:
    """A page for each colour scheme."""
    contexts = {name: browser.new_context(color_scheme=name) for name in SCHEMES}  # type: ignore[arg-type]
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def place(name: str, neuron: NeuronId) -> Place:
    """What the page shows: the chosen neuron where it shows one."""
    if name in ("neuron", "text", "compare", "explain"):
        return Place("demo", neuron.layer, neuron.neuron, TEXT if name == "text" else None)
    return Place("demo")


@pytest.mark.parametrize(("scheme", "size"), drawn())
@pytest.mark.parametrize("name", [row.name for row in PAGES])
def test_a_page_is_drawn(
    name: str,
    scheme: str,
    size: str,
    shown: tuple[str, Path, NeuronId],
    folders: dict[str, Path],
    page_of: dict[str, Page],
) -> None:
    address, folder, neuron = shown
    page = page_of[scheme]
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    if size == next(each for of, each in drawn() if of == scheme):  # the others look at the same page in another window
        page.goto(address + href("" if name == "overview" else name, place(name, neuron)))
    app_server.settle(page)
    if name in MARKS:
        page.locator(MARKS[name]).filter(visible=True).first.wait_for(timeout=60_000)
    picture = taken(page, {name: str(path) for name, path in folders.items()})
    keep(picture, folder / f"{name}-{scheme}{'' if size == 'laptop' else f'-{size}'}.png")
    require_drawn(picture, scheme)


@pytest.mark.parametrize("state", ["empty", "offline", "importing"])
def test_data_without_a_dataset_is_drawn(
    state: str, without_data: tuple[str, Path, Path], page_of: dict[str, Page], source: SlowSource
) -> None:
    address, home, folder = without_data
    page = page_of["light"]
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{address}/data")
    app_server.settle(page)
    if state == "empty":
        expect(page.get_by_text("There is no dataset yet")).to_be_visible()
    elif state == "offline":
        page.locator(".st-key-data_add_start button").click()
        expect(page.get_by_text("cannot be reached")).to_be_visible()
    else:
        for field, typed in (("layers", "0"), ("base", source.address)):
            page.locator(f".st-key-data_add_{field} input").fill(typed)
            page.locator(f".st-key-data_add_{field} input").press("Enter")
            expect(page.get_by_text(f"--{field} {typed}")).to_be_visible()
        page.locator(".st-key-data_add_start button").click()
        expect(page.get_by_text("running, explanations and scores")).to_be_visible()
        expect(page.get_by_role("link", name=f"Browse {SET}")).to_be_visible()
        expect(page.get_by_text(re.compile(r"\d+ (s|min|h)\b.* left"))).to_be_visible()
        expect(page.get_by_text(re.compile(r" [1-9][\d,]* explanations "))).to_be_visible()
    picture = taken(page, {"~/.local/share/neuronview": str(home), "https://files.example.org": source.address})
    keep(picture, folder / f"data-{state}-light.png")
    require_drawn(picture, "light")
    source.hurry.set()
    for action in ("Cancel", "Put away"):
        button = page.get_by_role("button", name=action)
        if state != "empty" and (action == "Put away" or state == "importing"):
            button.click()
            expect(button).to_have_count(0)


def taken(page: Page, places: dict[str, str]) -> Image.Image:
    """The page once all of it is drawn, with names in place of the places."""
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(500)  # what is there fades in
    assert page.locator("[data-testid='stException']").count() == 0
    width = page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the window"
    said = page.evaluate(UNNAMED, [[place, name] for name, place in places.items()])
    assert not [place for place in places.values() if place in said]
    return Image.open(io.BytesIO(page.screenshot()))


def require_drawn(picture: Image.Image, scheme: str) -> None:
    bright, share, colours = look(picture)
    assert (bright > 128) == (scheme == "light"), f"mean brightness {bright:.0f}"
    assert 0.005 < share < 0.9, f"{share:.1%} of the picture is not background"
    assert colours > 20, f"only {colours} shades"


def keep(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(SHADES, dither=Image.Dither.NONE).save(path, optimize=True)


def look(picture: Image.Image) -> tuple[float, float, int]:
    """Mean brightness, share of pixels that are not of the commonest colour, and number of grey shades."""
    grey = np.asarray(picture.convert("L"))
    counts = np.bincount(grey.ravel(), minlength=256)
    return float(grey.mean()), float(1 - counts.max() / grey.size), int((counts > 0).sum())
