"""A run whose folder cannot be changed says so in words."""

import errno
import os
from pathlib import Path

import pytest

from neuronview.errors import DatasetError
from neuronview.jobs.execute import ended_in_time
from neuronview.jobs.plan import RunFolder, RunPlan, new_run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    made = new_run(tmp_path, RunPlan("", "small", ("0:1",), "dictionary"))

    def refused(path: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    monkeypatch.setattr(os, "unlink", refused)
    return made


def test_a_run_in_a_folder_that_is_read_only_is_not_begun_and_says_why(run: RunFolder) -> None:
    with pytest.raises(DatasetError, match=r"Read-only.*what is finished is kept"), ended_in_time(run):
        pass


def test_nor_is_it_gone_on_with(run: RunFolder) -> None:
    with pytest.raises(DatasetError, match="Read-only"):
        run.reopen()
