"""All hostile text in a real browser, and a long probe of the API: `python -m tests.soak.hostile`.

Every payload stands in the parameters of an address, every page of Browse and every neuron of the dataset made of
payloads is opened; the API is probed from its own document with many examples. The last line is JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from tests.support import chromium, hostile_text
from tests.support.app_server import serve
from tests.support.hostile_pages import Watched
from tests.support.hostile_text import PAYLOADS, addresses

PROBES = 150
ROWS_PAGES = 11
NEURONS = [(layer, neuron) for layer in range(2) for neuron in range(5)]


def pages() -> tuple[int, list[str]]:
    """How many pages were opened, and what was wrong with any."""
    views = [(view, number) for view in ("Table", "Strips") for number in range(1, ROWS_PAGES)]
    targets = [f"browse?browse_view={view}&browse_page={number}" for view, number in views]
    for layer, neuron in NEURONS:
        place = f"neuron?layer={layer}&neuron={neuron}"
        targets += [place, *(f"{place}&neuron_tab={tab}" for tab in ("Meanings", "Distribution", "Connections"))]
    targets += addresses(PAYLOADS)
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data, home = Path(folder) / "data", Path(folder) / "home"
        hostile_text.build(data / "hostile")
        with serve(data, home, dataset="hostile") as address:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
            watched = Watched.open(browser, address)
            for number, target in enumerate(targets):
                try:
                    found += watched.visit(target)
                except PlaywrightError as error:  # a page that does not come
                    found.append(f"{target[:120]}: {error}")
                if sys.stderr.isatty() or number % 25 == 0:
                    sys.stderr.write(f"{number + 1} of {len(targets)} pages, {len(found)} wrong\n")
            watched.close()
            browser.close()
        log = (home / "server.log").read_text(errors="replace")
        found += [f"the server's log: {line}" for line in log.splitlines() if "Traceback" in line]
    return len(targets), found


def probes() -> int:
    """Exit code of the long probe of the API."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/api/test_probing.py"]
    return subprocess.run(command, env=os.environ | {"NEURONVIEW_PROBES": str(PROBES)}, check=False).returncode


def main() -> int:
    """Do all of it."""
    opened, found = pages()
    code = probes()
    for entry in found:
        sys.stdout.write(f"{entry}\n")
    told = {"payloads": len(PAYLOADS), "pages_opened": opened, "wrong": len(found)}
    sys.stdout.write(json.dumps(told | {"probes_per_operation": PROBES, "api_held": code == 0}) + "\n")
    return int(bool(found) or code != 0)


if __name__ == "__main__":
    sys.exit(main())
