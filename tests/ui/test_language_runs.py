"""A run by a language model on the page Explain: under way, come to its end, and what can be done with it."""

import asyncio
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from neuronview.jobs.plan import Progress
from neuronview.ui.run_results import LOOKS
from tests.support.language_page import CANARY, Launched, carry_out, html_of, keys_in, known, planned
from tests.support.number_server import play_numbers
from tests.support.pages import open_page
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
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
    assert any("calls" in c.value and "list prices" in c.value for c in at.caption)


def test_an_undefined_score_has_its_reason_and_no_number(runs_home: Path, server: ScriptedServer) -> None:
    server.play(COMPLETIONS, status(404, message="no such route"))  # its decisions say the same of every token
    run = planned(server, "0:0")
    carry_out(run)
    at = open_page("explain", run=run.path.name)
    assert "undefined" in states_of(at)
    assert results_of(at, "simulation")[0]["score"].isna().all()
    assert "explain_go_on" not in keys_in(at)


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
    """Tables of results by `simulation`, or by other scorers, which do not say who explained."""
    tables = [frame.value for frame in at.dataframe if "compare" in frame.value]
    return [table for table in tables if ("explainer" in table) == (scorer == "simulation")]
