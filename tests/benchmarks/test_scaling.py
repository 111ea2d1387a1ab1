"""Hours of a whole job follow from measured rates, and from nothing else."""

import pytest

from benchmarks.scaling import JOBS, Job, Rates, hours, table


def test_what_shards_share_is_divided_and_what_one_does_alone_is_not() -> None:
    rates = Rates(gpu_forward=64_000.0, rules=10.0, merge=36.0, calls=1_000.0)
    one, forty = (hours(Job(9_000_000, "GPUs", n, 16 * n), rates) for n in (1, 40))
    assert one["collect"] == pytest.approx(9_000_000 * 64 * 2 / 64_000 / 3600)
    assert forty["collect"] == pytest.approx(one["collect"] / 40)
    assert (one["merge"], forty["merge"]) == (0.0, pytest.approx(39 * 36 / 3600))
    assert forty["language"] == one["language"] == pytest.approx(307_200 * 52 / 1_000 / 3600)


def test_no_more_cores_explain_by_rule_than_there_are_layers() -> None:
    few, many = (hours(Job(1, "1 GPU", 1, cores), Rates(rules=1.0))["rules"] for cores in (48, 640))
    assert few == many == pytest.approx(6_400 / 3600)
    uneven = hours(Job(1, "1 GPU", 1, 40), Rates(rules=1.0))["rules"]
    assert uneven == pytest.approx(2 * 6_400 / 3600)


def test_a_rate_that_was_not_measured_leaves_its_cells_empty() -> None:
    lines = table(Rates(gpu_forward=50_000.0)).splitlines()
    assert len(lines) == 2 + len(JOBS)
    assert all("|  |" in line for line in lines[2:])
    assert lines[2].split("|")[3].strip() == ""
    assert lines[3].split("|")[3].strip() == "0.04"
