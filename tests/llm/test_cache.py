"""The cache of answers: same bytes again, several processes, and every kind of damage told."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from neuronview.errors import RecordsError
from neuronview.llm.cache import Cache, answer_from_bytes, answer_to_bytes, request_key
from neuronview.llm.calls import (
    Answer,
    ChatAnswer,
    ChatRequest,
    Decision,
    DecisionAnswer,
    DecisionRequest,
    EchoAnswer,
    EchoRequest,
    GeneratedToken,
    Message,
    Question,
    Usage,
)

CHAT = ChatRequest((Message("system", "Be brief."), Message("user", "Why?")), seed=3)
ECHO = EchoRequest((Message("user", "Why?"),), top_logprobs=5)
ASKED = DecisionRequest("text", (Question("a", "score", "How much?", ("none", "much")),))
LOGPROBS = {"tokens": ["a", "bytes:\\xe2"], "top_logprobs": [None, {"9": -0.1, "10": float("-inf"), "\ud800": -7.25}]}
ANSWERS: list[Answer] = [
    ChatAnswer("Bécause\u2028", "m-1", Usage(3, 1, 2), (GeneratedToken("B", {"z": -1.5, "a": -2.0}),), "stop"),
    EchoAnswer({"choices": [{"logprobs": LOGPROBS}]}, "m", Usage(2, 0, 0, reported=False)),
    DecisionAnswer((Decision("a", "ok", (0.1, 0.9)), Decision("b", "refused", (), "no")), "m", Usage(9)),
]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.in_home(tmp_path)


@pytest.mark.parametrize("answer", ANSWERS, ids=["chat", "echo", "decision"])
def test_an_answer_comes_back_equal_and_byte_by_byte_in_another_process(cache: Cache, answer: Answer) -> None:
    assert cache.put("k", answer) == answer
    code = "import sys; from neuronview.llm.cache import *; from pathlib import Path\n"
    code += "sys.stdout.buffer.write(Cache(Path(sys.argv[1])).get_bytes('k'))"
    seen = subprocess.run([sys.executable, "-c", code, cache.path], capture_output=True, check=True).stdout
    assert seen == answer_to_bytes(answer)
    assert answer_from_bytes(seen) == answer
    # Orders of alternatives are part of an answer.
    assert answer_to_bytes(answer_from_bytes(seen)) == seen


def test_the_first_answer_under_a_key_stays(cache: Cache) -> None:
    cache.put("k", ANSWERS[0])
    assert cache.put("k", ANSWERS[2]) == ANSWERS[0]


def test_every_part_of_a_request_changes_the_key() -> None:
    others = [
        ("http://b", CHAT),
        ("http://a", replace(CHAT, messages=CHAT.messages[:1])),
        ("http://a", replace(CHAT, messages=(Message("user", "Be brief."), CHAT.messages[1]))),
        ("http://a", replace(CHAT, max_tokens=255)),
        ("http://a", replace(CHAT, temperature=0.5)),
        ("http://a", replace(CHAT, top_logprobs=1)),
        ("http://a", replace(CHAT, schema={"a": 1, "b": 2})),
        ("http://a", replace(CHAT, schema={"b": 2, "a": 1})),
        ("http://a", replace(CHAT, seed=None)),
        ("http://a", replace(CHAT, sample=1)),
        ("http://a", ECHO),
        ("http://a", replace(ECHO, top_logprobs=15)),
        ("http://a", ASKED),
        ("http://a", replace(ASKED, input="other")),
        ("http://a", DecisionRequest("text", (replace(ASKED.questions[0], levels=("much", "none")),))),
        ("http://a", DecisionRequest("text", (replace(ASKED.questions[0], kind="choice"),))),
    ]
    keys = {request_key("http://a", CHAT), *(request_key(identity, request) for identity, request in others)}
    assert len(keys) == len(others) + 1


def test_equal_requests_have_one_key() -> None:
    assert request_key("a", CHAT) == request_key("a", replace(CHAT, temperature=0, messages=tuple(CHAT.messages)))


def test_size_and_clear(cache: Cache) -> None:
    cache.put("k", ChatAnswer("x" * 10))
    assert cache.size().answers == 1
    assert cache.size().bytes > 0
    cache.clear()
    assert cache.size().answers == 0
    assert cache.get("k") is None


def test_a_forgotten_answer_is_gone_and_the_others_stay(cache: Cache) -> None:
    cache.put("a", ANSWERS[0])
    cache.put("b", ANSWERS[2])
    cache.forget("a")
    assert cache.get("a") is None
    assert cache.get("b") == ANSWERS[2]


def test_an_answer_whose_bytes_were_changed_is_an_error_not_an_answer(cache: Cache) -> None:
    import zlib

    cache.put("k", ANSWERS[0])
    other = zlib.compress(answer_to_bytes(ANSWERS[2]))
    cache._database.execute("UPDATE answers SET answer = ?", (other,))
    with pytest.raises(RecordsError, match="damaged"):
        cache.get("k")


def test_an_answer_that_stands_under_another_key_is_an_error(cache: Cache) -> None:
    cache.put("k", ANSWERS[0])
    cache._database.execute("UPDATE answers SET key = 'other'")
    with pytest.raises(RecordsError, match="damaged"):
        cache.get("other")


def test_a_file_that_is_no_cache_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite3"
    path.write_bytes(b"these are no answers, whatever they are" * 50)
    with pytest.raises(RecordsError, match=r"answers\.sqlite3\. Delete that file"):
        Cache(path)


def test_overwritten_pages_never_give_a_wrong_answer(cache: Cache) -> None:
    answers = {f"{i:064x}": ChatAnswer(f"{i} " * 500) for i in range(60)}
    for key, answer in answers.items():
        cache.put(key, answer)
    cache._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cache.close()
    content = bytearray(cache.path.read_bytes())
    for start in range(9000, len(content), 4096):
        content[start : start + 40] = b"\x55" * 40
    cache.path.write_bytes(content)
    again, errors = Cache(cache.path), 0
    for key, answer in answers.items():
        try:
            assert again.get(key) in (None, answer)
        except RecordsError:
            errors += 1
    assert errors > 0


def test_a_full_disk_is_told_and_what_was_stored_stays(cache: Cache) -> None:
    import random

    cache.put("k", ANSWERS[0])
    pages = cache._database.execute("PRAGMA page_count").fetchone()[0]
    cache._database.execute(f"PRAGMA max_page_count = {pages + 1}")
    noise = random.Random(0).randbytes(50_000).hex()
    with pytest.raises(RecordsError, match="no room left"):
        cache.put("big", ChatAnswer(noise))
    assert cache.get("big") is None
    assert cache.get("k") == ANSWERS[0]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "llm").write_text("a file where the folder should be")
    with pytest.raises(RecordsError, match="NEURONVIEW_HOME"):
        Cache.in_home(tmp_path)


def test_several_processes_write_at_once(cache: Cache) -> None:
    code = """
