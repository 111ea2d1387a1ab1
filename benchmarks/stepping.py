"""From a key to what is painted: the next neuron, and the next page of Browse; milliseconds in Chromium.

The baseline is a page with one `st.write` on the same server, which takes turns with the page that is measured, so that
other work on the machine hits both alike. Painted means: the browser has drawn a frame that holds the new values (the
heat map's, the table's), not only the new title. A neighbour's heat map is drawn before its page has come; when its
explanation and scores are there too is a row of its own. Between two steps the reader rests, as readers do.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import Row, show
from tests.support import chromium
from tests.support.app_server import ROOT, serve

STEPS, WARM_UP, REST = 60, 4, 400
AT_MOST = 150
_SCRIPT = """
import streamlit as st
from neuronview.ui import bursts, nav, quick, shortcuts

def bare():
    step = int(st.query_params.get("step", "0"))
    st.button("Next", on_click=lambda: st.query_params.update({"step": str(step + 1)}))
    st.write(f"Step {step}.")

shortcuts.take_shortcuts()
bursts.gather_messages()
quick.spare_imported()
st.navigation([*nav.sections(), st.Page(bare, url_path="bare")]).run()
"""
_STEP = """async ([act, seen, wanted]) => {
  // milliseconds from the act to a frame that shows what is wanted, and to one with what is said of it
  const state = new Function("wanted", seen);
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const drawn = () => new Promise(done => requestAnimationFrame(() => {
    const channel = new MessageChannel();  // its message comes after the frame was drawn
    channel.port1.onmessage = () => done(performance.now());
    channel.port2.postMessage(0);
  }));
  const begun = performance.now();
  new Function(act)();
  while (!state(wanted)) {
    if (performance.now() - begun > 30000) throw new Error(`never painted: ${wanted}`);
    await frame();
  }
  const painted = await drawn() - begun;
  const isAhead = () => "nvAhead" in document.body.dataset && !("nvAnswered" in document.body.dataset);
  if (!isAhead()) return [painted, painted];
  while (isAhead()) await frame();
  return [painted, await drawn() - begun];
}"""
_KEY = """document.body.dispatchEvent(
  new KeyboardEvent("keydown", {key: "ArrowRight", code: "ArrowRight", bubbles: true, composed: true}))"""
_BARE_ACT = 'document.querySelector(".stButton button").click()'
_BARE_SEEN = "return document.querySelector('[data-testid=\"stMain\"]').textContent.includes(wanted)"
_NEURON_SEEN = """
const host = document.querySelector(".st-key-neuron_excerpts");
const inner = host && [...host.querySelectorAll("*")].find(element => element.shadowRoot);
const strip = (inner?.shadowRoot ?? host)?.querySelector(".nv-strip");
return document.querySelector("h1")?.textContent === `Neuron ${wanted}`
  && strip && `${strip.dataset.layer}:${strip.dataset.neuron}` === wanted"""
_INK = """
const ink = () => {  // of the table's first row: its accessible text comes 200 ms after its drawing
  const canvas = document.querySelector('[data-testid="data-grid-canvas"]');
  return canvas ? canvas.getContext("2d").getImageData(0, 36, 400, 60).data.join() : "";
};"""
_BROWSE_ACT = f"{_INK} window.nvInk = ink(); {_KEY}"
_BROWSE_SEEN = f"""{_INK}
if (!document.querySelector('[data-testid="stMain"]').textContent.includes(wanted)) return false;
return Boolean(ink()) && ink() !== window.nvInk"""


class Step(NamedTuple):
    """Milliseconds of a step."""

    painted: float
    whole: float
    """Until the explanation and its scores are there too."""


@dataclass
class Stepper:
    """A page and how one steps on it: what is done, what shows that it was, and what that is called next."""

    page: Page
    act: str
    seen: str
    next: Callable[[int], str]
    step: int = 0
    is_back: bool = False
    """Whether the next step is one back."""

    def time(self) -> Step:
        """What one step takes."""
        self.step += -1 if self.is_back else 1
        act = self.act.replace("ArrowRight", "ArrowLeft") if self.is_back else self.act
        taken = self.page.evaluate(_STEP, [act, self.seen, self.next(self.step)])
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_timeout(REST)
        return Step(*map(float, taken))


def _script(folder: str) -> Path:
    path = Path(folder) / "main.py"
    path.write_text(_SCRIPT)
    return path


def _opened(browser: Browser, address: str, shows: str) -> Page:
    """A page once what `shows` selects is there: before a page's first run is told, none is running either."""
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(address)
    page.wait_for_selector(shows, timeout=60_000)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_timeout(1000)
    return page


