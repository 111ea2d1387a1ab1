"""The heat map in Chromium: from the data to what is painted, 65 strips of 64 tokens in one mount: milliseconds.

`painted` is the first frame, which has what a screen holds; `at rest` is when nothing is left to lay out near it. The
baseline is the least that shows the same text: bare spans with a colour each, in the same browser, by turns.
"""

from __future__ import annotations

import json
import statistics
from functools import partial
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from benchmarks.report import Row, medians, show
from neuronview.records import ActivationRecord, NeuronId, NeuronStatistics
from neuronview.ui.heatmap import Group, Strip, heatmap_payload
from tests.support import chromium
from tests.support.heatmap_page import open_heatmap

STRIPS, TOKENS, REPEATS = 65, 64, 15
_TIME = """async ({data, plain}) => {  // milliseconds to the first frame, and to rest
  const painted = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();  // its message comes after the frame was drawn
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  const root = shadow.querySelector(".nv-root");
  root.replaceChildren();
  await painted();
  const begun = performance.now();
  if (plain) {
    for (const strip of data.groups.flatMap(group => group.strips)) {
      const line = document.createElement("div");
      strip.tokens.forEach((text, place) => {
        const token = document.createElement("span");
        token.textContent = text;
        const share = Math.max(0, strip.real[place] / strip.scale);
        token.style.background = `rgba(0, 109, 68, ${share})`;
        line.append(token);
      });
      root.append(line);
    }
  } else {
    draw({data, parentElement: shadow, setTriggerValue: () => {}});
  }
  const first = await painted() - begun;
  const strips = data.groups.flatMap(group => group.strips).length;
  while (!plain && root.getElementsByClassName("nv-strip").length < strips) await painted();
  await painted();
  return [first, await painted() - begun];
}"""


def drawn_strips(*, simulated: bool) -> list[Strip]:
    """Strips as a neuron's page has them, drawn with a seed."""
    drawn = np.random.default_rng(0)
    words = np.array([" the", " of", "ing", " quick", ",", " neuron", "\n", " London", " 42", "ed"])
    grid = np.geomspace(0.5, 1e-6, 30)
    known = NeuronStatistics(
        minimum=-0.17,
        maximum=4.0,
        histogram=np.geomspace(1e6, 1, 48),
        tail_values=np.linspace(0, 4, 30),
        tail_probabilities=grid,
    )
    found = []
    for place in range(STRIPS):
        values = np.maximum(drawn.normal(size=TOKENS), -0.17)
        tokens, ids = tuple(drawn.choice(words, TOKENS)), tuple(int(n) for n in drawn.integers(0, 50257, TOKENS))
        record = ActivationRecord(tokens, values, ids, excerpt_id=place)
        expected = np.abs(drawn.normal(size=TOKENS)) if simulated else None
        found.append(Strip(record, NeuronId(2, 17), 4.0, expected, statistics=known, heading=f"{place} · maximum 3"))
    return found


def painted(data: dict[str, Any]) -> list[list[float]]:
    """Median milliseconds to the first frame and to rest, of the heat map and of the baseline; they take turns."""
    taken: dict[bool, list[list[float]]] = {False: [], True: []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        open_heatmap(page)
        for turn in range(REPEATS + 2):
            for plain, found in taken.items():
                measured = page.evaluate(_TIME, {"data": data, "plain": plain})
                if turn >= 2:  # before that the browser compiles
                    found.append(measured)
        browser.close()
    return [[statistics.median(times) for times in zip(*found, strict=True)] for found in taken.values()]


def measure() -> list[Row]:
    """Building the data, and drawing it with and without simulated rows."""
    rows = []
    for name, simulated in (("values", False), ("values and simulated", True)):
        groups = [Group(drawn_strips(simulated=simulated))]
        options: dict[str, Any] = {"dataset": "demo", "difference": simulated}
        data = heatmap_payload(groups, **options)
        built, written = medians(partial(heatmap_payload, groups, **options), partial(json.dumps, data))
        rows.append(
            Row.within(f"heat map: data of {name}", 1000 * built, baseline=1000 * written, unit="ms", at_most=50)
        )
        ours, plain = painted(data)
        rows.append(Row.within(f"heat map: {name} painted", ours[0], baseline=plain[0], unit="ms", at_most=100))
        rows.append(Row.times(f"heat map: {name} at rest", ours[1], plain[1], unit="ms", at_most=3))
    return rows


if __name__ == "__main__":
    show(measure())
