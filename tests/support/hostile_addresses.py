"""Addresses of the pages whose parameters are hostile text, and numbers without measure.

The parameters are those of `ui/unknown_names.py`, so that a new one is tried as soon as there is one. Beside a
parameter stands whatever the page has to be told to read it at all: which neuron, which text, which tab or mode.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from neuronview.jobs.plan import EXPLAINERS
from neuronview.ui.alike_parts import CORRELATION, WAYS
from neuronview.ui.browse_address import NAMES as FILTER
from neuronview.ui.compare_parts import MODES
from neuronview.ui.edit_parts import DRAWN
from neuronview.ui.explain_parts import WHICH
from neuronview.ui.heatmap import NORMALIZATIONS
from neuronview.ui.unknown_names import NAMES
from tests.support.hostile_dataset import HOLDERS, STOPS, TEXTS

__all__ = [
    "IDENTITY",
    "PAGES",
    "PARAMETERS",
    "SHOWN",
    "Shown",
    "alone",
    "beside",
    "each_alone",
    "every_pair",
    "identities",
    "plain",
    "together",
]

PAGES = tuple(NAMES)
IDENTITY = ("dataset", "layer", "neuron")
"""Parameters that every page reads first, and refuses in words where they are wrong."""
PARAMETERS = {page: tuple(name for name in names if name not in IDENTITY) for page, names in NAMES.items()}
"""By page, the others."""
_NEURON = {"layer": "1", "neuron": "0"}
"""One of few explanations, whose page is soon made."""
_VALID = {
    "tour": {"stop": "1", "seen": "1-2"},
    "neuron": _NEURON,
    "text": _NEURON | {"text": TEXTS[0]},
    "explain": {"explain_neurons": "0:0,1:2"},
    "compare": _NEURON,
    "query": {"sql": "select 1"},
}
_LIVE = {"compare_live": "true"}
_MANY = {"compare_mode": MODES[2]}
_OPENED: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("tour", ("text",), {"text": TEXTS[0]}),
    ("browse", ("browse_regex", "browse_within"), {"q": "a"}),
    ("neuron", ("neuron_sim",), {"neuron_tab": "Real against simulated"}),
    ("neuron", ("neuron_pat", "neuron_regex"), {"neuron_tab": "Test a pattern", "neuron_pattern": "the, a"}),
    ("neuron", ("neuron_log",), {"neuron_tab": "Distribution"}),
    ("neuron", ("depends_way",), {"neuron_tab": "What it depends on"}),
    ("neuron", ("neuron_alike_size",), {"neuron_tab": "Connections", "neuron_alike": WAYS[CORRELATION]}),
    ("neuron", ("neuron_alike", "neuron_connections"), {"neuron_tab": "Connections"}),
    ("neuron", ("neuron_scale",), {"neuron_scale": NORMALIZATIONS["fixed"]}),
    ("text", ("text_scale",), {"text_scale": NORMALIZATIONS["fixed"]}),
    ("text", ("text_tokens",), {"text_tokens": "true"}),
    ("text", ("pinned", "text_apart"), {"pinned": TEXTS[1]}),
    ("text", ("at", "to"), {"at": "1", "to": "1"}),
    ("text", ("text_why",), {"text_why": "true"}),
    ("text", ("edit_temperature", "edit_seed"), {"text_edit": "true", "edit_continue": "true", "edit_draw": DRAWN}),
    ("text", ("edit_draw", "edit_continue"), {"text_edit": "true", "edit_continue": "true"}),
    ("text", ("text_edit", "edit_"), {"text_edit": "true"}),
    ("explain", ("explain_first",), {"explain_which": WHICH["filter"]}),
    ("explain", ("explain_pattern", "explain_regex"), {"explain_with": EXPLAINERS["pattern"]}),
    ("compare", (*FILTER, "compare_a", "compare_b", "compare_tie", "compare_paired"), _MANY),
    ("compare", ("compare_with", "compare_live"), {"compare_mode": MODES[1], "compare_with": "1:2"}),
)
"""Page, how its parameters begin, and what opens the part of the page that reads them."""


@dataclass(frozen=True)
class Shown:
    """A page that computes something of payloads, and what has to be on it: words within what selectors find."""

    target: str
    holds: tuple[tuple[str, str], ...]


def _shown() -> dict[str, list[Shown]]:
    """By what is computed: a text, two explanations, two neurons, two explainers, a stop of the tour; all of each."""
    words, difference = ('[data-testid="stText"]', "nvCanary"), ("[data-nv-difference]", "paired")
    open_parts = {"text_why": "true", "text_edit": "true", "edit_continue": "true", "text_tokens": "true"}
    open_parts |= {"also": "0:1,0:2,0:3,1:0"}
    ranked = (("[data-nv-rank] code", ""), ("[data-nv-rank]", "nvCanary"), (".nv-token", "<"))
    texts = [
        _address("text", beside("text", "pinned") | open_parts | {"text": text, "pinned": pinned})
        for text, pinned in zip(TEXTS, (*TEXTS[1:], TEXTS[0]), strict=True)
    ]
    holders = [{"layer": str(layer), "neuron": str(neuron)} for layer, neuron in HOLDERS]
    pairs = [_address("compare", neuron) for neuron in holders]
    neurons = [_address("compare", neuron | beside("compare", "compare_live") | _LIVE) for neuron in holders]
    many = [_address("compare", _MANY | {"compare_paired": "true"})]
    stops = [
        _address("tour", {"stop": str(stop), "seen": f"1-{STOPS}", "text": TEXTS[stop % len(TEXTS)]})
        for stop in range(1, STOPS + 1)
    ]
    return {
        "text": [Shown(target, ranked) for target in texts],
        "explanations": [Shown(target, (words, difference)) for target in pairs],
        "neurons": [Shown(target, (words, difference)) for target in neurons],
        "explainers": [Shown(target, (("[data-nv-paired]", "m0"),)) for target in many],
        "tour": [Shown(target, (words, (".nv-token", "<"))) for target in stops],
    }


def beside(page: str, name: str = "") -> dict[str, str]:
    """What stands beside a parameter of a page, itself among it where that has to be something."""
    valid = _VALID.get(page, {})
    return valid | next((opened for where, begins, opened in _OPENED if where == page and name.startswith(begins)), {})


def plain() -> dict[str, tuple[str, list[str]]]:
    """Addresses with nothing hostile, each with its page and the parameters that are tried beside what it says."""
    found: dict[str, tuple[str, list[str]]] = {}
    for page in PAGES:
        for name in PARAMETERS[page]:
            found.setdefault(_address(page, beside(page, name)), (page, []))[1].append(name)
    return found


def alone(page: str, name: str, *values: str) -> str:
    """The address in which one parameter is hostile, once or several times, and all others are right."""
    return _address(page, beside(page, name) | {name: list(values)})


def each_alone(payloads: Sequence[str]) -> Iterator[str]:
    """Every page with every payload, in one parameter after the other."""
    for page, names in PARAMETERS.items():
        for place, text in enumerate(payloads if names else ()):
            yield alone(page, names[place % len(names)], text)


def every_pair(values: Sequence[str]) -> Iterator[str]:
    """Every parameter of every page with every value; each second value twice, as ends of a range are written."""
    for page, names in PARAMETERS.items():
        for name in names:
            for place, value in enumerate(values):
                yield alone(page, name, *([value] if place % 2 else ["0", value]))


def together(
    payloads: Sequence[str], *, longest: int, pages: Iterable[str] = PAGES, first: int | None = None
) -> Iterator[str]:
    """Every page with every payload at once in its parameters, another one in each, and as a parameter's name.

    So that each payload comes to stand in each parameter. `first`: how many addresses a page.
    """
    for page in pages:
        for place, text in enumerate(payloads[:first]):
            given = _NEURON | {text[:longest]: "", page: text[:longest]}
            for number, name in enumerate(PARAMETERS[page]):
                given[name] = payloads[(place + 31 * number) % len(payloads)][:longest]
            yield _address(page, given)


def identities(payloads: Sequence[str]) -> Iterator[str]:
    """Every page with every payload in one of the parameters that name the dataset and the neuron."""
    for page in PAGES:
        for place, text in enumerate(payloads):
            yield _address(page, beside(page) | {IDENTITY[place % len(IDENTITY)]: text})


def _address(page: str, given: dict[str, str] | dict[str, str | list[str]]) -> str:
    query = urlencode(given, doseq=True, errors="surrogatepass")
    return f"{'' if page == 'overview' else page}?{query}"


SHOWN = _shown()
"""Pages that compute something of payloads."""
