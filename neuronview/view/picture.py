"""Pictures as inline SVG, in the colours of the text around them."""

from __future__ import annotations

import math

import numpy as np

from neuronview.records import NeuronStatistics
from neuronview.view.plain import html_safe

__all__ = ["histogram_svg"]

WIDTH, HEIGHT = 640, 150
FLOOR = 120
"""Where the bars stand; the axis' words are below."""


def histogram_svg(statistics: NeuronStatistics) -> str:
    """The neuron's activations over the corpus, counts by their logarithm; empty where none are stored."""
    counts, low, high = statistics.histogram, statistics.minimum, statistics.maximum
    if counts is None or low is None or high is None or not len(counts) or not high > low:
        return ""
    heights = np.log1p(np.asarray(counts, dtype=float))
    tallest = float(heights.max()) or 1.0
    width = WIDTH / len(heights)
    bars = "".join(
        f"M{place * width:.2f} {FLOOR}v{-(FLOOR - 5) * height / tallest:.2f}h{0.9 * width:.2f}V{FLOOR}z"
        for place, height in enumerate(heights)
        if height
    )
    zero = _zero(low, high)
    total, most = int(np.sum(counts)), int(np.max(counts))
    label = f"Histogram of {total:,} activations from {low:.3g} to {high:.3g}, counts by their logarithm"
    words = _words(low, high, f"{total:,} tokens; the highest bar has {most:,}, heights by their logarithm")
    return (
        f'<svg class="nv-histogram" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html_safe(label)}">'
        f'<path class="nv-bars" d="{bars}"/><path class="nv-axis" d="M0 {FLOOR}H{WIDTH}{zero}"/>{words}</svg>'
    )


def _zero(low: float, high: float) -> str:
    return f"M{WIDTH * -low / (high - low):.2f} 0V{FLOOR}" if low < 0 < high else ""


def _words(low: float, high: float, middle: str) -> str:
    places = (
        (0, "start", _text(low)),
        (WIDTH / 2, "middle", middle),
        (WIDTH, "end", _text(high)),
    )
    return "".join(
        f'<text x="{x:g}" y="{FLOOR + 20}" text-anchor="{anchor}">{html_safe(text)}</text>'
        for x, anchor, text in places
    )


def _text(value: float) -> str:
    return "n/a" if math.isnan(value) else f"{value:.3g}".replace("-", "−")
