"""Models from one safetensors file, and what is said where there is none that may be read."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronview.errors import ModelError
from neuronview.model import load
from tests.model.tiny_gpt2 import save_tiny_gpt2

# 64 wide heads, as published GPT-2s have.
WIDE = {"width": 128, "n_head": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_gpt2(tmp_path_factory.mktemp("tiny"), **WIDE)  # type: ignore[arg-type]


def plain_file(folder: Path, target: Path, *, prefix: str = "", **metadata: str) -> Path:
    """The folder's weights under GPT-2's names in one file, with its tokenizer beside it and no config."""
    target.mkdir(exist_ok=True)
    shutil.copy(folder / "tokenizer.json", target)
    tensors = {
        prefix + name.removeprefix("transformer."): tensor
        for name, tensor in load_file(folder / "model.safetensors").items()
    }
    tensors[f"{prefix}h.0.attn.bias"] = torch.ones(1, 1, 96, 96)
    save_file(tensors, target / "weights.safetensors", metadata=metadata or None)
    return target / "weights.safetensors"


@pytest.mark.parametrize("prefix", ["", "transformer."])
def test_a_plain_file_is_the_model_of_its_folder(folder: Path, tmp_path: Path, prefix: str) -> None:
    model, whole = load(plain_file(folder, tmp_path, prefix=prefix), device="cpu"), load(folder, device="cpu")
    ids = [token.id for token in model.tokenize("The cat sat.")]
    assert model.fingerprint == whole.fingerprint
    assert model.leading_token == "<|endoftext|>"
    assert "2 attention heads of 64" in model.assumed[0]
    np.testing.assert_array_equal(model.all_activations(ids), whole.all_activations(ids))


def test_the_file_or_a_config_beside_it_says_how_many_heads(tmp_path: Path) -> None:
    source = save_tiny_gpt2(tmp_path / "source", width=32, n_head=4)
    whole = load(source, device="cpu")
    stated = load(plain_file(source, tmp_path / "stated", n_head="4"), device="cpu")
    path = plain_file(source, tmp_path / "beside")
    with pytest.raises(ModelError, match="attention heads"):
        load(plain_file(source, tmp_path / "endless", n_head="9" * 5000))
    with pytest.raises(ModelError, match=r"attention heads.*config\.json"):
        load(path)
    shutil.copy(source / "config.json", path.parent)
    beside = load(path, device="cpu")
    assert stated.fingerprint == whole.fingerprint == beside.fingerprint
    assert beside.assumed == ()


def test_a_config_of_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    other = save_tiny_gpt2(tmp_path / "other", layers=3, **WIDE)  # type: ignore[arg-type]
    path = plain_file(folder, tmp_path / "plain")
    shutil.copy(other / "config.json", path.parent)
    with pytest.raises(ModelError, match=r"n_layer 3, but the tensors .* are of 2"):
        load(path)


def test_an_output_matrix_of_its_own_is_kept(folder: Path, tmp_path: Path) -> None:
    path = plain_file(folder, tmp_path)
    tensors = load_file(path)
    save_file(tensors | {"lm_head.weight": tensors["wte.weight"] * 2}, path)
    model = load(path, device="cpu")
    torch.testing.assert_close(model.network.lm_head.weight, tensors["wte.weight"] * 2)
    torch.testing.assert_close(model.network.transformer.wte.weight, tensors["wte.weight"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tensors: tensors.pop("wte.weight"), r"wte\.weight"),
        (lambda tensors: tensors.pop("h.1.ln_2.bias"), r"incomplete.*h\.1\.ln_2\.bias"),
        (lambda tensors: tensors.update({"wpe.weight": torch.ones(96, 64)}), "does not fit together"),
        (lambda tensors: tensors.update({"h.1.ln_1.weight": torch.ones(64)}), "incomplete"),
    ],
)
def test_a_file_that_is_no_whole_gpt2_is_refused(folder: Path, tmp_path: Path, change: object, message: str) -> None:
    path = plain_file(folder, tmp_path)
    tensors = load_file(path)
    change(tensors)  # type: ignore[operator]
    save_file(tensors, path)
    with pytest.raises(ModelError, match=message):
        load(path)


def test_half_a_file_is_refused(folder: Path, tmp_path: Path) -> None:
    path = plain_file(folder, tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ModelError, match="cannot be read"):
        load(path)


def test_a_file_without_a_tokenizer_is_refused(folder: Path, tmp_path: Path) -> None:
    path = plain_file(folder, tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json lies beside it, and the one of gpt2 has 50257 tokens"):
        load(path)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.PKL"])
def test_pickles_are_refused_unopened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"cos\nsystem\n")
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    for source in (tmp_path / name, tmp_path):
        with pytest.raises(ModelError, match="run any code"):
            load(source)


def test_offline_mode_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE forbids"):
        load("someone/not-downloaded")


def test_a_hub_that_cannot_be_reached_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 cannot be reached"):
        load("someone/not-downloaded")
    assert not waits
