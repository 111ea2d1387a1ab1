"""A score in words: what number it is, and what a number beside it is."""

import math

from neuronview.records import Baseline, Explanation, NeuronId, Score
from neuronview.view.scores import baseline_words, elsewhere_words, score_html

UNIT = "orrelation of simulated with real activations (1 best, 0 chance)"


def of_rule(value: float, split: str, subset: str, simulator: str = "lookup", **more: object) -> Score:
    return Score(value, split=split, subset=subset, simulator=simulator, **more)  # type: ignore[arg-type]


def test_a_score_is_called_one_and_says_once_and_in_its_tooltip_what_it_measures() -> None:
    html = score_html(Score(0.913, interval=(0.85, 0.95), simulator="lookup", split="held_out"))
    before, after = html.split(">Score <strong")
    assert f'title="c{UNIT}"' in before
    assert after.count(UNIT) == 1
    assert "95&nbsp;% interval 0.85 to 0.95" in after


def test_an_area_under_a_curve_is_not_called_a_correlation() -> None:
    html = score_html(Score(math.nan, measure=0.8, scorer="detection", subset="all"))
    assert "Detection <strong" in html
    assert html.count("0.5 chance") == 2
    assert "orrelation" not in html


def test_a_score_without_a_number_is_not_said_to_be_one() -> None:
    html = score_html(Score(math.nan, state="unparsable"))
    assert ">Score" not in html
    assert f"C{UNIT}" not in html


def test_what_stands_beside_several_scores_is_not_said_again() -> None:
    assert f"C{UNIT}" not in score_html(Score(0.5), told=[f"c{UNIT}"])


def test_the_spread_of_other_neurons_explanations_is_no_interval_of_their_mean() -> None:
    said = baseline_words(Baseline("other neurons", -0.01, -0.04, 0.09, 20))
    assert said == "mean of 20 other neurons' explanations −0.01 (95 % of them from −0.04 to 0.09)"
    assert baseline_words(Baseline("other neurons", 0.1, 0.1, 0.1, 1)) == "explanation of another neuron 0.10"


def test_beside_the_headline_stand_the_whole_corpus_and_random_excerpts_of_the_same_simulator() -> None:
    scores = [
        of_rule(0.91, "held_out", "top_and_random", interval=(0.85, 0.95)),
        of_rule(0.2, "corpus", "all", simulator="pattern"),
        of_rule(0.4, "valid", "random"),
        of_rule(0.33, "held_out", "random", interval=(0.1, 0.44)),
        of_rule(0.71, "corpus", "all"),
    ]
    told = Explanation("a", "lookup", NeuronId(0, 0), scores=scores)
    assert elsewhere_words(told) == (
        "The same score over every token of the corpus 0.71, on random excerpts only 0.33 (0.10 to 0.44)."
    )
    assert elsewhere_words(Explanation("a", "lookup", NeuronId(0, 0), scores=scores[:2])) == ""


def test_random_excerpts_without_a_number_say_why() -> None:
    scores = [of_rule(0.9, "valid", "top_and_random"), of_rule(math.nan, "valid", "random", state="undefined")]
    told = Explanation("a", "lookup", NeuronId(0, 0), scores=scores)
    assert elsewhere_words(told) == "The same score on random excerpts only undefined: one side does not vary."
