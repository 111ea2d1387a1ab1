"""The forward pass as others use it: parts of the stream, going on piece by piece, several rows from one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel

from neuronview.model import SubjectModel, load
from neuronview.model.subject import Past
from tests.model.tiny_gpt2 import save_tiny_gpt2

torch.set_num_threads(1)
IDS = [5, 60, 7, 300, 8, 9, 100]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), layers=3)


@pytest.fixture(scope="module", params=["default", None])
def model(folder: Path, request: pytest.FixtureRequest) -> SubjectModel:
    return load(folder, device="cpu", leading=request.param)


def reference(folder: Path, model: SubjectModel, ids: list[int]) -> np.ndarray:
    """Logits (tokens, vocabulary) of transformers' own model, the leading token's left out."""
    before = [] if model.leading_id is None else [model.leading_id]
    network = GPT2LMHeadModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        return network(torch.tensor([before + ids])).logits[0, len(before) :].numpy()


def test_going_on_piece_by_piece_gives_the_logits_of_reading_at_once(folder: Path, model: SubjectModel) -> None:
    past: Past = []
    pieces = [IDS[:3], IDS[3:4], IDS[4:6], IDS[6:]]
    streams = [model.run(torch.tensor([piece]), past=past)[:, -len(piece) :] for piece in pieces]
    found = model.logits(torch.cat(streams, dim=1))[0].numpy()
    np.testing.assert_allclose(found, reference(folder, model, IDS), atol=1e-4)


def test_a_past_of_one_row_serves_several_that_go_on(folder: Path, model: SubjectModel) -> None:
    past: Past = []
    model.run(torch.tensor([IDS[:4]]), past=past)
    model.run(torch.tensor([[11], [12]]), past=past)
    found = model.logits(model.run(torch.tensor([[21], [22]]), past=past))[:, -1].numpy()
    for row, tail in enumerate([[11, 21], [12, 22]]):
        np.testing.assert_allclose(found[row], reference(folder, model, [*IDS[:4], *tail])[-1], atol=1e-4)


def test_the_stream_is_the_sum_of_what_its_layers_add(model: SubjectModel) -> None:
    network = model.network.transformer
    added = torch.zeros(1, len(IDS), model.network.config.n_embd)

    def collect(layer: int, attended: torch.Tensor, activations: torch.Tensor) -> torch.Tensor:
        mlp = network.h[layer].mlp.c_proj
        added.add_((attended + activations @ mlp.weight + mlp.bias)[:, -len(IDS) :])
        return activations

    stream = model.run(torch.tensor([IDS]), at_layer=collect)
    first = int(model.leading_id is not None)
    start = network.wte.weight[IDS] + network.wpe.weight[first : first + len(IDS)]
    np.testing.assert_allclose(stream[:, -len(IDS) :].numpy(), (start + added).numpy(), atol=1e-4)
    assert stream.shape[1] == len(IDS) + first


def test_a_pass_that_stops_early_reads_no_layer_more(model: SubjectModel) -> None:
    seen: list[int] = []

    def note(layer: int, _attended: torch.Tensor, activations: torch.Tensor) -> torch.Tensor:
        seen.append(layer)
        return activations

    model.run(torch.tensor([IDS]), at_layer=note, n_layers=2)
    assert seen == [0, 1]
