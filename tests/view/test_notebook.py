"""Views for notebooks: what is shown of each kind of record, and how IPython finds it."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import neuronview
from neuronview.errors import BadInput
from neuronview.records import ActivationRecord, Explanation, NeuronId, NeuronRecord, Score, Simulation
from tests.support import small_dataset

RECORD = ActivationRecord(("The", " <b>cat"), np.array([0.5, 2.0]), (4, 9), excerpt_id=3)


def html(thing: Any, **options: Any) -> str:
    return neuronview.show(thing, **options)._repr_html_()


def test_a_record_is_shown_as_a_heat_map_whose_colours_end_at_its_maximum() -> None:
    found = html(RECORD)
    assert found.count('class="nv-token') == 2
    assert 'data-scale-max="2.0000000"' in found
    assert 'data-layer="" data-neuron=""' in found, "an excerpt by itself does not know its neuron"
    assert "&lt;b&gt;cat" in found
    assert "<b>" not in found


def test_a_record_with_its_neuron_says_which() -> None:
    found = html(RECORD, neuron=(1, 7), maximum=4.0)
    assert 'data-layer="1" data-neuron="7"' in found
    assert 'data-scale-max="4.0000000"' in found


def test_a_simulation_stands_below_the_real_values_on_its_own_scale() -> None:
    found = html(RECORD, simulation=Simulation(RECORD.tokens, np.array([10.0, math.nan]), scale="0-10"))
    assert found.count('data-simulated="') == 1
    assert 'data-simulated-scale="0-10"' in found


def test_a_neuron_shows_the_first_excerpts_of_each_group_and_says_so() -> None:
    record = NeuronRecord(NeuronId(0, 1), top=[RECORD] * 5, random=[RECORD])
    found = neuronview.show(record)
    assert found.html.count('class="nv-strip"') == 3 + 1
    assert "5 excerpts, maximum 2.000 to 2.000; the first 3 are shown" in found.html
    assert repr(found) == "Neuron 0:1: 5 top, 1 random; maximum 2.000"


def test_an_explanation_shows_score_interval_and_n_or_that_there_is_no_number() -> None:
    scored = Score(0.5, interval=(0.25, 0.75), n_sequences=10, simulator="lookup", split="held_out")
    undefined = Score(math.nan, n_sequences=10, state="undefined", simulator="lookup", split="held_out")
    found = neuronview.show([Explanation("It <i>", "person", scores=[s]) for s in (scored, undefined)])
    assert repr(found).splitlines() == [
        "It <i> (person, 0.50, 0.25 to 0.75, n = 10)",
        "It <i> (person, undefined, n = 10)",
    ]
    assert 'data-state="undefined" data-n="10"' in found.html
    assert "<i>" not in found.html


def test_what_has_no_view_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="no view of str here"):
        neuronview.show("a text")  # type: ignore[arg-type]


def test_ipython_is_told_of_every_kind_of_record(tmp_path: Path) -> None:
    html_of, words_of = dict[type, Any](), dict[type, Any]()
    formatters = {
        "text/html": SimpleNamespace(for_type=html_of.__setitem__),
        "text/plain": SimpleNamespace(for_type=words_of.__setitem__),
    }
    neuronview.load_ipython_extension(SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters)))
    dataset = neuronview.open_dataset(small_dataset.build(tmp_path))
    record = dataset.neuron((0, 1))
    for thing in (record, record.top[0], dataset.explanations((0, 1))[0]):
        written: list[str] = []
        words_of[type(thing)](thing, SimpleNamespace(text=written.append), False)
        assert 'class="nv-root nv-static"' in html_of[type(thing)](thing)
        assert written == [repr(neuronview.show(thing))]
    dataset.close()
