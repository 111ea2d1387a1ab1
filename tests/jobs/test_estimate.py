"""What is estimated before a run is what it takes: calls exactly, tokens within a tenth; nothing is sent for it."""

import json
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neuronview.errors import BadInput
from neuronview.jobs import estimate as estimating
from neuronview.jobs.endpoints import Keys
from neuronview.jobs.estimate import estimate_run
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunPlan, new_run
from neuronview.llm.ledger import Ledger
from neuronview.llm.prices import Price, PriceTable
from neuronview.records import Explanation, NeuronId
from neuronview.store import Dataset, save_explanations
from tests.support import run_dataset as made
from tests.support import scripted_server as scripted
from tests.support.language_run import EVERYONE, fake_models

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

REMOTE = "https://models.example/v1 fake"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made.build(tmp_path_factory.mktemp("estimate") / "runs")
    others = [
        Explanation(f"The word {made.WORDS[n + 1].strip()}.", "dictionary", NeuronId(layer, n))
        for n in range(3)
        for layer in range(2)
    ]
    save_explanations(folder, others, label="before")
    return folder


@pytest.fixture
def dataset(folder: Path, tmp_path: Path) -> Dataset:
    return Dataset(folder, overlay=tmp_path / "mine")


def plan(*neurons: str, **options: Any) -> RunPlan:
    chosen = {"explainer": "pairs", "simulator": "auto", "explainer_model": "fake", "candidates": 2, "excerpts": 4}
    return RunPlan("", "runs", neurons, **(chosen | options))


def carried_out(made_plan: RunPlan, dataset: Dataset, home: Path, **options: Any) -> Any:
    run = new_run(home, made_plan)
    execute_language(run, dataset, load_model=made.FakeModel, report=lambda progress: None, **options)
    assert run.failed() == {}
    return Ledger(run.path).totals()


@pytest.mark.parametrize("simulator", ["all-at-once", "decisions", "digits", "structured"])
@pytest.mark.parametrize("explainer", ["pairs", "revision"])
def test_the_calls_are_those_of_the_run(dataset: Dataset, tmp_path: Path, explainer: str, simulator: str) -> None:
    endpoint, models = fake_models(generated_logprobs=5)
    endpoint.identity = REMOTE  # type: ignore[misc]
    asked = plan("0:0", "1:0", explainer=explainer, simulator=simulator, counter_examples=False)
    found = estimate_run(asked, dataset, tmp_path, open_models=models)
    assert endpoint.history == []
    totals = carried_out(asked, dataset, tmp_path, open_models=models)
    assert totals.paid == len(endpoint.history)
    # Before the first call it is not known whether 10 is one token, or which of two equal questions at once is paid.
    assert abs(found.calls - totals.paid) <= (0.05 * totals.paid if explainer == "revision" else 0)


