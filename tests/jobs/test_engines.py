"""Engines give the results of shards in order, whatever becomes of their workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from neuronview.errors import BadInput, EngineError, ScoringError
from neuronview.jobs.engines import Engine, Here, LocalEngine, on_ray, open_engine
from neuronview.jobs.processes import is_running


def doubled(number: int) -> tuple[int, str | None]:
    time.sleep(0.05 * (number % 2))
    return 2 * number, os.environ.get("OMP_NUM_THREADS")


def refused(number: int) -> int:
    if number == 2:
        raise ScoringError("Nothing to score in shard 2.")
    return number


def dies_once(folder: str) -> str:
    """The first worker to come here is killed."""
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def dies(number: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("engine", [Here(), LocalEngine(2)], ids=["here", "local"])
def test_results_come_in_the_order_of_the_shards(engine: Engine) -> None:
    assert [value for value, _ in engine.map(doubled, range(7))] == [2 * n for n in range(7)]


def test_shards_are_taken_as_there_is_room_and_waiting_ticks() -> None:
    taken: list[int] = []

    def shards():
        for number in range(40):
            taken.append(number)
            yield number

    found = LocalEngine(1).map(doubled, shards())
    next(found)
    assert len(taken) <= 4
    found.close()


def test_workers_have_one_thread_and_this_process_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert {threads for _, threads in LocalEngine(2).map(doubled, range(3))} == {"1"}
    assert os.environ["OMP_NUM_THREADS"] == "7"


def who(number: int) -> int:
    return os.getpid()


def test_workers_last_from_one_reading_to_the_next_as_long_as_they_are_kept() -> None:
    engine = LocalEngine(1)
    with engine.kept():
        (first,), (second,) = list(engine.map(who, [1])), list(engine.map(who, [2]))
        assert first == second
        assert is_running(first)
        with pytest.raises(ScoringError):
            list(engine.map(refused, [2]))
        assert list(engine.map(who, [3])) != [first]  # whoever is left early is not taken again
    assert not is_running(first)
    assert list(engine.map(who, [4])) != list(engine.map(who, [5]))


def told_and_waits(folder: str) -> None:
    Path(folder, "worker").write_text(str(os.getpid()))
    time.sleep(600)


def test_workers_end_with_a_driver_that_is_killed(tmp_path: Path) -> None:
    code = "from tests.jobs.test_engines import *; list(LocalEngine(1).map(told_and_waits, [sys.argv[1]]))"
    told = tmp_path / "worker"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2]) as driver:
        assert within_a_minute(lambda: told.exists() and told.read_text())
        assert is_running(worker := int(told.read_text()))
        driver.kill()
    assert within_a_minute(lambda: not is_running(worker))


def within_a_minute(question: Callable[[], object]) -> bool:
    for _ in range(600):
        if question():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("engine", [Here(), LocalEngine(1)], ids=["here", "local"])
def test_an_error_of_the_work_is_raised_as_it_is(engine: Engine) -> None:
    with pytest.raises(ScoringError, match="shard 2"):
        list(engine.map(refused, range(4)))


def test_a_worker_that_is_killed_is_replaced_and_its_shard_done_again(tmp_path: Path) -> None:
    assert list(LocalEngine(1).map(dies_once, [str(tmp_path)] * 3)) == ["done"] * 3


def test_work_that_kills_every_worker_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuronview.jobs.engines.local.TRIES", 2)
    with pytest.raises(EngineError, match="died 2 times"):
        list(LocalEngine(1).map(dies, [1]))


class RayWithASlowFirst:
    """What the engine takes of Ray: the first piece of work is finished when nothing else is under way."""

    exceptions = SimpleNamespace(RayTaskError=EngineError, RayError=EngineError)

    def __init__(self) -> None:
        self.seen: dict[str, str | None] = {}

    def remote(self, work: Any) -> Any:
        handed = SimpleNamespace(remote=work)
        return SimpleNamespace(options=lambda **_: handed)

    def wait(self, running: list[Any], **_: object) -> tuple[list[Any], list[Any]]:
        done = running[-1]
        return [done], [one for one in running if one is not done]

    def get(self, reference: Any) -> Any:
        return reference

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2}

    def is_initialized(self) -> bool:
        return False

    def init(self, **_: object) -> None:
        self.seen = {name: os.environ.get(name) for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN")}

    def shutdown(self) -> None:
        pass


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> RayWithASlowFirst:
    fake = RayWithASlowFirst()
    monkeypatch.setitem(sys.modules, "ray", fake)  # type: ignore[arg-type]
    monkeypatch.setattr(on_ray, "find_spec", lambda name: name)
    return fake


@pytest.mark.parametrize("workers", [None, 2])
def test_behind_a_slow_first_shard_no_more_than_a_window_is_handed_to_ray(
    ray: RayWithASlowFirst, workers: int | None
) -> None:
    taken: list[int] = []

    def shards():
        for number in range(40):
            taken.append(number)
            yield number

    found = on_ray.RayEngine(workers=workers).map(lambda number: number, shards())
    assert next(found) == 0
    assert len(taken) <= 4
    assert [0, *found] == list(range(40))


def test_the_word_of_our_ray_is_gone_from_the_environment_afterwards(
    ray: RayWithASlowFirst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "theirs")
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    before = dict(os.environ)
    assert list(on_ray.RayEngine().map(lambda number: number, range(3))) == [0, 1, 2]
    assert (ray.seen["RAY_AUTH_MODE"], len(ray.seen["RAY_AUTH_TOKEN"] or "")) == ("token", 64)
    assert dict(os.environ) == before


def test_without_ray_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_ray, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match=r"pip install -r requirements-ray\.txt"):
        open_engine("ray")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("dask", {}, "local, ray"),
        ("local", {"workers": 0}, "from 1 on"),
        ("local", {"address": "10.0.0.1:6379"}, "no address"),
    ],
)
def test_an_engine_that_cannot_be_is_refused_in_words(name: str, options: dict, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        open_engine(name, **options)


def test_naming_engines_loads_neither_ray_nor_torch() -> None:
    code = "import sys, neuronview.jobs.engines; print([n for n in ('ray', 'torch') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
