"""Hours of a whole job follow from measured rates, and from nothing else."""

from pathlib import Path

import pytest

from benchmarks import scaling
from benchmarks.report import Row, show
from benchmarks.scaling import JOBS, ROWS, Job, Rates, hours, main, table


def test_what_shards_share_is_divided_and_what_one_does_alone_is_not() -> None:
    rates = Rates(gpu_forward=64_000.0, save=3_072.0, merge=307.2, rules=10.0, calls=1_000.0)
    one, forty = (hours(Job(10_000_000, "GPUs", n, 16 * n), rates) for n in (1, 40))
    assert one["collect"] == pytest.approx(10_000_000 * 64 / 64_000 / 3600, rel=0.01)
    assert forty["collect"] == pytest.approx(one["collect"] / 40, rel=0.02)
    # 80 shards of most of the corpus, and 2 of the 6,000 excerpts that were drawn by chance.
    assert one["merge"] == forty["merge"] == pytest.approx(82 * 1_000 / 3600)
    assert (one["save"], forty["save"]) == (pytest.approx(82 * 100 / 3600), pytest.approx(3 * 100 / 3600))
    assert forty["language"] == one["language"] == pytest.approx(307_200 * 52 / 1_000 / 3600)


def test_more_workers_than_shards_have_nothing_to_do() -> None:
    found = [hours(Job(50_000, "GPUs", n, n), Rates(gpu_forward=64.0))["collect"] for n in (11, 40)]
    assert found[0] == found[1] == pytest.approx((128 + 128) * 2_048 / 64 / 3600, rel=0.3)


def test_a_rate_of_the_smaller_model_stands_for_the_larger_one(capsys: pytest.CaptureFixture[str]) -> None:
    def first_cell(*options: str) -> float:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["scaling", *options])
            main()
        return float(capsys.readouterr().out.splitlines()[2].split("|")[3])

    assert first_cell("--collect", "1736.1") == pytest.approx(first_cell("--forward", "100"), abs=0.011)


def test_rates_come_from_the_rows_of_one_run_unless_they_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"collect": 868.05, "save": 2e4, "merge": 9e3, "rules": 6.5, "calls": 146.0}
    show([Row("another row", 1.0, "s"), *(Row(ROWS[rate], value, "1/s") for rate, value in values.items())])
    (tmp_path / "bench.txt").write_text(capsys.readouterr().out)

    def printed(*options: str) -> str:
        monkeypatch.setattr("sys.argv", ["scaling", *options])
        main()
        return capsys.readouterr().out

    one_by_one = [f"--{rate}={value}" for rate, value in values.items()]
    assert printed("--of", str(tmp_path / "bench.txt")) == printed(*one_by_one)
    assert printed("--of", str(tmp_path / "bench.txt"), "--calls=1") == printed(*one_by_one, "--calls=1")


@pytest.mark.parametrize("row", ROWS.values())
def test_rows_that_rates_are_taken_from_are_those_of_a_benchmark(row: str) -> None:
    said = row.removeprefix("GPT-2 124M: with ")
    assert sum(f'{said}"' in path.read_text() for path in Path(scaling.__file__).parent.glob("*.py")) == 2


def test_no_more_cores_explain_by_rule_than_there_are_layers() -> None:
    few, many = (hours(Job(50_000, "1 GPU", 1, cores), Rates(rules=1.0))["rules"] for cores in (48, 640))
    assert few == many == pytest.approx(6_400 / 3600)
    uneven = hours(Job(50_000, "1 GPU", 1, 40), Rates(rules=1.0))["rules"]
    assert uneven == pytest.approx(2 * 6_400 / 3600)


def test_a_rate_that_was_not_measured_is_said_to_be_so() -> None:
    lines = table(Rates(gpu_forward=50_000.0)).splitlines()
    assert len(lines) == 2 + len(JOBS)
    assert all("| not measured |" in line for line in lines[2:])
    assert lines[2].split("|")[3].strip() == "not measured"
    assert lines[3].split("|")[3].strip() == "0.02"


def test_without_a_gpu_all_is_filled_in_but_collecting_on_one_and_no_limit_is_claimed_beside_that() -> None:
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in table(Rates(forward=50.0, save=2e4, merge=9e3, rules=6.5, calls=146.0)).splitlines()[2:]
    ]
    for row in cells:
        assert [place for place, cell in enumerate(row) if cell == "not measured"] == ([2] if "GPU" in row[1] else [])
        assert all(float(cell.replace(",", "")) > 0 for cell in row[2:-1] if cell != "not measured")
    limits = {(row[0], row[1]): row[-1] for row in cells}
    assert limits["50,000", "1 CPU machine"] == "language"
    assert limits["10,000,000", "1 CPU machine"] == "collect"
    assert limits["10,000,000", "40 GPUs"] == "language, unless collect"


def test_where_nothing_was_measured_nothing_is_said_to_limit() -> None:
    assert {line.split("|")[-2].strip() for line in table(Rates()).splitlines()[2:]} == {"not measured"}