def test_tokens_are_within_a_tenth_of_those_used(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    found = estimate_run(plan(*EVERYONE), dataset, tmp_path, open_models=models)
    totals = carried_out(plan(*EVERYONE), dataset, tmp_path, open_models=models)
    assert found.tokens == pytest.approx(totals.tokens, rel=0.1)
    assert found.calls == pytest.approx(totals.paid, rel=0.1)


def test_a_long_list_is_scaled_up_from_a_sample(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, models = fake_models()
    whole = estimate_run(plan(*EVERYONE), dataset, tmp_path, open_models=models)
    monkeypatch.setattr(estimating, "SAMPLED", 2)
    found = estimate_run(plan(*EVERYONE), dataset, tmp_path, open_models=models)
    assert (found.neurons, found.sampled) == (6, 2)
    assert found.tokens == pytest.approx(whole.tokens, rel=0.15)
    assert "Scaled up from 2 of 6 neurons." in found.notes


def test_what_was_answered_before_is_free(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    carried_out(plan("0:0"), dataset, tmp_path, open_models=models)
    found = estimate_run(plan("0:0"), dataset, tmp_path, open_models=models)
    assert (found.calls, found.tokens, found.money) == (0, 0, 0.0)
    assert found.cached > 20
    more = estimate_run(plan("0:0", "0:1"), dataset, tmp_path, open_models=models)
    assert more.calls > 20
    assert more.cached >= found.cached


def test_the_baseline_and_candidates_are_in_it(dataset: Dataset, tmp_path: Path) -> None:
    _, models = fake_models()
    calls = {
        (candidates, others): estimate_run(
            plan("0:0", candidates=candidates, others=others), dataset, tmp_path, open_models=models
        ).calls
        for candidates, others in ((1, 0), (2, 0), (1, 2))
    }
    scored = 18  # 4 + 4 held-out and 5 + 5 valid excerpts at the most
    assert calls[2, 0] - calls[1, 0] == 1 + 10
    assert 2 * 10 <= calls[1, 2] - calls[1, 0] <= 2 * scored


def test_money_is_known_where_there_is_a_price_and_unknown_elsewhere(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, models = fake_models()
    endpoint.identity = REMOTE  # type: ignore[misc]
    found = estimate_run(plan("0:0"), dataset, tmp_path, open_models=models)
    assert found.money is None
    assert "no list price of “fake”" in found.price
    table = PriceTable({("fake", ""): Price("fake", 2.0, 1.0, 8.0, page="a page", date="2026-11-01")})
    monkeypatch.setattr(estimating, "list_prices", lambda: table)
    priced = estimate_run(plan("0:0", max_cost=0.001), dataset, tmp_path, open_models=models)
    assert priced.money == pytest.approx((2 * priced.input_tokens + 8 * priced.output_tokens) / 1e6, rel=1e-3)
    assert "read 2026-11-01" in priced.price
    assert any("cap of $0.001" in note for note in priced.notes)


def test_a_cap_on_money_without_a_price_is_refused_before_the_run(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    endpoint.identity = REMOTE  # type: ignore[misc]
    with pytest.raises(BadInput, match="cap on tokens instead"):
        estimate_run(plan("0:0", max_cost=1.0), dataset, tmp_path, open_models=models)


def test_the_time_is_from_the_speed_of_earlier_calls(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    endpoint.identity = REMOTE  # type: ignore[misc]
    assert estimate_run(plan("0:0"), dataset, tmp_path, open_models=models).seconds is None
    carried_out(plan("0:1"), dataset, tmp_path, open_models=models)
    found = estimate_run(plan("0:0"), dataset, tmp_path, open_models=models)
    assert found.seconds is not None
    assert 0 < found.seconds < math.inf
    assert "measured on earlier calls" in found.speed


def test_a_plan_that_could_only_fail_is_refused_before_anything_is_asked(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    with pytest.raises(BadInput):
        estimate_run(plan("0:0", simulator="rule"), dataset, tmp_path, open_models=models)
    assert endpoint.history == []


# --- over HTTP ---------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[scripted.ScriptedServer]:
    with scripted.scripted_server() as server:
        yield server


def structured(request: scripted.Received) -> scripted.Reply:
    """What a proper server answers: ratings of the listed tokens, and three tokens for every ten bytes."""
    asked = request.body["messages"][-1]["content"]
    if request.body.get("response_format") and "Excerpt:\n" not in asked:
        return scripted.chat_answer(request)
    lines = [line.split("\t") for line in asked.rpartition("Excerpt:\n")[2].split("\n") if "\t" in line]
    lines = lines if "Excerpt:\n" in asked else []
    entries = [{"position": int(n), "token": json.loads(t), "activation": int(n) % 4} for n, t in lines]
    text = json.dumps({"ratings": entries}) if request.body.get("response_format") else "Dates and years."
    if text.startswith("Dates") and len(request.body["messages"]) > 1:
        text = f"Dates, as in sample {zlib.crc32(asked.encode()) % 900 + request.body['seed']}."
    written = sum(len(message["content"].encode()) for message in request.body["messages"])
    used = {"prompt_tokens": round(0.3 * written), "completion_tokens": round(0.3 * len(text))}
    return scripted.chat_reply(text, usage=used | {"total_tokens": sum(used.values())})


def test_judges_whose_prompts_are_other_text_than_those_of_simulators_are_estimated_by_themselves(
    dataset: Dataset, tmp_path: Path, server: scripted.ScriptedServer
) -> None:
    def half_the_tokens_for_prose(request: scripted.Received) -> scripted.Reply:
        judged = len(re.findall(r"Excerpt \d+: ", request.body["messages"][-1]["content"]))
        if not judged:
            return structured(request)
        entries = [{"excerpt": number, "probability": number % 2} for number in range(1, judged + 1)]
        written = sum(len(message["content"].encode()) for message in request.body["messages"])
        used = {"prompt_tokens": round(0.15 * written), "completion_tokens": 20}
        return scripted.chat_reply(json.dumps({"judgements": entries}), usage=used)

    server.play(scripted.CHAT, half_the_tokens_for_prose)
    for path in (scripted.DECISIONS, scripted.SYSTEMONE):
        server.play(path, scripted.status(404))
    where = {"simulator": "structured", "explainer_model": "scripted", "explainer_url": server.base_url}
    for scorers, sentence in ((("fuzzing", "simulation"), "Years."), (("fuzzing",), "Dates, written in digits.")):
        asked = plan("0:0", explainer="person", sentence=sentence, scorers=scorers, others=0, excerpts=1, **where)
        found = estimate_run(asked, dataset, tmp_path, keys=Keys())
        totals = carried_out(asked, dataset, tmp_path, keys=Keys())
        assert found.calls == totals.paid > 0
        assert found.input_tokens == pytest.approx(totals.input_tokens, rel=0.1), (scorers, sentence)


def test_over_http_tokens_are_within_a_tenth_of_those_used(
    dataset: Dataset, tmp_path: Path, server: scripted.ScriptedServer
) -> None:
    server.play(scripted.CHAT, structured)
    asked = plan(
        "0:0", "0:1", simulator="structured", explainer_model="scripted", explainer_url=server.base_url, others=1
    )
    keys = Keys()
    found = estimate_run(asked, dataset, tmp_path, keys=keys)
    before = len(server.asked(scripted.CHAT))
    totals = carried_out(asked, dataset, tmp_path, keys=keys)
    assert len(server.asked(scripted.CHAT)) - before == totals.paid == found.calls
    assert found.tokens == pytest.approx(totals.tokens, rel=0.1)
    assert found.money == 0.0


def test_answers_that_take_more_tokens_a_byte_than_prompts_are_estimated_at_their_own_rate(
    dataset: Dataset, tmp_path: Path, server: scripted.ScriptedServer
) -> None:
    def wordy(request: scripted.Received) -> scripted.Reply:
        reply = structured(request)
        written = {"completion_tokens": reply.body["usage"]["completion_tokens"] * 4 // 3}
        return replace(reply, body=reply.body | {"usage": reply.body["usage"] | written})

    server.play(scripted.CHAT, wordy)
    where = {"simulator": "structured", "explainer_model": "scripted", "explainer_url": server.base_url}
    asked = plan("0:0", explainer="person", sentence="Years.", others=0, excerpts=1, **where)
    found = estimate_run(asked, dataset, tmp_path, keys=Keys())
    totals = carried_out(asked, dataset, tmp_path, keys=Keys())
    assert found.output_tokens == pytest.approx(totals.output_tokens, rel=0.1)


def test_tokens_are_within_a_tenth_also_where_nothing_but_the_probe_may_be_asked(
    dataset: Dataset, tmp_path: Path, server: scripted.ScriptedServer
) -> None:
    def counts_pieces(request: scripted.Received) -> scripted.Reply:
        """JSON has far fewer tokens a byte than the listed tokens of the probe's prompt."""
        reply = structured(request)
        read, written = (
            len(re.findall(r" ?[^\W\d_]+| ?\d{1,3}| ?[^\w\s]+|\s", text))
            for text in (
                " ".join(message["content"] for message in request.body["messages"]),
                reply.body["choices"][0]["message"]["content"],
            )
        )
        return replace(reply, body=reply.body | {"usage": {"prompt_tokens": read, "completion_tokens": written}})

    server.play(scripted.CHAT, counts_pieces)
    where = {"simulator": "structured", "explainer_model": "scripted", "explainer_url": server.base_url}
    asked = plan("0:0", others=0, price="1,5", **where)
    found = estimate_run(asked, dataset, tmp_path, keys=Keys())
    assert len(server.asked(scripted.CHAT)) < 10
    totals = carried_out(asked, dataset, tmp_path, keys=Keys())
    assert found.input_tokens == pytest.approx(totals.input_tokens, rel=0.1)
    assert found.output_tokens == pytest.approx(totals.output_tokens, rel=0.1)


def test_a_probe_is_made_once(dataset: Dataset, tmp_path: Path, server: scripted.ScriptedServer) -> None:
    asked = plan("0:0", explainer_model="scripted", explainer_url=server.base_url, simulator="decisions")
    estimate_run(asked, dataset, tmp_path, keys=Keys())
    probed = len(server.requests)
    estimate_run(replace(asked, seed=1), dataset, tmp_path, keys=Keys())
    assert len(server.requests) == probed


def test_each_model_has_the_price_that_was_stated_for_it(dataset: Dataset, tmp_path: Path) -> None:
    endpoint, models = fake_models()
    endpoint.identity = REMOTE  # type: ignore[misc]
    stated = estimate_run(plan("0:0", price="2,8", max_cost=1.0), dataset, tmp_path, open_models=models)
    assert stated.money == pytest.approx((2 * stated.input_tokens + 8 * stated.output_tokens) / 1e6, rel=1e-3)
    apart = plan("0:0", simulator_model="another", simulator_price="2,8", explainer="dictionary")
    alone = estimate_run(apart, dataset, tmp_path, open_models=models)
    assert alone.money == pytest.approx((2 * alone.input_tokens + 8 * alone.output_tokens) / 1e6, rel=1e-3)
    assert "given by you" in alone.price
    other = estimate_run(replace(apart, simulator_price="", price="2,8"), dataset, tmp_path, open_models=models)
    assert other.money is None
