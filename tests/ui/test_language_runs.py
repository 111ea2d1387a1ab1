"""A run by a language model on the page Explain: under way, come to its end, and what can be done with it."""

import asyncio
import math
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.jobs.plan import Failed, Progress
from neuronview.records import Explanation, NeuronId
from neuronview.store import open_dataset, save_explanations
from neuronview.ui import run_parts
from neuronview.ui.run_results import LOOKS
from tests.support.language_page import CANARY, Launched, carry_out, html_of, keys_in, known, planned
from tests.support.number_server import play_numbers
from tests.support.pages import open_page
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    MODEL,
    ScriptedServer,
    chat_answer,
    chat_reply,
    status,
)


def test_a_run_under_way_says_how_far_it_is_what_it_spent_and_why_it_waits(
    runs_home: Path, server: ScriptedServer
) -> None:
    run = planned(server, "0:0", "0:1", "0:2")
    told = Progress(
        state="running", done=1, total=3, share=0.4, calls=1234, tokens=250_000, money=0.123, rate=2.5,
        seconds_left=300.0, failures=("0:1: no answer",), waiting="too many requests (429); next try in 4 s",
    )  # fmt: skip
    run.report(told)
    at = open_page("explain")
    said = html_of(at)
    for fact in ("1,234", "250 k", "$0.12", "2.5 calls/s", "5 min"):
        assert fact in said
    assert 'data-nv-fact="left"' in said
    assert "too many requests (429)" in at.warning[0].value
    assert at.button(key="explain_cancel")


def test_results_are_told_with_cost_and_kept_apart_by_scorer(runs_home: Path, server: ScriptedServer) -> None:
    play_numbers(server)
    run = planned(server, "0:0", scorers=("simulation", "detection"))
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert not at.exception
    (simulation,) = results_of(at, "simulation")
    assert simulation["score"].iloc[0] > 0.9
    assert all("accuracy" not in table for table in results_of(at, "simulation"))
    assert any("calls" in c.value and "$0." in c.value for c in at.caption)
    assert not any("list prices" in c.value for c in at.caption), "a server on this machine is in no price list"


def test_an_undefined_score_has_its_reason_and_no_number(runs_home: Path, server: ScriptedServer) -> None:
    server.play(COMPLETIONS, status(404, message="no such route"))  # its decisions say the same of every token
    run = planned(server, "0:0")
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert "undefined" in states_of(at)
    assert results_of(at, "simulation")[0]["score"].isna().all()
    assert "explain_go_on" not in keys_in(at)


def test_money_that_was_spent_says_at_which_prices(runs_home: Path, server: ScriptedServer) -> None:
    run = planned(server, "0:0", "0:1", max_cost=1.0)
    run.report(Progress(state="cancelled", total=2, calls=12, tokens=3_000, money=0.25))
    run.note_failed({"0:0": Failed("provider_error", "too many requests", "explain")})
    at = open_page("explain", run=run.path.name)
    assert any("$0.25 at list prices" in caption.value for caption in at.caption)


def test_a_failed_neuron_keeps_its_reason_where_a_later_equal_run_took_the_place_of_its_scores(
    runs_home: Path, server: ScriptedServer
) -> None:
    run = planned(server, "0:0")
    run.note_failed({"0:0": Failed("provider_error", "the server was gone", "score")})
    run.report(Progress(state="done", total=1, failures=("0:0: the server was gone",)))
    at = open_page("explain", run=run.path.name)
    assert "provider_error" in states_of(at)
    assert "the server was gone" in html_of(at)


def test_a_run_by_language_model_tells_one_time_left(
    runs_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_parts, "time_left", lambda *_, **__: "about 30 seconds left")
    planned(server, "0:0").report(Progress(state="running", total=1, share=0.4, step="scoring", seconds_left=20.0))
    at = open_page("explain")
    assert "20 s" in html_of(at)
    assert not any("30 seconds" in caption.value for caption in at.caption)


