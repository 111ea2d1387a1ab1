"""In public mode an address may ask the API so many times a minute; another is not held up by it."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from uvicorn import Config

from neuronview.api import routes
from neuronview.api.pace import MOST_ADDRESSES, Pace


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_as_many_as_are_set_are_answered_and_then_one_as_often_as_they_come_back(clock: Clock) -> None:
    pace = Pace(clock)
    assert [pace.wait("1.2.3.4", 6) for _ in range(6)] == [0.0] * 6
    assert pace.wait("1.2.3.4", 6) == pytest.approx(10)
    clock.now += 10
    assert pace.wait("1.2.3.4", 6) == 0
    assert pace.wait("1.2.3.4", 6) == pytest.approx(10)


def test_another_address_is_not_held_up_and_a_refusal_costs_nothing(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(50):
        pace.wait("1.2.3.4", 2)
    assert pace.wait("1.2.3.5", 2) == 0
    clock.now += 30
    assert pace.wait("1.2.3.4", 2) == 0


def test_addresses_of_one_household_are_one(clock: Clock) -> None:
    pace = Pace(clock)
    assert pace.wait("2001:db8:0:1::1", 1) == 0
    assert pace.wait("2001:db8:0:1:ffff::2", 1) > 0
    assert pace.wait("2001:db8:0:2::1", 1) == 0


def test_what_is_remembered_is_bounded(clock: Clock) -> None:
    pace = Pace(clock)
    for number in range(MOST_ADDRESSES + 50):
        pace.wait(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 5)
    assert len(pace._full_at) == MOST_ADDRESSES


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("NEURONVIEW_PUBLIC_REQUESTS", "3")
    with TestClient(Starlette(routes=routes()), client=("192.0.2.7", 1)) as client:
        yield client


def test_the_api_says_when_to_come_back(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    assert [api.get("/api/v1").status_code for _ in range(3)] == [200] * 3
    refused = api.get("/api/v1")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many"
    assert 0 < int(refused.headers["Retry-After"]) <= 20


def test_without_public_mode_nobody_counts(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEURONVIEW_PUBLIC", raising=False)
    assert [api.get("/api/v1").status_code for _ in range(9)] == [200] * 9


def _served(peer: str) -> TestClient:
    """As the server that Streamlit starts serves it, asked from `peer`; uvicorn reads the environment itself."""
    config = Config(Starlette(routes=routes()))
    config.load()
    return TestClient(config.loaded_app, client=(peer, 1))


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    monkeypatch.setenv("NEURONVIEW_PUBLIC_REQUESTS", "3")
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    return monkeypatch


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.7"])
@pytest.mark.parametrize("form", ["9.9.9.{}", "9.9.9.{}:80", "8.8.8.8, 9.9.9.{}", "[2001:db8:{}::1]:80", "name-{}"])
def test_who_names_other_addresses_in_a_header_is_the_same_asker(
    paced: pytest.MonkeyPatch, peer: str, form: str
) -> None:
    client = _served(peer)
    codes = [client.get("/api/v1", headers={"X-Forwarded-For": form.format(n)}).status_code for n in range(1, 6)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_proxy_that_the_owner_names_says_who_asks(paced: pytest.MonkeyPatch) -> None:
    paced.setenv("FORWARDED_ALLOW_IPS", "192.0.2.7")
    near, elsewhere = _served("192.0.2.7"), _served("192.0.2.8")
    for client, fourth in ((near, 200), (elsewhere, 429)):
        codes = [client.get("/api/v1", headers={"X-Forwarded-For": f"9.9.9.{n}"}).status_code for n in range(4)]
        assert codes == [200, 200, 200, fourth]
