"""A server for many leaves one core to the pages."""

import os
from collections.abc import Iterator

import pytest
import torch

from neuronview.model.threads import leave_a_core


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("cores", "were", "then"), [(4, 4, 3), (4, 2, 2), (2, 2, 1), (1, 1, 1), (None, 3, 1)])
def test_one_core_is_left_and_never_more_threads_than_before(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, were: int, then: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    torch.set_num_threads(were)
    leave_a_core()
    assert torch.get_num_threads() == then
