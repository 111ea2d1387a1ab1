"""Figures: what lies over what."""

import numpy as np

from neuronview.ui.charts import scatter


def test_points_of_the_first_group_are_not_painted_over_by_those_of_later_ones() -> None:
    zeros = np.zeros(3)
    figure = scatter({"top": (zeros, zeros), "random": (zeros, zeros)}, x="a", y="b")
    over = {trace.name: trace.zorder for trace in figure.data}
    assert over["top"] > over["random"]
