"""Explain with a language model: chosen, checked, estimated, run and told; keys stay in the visit's memory."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from neuronview.llm.discover import discover
from neuronview.ui import endpoint_parts, estimate_parts
from tests.support.language_page import CANARY, Launched, html_of, keys_in
from tests.support.number_server import play_numbers
from tests.support.pages import open_page
from tests.support.scripted_server import (
    CHAT,
    COMPLETIONS,
    DECISIONS,
    MODEL,
    SYSTEMONE,
    ScriptedServer,
    scripted_server,
    status,
)

PAIRS = "Token-activation pairs (language model)"


def at_address(server: ScriptedServer, explainer: str = PAIRS, **parameters: str) -> AppTest:
    """The page with a language model at the scripted server's address."""
    at = open_page("explain", explain_neurons="0:1", explain_with=explainer, **parameters)
    at.text_input(key="llm_explainer_address").set_value(server.base_url)
    return at.text_input(key="llm_explainer_model").set_value(MODEL).run()


# --- choosing ------------------------------------------------------------------------------------------------------


def test_a_newcomer_sees_rule_explainers_first_and_no_language_model(runs_home: Path, server: ScriptedServer) -> None:
    at = open_page("explain", explain_neurons="0:1")
    assert not at.exception
    assert at.selectbox(key="explain_with").value == "dictionary"
    assert "rule" in at.selectbox(key="explain_with").options[0]
    assert not {"llm_explainer_check", "explain_estimate"} & keys_in(at)
    assert server.requests == []


def test_without_a_server_on_this_computer_an_address_is_asked_for(runs_home: Path, server: ScriptedServer) -> None:
    at = open_page("explain", explain_neurons="0:1", explain_with=PAIRS)
    assert "llm_explainer_address" in keys_in(at)
    assert any("Name the model" in info.value for info in at.info)


def test_a_server_on_this_computer_is_offered_by_itself(
    runs_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_parts, "discover", lambda: discover([server.port]))
    at = open_page("explain", explain_neurons="0:1", explain_with=PAIRS)
    offered = at.selectbox(key="llm_explainer_found")
    assert MODEL in str(offered.value)
    assert server.base_url in str(offered.value)


def test_an_address_with_a_key_in_it_is_refused_before_it_is_asked(runs_home: Path, server: ScriptedServer) -> None:
    at = at_address(server)
    at.text_input(key="llm_explainer_address").set_value(f"{server.base_url}?api_key={CANARY}").run()
    assert "would be written to the disk" in at.error[0].value
    assert CANARY not in at.error[0].value
    assert "llm_explainer_check" not in keys_in(at)


# --- the check -----------------------------------------------------------------------------------------------------


def test_the_check_says_each_ability_and_the_simulator_that_follows(runs_home: Path, server: ScriptedServer) -> None:
    at = at_address(server)
    at.button(key="llm_explainer_check").click().run()
    assert not at.exception
    assert html_of(at).count('data-nv-able="yes"') == 5
    assert any("All at once" in caption.value and "published method" in caption.value for caption in at.caption)


def test_a_missing_ability_says_why_and_another_simulator_follows(runs_home: Path, server: ScriptedServer) -> None:
    server.play(COMPLETIONS, status(404, message="no such route"))
    at = at_address(server)
    at.button(key="llm_explainer_check").click().run()
    assert "does not offer log-probabilities of a prompt (404)" in html_of(at)
    assert any("Typed decisions, a question a token" in caption.value for caption in at.caption)


def test_a_check_is_remembered_and_not_asked_again(runs_home: Path, server: ScriptedServer) -> None:
    at_address(server).button(key="llm_explainer_check").click().run()
    asked = len(server.requests)
    at = at_address(server)
    assert "data-nv-able" in html_of(at)
    assert len(server.requests) == asked


def test_a_simulator_that_cannot_work_there_is_refused_in_words(runs_home: Path, server: ScriptedServer) -> None:
    for path in (DECISIONS, SYSTEMONE):
        server.play(path, status(404, message="no such route"))
    at = at_address(server)
    at.button(key="llm_explainer_check").click().run()
    at.selectbox(key="explain_simulator").set_value("decisions").run()
    assert "That cannot work there" in at.error[0].value
    assert "explain_estimate" not in keys_in(at)


