"""`collect --engine`: the dataset, explanations and scores of a collection without one."""

import json
from pathlib import Path
from typing import Any

import pytest

from neuronview.cli.main import run
from neuronview.demo.passages_written import written
from neuronview.jobs import collecting, collecting_shards
from neuronview.jobs.engines import Here
from neuronview.store.schema import KINDS
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support.same_rows import differences, rows_of, scores_of


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model and a text, and an engine that computes in this process whatever its name."""
    monkeypatch.setattr("neuronview.cli.engines.open_engine", lambda name, **options: Here())
    monkeypatch.setattr(collecting_shards, "LEAST", 3)
    monkeypatch.setattr(collecting, "EXCERPTS", 50)
    save_tiny_gpt2(tmp_path / "model", width=4)
    rows = [{"id": passage.id, "text": passage.text} for passage in written()[:12]]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return ["collect", "--model", str(tmp_path / "model"), "--corpus", str(tmp_path / "a.jsonl")]


def test_with_an_engine_everything_is_as_without_one_and_nothing_else_is_left(asked: list[str], tmp_path: Path) -> None:
    asked += ["--layers", "1"]
    assert run([*asked, "--out", str(tmp_path / "plain")]) == 0
    assert run([*asked, "--out", str(tmp_path / "shards"), "--engine", "local"]) == 0
    for kind in set(KINDS) - {"explanations", "scores"}:
        one, other = (rows_of(tmp_path / name, kind) for name in ("plain", "shards"))
        assert one or kind in ("simulations", "related", "files")
        assert list(differences(one, other, kind)) == []
    plain, shards = (scores_of(tmp_path / name) for name in ("plain", "shards"))
    assert len(plain) > 16
    assert list(differences(plain, shards)) == []
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "shards").iterdir()) == sorted(
        path.name.split("-")[0] for path in (tmp_path / "plain").iterdir()
    )


def test_what_was_finished_is_gone_on_with_by_the_same_command(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaks(Here):
        def map(self, work: Any, shards: Any, *, tick: Any = None) -> Any:
            for shard in shards:
                if shard.stage.kind == "records":
                    raise MemoryError
                yield work(shard)

    monkeypatch.setattr("neuronview.cli.engines.open_engine", lambda name, **options: Breaks())
    command = [*asked, "--out", str(tmp_path / "d"), "--engine", "local", "--no-explain"]
    with pytest.raises(MemoryError):
        run(command)
    assert [path.name for path in (tmp_path / "d").iterdir()] == [".work"]
    begun: list[str] = []

    class Notes(Here):
        def map(self, work: Any, shards: Any, *, tick: Any = None) -> Any:
            for shard in shards:
                begun.append(shard.stage.kind)
                yield work(shard)

    monkeypatch.setattr("neuronview.cli.engines.open_engine", lambda name, **options: Notes())
    assert run(command) == 0
    assert set(begun) == {"records"}
    assert not (tmp_path / "d" / ".work").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "local", "--progressive"], "leave out --engine or --progressive"),
        (["--workers", "2"], "name it with --engine"),
        (["--engine", "local", "--gpus", "1"], "--gpus is of --engine ray"),
    ],
)
def test_what_an_engine_cannot_do_is_refused_before_anything_is_read(
    asked: list[str], tmp_path: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*asked, "--out", str(tmp_path / "d"), *options]) != 0
    assert said in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("options", "gpus"),
    [(["--device", "cuda"], 1.0), (["--device", "cuda", "--gpus", "0.25"], 0.25), (["--device", "cpu"], 0)],
)
def test_on_ray_a_shard_takes_a_gpu_where_the_model_is_to_be_on_one(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], gpus: float
) -> None:
    taken: dict[str, Any] = {}

    def note(name: str, **given: Any) -> Here:
        taken.update(given, name=name)
        raise KeyError

    monkeypatch.setattr("neuronview.cli.engines.open_engine", note)
    with pytest.raises(KeyError):
        run([*asked, "--out", str(tmp_path / "d"), "--engine", "ray", "--workers", "2", *options])
    assert taken == {"name": "ray", "address": "", "workers": 2, "gpus": gpus}