import sys; from pathlib import Path
from neuronview.llm.cache import Cache; from neuronview.llm.calls import ChatAnswer
cache = Cache(Path(sys.argv[1]))
for i in range(20):
    cache.put(f"{i}", ChatAnswer(f"{i} by {sys.argv[2]}"))
    cache.put(f"{sys.argv[2]}-{i}", ChatAnswer("x"))
"""
    writers = [subprocess.Popen([sys.executable, "-c", code, cache.path, name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert cache.size().answers == 60
    assert all(cache.get(f"{i}").text in (f"{i} by a", f"{i} by b") for i in range(20))  # type: ignore[union-attr]


def test_a_file_that_another_process_is_just_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    made = threading.Timer(0.1, other.execute, ["ROLLBACK"])
    made.start()
    cache = Cache(path)
    made.join()
    other.close()
    assert cache.put("k", ANSWERS[0]) == ANSWERS[0]


def test_neither_prompt_nor_address_is_in_the_file(cache: Cache) -> None:
    request = ChatRequest((Message("user", "PROMPT-TEXT"),))
    cache.put(request_key("https://user:SECRET@host/v1 m", request), ChatAnswer("answer"))
    cache._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in cache.path.parent.iterdir():
        assert b"SECRET" not in file.read_bytes()
        assert b"PROMPT-TEXT" not in file.read_bytes()


def test_answers_that_are_put_together_come_back_as_they_are_stored(cache: Cache) -> None:
    first = cache.put("b", ANSWERS[0])
    assert cache.put_all([("a", ANSWERS[0]), ("b", ANSWERS[2])]) == [ANSWERS[0], first]
    with pytest.raises(AttributeError):
        cache.put_all([("c", ANSWERS[0]), ("d", None)])  # type: ignore[list-item]
    assert cache.get("c") is None
    assert cache.size().answers == 2


def test_of_two_answers_to_one_key_that_are_put_together_the_first_stays(cache: Cache) -> None:
    assert cache.put_all([("a", ANSWERS[0]), ("a", ANSWERS[2])]) == [ANSWERS[0]] * 2
    assert cache.get("a") == ANSWERS[0]


@pytest.mark.parametrize("n", [0, 1, 199, 200, 1000])
def test_however_many_are_put_together_all_are_there(cache: Cache, n: int) -> None:
    answers = [(f"{i}", ChatAnswer(f"answer {i}")) for i in range(n)]
    assert cache.put_all(answers) == [answer for _, answer in answers]
    assert [cache.get(key) for key, _ in answers] == [answer for _, answer in answers]
