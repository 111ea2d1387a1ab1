"""A picture of each page in light and dark, on a phone, a laptop and a wide screen; none of them blank, none too wide.

With NEURONVIEW_SCREENSHOTS=1 they are of the embedded dataset and go to docs/images; else of a tiny one, and go to a
temporary folder.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from neuronview.links import Place, href
from neuronview.records import NeuronId
from neuronview.store import NeuronFilter, open_dataset
from neuronview.ui.nav import PAGES
from tests.support import app_server

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
}"""
"""Puts names in place of folders, so that no picture shows those of the computer that took it."""


def wanted() -> bool:
    return os.environ.get("NEURONVIEW_SCREENSHOTS") == "1"


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


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("scheme", SCHEMES)
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
    if size == next(iter(SIZES)):  # the others look at the same page in another window
        page.goto(address + href("" if name == "overview" else name, place(name, neuron)))
    app_server.settle(page)
    if name in MARKS:
        page.locator(MARKS[name]).filter(visible=True).first.wait_for(timeout=60_000)
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(500)  # what is there fades in
    assert page.locator("[data-testid='stException']").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the window"
    page.evaluate(UNNAMED, [[str(path), name] for name, path in folders.items()])
    said = page.locator("body").inner_text()
    assert not [path for path in folders.values() if str(path) in said]
    picture = Image.open(io.BytesIO(page.screenshot()))
    keep(picture, folder / f"{name}-{scheme}{'' if size == 'laptop' else f'-{size}'}.png")
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