def test_a_refused_key_is_said_in_words(runs_home: Path, server: ScriptedServer) -> None:
    for path in (CHAT, COMPLETIONS, DECISIONS, SYSTEMONE):
        server.play(path, status(401, message="wrong key"))
    at = at_address(server)
    at.button(key="llm_explainer_check").click().run()
    assert "401" in at.error[0].value
    assert "key" in at.error[0].value
    assert "data-nv-able" not in html_of(at)


# --- keys ----------------------------------------------------------------------------------------------------------


def test_a_typed_key_leaves_its_field_and_is_held_in_the_visit_alone(runs_home: Path, server: ScriptedServer) -> None:
    at = at_address(server)
    at.text_input(key="llm_explainer_key").set_value(CANARY).run()
    assert "llm_explainer_key" not in keys_in(at)
    assert any("in this visit's memory" in caption.value for caption in at.caption)
    assert not any(CANARY in str(element.proto) for element in at.main if element.type != "unknown")
    assert CANARY not in str(at.query_params)
    at.button(key="llm_explainer_key_forget").click().run()
    assert "llm_explainer_key" in keys_in(at)


def test_the_environment_s_key_is_said_with_where_it_goes_and_never_shown(
    runs_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    at = open_page("explain", explain_neurons="0:1", explain_with=PAIRS)
    at.text_input(key="llm_explainer_address").set_value("https://models.example/v1").run()
    said = [caption.value for caption in at.caption if "OPENAI_API_KEY" in caption.value]
    assert "models.example" in said[0].replace("\\", "")
    assert not any(CANARY in caption.value for caption in at.caption)


# --- estimate and start ----------------------------------------------------------------------------------------------


def few(at: AppTest) -> AppTest:
    """As few excerpts, candidates and baselines as make a run."""
    for name, value in {"explain_candidates": 1, "explain_excerpts": 2, "explain_others": 0}.items():
        at.number_input(key=name).set_value(value)
    return at.run()


def test_run_is_offered_only_with_an_estimate_of_this_very_choice(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = few(at_address(server))
    assert "explain_run" not in keys_in(at)
    at.button(key="explain_estimate").click().run()
    assert not at.exception
    facts = html_of(at)
    assert 'data-nv-fact="calls"' in facts
    assert "Simulation, with calibration and baselines" in facts
    assert "explain_run" in keys_in(at)
    at.number_input(key="explain_candidates").set_value(2).run()
    assert "explain_run" not in keys_in(at)
    assert any("has changed" in caption.value for caption in at.caption)


def test_a_simulator_is_asked_for_and_named_only_where_something_is_simulated(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = few(at_address(server))
    assert "explain_simulator" in keys_in(at)
    at.button_group(key="explain_scorers").set_value(["detection"]).run()
    assert "explain_simulator" not in keys_in(at)
    at.button(key="explain_estimate").click().run()
    assert any("nothing is simulated" in caption.value for caption in at.caption)
    at.number_input(key="explain_candidates").set_value(2).run()
    assert "explain_simulator" in keys_in(at)


def test_what_a_typed_decision_is_asked_can_be_chosen_where_one_may_run_and_is_planned(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = few(at_address(server))
    at.selectbox(key="explain_simulator").set_value("digits").run()
    assert not {"explain_sees", "explain_levels"} & keys_in(at)
    assert at.toggle(key="explain_label_bias").value is False
    at.selectbox(key="explain_simulator").set_value("decisions").run()
    assert not [entry for entry in at.toggle if entry.key == "explain_label_bias"]
    at.selectbox(key="explain_sees").set_value("up-to-token")
    at.number_input(key="explain_levels").set_value(4).run()
    at.button(key="explain_estimate").click().run()
    at.button(key="explain_run").click().run()
    plan = launched[0][0].plan()
    assert (plan.simulator, plan.sees, plan.levels) == ("decisions", "up-to-token", 4)


def test_run_plans_what_the_controls_say_with_caps_and_hands_over_the_typed_key_alone(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = few(at_address(server))
    at.text_input(key="llm_explainer_key").set_value(CANARY).run()
    at.button(key="explain_estimate").click().run()
    at.number_input(key="explain_max_tokens").set_value(50_000).run()
    at.button(key="explain_run").click().run()
    assert not at.exception
    ((folder, keys),) = launched
    plan = folder.plan()
    assert (plan.explainer, plan.simulator, plan.scorers) == ("pairs", "auto", ("simulation",))
    assert (plan.explainer_model, plan.explainer_url) == (MODEL, server.base_url)
    assert (plan.candidates, plan.excerpts, plan.others, plan.max_tokens) == (1, 2, 0, 50_000)
    assert keys == {"key": CANARY}
    assert CANARY not in str(at.query_params)
    for path in runs_home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


def test_without_a_price_money_is_unknown_and_cannot_be_capped(
    runs_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_numbers(server)
    real = estimate_parts.estimate_run

    def unpriced(*args: Any, **options: Any) -> Any:
        return replace(real(*args, **options), money=None, price="There is no list price of “scripted”")

    monkeypatch.setattr(estimate_parts, "estimate_run", unpriced)
    at = few(at_address(server))
    at.button(key="explain_estimate").click().run()
    assert "price unknown" in html_of(at)
    assert "explain_max_cost" not in keys_in(at)
    assert any("no cap on money" in caption.value for caption in at.caption)


def test_a_stated_price_is_estimated_with_and_planned(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = few(at_address(server))
    at.text_input(key="explain_price").set_value("2").run()
    at.button(key="explain_estimate").click().run()
    assert any("is no price" in error.value for error in at.error)
    at.text_input(key="explain_price").set_value("2,8").run()
    at.button(key="explain_estimate").click().run()
    assert any("given by you" in caption.value for caption in at.caption)
    at.button(key="explain_run").click().run()
    ((folder, _),) = launched
    assert (folder.plan().price, folder.plan().simulator_price) == ("2,8", "")


def test_a_person_s_sentence_and_a_rule_s_can_be_read_by_a_model(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    at = open_page("explain", explain_neurons="0:1", explain_with="Your own sentence (language model)")
    assert any("Say in a sentence" in info.value for info in at.info)
    at.text_area(key="explain_sentence_person").set_value("dates and years").run()
    at.text_input(key="llm_explainer_address").set_value(server.base_url)
    at.text_input(key="llm_explainer_model").set_value(MODEL).run()
    at.number_input(key="explain_others").set_value(0).run()
    at.button(key="explain_estimate").click().run()
    at.button(key="explain_run").click().run()
    assert launched[0][0].plan().sentence == "dates and years"
    assert "explain_candidates" not in keys_in(at)
    at = open_page("explain", explain_neurons="0:1", explain_by="By a language model")
    assert "llm_explainer_address" in keys_in(at)


@pytest.mark.parametrize("typed", [True, False])
def test_a_server_on_this_computer_gets_a_key_that_was_typed_and_never_the_environment_s(
    runs_home: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, typed: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    at = at_address(server)
    if typed:
        at.text_input(key="llm_explainer_key").set_value(CANARY).run()
    at.button(key="llm_explainer_check").click().run()
    sent = {request.headers.get("authorization") for request in server.requests}
    assert (
        f"Bearer {CANARY}" in sent if typed else sent.isdisjoint({f"Bearer {CANARY}", "Bearer sk-of-the-environment"})
    )
    assert "Bearer sk-of-the-environment" not in sent


def test_a_second_model_simulates_with_a_key_of_its_own(
    runs_home: Path, server: ScriptedServer, launched: Launched
) -> None:
    play_numbers(server)
    with scripted_server() as second:
        play_numbers(second)
        at = at_address(server)
        at.text_input(key="llm_explainer_key").set_value("sk-of-the-explainer").run()
        at.toggle(key="llm_two").set_value(True).run()
        at.text_input(key="llm_simulator_address").set_value(second.base_url)
        at.text_input(key="llm_simulator_model").set_value(MODEL).run()
        at.text_input(key="llm_simulator_key").set_value(CANARY).run()
        few(at).button(key="explain_estimate").click().run()
        at.button(key="explain_run").click().run()
        assert not at.exception
        ((folder, keys),) = launched
        assert folder.plan().simulator_url == second.base_url
        assert keys == {"key": "sk-of-the-explainer", "simulator_key": CANARY}
        assert not any(CANARY in str(request.headers) for request in server.requests)
        assert any(CANARY in str(request.headers) for request in second.requests)


def test_what_was_chosen_is_there_again_after_another_page(runs_home: Path, server: ScriptedServer) -> None:
    at = at_address(server)
    at.number_input(key="explain_candidates").set_value(4).run()
    at.switch_page("../../pages/browse.py").run()
    at.query_params["explain_with"] = PAIRS
    at.switch_page("../../pages/explain.py").run()
    assert at.text_input(key="llm_explainer_address").value == server.base_url
    assert at.number_input(key="explain_candidates").value == 4
