"""The heat map's colours as a browser computes them, measured by the definitions of WCAG 2 and of OKLab."""

import os
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from neuronview.records import ActivationRecord, NeuronId
from neuronview.ui.heatmap import Group, Strip, heatmap_payload
from tests.support import heatmap_page

pytestmark = pytest.mark.e2e

VALUES = np.linspace(-1.2, 1.2, 241)
TABLE = Path(__file__).parents[2] / "docs" / "contrast.md"
COLOURS = """all => all.map(token => {
  const word = getComputedStyle(token.querySelector(".nv-word"));
  return [word.backgroundColor, word.color];
})"""


def computed(page: Page, theme: str) -> tuple[np.ndarray, np.ndarray]:
    """Fill and text of a token for each of VALUES, on a scale that ends at 1: (values, 3) each, 0 to 255."""
    heatmap_page.open_heatmap(page, theme=theme)
    record = ActivationRecord(tuple("x" * len(VALUES)), VALUES)
    heatmap_page.draw(page, heatmap_payload([Group([Strip(record, NeuronId(0, 0), 1.0)])], dataset="demo"))
    return colours(page)


def colours(page: Page) -> tuple[np.ndarray, np.ndarray]:
    found = page.locator(".nv-token").evaluate_all(COLOURS)
    parts = np.array([[[int(part) for part in re.findall(r"\d+", colour)[:3]] for colour in pair] for pair in found])
    return parts[:, 0], parts[:, 1]


def linear(colour: np.ndarray) -> np.ndarray:
    share = colour / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    pair = np.sort([linear(colour) @ [0.2126, 0.7152, 0.0722] for colour in (one, other)], axis=0)
    return (pair[1] + 0.05) / (pair[0] + 0.05)


def oklab(colour: np.ndarray) -> np.ndarray:
    first = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    second = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.cbrt(linear(colour) @ np.transpose(first)) @ np.transpose(second)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_text_on_every_colour_of_the_scale_can_be_read(theme: str, page: Page) -> None:
    fill, ink = computed(page, theme)
    found = contrast(fill, ink)
    assert found.min() >= 4.5, f"{found.min():.2f} : 1 at {VALUES[found.argmin()]:.2f} of the scale"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_equal_steps_of_value_look_equal_and_zero_is_the_background(theme: str, page: Page) -> None:
    fill, _ = computed(page, theme)
    background = [int(heatmap_page.THEMES[theme]["background"][at : at + 2], 16) for at in (1, 3, 5)]
    assert fill[len(VALUES) // 2].tolist() == background
    away = np.linalg.norm(oklab(fill) - oklab(np.array(background)), axis=1)
    for side in (VALUES > 0, VALUES < 0):
        share = np.clip(np.abs(VALUES[side]), 0, 1)
        assert np.abs(away[side] / away[side].max() - share).max() < 0.02
    assert 0.9 < away[0] / away[-1] < 1.1, "one sign is stronger than the other"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signs_are_told_apart_without_red_and_green(theme: str, page: Page) -> None:
    """By the blue-yellow difference, which those who lack red or green cones see: OKLab's b."""
    fill, _ = computed(page, theme)
    ends = oklab(fill[[0, -1]])
    assert abs(ends[0, 2] - ends[1, 2]) > 0.1
    assert abs(ends[0, 0] - ends[1, 0]) < 0.05, "one sign is lighter than the other"


def test_the_table_of_contrasts_says_what_is_measured(page: Page) -> None:
    """NEURONVIEW_SCREENSHOTS=1 writes it anew."""
    measured = {theme: computed(page, theme) for theme in ("light", "dark")}
    lines = []
    for share in np.linspace(-1, 1, 17):
        place = int(np.abs(VALUES - share).argmin())
        cells = [f"{share:+.3f}" if share else "0"]
        for fill, ink in measured.values():
            cells += [hexadecimal(fill[place]), hexadecimal(ink[place]), f"{contrast(fill, ink)[place]:.1f}"]
        lines.append(f"| {' | '.join(cells)} |")
    found = "\n".join(lines)
    before, _, _ = TABLE.read_text().partition("| -1.000 |")
    if os.environ.get("NEURONVIEW_SCREENSHOTS") == "1":
        TABLE.write_text(f"{before}{found}\n")
    assert TABLE.read_text() == f"{before}{found}\n"


def hexadecimal(colour: np.ndarray) -> str:
    return "`#" + "".join(f"{part:02x}" for part in colour) + "`"


def test_another_theme_recolours_what_is_drawn(page: Page) -> None:
    light, _ = computed(page, "light")
    heatmap_page.set_theme(page, "dark")
    page.wait_for_function(
        "getComputedStyle(shadow.querySelector('.nv-word.nv-p0')).backgroundColor != 'rgb(255, 255, 255)'"
    )
    fill, ink = colours(page)
    assert not np.array_equal(fill, light)
    assert contrast(fill, ink).min() >= 4.5


def test_the_themes_measured_here_are_those_of_the_app() -> None:
    written = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"]
    for name, theme in heatmap_page.THEMES.items():
        assert theme == {"background": written[name]["backgroundColor"], "text": written[name]["textColor"]}
