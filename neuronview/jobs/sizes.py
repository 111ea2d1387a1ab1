"""Bytes: in words, and those that a folder takes."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder_size", "size_words"]


def size_words(size: float) -> str:
    """Bytes for people, in thousands."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.2f} TB"


def folder_size(folder: Path) -> int:
    """Bytes of all files below; files that go while they are counted are left out."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return size
