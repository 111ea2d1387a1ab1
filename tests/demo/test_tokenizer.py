"""The tokenizer: exact, GPT-2's pieces, whole words, and loadable by transformers."""

import math

import pytest
from transformers import AutoTokenizer

from neuronview.demo.tokenizer import (
    END_OF_TEXT,
    GPT2_PIECES,
    load_tokenizer,
    save_tokenizer,
    train_tokenizer,
    whole_word_share,
)
from neuronview.errors import BadInput

TEXTS = ["The lantern keeper didn't look up; the lantern was out.", "Twelve boats, 12 boats.\n\n  def f(x):\n"] * 3
ODD = "Tab\there,\r\n  naïve café — “quotes” 东京 🙂 <|endoftext|> it's 3.14\u00a0€  \x00 end  "


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer(TEXTS, vocab_size=400)


def test_end_of_text_is_token_0(tokenizer):
    assert tokenizer.token_to_id(END_OF_TEXT) == 0
    assert tokenizer.encode(f"a{END_OF_TEXT}b").ids[1] == 0


def test_any_text_decodes_to_itself(tokenizer):
    assert tokenizer.decode(tokenizer.encode(ODD).ids, skip_special_tokens=False) == ODD


def test_pieces_are_those_of_the_librarys_gpt2_rule(tokenizer):
    text = ODD.replace(END_OF_TEXT, "")
    spans = [span for _, span in tokenizer.pre_tokenizer.pre_tokenize_str(text)]
    assert [text[start:end] for start, end in spans] == GPT2_PIECES.findall(text)


def test_auto_tokenizer_loads_the_same_tokenizer(tokenizer, tmp_path):
    save_tokenizer(tokenizer, tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded(ODD)["input_ids"] == tokenizer.encode(ODD).ids
    assert loaded.decode(loaded(ODD)["input_ids"]) == ODD
    assert (loaded.bos_token, loaded.eos_token) == (END_OF_TEXT, END_OF_TEXT)
    assert len(loaded) == tokenizer.get_vocab_size()
    assert "GPT2" in type(loaded).__name__
    assert load_tokenizer(tmp_path).get_vocab() == tokenizer.get_vocab()


def test_order_of_the_texts_does_not_matter():
    assert train_tokenizer(TEXTS, vocab_size=330).to_str() == train_tokenizer(TEXTS[::-1], vocab_size=330).to_str()


def test_flattened_counts_leave_room_for_rarer_words():
    frames = ["one common frame of words repeated without an end"] * 400 + ["a rare gondola in a rare piazza"] * 4
    flat, steep = (train_tokenizer(frames, vocab_size=295, count_power=power) for power in (0.01, 1.0))
    pieces = [len(t.encode(" gondola piazza").ids) for t in (flat, steep)]
    assert pieces[0] < pieces[1]


def test_whole_word_share_counts_words_as_often_as_they_occur(tokenizer):
    text = "lantern lantern xqzzy, 123 !"
    whole = [len(tokenizer.encode(word).ids) == 1 for word in ("lantern", " lantern", " xqzzy")]
    assert whole_word_share(tokenizer, [text]) == pytest.approx(sum(whole) / 3)
    assert math.isnan(whole_word_share(tokenizer, ["1 2 3"]))


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(BadInput, match="257 or more"):
        train_tokenizer(TEXTS, vocab_size=100)
    with pytest.raises(BadInput, match="no text"):
        train_tokenizer([], vocab_size=300)


def test_missing_tokenizer_is_refused(tmp_path):
    with pytest.raises(BadInput, match="train the tokenizer first"):
        load_tokenizer(tmp_path)
