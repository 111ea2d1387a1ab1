"""The vocabulary's tokens that are no text by themselves: read once, and again when the file is another."""

import json
import os
from pathlib import Path

from neuronview.view import glyphs


def written(path: Path, vocabulary: dict[str, int], at: int) -> Path:
    path.write_text(json.dumps(vocabulary), encoding="utf-8")
    os.utime(path, ns=(at, at))
    return path


def test_a_vocabulary_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path / "vocab.json", {"a": 0, "Ã": 1}, 10**18)
    found = glyphs.read_cut_bytes(path)
    assert found == {1: b"\xc3"}
    assert glyphs.read_cut_bytes(path) is found


def test_another_file_in_its_place_is_read(tmp_path: Path) -> None:
    glyphs.read_cut_bytes(written(tmp_path / "vocab.json", {"a": 0, "Ã": 1}, 10**18))
    again = written(tmp_path / "vocab.json", {"Ã": 0, "a": 1}, 2 * 10**18)
    assert glyphs.read_cut_bytes(again) == {0: b"\xc3"}