def test_unreadable_answers_are_told_as_such_and_can_be_tried_again(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    run = planned(server, "0:0")
    server.play(CHAT, *[chat_answer] * 4, chat_reply(""))
    asyncio.run(known(server))
    server.play(CHAT, chat_reply(""))
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert "unparsable" in states_of(at)
    assert results_of(at, "simulation") == []
    assert at.button(key="explain_go_on").label == "Try the failed ones again"
    at.button(key="explain_go_on").click().run()
    assert [folder for folder, _ in launched] == [run]


def test_an_endpoint_that_fails_is_told_as_such_and_not_as_a_number(runs_home: Path, server: ScriptedServer) -> None:
    play_numbers(server)
    asyncio.run(known(server))
    server.play(DECISIONS, status(400, message="nothing of the kind"))
    run = planned(server, "0:0", scorers=("simulation", "detection"))
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert "provider_error" in states_of(at)
    assert results_of(at, "simulation")[0]["score"].isna().all()
    assert results_of(at, "detection")[0]["score"].isna().all()
    assert "nothing of the kind" in html_of(at)
    assert at.button(key="explain_go_on").label == "Try the failed ones again"


def test_a_neuron_that_is_not_there_says_so_and_hides_no_other(runs_home: Path, server: ScriptedServer) -> None:
    play_numbers(server)
    run = planned(server, "0:0", "7:7")
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert not at.exception
    assert states_of(at) == {"failed"}
    assert "out of range" in html_of(at)
    assert list(results_of(at, "simulation")[0]["open"]) == ["0:0"]


def test_a_refused_key_ends_the_run_in_words_and_asks_for_another(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    asyncio.run(known(server))
    for path in (CHAT, DECISIONS):
        server.play(path, status(401, message="wrong key"))
    run = planned(server, "0:0")
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert "401" in at.error[0].value
    (place,) = [entry for entry in at.expander if entry.label == "This server wants a key"]
    assert place.proto.expanded
    field = next(entry for entry in at.text_input if str(entry.key).startswith("llm_again"))
    field.set_value(CANARY).run()
    at.button(key="explain_go_on").click().run()
    assert launched == [(run, {"key": CANARY})]


def test_a_run_stopped_by_its_cap_can_go_on_with_another(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    asyncio.run(known(server))
    run = planned(server, "0:0", max_tokens=1_000)
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert any("cap of 1,000 tokens" in info.value for info in at.info)
    at.number_input(key=f"caps_{run.path.name}_tokens").set_value(90_000).run()
    at.button(key="explain_go_on").click().run()
    assert launched[0][0].plan().max_tokens == 90_000


def states_of(at: AppTest) -> set[str]:
    """States that have a box of their own."""
    badges = [entry.value for entry in at.markdown]
    return {state for state, look in LOOKS.items() if any(f"{look.icon} {look.label}]" in text for text in badges)}


def results_of(at: AppTest, scorer: str) -> list[Any]:
    """Tables of results by `simulation`, or by judged scorers, which have an accuracy too."""
    tables = [frame.value for frame in at.dataframe if "compare" in frame.value]
    return [table for table in tables if ("accuracy" not in table) == (scorer == "simulation")]


def test_a_run_with_judged_scores_alone_names_its_judge_and_no_simulator(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    run = planned(server, "0:0", scorers=("detection",))
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert any(text.value.endswith("scorer: detection") and "simulator" not in text.value for text in at.text)
    (note,) = [caption.value for caption in at.caption if "decisions on" in caption.value]
    assert note.startswith("Judge: decisions on")
    assert list(at.dataframe[-1].value["reader"]) == [f"judge, {MODEL}"]


def test_a_simulator_that_only_chooses_among_candidates_is_named_as_that(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    run = planned(server, "0:0", scorers=("detection",), candidates=2)
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert any("simulator, to choose an explanation alone" in text.value for text in at.text)
    assert any(caption.value.startswith("Simulator, to choose an explanation alone") for caption in at.caption)


def test_results_stand_beside_what_lookup_and_other_neurons_explanations_get(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    carry_out(planned(server, "0:0", explainer="lookup", simulator="rule", sample=80))
    others = [Explanation(f"The word {name}.", "dictionary", NeuronId(0, n)) for n, name in ((1, "cat"), (2, "sat"))]
    save_explanations(open_dataset("runs").overlay, others, label="before")
    run = planned(server, "0:0", others=2)
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    (table,) = results_of(at, "simulation")
    stored = next(e for e in open_dataset("runs").explanations((0, 0)) if e.explainer == "pairs")
    beside = {entry.name: entry.value for entry in stored.score(split="held_out").baselines}
    assert math.isfinite(beside["lookup"])
    assert table["lookup_beside"].iloc[0] == beside["lookup"]
    assert math.isfinite(beside["other neurons"])
    assert table["others_beside"].iloc[0] == beside["other neurons"]
    assert any("Others, 2 explanations of other neurons" in caption.value for caption in at.caption)
    assert any("Lookup, a rule" in caption.value for caption in at.caption)


@pytest.mark.parametrize(
    ("progress", "words", "state"),
    [
        (Progress("done", 1, 2, share=1.0, failures=("9:9: no",)), "ended: 1 of 2 neurons done, 1 failed", "ended"),
        (Progress("done", 2, 2, share=1.0), "finished: 2 of 2 neurons done", "finished"),
        (Progress("cancelled", 0, 2, share=0.6), "stopped: 0 of 2 neurons done, 2 left", "stopped"),
        (Progress("running", 0, 2, share=0.6), "running: 0 of 2 neurons done", "running"),
    ],
)
def test_a_run_says_how_many_neurons_are_done_failed_and_left(
    runs_home: Path, server: ScriptedServer, progress: Progress, words: str, state: str
) -> None:
    run = planned(server, "0:0", "9:9")
    run.report(progress)
    at = open_page("explain", run=run.path.name)
    (bar,) = at.get("progress")
    assert bar.text == words
    assert bar.value == (60 if progress.state == "running" else 50 * progress.done)
    assert run_parts._state_words(progress) == state


def test_no_other_try_is_offered_where_the_dataset_lacks_what_is_needed(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    run = planned(server, "0:0", "7:7")
    carry_out(run)
    assert "explain_go_on" not in keys_in(open_page("explain", run=run.path.name))


def test_the_neuron_page_leads_back_to_the_run_where_another_try_may_help(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    asyncio.run(known(server))
    run = planned(server, "0:0", "0:1")
    server.play(DECISIONS, status(400, message="nothing of the kind"))
    carry_out(run)
    at = open_page("neuron", layer="0", neuron="0")
    (link,) = [entry.proto for entry in at.get("page_link") if entry.proto.label == "Try again in its run"]
    assert f"run={run.path.name}" in str(link.query_string)
    play_numbers(server)
    run.reopen()
    carry_out(run)
    at = open_page("neuron", layer="0", neuron="0")
    assert not any(entry.proto.label == "Try again in its run" for entry in at.get("page_link"))


def test_compare_opens_on_the_explanation_that_a_run_named(runs_home: Path, server: ScriptedServer) -> None:
    play_numbers(server)
    carry_out(planned(server, "0:0", explainer="lookup", simulator="rule", sample=80))
    carry_out(planned(server, "0:0"))
    known_ones = open_dataset("runs").explanations((0, 0))
    for wanted in known_ones:
        at = open_page("compare", layer="0", neuron="0", explanation=wanted.id)
        first, second = (at.selectbox(key=f"compare_{place}").value for place in ("first", "second"))
        assert wanted.id[:4] in first
        assert first != second


def test_an_explanation_that_was_only_judged_is_said_to_have_no_simulation(
    runs_home: Path, server: ScriptedServer
) -> None:
    play_numbers(server)
    carry_out(planned(server, "0:0", scorers=("detection",)))
    (judged,) = open_dataset("runs").explanations((0, 0))
    at = open_page("compare", layer="0", neuron="0", explanation=judged.id)
    assert any("has no simulation here" in info.value for info in at.info)
