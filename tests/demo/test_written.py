"""The written passages are all there, the right length, distinct, and in plain characters."""

import json
import re
from collections import Counter

import pytest

from neuronview.demo.passages_written import KINDS, WrittenPassage, parse_line, written
from neuronview.errors import DatasetError

# Typographic marks and the accented letters of the passages that borrow from other languages.
ALLOWED_BEYOND_ASCII = set("\u2014\u2013\u00a3\u20ac\u00b0\u00d7\u00bd") | {
    chr(code) for code in range(0xC0, 0x180) if chr(code).isalpha()
}
GOOD = {"id": "essays-01", "kind": "essays", "title": "A title", "text": "Some words."}


@pytest.fixture(scope="module")
def passages() -> list[WrittenPassage]:
    return written()


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def test_there_are_25_of_each_of_8_kinds(passages: list[WrittenPassage]) -> None:
    assert Counter(passage.kind for passage in passages) == dict.fromkeys(KINDS, 25)
    assert len(passages) == 200


def test_ids_count_up_within_their_file(passages: list[WrittenPassage]) -> None:
    expected = [f"{kind}-{number:02d}" for kind in KINDS for number in range(1, 26)]
    assert [passage.id for passage in passages] == expected


def test_titles_are_distinct(passages: list[WrittenPassage]) -> None:
    titles = Counter(passage.title for passage in passages)
    assert [title for title, count in titles.items() if count > 1] == []


def test_each_has_80_to_150_words(passages: list[WrittenPassage]) -> None:
    lengths = {passage.id: len(passage.text.split()) for passage in passages}
    assert {name: length for name, length in lengths.items() if not 80 <= length <= 150} == {}


def test_no_two_share_a_run_of_8_words(passages: list[WrittenPassage]) -> None:
    owner: dict[tuple[str, ...], str] = {}
    shared = []
    for passage in passages:
        words = _words(passage.text)
        for start in range(len(words) - 7):
            run = tuple(words[start : start + 8])
            if owner.setdefault(run, passage.id) != passage.id:
                shared.append((owner[run], passage.id, " ".join(run)))
    assert shared == []


def test_characters_are_ascii_or_common_marks(passages: list[WrittenPassage]) -> None:
    odd = {
        passage.id: strange
        for passage in passages
        if (strange := {c for c in passage.text if not (c.isascii() or c in ALLOWED_BEYOND_ASCII)})
    }
    assert odd == {}


def test_no_control_characters_but_line_ends(passages: list[WrittenPassage]) -> None:
    assert [p.id for p in passages if any(ord(c) < 32 and c != "\n" for c in p.text)] == []
    assert [p.id for p in passages if p.text != p.text.strip()] == []


def test_web_addresses_are_reserved_ones(passages: list[WrittenPassage]) -> None:
    hosts = {host for p in passages for host in re.findall(r"(?:https?://|@)(?:www\.)?([\w-]+(?:\.[\w-]+)+)", p.text)}
    assert {host for host in hosts if host != "example.org" and not host.endswith(".example.org")} == set()


def test_a_good_line_is_read_as_written() -> None:
    assert parse_line(json.dumps(GOOD), kind="essays", number=1) == WrittenPassage(**GOOD)


@pytest.mark.parametrize(
    "line",
    [
        "{not json",
        "[]",
        json.dumps({**GOOD, "extra": "x"}),
        json.dumps({key: value for key, value in GOOD.items() if key != "title"}),
        json.dumps({**GOOD, "text": "  "}),
        json.dumps({**GOOD, "text": 5}),
        json.dumps({**GOOD, "kind": "scenes"}),
        json.dumps({**GOOD, "id": "scenes-01"}),
    ],
)
def test_a_malformed_line_names_its_file_and_line(line: str) -> None:
    with pytest.raises(DatasetError, match=r"written/essays\.jsonl, line 7"):
        parse_line(line, kind="essays", number=7)
