"""The heat map's colours for HTML that runs no script: the same numbers as `colour.js` of the pages' component.

Background for zero, one hue for positive values, another for negative ones; equal steps of value are equal steps in
OKLab (Ottosson 2020). Text on a colour is black, white or the theme's, whichever can be read. A browser test compares
these sheets with the script's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

__all__ = ["PALETTES", "STEPS", "Palette", "gradient", "sheet", "step_class", "step_of"]

STEPS = 100
"""On either side of zero."""
READABLE = 4.5
"""Contrast of text; WCAG 2, level AA."""
Colour = tuple[int, int, int]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)
_FROM_LAB = np.array(
    [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]]
)
_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


@dataclass(frozen=True)
class Palette:
    """The colours that all others are made of, sRGB from 0 to 255."""

    background: Colour
    text: Colour
    positive: Colour
    negative: Colour


def _hex(written: str) -> Colour:
    found = re.fullmatch(r"#(..)(..)(..)", written)
    assert found is not None, written
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue


PALETTES: Mapping[str, Palette] = {
    "light": Palette(_hex("#ffffff"), _hex("#101814"), (0, 109, 68), (124, 58, 148)),
    "dark": Palette(_hex("#121715"), _hex("#e6ece9"), (102, 214, 158), (218, 165, 240)),
}
"""By theme; backgrounds and texts as in `.streamlit/config.toml`."""


def step_of(value: float, scale: float) -> int:
    """The step of a value on a scale that ends at `scale`: from -STEPS to STEPS."""
    share = value / scale if scale > 0 else 0.0
    return _rounded(STEPS * max(-1.0, min(1.0, share)))


def step_class(step: int) -> str:
    """Name of the class that has the colour of a step."""
    return f"nv-n{-step}" if step < 0 else f"nv-p{step}"


def sheet(palette: Palette, steps: Iterable[int]) -> str:
    """Rules for these steps: fill, and a text that can be read on it."""
    return "\n".join(_rule(palette, step) for step in steps)


@cache
def _rule(palette: Palette, step: int) -> str:
    fill = _colour_at(palette, step)
    return f".{step_class(step)}{{background:{_css(fill)};color:{_css(_ink_on(fill, palette))}}}"


def gradient(palette: Palette, low: float, high: float) -> str:
    """A legend's bar from one value to another; the larger of the two in magnitude has the full colour."""
    largest = max(abs(low), abs(high)) or 1.0
    stops = (step_of(low + (high - low) * part / 20, largest) for part in range(21))
    return f"linear-gradient(to right, {', '.join(_css(_colour_at(palette, step)) for step in stops)})"


def _rounded(value: float) -> int:
    """As browsers do: a half goes up."""
    return math.floor(value + 0.5)


def _linear(colour: Colour) -> np.ndarray:
    share = np.asarray(colour) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _luminance(colour: Colour) -> float:
    return float(_linear(colour) @ [0.2126, 0.7152, 0.0722])


def _contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _to_lab(colour: Colour) -> np.ndarray:
    found: np.ndarray = _TO_LAB @ np.cbrt(_TO_LMS @ _linear(colour))
    return found


def _from_lab(lab: np.ndarray) -> Colour:
    share = np.clip(_FROM_LMS @ (_FROM_LAB @ lab) ** 3, 0, 1)
    encoded = np.where(share <= 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)
    red, green, blue = (_rounded(255 * part) for part in encoded.tolist())
    return red, green, blue


@cache
def _colour_at(palette: Palette, step: int) -> Colour:
    if step == 0:
        return palette.background
    start, end = _to_lab(palette.background), _to_lab(palette.negative if step < 0 else palette.positive)
    return _from_lab(start + (end - start) * abs(step) / STEPS)


def _ink_on(colour: Colour, palette: Palette) -> Colour:
    """The better of black and white always reaches 4.58 : 1."""
    if _contrast(colour, palette.text) >= READABLE:
        return palette.text
    black, white = (0, 0, 0), (255, 255, 255)
    return black if _contrast(colour, black) > _contrast(colour, white) else white


def _css(colour: Colour) -> str:
    return f"rgb({', '.join(map(str, colour))})"
