"""Results by language model beside those that are stored: kept apart where they differ, revised, compared with."""

from pathlib import Path
from typing import Any

import pytest

from neuronview.jobs.others import Others
from neuronview.llm.calls import ChatAnswer, ChatRequest, Request
from neuronview.records import Explanation, NeuronId, Provenance, Score
from neuronview.store import Dataset, save_explanations
from tests.support.language_run import IDENTITY, NUMBERS, Model, again, carry_out, fake_models, planned, text_of

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"simulator": "decisions"},
        {"calibration": "percentile"},
        {"excerpts": 3},
        {"explainer": "summary"},
        {"context_tokens": 4096},
        {"answer_tokens": 90},
    ],
)
def test_runs_that_differ_are_kept_beside_each_other(dataset: Dataset, tmp_path: Path, change: dict[str, Any]) -> None:
    _, models = fake_models()
    for options in ({}, change):
        carry_out(planned(tmp_path, "0:0", **options), dataset, models)
    kept = [e for e in again(dataset).explanations((0, 0)) if e.explainer != "dictionary"]
    assert len({e.id for e in kept}) == 2
    assert all(e.score(split="held_out").state == "ok" for e in kept)


def test_runs_by_another_model_behind_the_same_name_are_kept_beside_each_other(
    dataset: Dataset, tmp_path: Path
) -> None:
    for identity in (IDENTITY, "http://127.0.0.1:10/v1 fake"):
        endpoint, models = fake_models()
        endpoint.identity = identity  # type: ignore[misc]
        carry_out(planned(tmp_path, "0:0", explainer="person", sentence="Numbers."), dataset, models)
    assert len([e for e in again(dataset).explanations((0, 0)) if e.explainer == "person"]) == 2


@pytest.mark.parametrize("change", [{"context_tokens": 4096}, {"answer_tokens": 90}, {"sentence": "Cats."}])
def test_revisions_to_the_same_sentence_by_other_options_are_kept_beside_each_other(
    dataset: Dataset, tmp_path: Path, change: dict[str, Any]
) -> None:
    model = Model()

    def reply(request: Request) -> Any:
        explains = isinstance(request, ChatRequest) and "responds to:" not in text_of(request)
        return ChatAnswer(NUMBERS + ".", finish="stop") if explains else model(request)

    _, models = fake_models(reply)
    options = {"explainer": "revision", "sentence": "The word mat.", "candidates": 1, "counter_examples": False}
    ids = [carry_out(planned(tmp_path, "0:0", **options | more), again(dataset), models)[0].id for more in ({}, change)]
    assert ids[0] != ids[1]


def test_the_way_of_judging_is_part_of_what_tells_results_apart(dataset: Dataset, tmp_path: Path) -> None:
    ids = []
    for logprobs in (0, 5):
        _, models = fake_models(decisions=None, generated_logprobs=logprobs)
        asked = planned(tmp_path, "0:0", explainer="person", sentence="Numbers.", others=0, scorers=("fuzzing",))
        ids += [found.id for found in carry_out(asked, again(dataset), models)]
    assert len(set(ids)) == 2


def test_a_revision_begins_with_the_best_stored_sentence_and_names_it(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    before = Explanation("The word mat.", "pairs", NeuronId(0, 0), id="old", provenance=Provenance(created="2020"))
    save_explanations(tmp_path / "mine", [before], label="before")

    model = Model()

    def reply(request: Request) -> Any:
        if isinstance(request, ChatRequest) and "Explanation so far" in text_of(request):
            return ChatAnswer(NUMBERS + ".", finish="stop")
        return model(request)

    _, models = fake_models(reply)
    run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
    (found,) = carry_out(run, again(dataset), models)
    assert (found.text, found.explainer, found.parent) == (NUMBERS + ".", "revision", "old")
    assert "Revision of “The word mat.”" in found.score().note


def test_of_stored_sentences_the_calibration_split_chooses_the_one_to_revise_not_their_reported_scores(
    dataset: Dataset, tmp_path: Path
) -> None:
    praised = Score(0.99, interval=(0.98, 1.0), n_sequences=8, n_tokens=80, split="held_out")
    where = Provenance(created="2020")
    worse = Explanation("The word mat.", "pairs", NeuronId(0, 0), id="worse", provenance=where, scores=[praised])
    better = Explanation(NUMBERS + ".", "pairs", NeuronId(0, 0), id="better", provenance=where)
    save_explanations(tmp_path / "mine", [worse, better], label="before")
    assert again(dataset).explanations((0, 0))[0].id == "worse"
    _, models = fake_models()
    run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
    (found,) = carry_out(run, again(dataset), models)
    assert f"Revision of “{NUMBERS}.”" in found.score().note


def test_a_revision_that_kept_the_old_sentence_comes_out_the_same_when_it_is_run_again(
    dataset: Dataset, tmp_path: Path
) -> None:
    _, models = fake_models()
    before = Explanation(NUMBERS + ".", "token-space", NeuronId(0, 0), id="old", provenance=Provenance(created="2020"))
    save_explanations(tmp_path / "mine", [before], label="before")
    found = []
    for _ in range(2):
        run = planned(tmp_path, "0:0", explainer="revision", counter_examples=False)
        found += carry_out(run, again(dataset), models)
    assert [(entry.parent, entry.text) for entry in found] == [("old", before.text)] * 2
    assert found[0].id == found[1].id
    assert run.progress().calls == 0


def test_a_baseline_does_not_depend_on_what_the_run_itself_has_stored(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    run = planned(tmp_path, "0:1", "0:2")
    created = run.plan().created
    before = Others(dataset, "pairs", 2, created=created).of(NeuronId(0, 0))
    carry_out(run, dataset, models)
    assert {e.explainer for e in again(dataset).explanations((0, 1))} == {"pairs", "dictionary"}
    after = Others(again(dataset), "pairs", 2, created=created).of(NeuronId(0, 0))
    later = Others(again(dataset), "pairs", 2, created="later").of(NeuronId(0, 0))
    assert [e.id for e in before[0]] == [e.id for e in after[0]]
    assert {e.explainer for e in later[0]} == {"pairs"}


def test_the_neuron_itself_is_never_its_own_baseline(dataset: Dataset) -> None:
    for index in range(3):
        drawn, words = Others(dataset, "pairs", 5).of(NeuronId(0, index))
        assert {e.neuron for e in drawn} == {NeuronId(0, other) for other in range(3)} - {NeuronId(0, index)}
        assert "2 other neurons by dictionary" in words
    assert Others(dataset, "pairs", 5).of(NeuronId(1, 0)) == (
        [],
        "No other neuron's explanation is stored to compare with.",
    )
