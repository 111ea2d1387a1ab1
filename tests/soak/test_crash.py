"""A few of the kills and faults that `make soak` tries by the hundred, and that they would find what they look for."""

import random
import uuid
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

import pytest

from tests.soak import crash_trials as crash
from tests.soak.crash_jobs import JOBS
from tests.soak.crash_steps import Steps

QUICK = ("import openai", "explain by rule", "export parquet")
"""Jobs that take well under a second; the others are tried by `make soak` alone."""


@pytest.mark.parametrize("name", QUICK)
def test_killed_or_without_room_nothing_finished_is_lost_and_the_end_is_the_same(name: str, tmp_path: Path) -> None:
    whole = crash.prepared(name, tmp_path / "job")
    drawn = random.Random(name)
    points: list[int | float] = [drawn.randint(1, len(whole.steps)) for _ in range(3)]
    verdict, words, kills = crash.killed(whole, tmp_path / "trial", points)
    assert (verdict, words) == ("whole", "")
    assert kills > 0
    for way in ("full", "read-only"):
        assert crash.faulty(whole, tmp_path / "trial", way, drawn.randint(1, len(whole.steps))) == ("whole", "")


def test_every_kind_of_step_of_a_job_is_seen(tmp_path: Path) -> None:
    kinds = {step.split()[0] for step in crash.prepared("keeping in the app", tmp_path / "job").steps}
    assert kinds >= {"open", "write", "fsync", "parquet", "os.rename", "os.mkdir"}
    assert set(QUICK) < set(JOBS)


def test_a_place_has_one_name_whichever_names_are_drawn(tmp_path: Path) -> None:
    steps = Steps(tmp_path)
    steps.begin("count")
    for _ in range(20):
        with TemporaryDirectory(dir=tmp_path) as folder, NamedTemporaryFile(dir=tmp_path, prefix=".pass-") as file:
            steps.step("open", f"{folder}/{Path(file.name).name}/{uuid.uuid4().hex[:8]}.tmp")
    assert len(set(steps.places)) == 1


def test_a_count_of_what_was_written_is_not_taken_for_words_about_a_full_disk() -> None:
    assert not crash.TOLD.search("A file: 10000 requested and 2048 written.")
    assert crash.TOLD.search("The folder out cannot be made or written. Choose another one with --out.")


def test_a_file_that_is_half_written_would_be_found(tmp_path: Path) -> None:
    whole = crash.prepared("export html", tmp_path / "job")
    at = next(n for n, step in enumerate(whole.steps, 1) if step.startswith("os.rename"))
    trial = crash.begun(whole, tmp_path / "trial")
    assert trial.run("kill", at) == -9
    assert list((tmp_path / "trial/out").glob("*.tmp"))
    assert trial.look()["state"] == whole.before["state"]
    (tmp_path / "trial/out/page.html").write_text("half")
    assert trial.look()["state"] != whole.before["state"]
