"""When a neuron counts as finished, and when a further try may mend it."""

import pytest

from neuronview.jobs.asking import Result
from neuronview.records import Explanation, NeuronId, Score


@pytest.mark.parametrize(
    ("scores", "baseline_error", "trouble"),
    [
        ([Score(0.5)], "", None),
        ([Score(float("nan"), state="undefined", reason="flat")], "", None),
        ([Score(0.5)], "1 of 2 failed: 500", ("provider_error", "1 of 2 failed: 500")),
        ([Score(0.5), Score(float("nan"), state="unparsable", reason="no")], "500", ("unparsable", "no")),
    ],
    ids=["whole", "undefined is final", "baseline failed", "the score's own trouble comes first"],
)
def test_a_baseline_that_failed_is_tried_again(
    scores: list[Score], baseline_error: str, trouble: tuple[str, str] | None
) -> None:
    explanation = Explanation("numbers", "pairs", NeuronId(0, 1), scores=scores)
    assert Result(explanation, baseline_error=baseline_error).trouble == trouble