def neuron_stepper(browser: Browser, address: str) -> Stepper:
    """From neuron to neuron of the embedded dataset, by a key."""
    page = _opened(browser, f"{address}/neuron?dataset=demo&layer=1&neuron=17", ".st-key-neuron_excerpts")
    return Stepper(page, _KEY, _NEURON_SEEN, lambda step: f"1:{17 + step}")


def browse_stepper(browser: Browser, address: str) -> Stepper:
    """From page to page of Browse, by a key."""
    page = _opened(browser, f"{address}/browse?dataset=demo", '[data-testid="data-grid-canvas"]')
    return Stepper(page, _BROWSE_ACT, _BROWSE_SEEN, lambda step: f"Rows {25 * step + 1:,} to")


def timed(ours: Stepper, bare: Stepper) -> dict[str, list[float]]:
    """Milliseconds of each step, of both pages by turns; of ours also until what is said of the values is there."""
    taken: dict[str, list[float]] = {"ours": [], "whole": [], "bare": []}
    for turn in range(WARM_UP + STEPS):
        own, plain = ours.time(), bare.time()
        if turn >= WARM_UP:
            for name, milliseconds in (("ours", own.painted), ("whole", own.whole), ("bare", plain.painted)):
                taken[name].append(milliseconds)
    return taken


def rows_of(what: str, taken: dict[str, list[float]]) -> list[Row]:
    """The middle and the slow end of both, and what ours takes more at the slow end."""
    ours, whole, bare = (np.percentile(taken[name], [50, 95]) for name in ("ours", "whole", "bare"))
    parts = {"key to painted": ours}
    if taken["whole"] != taken["ours"]:
        parts["key to explanation and scores, too"] = whole
    rows = [
        Row(f"{what}: {words}, {name}", float(value), "ms", float(plain))
        for words, values in parts.items()
        for name, value, plain in zip(("p50", "p95"), values, bare, strict=True)
    ]
    return [
        *rows,
        Row.within(f"{what}: more than one st.write, p95", float(ours[1] - bare[1]), unit="ms", at_most=AT_MOST),
    ]


def measure(which: tuple[str, ...] = ("neuron", "browse")) -> list[Row]:
    """Steps on the embedded dataset."""
    rows: list[Row] = []
    options: dict[str, Any] = {"executable_path": chromium.find(), "args": ["--no-sandbox", "--disable-gpu"]}
    with (
        tempfile.TemporaryDirectory(prefix="neuronview-bench-") as folder,
        serve(ROOT / "data", Path(folder) / "home", dataset="demo", script=_script(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**options)
        bare = Stepper(
            _opened(browser, f"{address}/bare", ".stButton button"), _BARE_ACT, _BARE_SEEN, lambda step: f"Step {step}."
        )
        if "neuron" in which:
            rows += rows_of("neuron", timed(neuron_stepper(browser, address), bare))
        if "browse" in which:
            rows += rows_of("browse", timed(browse_stepper(browser, address), bare))
        browser.close()
    return rows


if __name__ == "__main__":
    show(measure(tuple(sys.argv[1:]) or ("neuron", "browse")))
