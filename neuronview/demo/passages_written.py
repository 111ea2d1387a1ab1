"""The demo's written passages: 200 short original texts, written for the viewer to show.

Promises every passage in the order of KINDS and of its file, each checked for its fields and for
carrying its own file's name. Knows nothing of tokens, of the demo's model or of the composed
passages that it is trained on; nothing is read before written() is called.
"""

import json
from dataclasses import dataclass
from importlib.resources import files

from neuronview.errors import DatasetError

KINDS = (
    "essays",
    "scenes",
    "explanations",
    "arguments",
    "jokes",
    "instructions",
    "dialogues",
    "miscellany",
)
_FIELDS = ("id", "kind", "title", "text")


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """One passage: id ("essays-01"), kind (its file's name), title, and text of 80 to 150 words."""

    id: str
    kind: str
    title: str
    text: str


def written() -> list[WrittenPassage]:
    """All written passages, kind by kind.

    Raises DatasetError naming the file and the line that could not be read.
    """
    return [passage for kind in KINDS for passage in _of_kind(kind)]


def parse_line(line: str, *, kind: str, number: int) -> WrittenPassage:
    """The passage on line `number` (from 1) of the file of `kind`; raises DatasetError."""
    where = f"written/{kind}.jsonl, line {number}"
    fields = _fields(line, where)
    if fields["kind"] != kind or not fields["id"].startswith(f"{kind}-"):
        raise DatasetError(
            f"{where}: the passage calls itself {fields['id']!r} of kind {fields['kind']!r}; "
            f"this file holds kind {kind!r} with ids {kind}-01, {kind}-02, ... Correct the line."
        )
    return WrittenPassage(**fields)


def _of_kind(kind: str) -> list[WrittenPassage]:
    text = files("neuronview.demo").joinpath("written", f"{kind}.jsonl").read_text(encoding="utf-8")
    lines = text.removesuffix("\n").split("\n")
    return [parse_line(line, kind=kind, number=number) for number, line in enumerate(lines, start=1)]


def _fields(line: str, where: str) -> dict[str, str]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{where}: not JSON ({error}); write one JSON object a line.") from error
    if not isinstance(fields, dict) or set(fields) != set(_FIELDS):
        raise DatasetError(f"{where}: write an object with exactly the fields {', '.join(_FIELDS)}.")
    if not all(isinstance(value, str) and value.strip() for value in fields.values()):
        raise DatasetError(f"{where}: every field must be a text that is not empty; fill it in.")
    return fields
