"""Markdown is text that can be collected."""

from pathlib import Path

from neuronview.collect import read_documents


def test_a_folder_of_only_markdown_is_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nSome *text*.\n")
    assert [document.text for document in read_documents([tmp_path])] == ["# Notes\n\nSome *text*.\n"]
