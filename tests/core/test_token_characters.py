"""Characters that are cut in several tokens: compared with Python's own incremental decoder."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronview.tokens import byte_alphabet, partial_bytes, split_characters


def test_the_first_token_shows_the_character_and_the_others_say_which_part_they_hold() -> None:
    texts, parts = split_characters([b"cari", b"\xc3", b"\xb1", b"o \xf0\x9f", b"\x98", b"\x80!"])
    assert texts == {1: "ñ", 2: "", 3: "o 😀", 4: "", 5: "!"}
    assert [tuple(parts[place]) for place in (1, 2)] == [("ñ", 1, 2, "c3"), ("ñ", 2, 2, "b1")]
    assert [tuple(parts[place]) for place in (3, 4, 5)] == [
        ("😀", 1, 3, "f0 9f"),
        ("😀", 2, 3, "98"),
        ("😀", 3, 3, "80"),
    ]


@pytest.mark.parametrize("pieces", [[b"\xb1", b"abc", b"\xc3"], ["ñ".encode(), b"x"], ["\ufffd".encode(), b"!"], []])
def test_what_is_whole_or_cut_off_at_the_ends_is_left_as_it_is(pieces: list[bytes]) -> None:
    assert split_characters(pieces) == ({}, {})


@given(st.text(alphabet="añ€😀 ", max_size=12), st.data())
def test_the_texts_are_what_is_complete_when_each_token_begins(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(whole) - 1, 1)), max_size=8)) - {len(whole)})
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    texts, parts = split_characters(pieces)
    assert set(texts) == set(parts)
    decoder = codecs.getincrementaldecoder("utf-8")()
    kept = "".join(texts.get(place, "" if place in texts else _plain(piece)) for place, piece in enumerate(pieces))
    assert kept == text
    for place, piece in enumerate(pieces):
        pending_before = bool(decoder.getstate()[0])
        decoder.decode(piece)
        pending_after = bool(decoder.getstate()[0])
        assert (place in parts) == (pending_before or pending_after)


def _plain(piece: bytes) -> str:
    return piece.decode()


def test_only_tokens_that_are_no_text_by_themselves_are_partial() -> None:
    written = {byte: name for name, byte in byte_alphabet().items()}
    names = {part: "".join(written[byte] for byte in part) for part in (b"a", b" \xc3", "ñ".encode(), b"\xb1")}
    found = partial_bytes({name: number for number, name in enumerate(names.values())} | {"<|end|>": 9})
    assert found == {1: b" \xc3", 3: b"\xb1"}
