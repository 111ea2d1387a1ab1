"""Text that means harm, on every page in a real browser: nothing runs, leaves the page or breaks it.

One load a page here and a few addresses, and some hundreds of addresses without a browser; all of them by `make soak`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from neuronview.records import NeuronId
from neuronview.store import open_dataset
from neuronview.store.lists import MAX_NAME, NeuronLists
from neuronview.store.opening import OWN
from neuronview.store.views import SavedViews
from neuronview.ui.browse_address import NAMES as FILTER
from tests.soak.load_client import Answer
from tests.support import hostile_addresses as addresses
from tests.support import hostile_dataset
from tests.support.app_server import serve, settle
from tests.support.hostile_addresses import SHOWN
from tests.support.hostile_dataset import HOLDERS
from tests.support.hostile_pages import Watched
from tests.support.hostile_text import NUMBERS, PAYLOADS, SHORT
from tests.support.hostile_visits import REFUSED, visit_all

pytestmark = pytest.mark.e2e
NAME = "<b>x"
"""Of the dataset's folder."""
WIDEST = {"text": 2, "tour": 6}
"""Of those pages, the ones with the longest words."""
WITHOUT_WIDGET = {
    *("stop", "seen", "text", "also", "at", "to", "pinned", "run", "explanation", "against", "edit_neurons"),
    *("neuron_tab", "text_apart", "text_why", "text_edit", "text_tokens"),  # tabs and sections
    *("neuron_connections", "compare_split_valid", "compare_split_published"),  # of other datasets
}
"""Parameters that a page reads itself, or of parts that are no widgets."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app over the dataset that is made of payloads, with lists, notes and views of their names."""
    folder = tmp_path_factory.mktemp("hostile")
    opened = open_dataset(hostile_dataset.build(folder / "data" / NAME))
    own = folder / "home" / OWN / opened.manifest.fingerprint
    lists, views = NeuronLists(own, opened.manifest), SavedViews(own)
    for name in [text for text in SHORT if text.strip() and text.isprintable() and len(text) <= MAX_NAME][::4]:
        lists.add(name, [NeuronId(0, 0)])
        views.save(name, {"q": (name,)})
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
    for target in ("", "browse?browse_view=Strips", "query", "data", "explain"):
        found += watched.visit(target)
    for layer, neuron in (*HOLDERS, (1, 4)):
        found += watched.visit(f"neuron?layer={layer}&neuron={neuron}")
    assert found == []


@pytest.mark.parametrize("what", SHOWN)
def test_what_is_computed_of_them_is_text_too(watched: Watched, what: str) -> None:
    """Tokens, explanations ranked, both sides of a comparison, a stop of the tour: payloads, and no refusal."""
    assert watched.visit_shown(SHOWN[what][WIDEST.get(what, 0)]) == []


def test_lists_notes_and_views_show_them_as_text(watched: Watched) -> None:
    found = watched.visit("browse")
    for key in ("browse_saved", "browse_lists"):
        watched.page.locator(f".st-key-{key} button").first.click()
        settle(watched.page)
        found += watched.look(key)
        watched.page.keyboard.press("Escape")
    assert found == []


def test_every_parameter_of_an_address_is_text(watched: Watched) -> None:
    """On each page all of them at once, of other payloads each."""
    pages = enumerate(addresses.PAGES)
    targets = [
        target
        for place, page in pages
        for target in addresses.together(PAYLOADS[place::31], longest=150, pages=[page], first=1)
    ]
    found = [entry for target in targets for entry in watched.visit(target)]
    assert not found, "\n".join(found)


def test_every_parameter_is_tried_where_the_page_reads_it(hostile: str) -> None:
    """Beside it stands what the page needs to be no refusal, and to have the widget of that name."""
    seen: dict[str, Answer] = {}
    found = visit_all(hostile, addresses.plain(), see=seen.__setitem__)
    for target, (page, names) in addresses.plain().items():
        assert REFUSED not in seen[target].widgets, target
        without = WITHOUT_WIDGET | (set(FILTER) if page == "compare" else set())
        assert set(names) - without <= seen[target].widgets.keys(), target
    assert found == []


def test_no_value_of_a_parameter_ends_a_page(hostile: str) -> None:
    """A sample of what `python -m tests.soak.hostile` does: a payload, or a number without measure, in each one."""
    targets = [
        *list(addresses.each_alone(PAYLOADS))[::83],
        *list(addresses.every_pair(NUMBERS))[::61],
        *list(addresses.together(PAYLOADS, longest=1_500))[::97],
        *list(addresses.identities((*PAYLOADS, *NUMBERS)))[::97],
    ]
    found = visit_all(hostile, targets)
    assert not found, "\n".join(found)


def test_the_visits_see_what_they_are_for(hostile: str) -> None:
    """A page that is not there is told of, and a refusal is known as one."""
    seen: dict[str, Answer] = {}
    assert visit_all(hostile, ["nothing?x=1", "neuron?layer=x&neuron=0"], see=seen.__setitem__)
    assert REFUSED in seen["neuron?layer=x&neuron=0"].widgets


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
