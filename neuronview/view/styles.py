"""The style sheets of what is drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from neuronview.view.colour import PALETTES, gradient, sheet

__all__ = ["page_style", "static_style", "strip_style"]

_FOLDER = Path(__file__).parent


@cache
def strip_style() -> str:
    """The heat map's style sheet; its colours are Streamlit's variables, such as `--st-text-color`."""
    return (_FOLDER / "strip.css").read_text(encoding="utf-8")


def static_style(steps: Sequence[int], bars: Mapping[str, tuple[float, float]]) -> str:
    """The heat map's style where no Streamlit gives the variables: light, or dark where that is preferred.

    `steps` are the colours that are used; `bars` the legend's gradients, from a value to another, by their class.
    """
    light, dark = (
        "\n".join(
            [
                sheet(palette, steps),
                *(f".{name}{{background:{gradient(palette, *ends)}}}" for name, ends in bars.items()),
            ]
        )
        for palette in (PALETTES["light"], PALETTES["dark"])
    )
    own = (_FOLDER / "static.css").read_text(encoding="utf-8")
    return f"{strip_style()}\n{own}\n{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


def page_style() -> str:
    """The style of a page of its own around heat maps."""
    return (_FOLDER / "page.css").read_text(encoding="utf-8")
