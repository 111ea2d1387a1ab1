"""Heat maps as HTML without a script: what stands in them, and that no text gets out of its place."""

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from neuronview.records import ActivationRecord, NeuronId, NeuronStatistics, Simulation
from neuronview.view.heatmap import Group, Strip, heatmap_payload
from neuronview.view.strips import heatmap_html, precise

HOSTILE = ('"><script>alert(1)</script>', "</style>", "' onmouseover='x", "&amp;", "\u202eabc", "<|endoftext|>")


class Elements(HTMLParser):
    """Start tags with their attributes, and the text outside `style`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [found for _, found in self.tags if name in (found.get("class") or "").split()]


def strip(tokens: tuple[str, ...] = ("The", " cat"), values: Any = (0.5, -0.25), **options: Any) -> Strip:
    record = ActivationRecord(tokens, np.asarray(values, dtype=float), tuple(range(len(tokens))), excerpt_id=7)
    return Strip(record, NeuronId(1, 2), 2.0, **options)


def drawn(*strips: Strip, **options: Any) -> Elements:
    return Elements(heatmap_html(heatmap_payload([Group(strips)], dataset="small", **options)))


def test_every_token_carries_the_contract_s_attributes() -> None:
    found = drawn(strip(simulated=np.array([0.75, np.nan])))
    assert found.of("nv-strip")[0] | {"class": "", "aria-label": "", "role": ""} == {
        "class": "",
        "aria-label": "",
        "role": "",
        "data-dataset": "small",
        "data-layer": "1",
        "data-neuron": "2",
        "data-excerpt": "7",
        "data-normalization": "neuron",
        "data-scale-max": "2.0000000",
        "data-simulated-scale": "calibrated",
    }
    first, second = found.of("nv-token")
    assert (first["data-position"], first["data-token-id"], first["data-activation"]) == ("0", "0", "0.50000000")
    assert first["data-simulated"] == "0.75000000"
    assert "data-simulated" not in second


def test_no_text_of_a_dataset_becomes_an_element_or_an_attribute() -> None:
    entry = strip(HOSTILE, np.linspace(0, 1, len(HOSTILE)), heading=HOSTILE[0])
    html = heatmap_html(heatmap_payload([Group([entry], title=HOSTILE[0], note=HOSTILE[1])], dataset=HOSTILE[0]))
    found = Elements(html)
    assert {tag for tag, _ in found.tags} == {"style", "div", "section", "h3", "p", "span"}
    known = {"class", "style", "role", "aria-label", "aria-hidden", "title"}
    assert all(name in known or name.startswith("data-") for _, names in found.tags for name in names)
    assert html.count("</style>") == 1
    assert HOSTILE[0] in found.text


def test_only_the_colours_that_are_used_are_in_the_sheet() -> None:
    html = heatmap_html(heatmap_payload([Group([strip()])], dataset="small"))
    for step in ("nv-p25", "nv-n13", "nv-n12"):
        assert (f".{step}{{" in html) == (f'nv-word {step}"' in html)
    assert html.count(".nv-p25{") == 2, "one for light, one for dark"
    assert ".nv-p99{" not in html


def test_what_is_beyond_the_first_excerpts_stands_in_a_fold() -> None:
    payload = heatmap_payload([Group([strip(), strip(), strip()], shown=1)], dataset="small")
    before, after = heatmap_html(payload).split("<summary>2 more</summary>")
    assert before.count('class="nv-strip"') == 1
    assert after.count('class="nv-strip"') == 2


def test_a_title_says_value_share_rarity_and_what_was_simulated() -> None:
    statistics = NeuronStatistics(
        maximum=2.0, tail_values=np.array([0.0, 0.5, 1.0]), tail_probabilities=np.array([0.5, 0.01, 0.001])
    )
    entry = strip(("a", "b", "c"), (0.5, 1.5, 2.5), simulated=np.array([0.25, np.nan, 1.0]), statistics=statistics)
    first, second, third = (token["title"] or "" for token in drawn(entry).of("nv-token"))
    assert first.splitlines() == [
        "a · id 0 · position 0 (from 0)",
        "real 0.5000, 25.0 % of the neuron's maximum",
        "tokens of the corpus above it: 1 in 100",
        "simulated 0.2500, simulated − real −0.2500",
    ]
    assert "above it: at most 1 in 1,000" in second
    assert "simulated: missing" in second
    assert "above it: none" in third


def test_nothing_is_above_the_neurons_own_maximum_as_stored_in_half_precision() -> None:
    known = {"tail_values": np.array([0.0, 0.5, 1.0]), "tail_probabilities": np.array([0.5, 0.01, 0.001])}
    for maximum, value, words in (
        (2.0004, float(np.float16(2.0004)), "none of 2,000"),
        (2.0004, 1.998, "at most 1 in 1,000"),
        (1.0, 1.0, "1 in 1,000"),  # reached often: the grid knows how often it is all but reached
    ):
        statistics = NeuronStatistics(maximum=maximum, count=2000, **known)
        title = drawn(strip(("a",), (value,), statistics=statistics)).of("nv-token")[0]["title"] or ""
        assert title.splitlines()[-1] == f"tokens of the corpus above it: {words}"


def test_a_missing_simulated_value_is_hatched_and_never_a_colour() -> None:
    found = drawn(strip(simulated=np.array([0.75, np.nan])), difference=True)
    rows = [row["class"] for row in found.of("nv-row")]
    assert rows[2:] == ["nv-row nv-missing", "nv-row nv-strayed nv-missing"]


def test_uncalibrated_values_are_not_compared_with_real_ones() -> None:
    simulation = Simulation(("The", " cat"), np.array([5.0, 0.0]), scale="0-10")
    found = drawn(strip(simulated=simulation.expected, simulation=simulation), simulated_scale="0-10")
    assert (found.of("nv-token")[0]["title"] or "").endswith("simulated 5.000 on a scale of 0 to 10")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0.0000000"),
        (1.5, "1.5000000"),
        (-123.456789, "-123.45679"),
        (12345678.0, "12345678"),
        (123456789.0, "1.2345679e+8"),
        (0.00001, "0.000010000000"),
        (1e-7, "1.0000000e-7"),
        (None, ""),
    ],
)
def test_numbers_are_written_as_a_browser_writes_them(value: float | None, written: str) -> None:
    assert precise(value) == written


def test_a_marked_token_says_as_what() -> None:
    first, second = drawn(strip(simulated=np.array([0.0, 2.0]), marks={1: "false-positive"})).of("nv-token")
    assert "nv-false-positive" in (second["class"] or "").split()
    assert "false positive" in (second["title"] or "").splitlines()
    assert "false positive" not in (first["title"] or "")
