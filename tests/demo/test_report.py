"""The report and the whole build, with a tiny model: same tokens for both, saved weights, nothing made twice."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from neuronview.demo.build import BuildSettings, build_model
from neuronview.demo.measure import cut_documents, measure_losses, model_scorer, model_surprises, sample
from neuronview.demo.network import Shape, load_model, new_model
from neuronview.demo.passages import Passage, generate
from neuronview.demo.probes import KINDS
from neuronview.demo.report import write_report
from neuronview.demo.texts import read_passages, write_passages
from neuronview.demo.tokenizer import load_tokenizer, train_tokenizer
from neuronview.demo.train import TrainSettings
from neuronview.demo.trigram import train_trigram

SHAPE = Shape(vocabulary=400, layers=2, width=32, heads=2, context=32)
SETTINGS = BuildSettings(
    passages=60,
    held_out=12,
    training=TrainSettings(shape=SHAPE, steps=3, rows=2, warmup=1, dtype="float32", device="cpu"),
)


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def stand_in(count, *, seed, which="train", start=0):
    """Passages without the real generator, which other tests cover."""
    for number in range(start, start + count):
        rng = np.random.default_rng([seed, number, which == "train"])
        words = rng.choice(["one", "two", "three", "boats", "and", "lanterns,", "(red)", "said"], size=40)
        yield Passage(" ".join(words), f"kind{number % 3}", "kind/template")


@pytest.fixture(scope="module", autouse=True)
def _stand_in_generator():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("neuronview.demo.texts.generate", stand_in)
        yield


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("build")
    report = build_model(
        folder / "model", settings=SETTINGS, work=folder / "work", report=folder / "report.md", workers=1
    )
    return folder, report


@pytest.fixture(scope="module")
def model():
    return new_model(SHAPE, seed=1).eval()


def test_surprises_are_those_of_one_document_at_a_time(model):
    rng = np.random.default_rng(0)
    documents = [rng.integers(1, 400, size=size).tolist() for size in (5, 31, 1, 12, 30, 7, 7, 20, 3, 9)]
    for document, values in zip(documents, model_surprises(model, documents), strict=True):
        with torch.no_grad():
            logits = model(torch.tensor([[0, *document]])).logits[0].log_softmax(-1)
        expected = [-logits[place, token].item() for place, token in enumerate(document)]
        assert values == pytest.approx(expected, abs=1e-4)


def test_model_and_trigram_are_measured_on_the_same_tokens(model):
    documents = [[1, 2, 3], [4, 5], [6]]
    trigram = train_trigram(np.tile(np.arange(0, 100, dtype=np.uint16), 20), vocabulary=400)
    losses = measure_losses(model, trigram, documents)
    assert (losses.documents, losses.tokens) == (3, 6)
    assert losses.trigram == pytest.approx(
        -np.log(np.concatenate([trigram.probabilities(d) for d in documents])).mean()
    )
    assert losses.model == pytest.approx(np.concatenate(model_surprises(model, documents)).mean())


def test_no_documents_give_no_loss(model):
    trigram = train_trigram(np.tile(np.arange(0, 100, dtype=np.uint16), 20), vocabulary=400)
    losses = measure_losses(model, trigram, [])
    assert losses.tokens == 0
    assert np.isnan([losses.model, losses.trigram, losses.trigram_refitted]).all()


def test_documents_are_cut_to_the_context_with_room_for_end_of_text():
    tokenizer = train_tokenizer(["one two three four"], vocab_size=270)
    assert [len(ids) for ids in cut_documents(tokenizer, ["one two " * 50, "", "one"], context=8)] == [7, 1]


def test_scorer_gives_the_log_probability_of_the_continuation_alone(model):
    tokenizer = train_tokenizer(["one two three four five"], vocab_size=300)
    ids = [0, *tokenizer.encode("one two").ids], tokenizer.encode(" three four").ids
    with torch.no_grad():
        logs = model(torch.tensor([ids[0] + ids[1]])).logits[0].log_softmax(-1)
    expected = sum(logs[len(ids[0]) - 1 + i, token].item() for i, token in enumerate(ids[1]))
    assert model_scorer(model, tokenizer)("one two", " three four") == pytest.approx(expected, abs=1e-4)


def test_samples_are_the_same_for_the_same_seed(model):
    tokenizer = train_tokenizer(["one two three four five"], vocab_size=300)
    one, two, other = (sample(model, tokenizer, "one", seed=seed, temperature=0.8, tokens=40) for seed in (1, 1, 2))
    assert one == two != other


def test_report_has_every_part_and_is_kept(built):
    folder, report = built
    assert json.loads((folder / "work" / "report.json").read_text()) == report
    assert report["size"]["neurons"] == 2 * 4 * 32
    assert report["size"]["weights_bytes"] == (folder / "model" / "model.safetensors").stat().st_size
    assert set(report["loss"]) == {"held_out", "written"}
    assert [row["kind"] for row in report["probes"]] == list(KINDS)
    assert len(report["samples"]) == 6


def test_losses_are_those_of_the_saved_weights(built):
    folder, report = built
    tokenizer, saved = load_tokenizer(folder / "model"), load_model(folder / "model")
    (held_out,) = (folder / "work").glob("held-out-*.jsonl")
    documents = cut_documents(tokenizer, [text for _, text in read_passages(held_out)], context=32)
    expected = np.concatenate(model_surprises(saved, documents)).mean()
    assert report["loss"]["held_out"]["model"] == pytest.approx(expected, abs=1e-6)


def test_markdown_lists_every_probe_and_sample(built):
    folder, report = built
    text = (folder / "report.md").read_text()
    assert all(f"| {kind} | 48 |" in text for kind in KINDS)
    assert all(row["opening"] + "|" + row["text"] in text for row in report["samples"])
    assert f"{report['loss']['written']['model']:.3f}" in text


def test_second_build_makes_nothing_again_and_measures_the_same(built):
    folder, report = built
    before = {path: path.stat().st_mtime_ns for path in (folder / "work").glob("*-*")}
    again = build_model(folder / "model", settings=SETTINGS, work=folder / "work", workers=1)
    assert again == report
    assert {path: path.stat().st_mtime_ns for path in (folder / "work").glob("*-*")} == before
    assert not list((folder / "work").glob("unfinished*"))


def test_other_corpus_settings_use_no_stale_stage(built):
    folder, _ = built
    before = set((folder / "work").glob("texts-*"))
    other = replace(SETTINGS, passages=61)
    build_model(folder / "model2", settings=other, work=folder / "work", workers=1)
    assert len(set((folder / "work").glob("texts-*")) - before) == 1


def test_passages_do_not_depend_on_the_number_of_workers(tmp_path, monkeypatch):
    monkeypatch.setattr("neuronview.demo.texts.PASSAGES_AT_ONCE", 7)
    monkeypatch.setattr("neuronview.demo.texts.generate", generate)  # the workers import the real one
    for workers in (1, 2):
        write_passages(tmp_path / f"{workers}.jsonl", count=20, seed=3, which="train", workers=workers)
    assert (tmp_path / "1.jsonl").read_text() == (tmp_path / "2.jsonl").read_text()
    assert len(list(read_passages(tmp_path / "1.jsonl"))) == 20


def test_written_report_is_markdown_of_any_report(built, tmp_path):
    _, report = built
    write_report(report, tmp_path / "r.md")
    assert (tmp_path / "r.md").read_text().startswith("# The embedded model and dataset")
