"""Collecting pass by pass: each pass whole, the former readable meanwhile, finished ones never done again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from neuronview.cli import progressive
from neuronview.cli.progressive import Passes, collect_in_passes, embedded_documents, pass_sizes, shuffled
from neuronview.collect import CollectResult, Document, Sizes
from neuronview.collect import collect as collect_all
from neuronview.collect.replacing import replace_dataset
from neuronview.demo.passages_written import written
from neuronview.errors import BadInput, Cancelled, DatasetError
from neuronview.model import SubjectModel, load
from neuronview.store import compact, damaged_parts, open_dataset
from tests.model.tiny_gpt2 import save_tiny_gpt2

SMALL = Sizes(excerpt_tokens=24, shortest_random=16, min_token_count=2)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SubjectModel:
    torch.set_num_threads(1)
    return load(save_tiny_gpt2(tmp_path_factory.mktemp("model"), width=4))


def documents() -> list[Document]:
    return [Document(entry.id, entry.text, "written") for entry in written()[:40]]


def passes(model: SubjectModel, sizes: Sizes = SMALL, corpus: str = "forty passages") -> Passes:
    return Passes(model, documents, corpus, "mine", sizes, seed=0)


def run(
    chosen: Passes, out: Path, most: int = 120, *, should_stop: Callable[[], bool] = lambda: False
) -> tuple[CollectResult | None, list[str]]:
    stages: list[str] = []
    result = collect_in_passes(
        chosen,
        out,
        most=most,
        finish=None,
        progress=lambda now: stages.append(now.stage),
        should_stop=should_stop,
    )
    return result, list(dict.fromkeys(stage.split(":")[0] for stage in stages))


@pytest.fixture(autouse=True)
def short_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive, "FIRST", 30)


def test_each_pass_has_four_times_as_many_excerpts_up_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progressive, "FIRST", 1000)
    assert pass_sizes(16_000) == [1000, 4000, 16_000]
    assert pass_sizes(5000) == [1000, 4000, 5000]
    assert pass_sizes(1000) == [1000]
    assert pass_sizes(400) == [400]


def test_without_a_number_of_excerpts_those_of_the_corpus_are_counted_first_and_that_is_told(
    model: SubjectModel, tmp_path: Path
) -> None:
    assert run(passes(model), tmp_path / "mine", most=0)[1][:2] == ["count", "pass 1 of 4"]


def test_a_pass_that_is_stopped_leaves_the_one_before_whole_and_is_the_only_one_done_again(
    model: SubjectModel, tmp_path: Path
) -> None:
    out, seen = tmp_path / "mine", list[str]()

    def stop() -> bool:
        seen.append("asked")
        return (out / "dataset.json").exists()

    with pytest.raises(Cancelled, match="pass 2 of 2"):
        run(passes(model), out, should_stop=stop)
    first = open_dataset(out).manifest.raw
    assert first["passes"]["done"] == 1
    assert damaged_parts(out) == []
    result, stages = run(passes(model), out)
    assert stages == ["pass 2 of 2"]
    assert result is not None
    told = open_dataset(out).manifest
    assert told.raw["passes"]["done"] == 2
    assert told.corpus["n_excerpts"] > first["corpus"]["n_excerpts"]
    assert run(passes(model), out) == (None, [])


def test_what_a_reader_has_open_can_be_read_after_the_next_pass_took_its_place(
    model: SubjectModel, tmp_path: Path
) -> None:
    out = tmp_path / "mine"
    for name in (out, tmp_path / "new"):
        collect_all(model, documents(), name, work=tmp_path / f"work-{name.name}", sizes=SMALL)
    compact(out)
    before = open_dataset(out)
    replace_dataset(tmp_path / "new", out, also={"passes": {"done": 2}})
    assert before.neuron((0, 0)).top
    assert before.stamp != before.current_stamp()
    assert open_dataset(out).manifest.raw["passes"] == {"done": 2}
    assert open_dataset(out).neuron((0, 0)).top
    assert damaged_parts(out) == []


def test_a_folder_that_was_begun_with_another_text_is_refused_and_stays(model: SubjectModel, tmp_path: Path) -> None:
    run(passes(model), tmp_path / "mine", most=30)
    with pytest.raises(BadInput, match="another model, text, layers or number format"):
        run(passes(model, corpus="another"), tmp_path / "mine", most=30)
    assert open_dataset(tmp_path / "mine").neuron((0, 0)).top


def test_the_last_pass_is_the_same_as_collecting_at_once(model: SubjectModel, tmp_path: Path) -> None:
    run(passes(model), tmp_path / "mine", most=0)
    collect_all(model, documents(), tmp_path / "once", work=tmp_path / "work", name="mine", sizes=SMALL)
    a, b = (open_dataset(tmp_path / name) for name in ("mine", "once"))
    assert a.manifest.corpus["hash"] == b.manifest.corpus["hash"]
    np.testing.assert_array_equal(a.maxima(), b.maxima())
    assert [r.excerpt_id for r in a.neuron((1, 3)).top] == [r.excerpt_id for r in b.neuron((1, 3)).top]
    assert Path(a.model_source).resolve() == Path(b.model_source).resolve() == Path(model.name).resolve()


def test_only_chosen_layers_are_collected_with_the_numbers_that_they_have(model: SubjectModel, tmp_path: Path) -> None:
    for name, layers in (("all", None), ("one", (1,))):
        sizes = Sizes(excerpt_tokens=24, shortest_random=16, min_token_count=2, layers=layers)
        collect_all(model, documents(), tmp_path / name, work=tmp_path / f"work-{name}", sizes=sizes)
    whole, one = (open_dataset(tmp_path / name) for name in ("all", "one"))
    assert {int(layer) for layer in one.neurons(limit=10_000)["layer"]} == {1}
    a, b = whole.neuron((1, 2)), one.neuron((1, 2))
    assert (a.statistics.mean, a.statistics.maximum) == (b.statistics.mean, b.statistics.maximum)
    for mine, other in zip(a.top, b.top, strict=True):
        np.testing.assert_array_equal(mine.activations, other.activations)


def test_layers_that_the_model_does_not_have_are_refused(model: SubjectModel, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="layers 0 to 1"):
        collect_all(model, documents(), tmp_path / "x", work=tmp_path / "w", sizes=Sizes(layers=(2,)))


def test_another_dataset_is_not_replaced(model: SubjectModel, tmp_path: Path) -> None:
    collect_all(model, documents(), tmp_path / "x", work=tmp_path / "w", sizes=SMALL)
    with pytest.raises(DatasetError, match="not collected in passes"):
        run(passes(model), tmp_path / "x")


def test_the_embedded_corpus_has_no_end_and_the_drawn_order_is_the_same_each_time() -> None:
    stream = embedded_documents()
    some = [next(stream) for _ in range(len(written()) + 5)]
    assert len({document.id for document in some}) == len(some)
    assert some[-1].source == "generated"
    assert shuffled(some, seed=1) == shuffled(some, seed=1) != some
