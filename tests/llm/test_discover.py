"""Servers on this machine are found by what they answer, and nothing else is asked."""

import asyncio

import httpx2
import pytest

from neuronview.llm.discover import PORTS, LocalServer, discover
from tests.support.scripted_server import MODELS, Reply, ScriptedServer, scripted_server, status


def look(*servers: ScriptedServer, timeout: float = 5.0) -> list[LocalServer]:
    return asyncio.run(discover([server.port for server in servers], timeout=timeout))


def listing(*names: str, owner: str = "me") -> Reply:
    return Reply({"object": "list", "data": [{"id": name, "owned_by": owner} for name in names]})


def test_a_server_is_found_with_the_models_that_it_lists(server: ScriptedServer) -> None:
    server.play(MODELS, listing("llama", "qwen"))
    assert look(server) == [LocalServer(server.base_url, "a server", ("llama", "qwen"))]


@pytest.mark.parametrize(("owner", "kind"), [("vllm", "vLLM"), ("llamacpp", "llama.cpp"), ("library", "Ollama")])
def test_what_it_is_is_told_by_its_models(server: ScriptedServer, owner: str, kind: str) -> None:
    server.play(MODELS, listing("m", owner=owner))
    assert look(server)[0].kind == kind


def test_a_server_without_models_is_found_too(server: ScriptedServer) -> None:
    server.play(MODELS, listing())
    assert look(server)[0].models == ()


@pytest.mark.parametrize(
    "reply",
    [
        status(404),
        status(500),
        Reply(b"<html>a page</html>"),
        Reply([1, 2]),
        Reply({"data": "x"}),
        Reply(b"x" * 65536, repeat=1000),
        Reply(b"{", length=100),
        Reply(status=307, headers={"Location": "http://127.0.0.1:1/v1/models"}),
    ],
)
def test_what_is_no_model_server_is_not_listed(server: ScriptedServer, reply: Reply) -> None:
    server.play(MODELS, reply)
    assert look(server) == []


def test_a_server_that_wants_a_key_is_found_and_said_to(server: ScriptedServer) -> None:
    server.play(MODELS, status(401))
    assert look(server) == [LocalServer(server.base_url, "a server", (), needs_key=True)]


def test_one_that_does_not_answer_keeps_nobody_from_being_found(server: ScriptedServer) -> None:
    with scripted_server() as silent:
        silent.play(MODELS, Reply(delay=60))
        assert [found.base_url for found in look(silent, server, timeout=3.0)] == [server.base_url]


def test_nothing_on_the_port_is_nothing_found() -> None:
    with scripted_server() as gone:
        pass
    assert look(gone) == []


def test_only_loopback_addresses_are_asked_and_without_a_key(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    stream = httpx2.AsyncClient.stream

    def recorded(self: httpx2.AsyncClient, method: str, url: str, **options: object) -> object:
        asked.append(httpx2.URL(url).host)
        return stream(self, method, url, **options)

    monkeypatch.setattr(httpx2.AsyncClient, "stream", recorded)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    assert len(look(server)) == 1
    asyncio.run(discover(timeout=0.01))
    assert set(asked) == {"127.0.0.1", "::1"}
    assert len(asked) == 2 + 2 * len(PORTS)
    assert "authorization" not in server.requests[0].headers
