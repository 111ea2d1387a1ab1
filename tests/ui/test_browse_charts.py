"""Browse's charts are kept between runs: each filter and theme has its own, and a page changes none of them."""

from pathlib import Path

import numpy as np
import plotly.io
import pytest
from streamlit.testing.v1 import AppTest

from neuronview.records import NeuronId
from neuronview.store import open_dataset
from neuronview.store.user import save_explanations
from neuronview.ui import browse_charts, charts
from tests.support import small_dataset
from tests.support.pages import open_page


def specs(at: AppTest) -> list[str]:
    assert not at.exception
    return [chart.proto.spec for chart in at.get("plotly_chart")]


@pytest.mark.usefixtures("small_home")
def test_a_filter_has_its_own_charts_and_leaves_those_of_others_as_they_were() -> None:
    first = specs(open_page("browse", dataset="small"))
    other = specs(open_page("browse", dataset="small", browse_layers="1"))
    assert len(first) == len(other) == 2
    assert not set(first) & set(other)
    assert specs(open_page("browse", dataset="small")) == first


def test_charts_show_what_was_committed_since(small_home: Path) -> None:
    before = specs(open_page("browse", dataset="small"))
    overlay = open_dataset("small").overlay
    assert overlay is not None
    save_explanations(overlay, [small_dataset.explanation(*NeuronId(1, 2), "person", 0.93, "new")], label="test")
    after = specs(open_page("browse", dataset="small"))
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_each_theme_has_its_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.arange(browse_charts.BINS, dtype=np.int64).tobytes()

    def drawn(theme: str) -> str:
        monkeypatch.setattr(charts, "colours", lambda: dict.fromkeys(("first", "second", "grey"), f"#{theme}"))
        return str(plotly.io.to_json(browse_charts._histogram_figure(counts, counts, theme)))

    assert "#abc123" in drawn("abc123")
    assert "#def456" in drawn("def456")
    assert "#abc123" in drawn("abc123")
