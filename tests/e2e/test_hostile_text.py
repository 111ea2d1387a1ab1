"""Text that means harm, on every page in a real browser: nothing runs, leaves the page or breaks it.

One load a page here; every page with every payload in the address, and each page of Browse, by `make soak`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from neuronview.records import NeuronId
from neuronview.store import open_dataset
from neuronview.store.lists import MAX_NAME, NeuronLists
from neuronview.store.opening import OWN
from neuronview.store.views import SavedViews
from tests.support import hostile_text
from tests.support.app_server import serve, settle
from tests.support.hostile_pages import Watched
from tests.support.hostile_text import HOLDERS, PAYLOADS, SHORT, addresses

pytestmark = pytest.mark.e2e
NAME = "<b>x"
"""Of the dataset's folder."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app over the dataset that is made of payloads, with lists, notes and views of their names."""
    folder = tmp_path_factory.mktemp("hostile")
    opened = open_dataset(hostile_text.build(folder / "data" / NAME))
    own = folder / "home" / OWN / opened.manifest.fingerprint
    lists, views = NeuronLists(own, opened.manifest), SavedViews(own)
    for name in [text for text in SHORT if text.strip() and text.isprintable() and len(text) <= MAX_NAME][::4]:
        lists.add(name, [NeuronId(0, 0)])
        views.save(name, {"browse_q": (name,)})
    for place, text in enumerate(PAYLOADS[::40]):
        lists.note(NeuronId(place % 2, place % 5), text[:4_000])
    with serve(folder / "data", folder / "home", dataset=NAME) as address:
        yield address


@pytest.fixture
def watched(hostile: str, browser: Browser) -> Iterator[Watched]:
    opened = Watched.open(browser, hostile)
    yield opened
    opened.close()


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200


def test_every_page_shows_them_as_text(watched: Watched) -> None:
    found = []
    for target in ("", "browse?browse_view=Strips", "compare", "query", "data", "explain", "tour", "text"):
        found += watched.visit(target)
    for layer, neuron in (*HOLDERS, (1, 4)):
        found += watched.visit(f"neuron?layer={layer}&neuron={neuron}")
    assert found == []


def test_lists_notes_and_views_show_them_as_text(watched: Watched) -> None:
    found = watched.visit("browse")
    for key in ("browse_saved", "browse_lists"):
        watched.page.locator(f".st-key-{key} button").first.click()
        settle(watched.page)
        found += watched.look(key)
        watched.page.keyboard.press("Escape")
    assert found == []


def test_every_parameter_of_an_address_is_text(watched: Watched) -> None:
    targets = list(addresses(PAYLOADS[number * 31 % len(PAYLOADS)] for number in range(9)))
    found = [entry for target in targets for entry in watched.visit(target)]
    assert not found, "\n".join(found)


def test_the_watch_sees_what_it_is_for(watched: Watched, hostile: str) -> None:
    """A page on which all of it happens is told of, line by line."""
    page = watched.page
    page.goto(hostile)
    settle(page)
    page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid="stMain"]');
            main.insertAdjacentHTML('beforeend', '<img src="https://canary.invalid/x" onerror="0"><h1>two</h1>'
                + '<blockquote>q</blockquote><iframe srcdoc="canary"></iframe><div style="width:9000px">w</div>');
            window.nvCanary = 1;
        }"""
    )
    found = "\n".join(watched.look("probe"))
    for words in ("a script ran", "bad", "handlers", "marked", "overflows", "2 headings", "the browser says"):
        assert words in found, words
