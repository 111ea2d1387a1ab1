"""The language model in this process against plain forward passes, one text at a time, of transformers' own model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers.processors import TemplateProcessing
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, pipeline

from neuronview.errors import BadInput, ModelError, NotSupported
from neuronview.explain.simulate import _bytes_of, parse_echo_response
from neuronview.llm.calls import Question
from neuronview.model.causal import CausalRunner, Reading, refuse_as_language_model
from neuronview.model.pieces import Pieces, written
from tests.model import tiny_language_model as tiny

torch.set_num_threads(1)

TALK = [
    ("system", "You rate é tokens."),
    ("user", "cats and mats"),
    ("assistant", "<start>\nthe\tunknown\n cat\tunknown\n<end>"),
]
OTHERS = [
    [*TALK[:2], ("assistant", "<start>\n river\tunknown\n10\t10\n\té</s>\tunknown\n<end>")],
    [*TALK[:2], ("assistant", "we")],
    [("system", "You rate é tokens."), ("user", "dogs"), ("assistant", "<start>\nthe\tunknown\n")],
]


def runner(tokenizer: Any = None, network: Any = None, **options: Any) -> CausalRunner:
    tokenizer = tokenizer or tiny.byte_level()
    network = network or tiny.tiny_network(len(tokenizer), **options)
    return CausalRunner(network, tokenizer, name="tiny")


@pytest.fixture(scope="module")
def plain() -> CausalRunner:
    return runner(tiny.byte_level(chat=False))


@pytest.fixture(scope="module")
def chat() -> CausalRunner:
    return runner()


def plain_pass(one: CausalRunner, ids: list[int]) -> np.ndarray:
    """Log-probabilities (tokens, vocabulary) of what follows each token."""
    with torch.no_grad():
        return one.network(torch.tensor([ids])).logits[0].log_softmax(-1).numpy()


def assert_reads(reading: Reading, expected: np.ndarray, one: CausalRunner) -> None:
    """`expected`: one row of log-probabilities for each token of the reading."""
    names = [written(one.turns.pieces.of(number)) for number in range(expected.shape[1])]
    assert len(reading.tokens) == len(expected)
    for token, logprob, top, row in zip(reading.tokens, reading.logprobs, reading.top, expected, strict=True):
        assert top is not None
        order = np.argsort(-row)[: len(top)]
        assert list(top) == [names[number] for number in order]
        np.testing.assert_allclose(list(top.values()), row[order], atol=1e-4)
        assert logprob == pytest.approx(max(row[i] for i, name in enumerate(names) if name == token), abs=1e-4)


def assert_equal(one: Reading, other: Reading) -> None:
    assert one.tokens == other.tokens
    for a, b in zip(one.top, other.top, strict=True):
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            assert list(a) == list(b)
            np.testing.assert_allclose(list(a.values()), list(b.values()), atol=1e-4)


def test_a_plain_text_is_read_as_one_forward_pass_reads_it(plain: CausalRunner) -> None:
    ids = plain.tokenizer.encode("\n\n".join(text for _, text in TALK))
    reading = plain.read([TALK], top=8)[0]
    assert_reads(reading, plain_pass(plain, ids)[:-1][-len(reading.tokens) :], plain)
    assert "".join(reading.tokens) == TALK[-1][1]
    assert reading.input_tokens == len(ids)


def test_the_first_token_of_all_has_no_distribution_unless_the_tokenizer_puts_one_before_it(
    plain: CausalRunner,
) -> None:
    text = "the cat sat"
    ids = plain.tokenizer.encode(text)
    reading = plain.read([[("user", text)]], top=4)[0]
    assert (reading.logprobs[0], reading.top[0]) == (None, None)
    later = replace(reading, **{name: getattr(reading, name)[1:] for name in ("tokens", "logprobs", "top")})
    assert_reads(later, plain_pass(plain, ids)[:-1], plain)

    tokenizer = tiny.byte_level(chat=False)
    beginning = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)])
    tokenizer.backend_tokenizer.post_processor = beginning
    begun = runner(tokenizer, plain.network)
    assert_reads(
        begun.read([[("user", text)]], top=4)[0], plain_pass(begun, [tokenizer.bos_token_id, *ids])[:-1], begun
    )
    single = plain.read([[("user", "q")]])[0]
    assert (single.tokens, single.top) == (("q",), (None,))


def test_a_chat_is_read_behind_its_template(chat: CausalRunner) -> None:
    before = chat.tokenizer.encode("<s>[system]\nYou rate é tokens.</s>\n[user]\ncats and mats</s>\n[assistant]\n")
    said = chat.tokenizer.encode(TALK[-1][1])
    reading = chat.read([TALK], top=8)[0]
    assert reading.tokens == tuple(chat.tokenizer.convert_tokens_to_string([t]) for t in said_tokens(chat, said))
    assert_reads(reading, plain_pass(chat, before + said)[len(before) - 1 : -1], chat)


def said_tokens(one: CausalRunner, ids: list[int]) -> list[str]:
    return one.tokenizer.convert_ids_to_tokens(ids)


def test_the_last_turn_of_a_user_is_left_open_too(chat: CausalRunner) -> None:
    ids = chat.tokenizer.encode("<s>[user]\nthe cat")
    reading = chat.read([[("user", "the cat")]], top=3)[0]
    assert_reads(reading, plain_pass(chat, ids)[:-1][-len(reading.tokens) :], chat)


def test_read_together_equals_read_alone(chat: CausalRunner) -> None:
    alone = [runner(chat.tokenizer, chat.network).read([talk])[0] for talk in [TALK, *OTHERS]]
    for one, other in zip(runner(chat.tokenizer, chat.network).read([TALK, *OTHERS]), alone, strict=True):
        assert_equal(one, other)


def test_many_passes_equal_one(chat: CausalRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    together = runner(chat.tokenizer, chat.network).read([TALK, *OTHERS])
    monkeypatch.setattr("neuronview.model.passes.TOKENS", 40)
    for one, other in zip(runner(chat.tokenizer, chat.network).read([TALK, *OTHERS]), together, strict=True):
        assert_equal(one, other)


def test_a_kept_beginning_changes_no_number_and_is_computed_once(chat: CausalRunner) -> None:
    keeping, computed = runner(chat.tokenizer, chat.network), []
    hook = chat.network.transformer.wte.register_forward_hook(lambda _m, _i, output: computed.append(output.shape[:2]))
    try:
        for talk in [TALK, OTHERS[0], OTHERS[2], TALK]:
            computed.clear()
            reading = keeping.read([talk])[0]
            assert sum(rows * width for rows, width in computed) == reading.input_tokens - reading.cached_tokens
            assert_equal(reading, runner(chat.tokenizer, chat.network).read([talk])[0])
    finally:
        hook.remove()


def test_what_was_kept_is_used_for_a_text_that_shares_its_beginning(chat: CausalRunner) -> None:
    keeping = runner(chat.tokenizer, chat.network)
    before = len(chat.turns.closed(TALK[:2]))
    first, second, _ = keeping.read([TALK, OTHERS[0], OTHERS[1]])
    assert (first.cached_tokens, second.cached_tokens) == (0, before - 1)
    assert keeping.read([TALK])[0].cached_tokens == before - 1
    system = len(chat.tokenizer.encode("<s>[system]\nYou rate é tokens.</s>\n[user]\n"))
    assert keeping.read([OTHERS[2]])[0].cached_tokens == system


def test_other_architectures_are_read_alike_with_and_without_keeping() -> None:
    tokenizer = tiny.byte_level()
    shape = {"vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256}
    torch.manual_seed(0)
    llama = LlamaForCausalLM(LlamaConfig(**shape, **heads, initializer_range=0.3)).eval()
    sliding = MistralForCausalLM(MistralConfig(**shape, **heads, sliding_window=8, initializer_range=0.3)).eval()
    for network, keeps in ((llama, True), (sliding, False)):
        one = runner(tokenizer, network)
        one.read([OTHERS[0]])
        before = one.turns.closed(TALK[:2])
        ids = before + tokenizer.encode(TALK[-1][1])
        for reading, talk in zip(one.read([TALK, OTHERS[2]], top=4), (TALK, OTHERS[2]), strict=True):
            if talk is TALK:
                assert_reads(reading, plain_pass(one, ids)[len(before) - 1 : -1], one)
                assert (reading.cached_tokens > 0) == keeps


def test_the_published_parser_reads_the_response() -> None:
    one = runner()
    tokens = ["the", "\t", " cat", "é", "\n"]
    listing = "<start>\n" + "".join(f"{token}\tunknown\n" for token in tokens) + "<end>"
    reading = one.read([[("user", "an example:\n<start>\n"), ("assistant", listing)]], top=len(one.tokenizer))[0]
    simulation = parse_echo_response(reading.response(), tokens)
    ids = [*one.turns.closed([("user", "an example:\n<start>\n")]), *one.tokenizer.encode(listing)]
    rows = plain_pass(one, ids)
    places = [i for i, number in enumerate(ids) if one.tokenizer.decode([number]) == "unknown"]
    digits = [one.tokenizer.encode(str(value)) for value in range(11)]
    assert all(len(digit) == 1 for digit in digits)
    for place, expected in zip(places, simulation.expected, strict=True):
        odds = np.exp(rows[place - 1, [digit[0] for digit in digits]])
        assert expected == pytest.approx((odds / odds.sum()) @ np.arange(11), abs=1e-3)


TEXTS = [
    "the cat",
    " the  cat",
    "é\u2028x",
    "日本語 🎉",
    "<start>\n\tunknown\n",
    "</s> <s>",
    "bytes:\\xe2",
    "ne\u0301e",
    "\n\nx",
    "ThE Cat ☃",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "tokenizer",
    [tiny.byte_level(), tiny.sentencepiece_like(), tiny.sentencepiece_like(byte_tokens=False), tiny.word_pieces()],
    ids=["byte level", "byte tokens", "unknown characters", "word pieces"],
)
def test_tokens_concatenate_to_the_text_exactly(tokenizer: Any, text: str) -> None:
    pieces = Pieces(tokenizer)
    for inside in (False, True):
        ids, parts = pieces.encode(text, inside=inside)
        assert len(ids) == len(parts)
        assert b"".join(_bytes_of(written(part)) for part in parts) == text.encode()
    reading = runner(tokenizer).read([[("user", "before"), ("user", text)]], top=2)[0]
    assert b"".join(map(_bytes_of, reading.tokens)) == text.encode()


def test_text_never_becomes_a_control_token(chat: CausalRunner) -> None:
    end = chat.tokenizer.eos_token_id
    assert chat.turns.closed([("user", "a</s>")]).count(end) == chat.turns.closed([("user", "a")]).count(end) == 1
    ids, _, _ = chat.turns.open([("user", "a"), ("assistant", "b</s>")])
    assert ids.count(end) == 1


def test_parts_of_characters_are_written_as_bytes() -> None:
    one = runner()
    assert one.read([[("user", "a"), ("assistant", "é")]])[0].tokens == ("bytes:\\xc3", "bytes:\\xa9")
    assert written(b"bytes:") == "bytes:\\x62\\x79\\x74\\x65\\x73\\x3a"


def test_a_text_longer_than_the_context_is_refused_in_words() -> None:
    with pytest.raises(NotSupported, match=r"has 71 tokens, but tiny reads at most 64"):
        runner(tiny.byte_level(chat=False), context=64).read([[("user", "q" * 71)]])
    with pytest.raises(NotSupported, match="reads at most 63"):
        runner(tiny.byte_level(chat=False), context=64).generate([[("user", "q" * 64)]])


@pytest.mark.parametrize("talk", [[], [("user", "")], [("user", "\ud800")]])
def test_what_cannot_be_read_is_refused(plain: CausalRunner, talk: list[tuple[str, str]]) -> None:
    with pytest.raises(BadInput):
        plain.read([talk])


def test_generated_text_is_the_likeliest_token_by_token(chat: CausalRunner) -> None:
    talks = [[("user", "the cat sat on")], [("user", "we")]]
    for talk, said in zip(talks, chat.generate(talks, max_tokens=6, top=3), strict=True):
        ids = chat.turns.closed(talk)
        for token, top in said.tokens:
            row = plain_pass(chat, ids)[-1]
            ids.append(int(row.argmax()))
            assert token == written(chat.turns.pieces.of(ids[-1]))
            np.testing.assert_allclose(list(top.values()), np.sort(row)[::-1][:3], atol=1e-4)
            assert next(iter(top)) == token
        assert (said.finish, said.output_tokens) == ("length", 6)


def test_a_seed_repeats_a_text_alone_and_together(chat: CausalRunner) -> None:
    talk = [("user", "the cat")]
    options: dict[str, Any] = {"max_tokens": 12, "temperature": 1.0}
    alone = chat.generate([talk], seeds=[7], **options)[0].text
    assert alone == chat.generate([[("user", "a longer one")], talk], seeds=[1, 7], **options)[1].text
    assert alone != chat.generate([talk], seeds=[8], **options)[0].text


def test_generation_stops_at_an_end_token(chat: CausalRunner) -> None:
    first = chat.generate([[("user", "the")]], max_tokens=8)[0]
    ids = chat.turns.closed([("user", "the")])
    end = int(plain_pass(chat, ids)[-1].argmax())
    stopping = runner(chat.tokenizer, chat.network)
    stopping._stops = lambda: {end}  # type: ignore[method-assign]
    said = stopping.generate([[("user", "the")]], max_tokens=8)[0]
    assert (said.text, said.finish, said.output_tokens) == ("", "stop", 1)
    assert first.finish == "length"


QUESTIONS = [
    Question("rate", "score", "How much about cats?", ("none", "some", "much")),
    Question("so", "predicate", "Is it about cats?"),
    Question("which", "choice", "Which animal?", ("cat", "dog", "bird", "fish")),
]
SYSTEM_ONE = {
    "rate": {"type": "score", "instructions": "How much about cats?", "criteria": ["none", "some", "much"]},
    "so": {"type": "noul", "instructions": "Is it about cats?"},
    "which": {
        "type": "choice",
        "instructions": "Which animal?",
        "criteria": {"cat": None, "dog": None, "bird": None, "fish": None},
    },
}


def test_decisions_equal_the_pipeline(tmp_path: Path) -> None:
    tokenizer = tiny.byte_level()
    for token in SINGLE_WORDS:
        assert len(tokenizer.encode(token)) == 1
    network = tiny.tiny_network(len(tokenizer), context=512)
    tokenizer.save_pretrained(tmp_path)
    network.save_pretrained(tmp_path)
    (tmp_path / "decision.json").write_text(json.dumps({"temperature": {"choice": 2.0}}))
    texts = ["the cat sat</s> on the mat", "we saw the river"]
    theirs = [
        pipeline("decision", model=str(tmp_path), device="cpu")({"state": t, "questions": SYSTEM_ONE}) for t in texts
    ]
    ours = CausalRunner.load(tmp_path, device="cpu").decide([(text, QUESTIONS) for text in texts])
    for expected, found in zip(theirs, ours, strict=True):
        rate, so, which = found.probabilities
        np.testing.assert_allclose(rate, list(expected["rate"]["probabilities"].values()), atol=1e-4)
        np.testing.assert_allclose(so, [1 - expected["so"]["noul"], expected["so"]["noul"]], atol=1e-4)
        np.testing.assert_allclose(
            which, [expected["which"]["probabilities"][v] for v in QUESTIONS[2].levels], atol=1e-4
        )
        assert max(which) - min(which) > 0.01
    shared = len(tokenizer.encode("<s>[user]\nwe saw the river\n\n"))
    assert ours[1].cached_tokens >= 2 * shared  # of three questions about that text


SINGLE_WORDS = ["A", "B", "C", "D", "Yes", "No"]


def test_decisions_of_a_template_for_all_questions_equal_the_pipeline(tmp_path: Path) -> None:
    tokenizer = tiny.byte_level()
    tiny.tiny_network(len(tokenizer) + 2, context=512).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    (tmp_path / "decision.json").write_text("{}")
    template = "{{ state }}\n{% for q in questions %}{{ q.instructions }}:<|mark|>{% endfor %}"
    (tmp_path / "decision_template.jinja").write_text(template)
    theirs = pipeline("decision", model=str(tmp_path), device="cpu")({"state": "cats", "questions": SYSTEM_ONE})
    (ours,) = CausalRunner.load(tmp_path, device="cpu").decide([("cats", QUESTIONS)])
    np.testing.assert_allclose(ours.probabilities[0], list(theirs["rate"]["probabilities"].values()), atol=1e-4)
    np.testing.assert_allclose(ours.probabilities[1][1], theirs["so"]["noul"], atol=1e-4)
    np.testing.assert_allclose(ours.probabilities[2], list(theirs["which"]["probabilities"].values()), atol=1e-4)


def test_labels_that_are_no_single_tokens_are_refused_in_words() -> None:
    one = runner(tiny.sentencepiece_like(chat=True))
    with pytest.raises(NotSupported, match="single tokens"):
        one.decide([("text", QUESTIONS)])


def test_a_model_without_a_chat_template_decides_too(plain: CausalRunner) -> None:
    assert plain.tokenizer.chat_template is None
    (found,) = plain.decide([("the cat", QUESTIONS[:1])])
    assert sum(found.probabilities[0]) == pytest.approx(1)
    assert plain.tokenizer.chat_template is None


def test_a_model_is_named_by_its_files(tmp_path: Path) -> None:
    for name, seed in (("one", 0), ("two", 1)):
        tiny.tiny_network(320, seed=seed).save_pretrained(tmp_path / name)
        tiny.byte_level().save_pretrained(tmp_path / name)
    one, two = (CausalRunner.load(tmp_path / name, device="cpu") for name in ("one", "two"))
    assert one.identity.startswith("local:one@")
    assert one.identity.endswith(" float32")
    assert one.identity.partition("@")[2] != two.identity.partition("@")[2]
    assert CausalRunner.load(tmp_path / "one", device="cpu").identity == one.identity
    assert CausalRunner.load(tmp_path / "one", device="cpu", dtype="bfloat16").identity.endswith(" bfloat16")


def test_what_cannot_be_loaded_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be read"):
        CausalRunner.load(str(tmp_path / "nothing"))
    tiny.tiny_network(320).save_pretrained(tmp_path)
    tiny.byte_level().save_pretrained(tmp_path)
    with pytest.raises(BadInput, match="number format"):
        CausalRunner.load(tmp_path, device="cpu", dtype="int3")
    with pytest.raises(BadInput, match="device"):
        CausalRunner.load(tmp_path, device="abacus")
    # The tests ask no hub: HF_HUB_OFFLINE is set for all of them.
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE forbids"):
        CausalRunner.load("nobody/has-this-model", device="cpu")


def test_a_subject_model_is_never_offered(tmp_path: Path) -> None:
    from neuronview.model import load
    from tests.model.tiny_gpt2 import save_tiny_gpt2

    elsewhere = save_tiny_gpt2(tmp_path / "elsewhere")
    assert refuse_as_language_model(elsewhere) is None
    fingerprint = load(elsewhere, device="cpu").fingerprint
    assert "subject model" in str(refuse_as_language_model(elsewhere, subjects={fingerprint}))
    inside = save_tiny_gpt2(tmp_path / "demo" / "model")
    (tmp_path / "demo" / "dataset.json").write_text("{}")
    assert "dataset demo" in str(refuse_as_language_model(inside))
    with pytest.raises(ModelError, match="dataset demo"):
        CausalRunner.load(inside)
    config = json.loads((elsewhere / "config.json").read_text())
    (elsewhere / "config.json").write_text(json.dumps({**config, "neuronview": "demo"}))
    assert "demo model" in str(refuse_as_language_model(elsewhere))
    assert "config.json" in str(refuse_as_language_model(tmp_path))
    assert refuse_as_language_model("some/hub-name") is None
