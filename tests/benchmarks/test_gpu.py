"""The benchmark of GPUs, as far as it can be tried without one."""

import sys

import pytest
import torch

from benchmarks import gpu


def test_rows_of_each_format_with_and_without_features_and_no_goal_on_a_processor() -> None:
    rows = list(gpu.measure("cpu", sizes=("tiny",), dtypes=("float32", "bfloat16"), excerpts=64))
    assert [row.name.partition(": ")[0] for row in rows] == [
        *["cpu, GPT-2 tiny, float32"] * 2,
        *["cpu, GPT-2 tiny, bfloat16"] * 2,
    ]
    assert all(row.value > 0 and row.baseline and row.ok is None for row in rows)


def test_without_a_gpu_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gpu"])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match="There is no GPU"):
        gpu.main()
