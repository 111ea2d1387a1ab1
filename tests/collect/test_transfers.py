"""Layers that come from another device: in which order they are copied and waited for, and that nothing is lost.

No GPU is needed: a stand-in copies at the earliest or at the latest moment that a GPU could.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from neuronview.collect import layers as chosen_layers
from neuronview.collect.layers import ChosenLayers
from neuronview.collect.transfers import CudaCopying, Ring, copying_from
from neuronview.model import LayerMemory, SubjectModel, load
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import differences, rows_of
from tests.support.sharded_collection import collected


class StandIn:
    """Copies when it is told to begin, or only when it is waited for; notes which was when."""

    def __init__(self, *, late: bool, noted: list[tuple[str, int]] | None = None) -> None:
        self._late, self.noted, self._n = late, [] if noted is None else noted, 0

    def send(self, ids: torch.Tensor) -> torch.Tensor:
        self.noted.append(("send", len(ids)))
        return ids.clone()

    def buffer(self, size: int) -> torch.Tensor:
        self.noted.append(("buffer", size))
        return torch.full((size,), torch.nan)

    def begin(self, values: torch.Tensor, into: torch.Tensor) -> Callable[[], None]:
        number, self._n, aside = self._n, self._n + 1, values.float().clone()
        self.noted.append(("begin", number))
        if not self._late:
            into.copy_(aside)

        def wait() -> None:
            self.noted.append(("wait", number))
            if self._late:
                into.copy_(aside)

        return wait


def drawn(n: int, *, size: int = 6, seed: int = 0) -> list[torch.Tensor]:
    torch.manual_seed(seed)
    return list(torch.randn(n, 1, 2, size // 2))


def in_one_memory(values: list[torch.Tensor]) -> Iterator[torch.Tensor]:
    """As a model gives its layers: each is overwritten by the next."""
    memory = LayerMemory()
    for one in values:
        place = memory.shaped(1, one.numel(), like=one).view(one.shape)
        yield place.copy_(one)
        place.fill_(torch.nan)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("memory", [0, 72, 10_000])
def test_every_layer_comes_as_it_was_however_few_buffers_there_are(late: bool, memory: int) -> None:
    ring = Ring(StandIn(late=late), memory)
    for seed in range(2):
        values = drawn(5, seed=seed)
        found = [each.clone() for each in ring.on_cpu(in_one_memory(values), 5)]
        assert len(found) == 5
        assert all(torch.equal(*pair) for pair in zip(found, values, strict=True))


def test_as_many_layers_as_there_are_buffers_are_begun_before_one_is_waited_for() -> None:
    copying = StandIn(late=True)
    for number, _ in enumerate(Ring(copying, 3 * 4 * 6).on_cpu(in_one_memory(drawn(5)), 5)):
        copying.noted.append(("counted", number))
    order = "begin 0, begin 1, begin 2, wait 0, counted 0, begin 3, wait 1, counted 1, begin 4, wait 2, counted 2"
    order += ", wait 3, counted 3, wait 4, counted 4"
    assert ", ".join(f"{what} {n}" for what, n in copying.noted if what != "buffer") == order


def test_all_of_a_batch_is_begun_before_the_first_wait_where_memory_allows_it() -> None:
    copying = StandIn(late=True)
    list(Ring(copying, 10_000).on_cpu(in_one_memory(drawn(4)), 4))
    assert [what for what, _ in copying.noted] == ["buffer"] * 4 + ["begin"] * 4 + ["wait"] * 4


def test_buffers_are_made_once_and_again_only_for_a_larger_batch() -> None:
    copying = StandIn(late=True)
    ring = Ring(copying, 0)
    for size in (6, 4, 6, 8):
        assert [each.numel() for each in ring.on_cpu(in_one_memory(drawn(3, size=size)), 3)] == [size] * 3
    assert [n for what, n in copying.noted if what == "buffer"] == [6, 6, 8, 8]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    torch.set_num_threads(1)
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model"), width=4, layers=3), device="cpu")


def test_a_model_on_the_cpu_is_read_where_its_values_lie(model: SubjectModel) -> None:
    assert copying_from(torch.device("cpu")) is None
    layers = ChosenLayers(model)
    assert layers.n_workers == torch.get_num_threads()
    places = {values.data_ptr() for values in layers.batch_activations(torch.ones(2, 5, dtype=torch.long))}
    assert len(places) == 1


@pytest.mark.parametrize("late", [False, True])
def test_a_collection_by_copies_is_the_one_without_with_a_batch_under_way_while_one_is_counted(
    model: SubjectModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    plain = collected(model, tmp_path / "plain")
    made: list[StandIn] = []

    def copying() -> StandIn:
        made.append(StandIn(late=late))
        return made[-1]

    monkeypatch.setattr(chosen_layers, "copying_from", lambda device: copying)
    assert ChosenLayers(model).n_workers == 2
    copied = collected(model, tmp_path / "copied")
    for kind in ("neurons", "records", "shares"):
        assert list(differences(rows_of(plain.folder, kind), rows_of(copied.folder, kind), kind)) == []
    begun = [sum(what == "begin" for what, _ in each.noted) for each in made]
    assert sum(begun) >= 3 * sum(sum(what == "send" for what, _ in each.noted) for each in made) > 0


@pytest.mark.parametrize("numbers", [torch.float32, torch.bfloat16])
def test_on_cuda_values_are_set_aside_on_the_models_stream_and_copied_by_another_that_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, numbers: torch.dtype
) -> None:
    noted: list[str] = []
    copied: list[torch.Tensor] = []

    class Stream:
        def __init__(self, device: Any) -> None:
            self.device = device

        def wait_stream(self, other: Any) -> None:
            noted.append(f"side waits for {other}")

    class Event:
        def __init__(self, *, blocking: bool) -> None:
            assert blocking

        def record(self, stream: Any) -> None:
            assert isinstance(stream, Stream)
            noted.append("event")

        def synchronize(self) -> None:
            noted.append("wait")

    class Into:
        def copy_(self, values: torch.Tensor, *, non_blocking: bool) -> None:
            noted.append(f"copy {values.dtype} {non_blocking}")
            copied.append(values)

    @contextmanager
    def on(stream: Any) -> Iterator[None]:
        noted.append("on side")
        yield
        noted.append("off side")

    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "stream", on)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: "the model's")
    values, into = torch.tensor([1.0, 2.0], dtype=numbers), Into()
    wait = CudaCopying(torch.device("cuda")).begin(values, into)  # type: ignore[arg-type]
    values.fill_(0)  # by the next layer
    assert noted == ["side waits for the model's", "on side", "copy torch.float32 True", "event", "off side"]
    assert copied[0].tolist() == [1.0, 2.0]
    wait()
    assert noted[-1] == "wait"
