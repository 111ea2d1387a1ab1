"""What a run that could not note its rates left beside them goes with the next run, also where that asks nothing."""

from pathlib import Path

from neuronview.jobs.measured import Measured, Rate


def test_a_run_without_a_call_removes_what_another_could_not_finish(tmp_path: Path) -> None:
    measured = Measured(tmp_path)
    measured.ran("endpoint", {"chat": Rate(2, 10.0, 5, 1.0)}, concurrency=1)
    known = measured.rates("endpoint")
    (whole,) = (tmp_path / "llm/measured").iterdir()
    left = whole.with_name(f"{whole.name}.01234567.tmp")
    left.write_text("{")
    measured.ran("endpoint", {"chat": Rate()}, concurrency=1)
    assert not left.exists()
    assert measured.rates("endpoint") == known
    assert known["chat"].calls == 2
