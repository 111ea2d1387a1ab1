"""All hostile text, in a real browser and without one, and a long probe of the API: `python -m tests.soak.hostile`.

The dataset made of payloads is opened whole in a browser: every page of Browse, every neuron with its tabs, every text,
comparison and stop of the tour that shows them. Every payload meets every page in an address: in one parameter after
the other, in those that name dataset and neuron, and in all the others at once, where each payload comes to stand in
each parameter; every parameter meets every number without measure. That is some ten thousand addresses, so it is done
without a browser, which opens each payload once in all parameters of one page. The API is probed from its own document
with many examples. The last line is JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from tests.support import chromium, hostile_dataset
from tests.support.app_server import serve
from tests.support.hostile_addresses import (
    PAGES,
    PARAMETERS,
    SHOWN,
    Shown,
    each_alone,
    every_pair,
    identities,
    together,
)
from tests.support.hostile_pages import Watched
from tests.support.hostile_text import NUMBERS, PAYLOADS
from tests.support.hostile_visits import visit_all

PROBES = 150
ROWS_PAGES = 11
NEURONS = [(layer, neuron) for layer in range(2) for neuron in range(5)]
TABS = ("Meanings", "Distribution", "Connections")
NAME = "hostile"


def shown() -> list[Shown]:
    """What a browser opens."""
    views = [(view, number) for view in ("Table", "Strips") for number in range(1, ROWS_PAGES)]
    targets = [f"browse?browse_view={view}&browse_page={number}" for view, number in views]
    for layer, neuron in NEURONS:
        place = f"neuron?layer={layer}&neuron={neuron}"
        targets += [place, *(f"{place}&neuron_tab={tab}" for tab in TABS)]
    each = [list(together(PAYLOADS, longest=150, pages=[page])) for page in PAGES]
    targets += [each[place % len(PAGES)][place] for place in range(len(PAYLOADS))]
    return [*(Shown(target, ()) for target in targets), *(one for of_kind in SHOWN.values() for one in of_kind)]


def visited() -> list[str]:
    """What is opened without one."""
    return [
        *each_alone(PAYLOADS),
        *every_pair(NUMBERS),
        *together(PAYLOADS, longest=1_500),
        *identities((*PAYLOADS, *NUMBERS)),
    ]


def in_browser(address: str, pages: Sequence[Shown]) -> list[str]:
    """What is wrong with these pages."""
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        watched = Watched.open(browser, address)
        for number, page in enumerate(pages):
            try:
                found += watched.visit_shown(page)
            except (PlaywrightError, AssertionError) as error:  # a page that does not come, or is only an exception
                found.append(f"{page.target[:120]}: {error}")
            if number % 25 == 0:
                sys.stderr.write(f"{number + 1} of {len(pages)} pages in the browser, {len(found)} wrong\n")
        watched.close()
        browser.close()
    return found


def pages(pages_shown: Sequence[Shown], targets: Sequence[str]) -> list[str]:
    """What is wrong with any page; both kinds of visitors come at once, to a server each."""
    with tempfile.TemporaryDirectory() as folder:
        data, homes = Path(folder) / "data", [Path(folder) / "seen", Path(folder) / "visited"]
        hostile_dataset.build(data / NAME)
        with (
            serve(data, homes[0], dataset=NAME) as first,
            serve(data, homes[1], dataset=NAME) as second,
            ThreadPoolExecutor(1) as thread,
        ):
            visits = thread.submit(visit_all, second, targets)
            found = in_browser(first, pages_shown)
            found += visits.result()
        for home in homes:
            log = (home / "server.log").read_text(errors="replace")
            found += [f"the server's log: {line}" for line in log.splitlines() if "Traceback" in line]
    return found


def probes() -> int:
    """Exit code of the long probe of the API."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/api/test_probing.py"]
    return subprocess.run(command, env=os.environ | {"NEURONVIEW_PROBES": str(PROBES)}, check=False).returncode


def main() -> int:
    """Do all of it."""
    begun = time.monotonic()
    opened, targets = shown(), visited()
    found = pages(opened, targets)
    seconds = {"pages": round(time.monotonic() - begun)}
    code = probes()
    for entry in found:
        sys.stdout.write(f"{entry}\n")
    told = {
        "payloads": len(PAYLOADS),
        "numbers": len(NUMBERS),
        "parameters": sum(map(len, PARAMETERS.values())),
        "opened_in_the_browser": len(opened),
        "opened_without": len(targets),
        "wrong": len(found),
        "probes_per_operation": PROBES,
        "api_held": code == 0,
        "seconds": seconds | {"all": round(time.monotonic() - begun)},
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return int(bool(found) or code != 0)


if __name__ == "__main__":
    sys.exit(main())
