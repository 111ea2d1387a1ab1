"""`explain` and `endpoints` with a language model behind real HTTP on loopback."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neuronview.cli.main import run
from neuronview.jobs.plan import list_runs
from tests.jobs.test_estimate import structured
from tests.support import by_hand, run_dataset
from tests.support import scripted_server as scripted


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_dataset.build(tmp_path_factory.mktemp("language") / "runs")


@pytest.fixture
def server() -> Iterator[scripted.ScriptedServer]:
    with scripted.scripted_server() as server:
        server.play(scripted.CHAT, structured)
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setenv("NEURONVIEW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-never-to-be-seen")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return tmp_path / "home"


def options(built: Path, server: scripted.ScriptedServer, *more: str) -> list[str]:
    return [
        *("explain", str(built), "--neurons", "0:0", "--explainer", "pairs", "--simulator", "structured"),
        *("--model", "scripted", "--base-url", server.base_url, "--candidates", "1", "--excerpts", "2"),
        *more,
    ]


def test_a_neuron_is_explained_and_what_it_took_is_said(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server, "--json")) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert {row["simulator"] for row in told["explanations"]} == {"structured"}
    assert told["failures"] == []
    assert told["spent"]["calls"] > 10
    assert "tokens" in printed.err
    assert "it runs on this machine" in printed.err
    assert len(list_runs(home)) == 1


def test_the_explainer_is_shown_as_many_excerpts_as_said(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def blocks(*more: str) -> int:
        server.requests.clear()
        run(options(built, server, *more))
        bodies = [request.body for request in server.asked(scripted.CHAT)]
        explaining = next(b for b in bodies if "Say what the neuron responds to" in str(b["messages"][0]["content"]))
        return int(explaining["messages"][-1]["content"].count("<start>"))

    assert blocks("--shown", "1") < blocks()


def test_a_dry_run_begins_nothing(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server, "--dry-run", "--json")) == 0
    told = json.loads(capsys.readouterr().out)["estimate"]
    assert told["calls"] > 10
    assert told["money"] == 0
    assert told["simulator"] == "structured"
    assert list_runs(home) == []


def test_no_key_is_in_any_file_of_a_run(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server)) == 0
    for path in home.rglob("*"):
        assert path.is_dir() or b"never-to-be-seen" not in path.read_bytes(), path.name
    printed = capsys.readouterr()
    assert "never-to-be-seen" not in printed.out + printed.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--simulator", "rule"], "has no rule"),
        (["--scorer", "luck"], "no scorer “luck”"),
        (["--base-url", "https://me:hidden@host/v1"], "written to the disk"),
        (["--candidates", "0"], "0 candidates"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_is_right(
    built: Path,
    server: scripted.ScriptedServer,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    words: str,
) -> None:
    assert run(options(built, server, *more)) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "hidden" not in said
    assert list_runs(home) == []


def test_a_refused_key_ends_with_1_in_words(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.play(scripted.CHAT, scripted.status(401, message="bad key"))
    assert run(options(built, server)) == 1
    assert "Traceback" not in (said := capsys.readouterr().err)
    assert "401" in said


def test_the_same_run_goes_on_by_its_id(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server, "--max-tokens", "9000", "--concurrency", "1")) == 1
    said = capsys.readouterr().err
    assert "cap of 9,000 tokens" in said
    (folder,) = list_runs(home)
    assert f"--run {folder.path.name}" in said
    assert run(["explain", "--run", folder.path.name, "--max-tokens", "9000000", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failures"] == []
    assert folder.finished() == {"0:0"}
    asked = len(server.requests)
    assert run(["explain", "--run", folder.path.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["explanations"] == told["explanations"]
    assert len(server.requests) == asked


def test_what_an_endpoint_can_do_is_said(
    server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["endpoints", "--model", "scripted", "--base-url", server.base_url, "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["abilities"]["chat"] is True
    assert told["abilities"]["prompt_logprobs"]
    assert told["simulator"]["name"] == "all-at-once"
    assert "it runs on this machine" in told["prices"]["chat"]
    asked = len(server.requests)
    assert run(["endpoints", "--model", "scripted", "--base-url", server.base_url]) == 0
    assert len(server.requests) == asked
    assert "answers chats: yes" in capsys.readouterr().out


def test_doctor_lists_servers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from neuronview.cli import doctor

    found = [{"base_url": "http://127.0.0.1:8000/v1", "kind": "vLLM", "models": ["a", "b"]}]
    monkeypatch.setattr(doctor, "servers", lambda: found)
    assert run(["doctor"]) == 0
    assert "http://127.0.0.1:8000/v1 (vLLM; 2 models)" in capsys.readouterr().out


def test_a_server_on_this_machine_that_wants_a_key_gets_the_one_that_is_meant_for_it(
    server: scripted.ScriptedServer, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wants_key(received: scripted.Received) -> scripted.Reply:
        let_in = received.headers.get("authorization") == "Bearer key-of-this-machine"
        return scripted.chat_reply("yes") if let_in else scripted.status(401, message="Unauthorized")

    server.play(scripted.CHAT, wants_key)
    server.play(scripted.DECISIONS, scripted.status(401, message="Unauthorized"))
    server.play(scripted.SYSTEMONE, scripted.status(401, message="Unauthorized"))
    asking = ["endpoints", "--model", "scripted", "--base-url", server.base_url]
    assert run(asking) == 1
    assert "NEURONVIEW_LOCAL_KEY" in capsys.readouterr().err
    monkeypatch.setenv("NEURONVIEW_LOCAL_KEY", "key-of-this-machine")
    assert run(asking) == 0
    printed = capsys.readouterr()
    assert "answers chats: yes" in printed.out
    assert "key-of-this-machine" not in printed.out + printed.err
    assert all("never-to-be-seen" not in str(received.headers) for received in server.requests)


def test_a_stated_price_is_counted_and_capped_also_on_this_machine(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    priced = options(built, server, "--price", "2,8", "--concurrency", "1")
    assert run([*priced, "--dry-run"]) == 0
    assert "$2 per million input tokens, $8 output (given by you)" in capsys.readouterr().err
    assert run([*priced, "--max-cost", "0.02"]) == 1
    assert "cap of $0.02" in capsys.readouterr().err
    (folder,) = list_runs(home)
    assert 0 < folder.progress().money <= 0.02
    assert run(["explain", "--run", folder.path.name, "--max-cost", "9"]) == 0
    assert folder.progress().money > 0.02


def test_two_prices_of_one_model_are_refused(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server, "--price", "2,8", "--simulator-price", "1,1")) == 2
    assert "one price" in capsys.readouterr().err


def test_what_a_fault_kept_from_being_found_out_is_not_called_a_no(
    server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.play(scripted.DECISIONS, scripted.status(402, message="no credit"))
    server.play(scripted.SYSTEMONE, scripted.status(404, message="Not Found"))
    asking = ["endpoints", "--model", "scripted", "--base-url", server.base_url]
    assert run(asking) == 0
    assert "typed decisions: not known: It could not be found out this time" in capsys.readouterr().out
    assert run([*asking, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unsettled"] == ["decisions"]


def test_a_run_that_ends_at_its_cap_prints_what_it_finished(
    built: Path,
    server: scripted.ScriptedServer,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def token_a_byte(received: scripted.Received) -> scripted.Reply:
        reply = structured(received)
        written = sum(len(message["content"].encode()) for message in received.body["messages"])
        used = {"prompt_tokens": written, "completion_tokens": 100}
        return replace(reply, body={**reply.body, "usage": used}) if "Excerpt:" in str(received.body) else reply

    server.play(scripted.CHAT, token_a_byte)
    two = [*options(built, server, "--concurrency", "1", "--others", "0", "--json"), "--neurons", "0:1,1:0"]
    monkeypatch.setenv("NEURONVIEW_HOME", str(home / "elsewhere"))
    assert run(two) == 0
    whole = json.loads(capsys.readouterr().out)["spent"]["tokens"]
    monkeypatch.setenv("NEURONVIEW_HOME", str(home))
    room = 15_000  # what is set aside for one call
    assert run([*two, "--max-tokens", str(whole // 2 + room)]) == 1
    printed = capsys.readouterr()
    assert "cap of" in printed.err
    assert {(row["layer"], row["neuron"]) for row in json.loads(printed.out)["explanations"]} == {(0, 1)}


def test_calls_that_failed_are_counted_beside_those_that_were_answered(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = scripted.status(400, message="no thanks")
    server.play(scripted.CHAT, *[structured] * 12, refused, structured)
    run(options(built, server, "--concurrency", "1"))
    assert "calls answered, 1 failed" in capsys.readouterr().err


def test_what_would_have_no_effect_beside_a_planned_run_is_refused(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(options(built, server, "--max-tokens", "9000"))
    (folder,) = list_runs(home)
    assert run(["explain", "--run", folder.path.name, "--context-tokens", "900", "--regex"]) == 2
    said = capsys.readouterr().err
    assert "--context-tokens" in said
    assert "--regex" in said
    assert "--run, " not in said


def test_raising_one_cap_of_a_planned_run_leaves_the_other(
    built: Path, server: scripted.ScriptedServer, home: Path
) -> None:
    run(options(built, server, "--price", "1,1", "--max-tokens", "9000", "--max-cost", "0.01"))
    (folder,) = list_runs(home)
    run(["explain", "--run", folder.path.name, "--max-tokens", "9000000"])
    assert (folder.plan().max_tokens, folder.plan().max_cost) == (9_000_000, 0.01)
    assert folder.progress().money <= 0.01


def test_a_run_whose_result_a_later_one_repeated_says_where_it_is(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(built, server)) == 0
    (first,) = list_runs(home)
    # What is stored is of another run then.
    by_hand.edit(first.path / "plan.json", lambda plan: plan.update(created="2026-01-01T00:00:00+00:00"))
    capsys.readouterr()
    assert run(["explain", "--run", first.path.name]) == 0
    said = capsys.readouterr().out
    assert "1 neuron of this run came out the same in a later one" in said
    assert "No neuron was finished" not in said


def test_tokens_without_a_valid_answer_stand_beside_the_score_where_there_are_any(
    built: Path, server: scripted.ScriptedServer, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"type": "refusal", "name": answers[0]["name"]}, *answers[1:]]

    header = {}
    for name, change in (("whole", lambda answers: answers), ("refused", refuse)):
        server.play(scripted.DECISIONS, scripted.decisions(change))
        run([*options(built, server, "--seed", str(len(name))), "--simulator", "decisions", "--others", "0"])
        header[name] = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("neuron "))
    assert "missing" in header["refused"]
    assert "missing" not in header["whole"]
