"""What a model may not do to the machine that loads it, and what is said of one that is damaged."""

import json
import os
import pickle
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from neuronview.errors import ModelError
from neuronview.model import load, room
from neuronview.records import NeuronId
from tests.model.tiny_gpt2 import save_tiny_gpt2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save_tiny_gpt2(tmp_path / "model", width=16)


class _Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.mark),)


def test_a_folder_with_pickled_weights_alone_is_refused_and_the_pickle_is_not_opened(folder: Path) -> None:
    mark = folder / "opened"
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Bomb(mark)))
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"pytorch_model\.bin may run any code .* safetensors"):
        load(folder, device="cpu")
    assert not mark.exists()


def test_a_pickle_beside_safetensors_is_not_opened(folder: Path) -> None:
    mark = folder / "opened"
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Bomb(mark)))
    load(folder, device="cpu")
    assert not mark.exists()


def test_a_model_that_comes_with_code_is_refused_and_the_code_is_not_run(folder: Path) -> None:
    mark = folder / "ran"
    (folder / "modeling.py").write_text(f"import os\nos.mkdir({str(mark)!r})\n")
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoConfig": "modeling.Config", "AutoModelForCausalLM": "modeling.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"code of its own .* never run"):
        load(folder, device="cpu")
    assert not mark.exists()


def test_a_model_larger_than_the_free_memory_is_refused_with_both_sizes_unless_told_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "free_memory", lambda: 10_000)
    with pytest.raises(ModelError, match=r"needs about .* GB of memory \(n_layer 2.* are free.*NEURONVIEW_ANY_SIZE=1"):
        load(folder, device="cpu")
    with pytest.raises(ModelError, match="are free"):
        load(folder / "model.safetensors", device="cpu")
    monkeypatch.setenv("NEURONVIEW_ANY_SIZE", "1")
    assert load(folder, device="cpu").n_layers == 2


def test_files_that_a_container_has_read_count_as_free_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"memory.max": "1000", "memory.current": "990", "memory.stat": "anon 90\nactive_file 300\ninactive_file 600"}
    for name, content in said.items():
        (tmp_path / name).write_text(f"{content}\n")
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:       8 kB\n")
    monkeypatch.setattr(room, "_GROUP", tmp_path)
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "meminfo")
    assert room.free_memory() == 1000 - 90
    (tmp_path / "memory.max").write_text("max\n")
    assert room.free_memory() == 8 * 1024


@pytest.mark.parametrize(("limit", "free"), [(1000, 1000 - 90), (2**63 - 4096, 8 * 1024)])
def test_the_older_way_of_limiting_a_container_is_seen_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int, free: int
) -> None:
    told = "inactive_file 5\nactive_file 5\ntotal_active_file 300\ntotal_inactive_file 600"
    said = {"memory.limit_in_bytes": str(limit), "memory.usage_in_bytes": "990", "memory.stat": told}
    (tmp_path / "memory").mkdir()
    for name, content in said.items():
        (tmp_path / "memory" / name).write_text(f"{content}\n")
    (tmp_path / "meminfo").write_text("MemAvailable: 8 kB\n")
    monkeypatch.setattr(room, "_GROUP", tmp_path)
    monkeypatch.setattr(room, "_MEMINFO", tmp_path / "meminfo")
    assert room.free_memory() == free


def test_a_config_that_asks_for_more_than_any_machine_has_is_refused_before_anything_is_made(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text()) | {"n_layer": 200_000_000}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="GB of memory"):
        load(folder, device="cpu")


def test_the_number_of_parameters_is_that_of_the_network(folder: Path) -> None:
    model = load(folder, device="cpu")
    counted = sum(tensor.numel() for tensor in model.network.parameters())
    assert room.parameters_of(model.network.config) == counted


@pytest.mark.parametrize("says", [0, 7, 1 << 20, 1 << 62, (1 << 64) - 1])
@pytest.mark.parametrize("name", ["", "model.safetensors"])
def test_a_header_whose_length_lies_is_refused(folder: Path, says: int, name: str) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(struct.pack("<Q", says) + path.read_bytes()[8:])
    with pytest.raises(ModelError, match="cannot be read"):
        load(folder / name, device="cpu")


@pytest.mark.parametrize("shift", [-4, 4, 1 << 40])
def test_a_header_whose_offsets_lie_is_refused(folder: Path, shift: int) -> None:
    path = folder / "model.safetensors"
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + length])
    header["transformer.wte.weight"]["data_offsets"][1] += shift
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + raw[8 + length :])
    with pytest.raises(ModelError, match="cannot be read"):
        load(folder, device="cpu")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused_with_tensor_and_layer(folder: Path, value: float) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors["transformer.h.1.mlp.c_fc.weight"][3, 5] = value
    save_file(tensors, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"transformer\.h\.1\.mlp\.c_fc\.weight of .*\(layer 1\) .*\(1 of 1,024\)"):
        load(folder, device="cpu")


def test_activations_that_are_no_numbers_are_refused_with_layer_and_neuron(folder: Path) -> None:
    model = load(folder, device="cpu")
    with torch.no_grad():
        model.network.transformer.h[1].mlp.c_fc.bias[7] = float("nan")
    ids = [token.id for token in model.tokenize("The cat sat.")]
    with pytest.raises(ModelError, match=r"Layer 1 .* not numbers .*neuron 1:7\).*float32"):
        model.all_activations(ids)
    with pytest.raises(ModelError, match="Layer 1"):
        model.activations(ids, [NeuronId(1, 7)])
    assert model.activations(ids, [NeuronId(0, 7)]).shape == (len(ids), 1)


def test_the_tokenizer_has_a_fingerprint_of_its_own_that_a_changed_merge_changes(folder: Path) -> None:
    before = load(folder, device="cpu")
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text())
    merges = content["model"]["merges"]
    merges[0], merges[1] = merges[1], merges[0]
    path.write_text(json.dumps(content))
    after = load(folder, device="cpu")
    assert after.fingerprint == before.fingerprint
    assert after.tokenizer.fingerprint != before.tokenizer.fingerprint
    assert load(folder, device="cpu").tokenizer.fingerprint == after.tokenizer.fingerprint
