"""Lists of neurons that a person keeps, and a note for each neuron: in their folder for a dataset, in one file.

Exported and imported as one JSON document. Names and notes are any text; who shows them escapes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, FormatError, NeuronViewError
from neuronview.records import NeuronId
from neuronview.store.kept import KeptFile, exported
from neuronview.store.manifest import Manifest
from neuronview.store.write import sealed

__all__ = ["BOOKMARKS", "MAX_NAME", "MAX_NOTE", "Imported", "Lists", "NeuronLists", "require_name"]

FILE = "lists.json"
BOOKMARKS = "Bookmarks"
"""The list that is always there."""
KIND, FORMAT = "neuronview-lists", 1
MAX_NAME, MAX_NOTE, MAX_NEURONS, MAX_LISTS = 80, 4000, 100_000, 200
LONGEST_ID = 20


@dataclass(frozen=True)
class Lists:
    """What is kept: neurons by list in the order they were added, and notes by neuron."""

    lists: Mapping[str, tuple[NeuronId, ...]] = field(default_factory=lambda: {BOOKMARKS: ()})
    notes: Mapping[NeuronId, str] = field(default_factory=dict)

    def holding(self, neuron: NeuronId) -> list[str]:
        """Names of the lists that the neuron is in."""
        return [name for name, neurons in self.lists.items() if neuron in neurons]


@dataclass(frozen=True)
class Imported:
    """What an import added."""

    lists: int
    neurons: int
    notes: int


class NeuronLists:
    """The lists of one dataset; every change is written at once."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """`folder`: the user's for that dataset, which need not exist."""
        self._file = KeptFile(folder / FILE)
        self._manifest = manifest

    @property
    def stamp(self) -> int:
        """Changes with the file: what caches are keyed by."""
        path = self._file.path
        return path.stat().st_mtime_ns if path.exists() else 0

    def read(self) -> Lists:
        """Everything that is kept; DatasetError where the file is damaged."""
        return self._parsed(self._file.read())

    def add(self, name: str, neurons: Sequence[NeuronId]) -> None:
        """Put neurons into a list, which is made where there is none; those that are in it already stay in place."""
        name = require_name(name)
        for neuron in neurons:
            self._require(neuron)
        self._change(lambda kept: {**kept.lists, name: tuple(dict.fromkeys((*kept.lists.get(name, ()), *neurons)))})

    def remove(self, name: str, neurons: Sequence[NeuronId]) -> None:
        """Take neurons out of a list; their notes stay."""
        gone = set(neurons)
        self._change(lambda kept: {**kept.lists, name: tuple(n for n in _list(kept, name) if n not in gone)})

    def rename(self, name: str, new: str) -> None:
        """Give a list another name; BadInput where that is taken or cannot be used."""
        new = require_name(new)

        def renamed(kept: Lists) -> dict[str, tuple[NeuronId, ...]]:
            _list(kept, name)
            if new != name and new in kept.lists:
                raise BadInput(f"There is a list “{new}” already. Choose another name.")
            return {new if entry == name else entry: neurons for entry, neurons in kept.lists.items()}

        self._change(renamed)

    def delete(self, name: str) -> None:
        """Remove a list; the notes of its neurons stay."""
        self._change(lambda kept: {entry: neurons for entry, neurons in kept.lists.items() if entry != name})

    def note(self, neuron: NeuronId, text: str) -> None:
        """Keep a note for a neuron in place of the one before; an empty text removes it."""
        self._require(neuron)
        if len(text) > MAX_NOTE:
            raise BadInput(f"The note has {len(text)} characters; at most {MAX_NOTE} are kept. Shorten it.")

        text = text.encode("utf-8", errors="replace").decode()

        def noted(content: dict[str, Any]) -> dict[str, Any]:
            kept = self._parsed(content)
            notes = {entry: note for entry, note in kept.notes.items() if entry != neuron}
            return _written(Lists(kept.lists, notes | ({neuron: text.strip()} if text.strip() else {})))

        self._file.change(noted)

    def export(self, names: Sequence[str]) -> bytes:
        """These lists with the notes of their neurons, as a JSON document that `import_document` reads."""
        kept = self.read()
        chosen = {name: _list(kept, name) for name in names}
        inside = {neuron for neurons in chosen.values() for neuron in neurons}
        notes = {neuron: note for neuron, note in kept.notes.items() if neuron in inside}
        model = self._manifest.model
        document = {
            "kind": KIND,
            "format": FORMAT,
            "dataset": {"name": self._manifest.name, "fingerprint": self._manifest.fingerprint},
            "model": {"path": model.path, "fingerprint": model.fingerprint},
        }
        return sealed(document | _written(Lists(chosen, notes)))

    def import_document(self, content: bytes) -> Imported:
        """Add the lists and notes of an exported document to those that are here; nothing that is here goes.

        A list of a name that is here takes the neurons in; a note for a neuron that has another is put below it.
        Raises FormatError, and changes nothing, for a document of another kind, of another model, or damaged.
        """
        given = self._document(content)
        found = Imported(len(given.lists), len({n for ns in given.lists.values() for n in ns}), len(given.notes))

        def joined(content: dict[str, Any]) -> dict[str, Any]:
            kept = self._parsed(content)
            lists = dict(kept.lists)
            for name, neurons in given.lists.items():
                lists[name] = tuple(dict.fromkeys((*lists.get(name, ()), *neurons)))
            notes = dict(kept.notes)
            for neuron, note in given.notes.items():
                own = notes.get(neuron, "")
                notes[neuron] = note if note.startswith(own) else own if note in own else f"{own}\n{note}"
            return self._checked(Lists(lists, notes))

        self._file.change(joined)
        return found

    # --- inside ----------------------------------------------------------------------------------------------

    def _change(self, changed: Callable[[Lists], dict[str, tuple[NeuronId, ...]]]) -> None:
        def written(content: dict[str, Any]) -> dict[str, Any]:
            kept = self._parsed(content)
            return self._checked(Lists(changed(kept), kept.notes))

        self._file.change(written)

    def _checked(self, kept: Lists) -> dict[str, Any]:
        if len(kept.lists) > MAX_LISTS:
            raise BadInput(f"That would be {len(kept.lists)} lists; at most {MAX_LISTS} are kept. Delete some first.")
        too_long = [name for name, neurons in kept.lists.items() if len(neurons) > MAX_NEURONS]
        if too_long:
            raise BadInput(f"“{too_long[0]}” would have more than {MAX_NEURONS:,} neurons. Begin another list.")
        long = [neuron for neuron, note in kept.notes.items() if len(note) > MAX_NOTE]
        if long:
            raise BadInput(f"The two notes on {long[0]} would be longer than {MAX_NOTE:,} characters. Shorten one.")
        return _written(kept)

    def _parsed(self, content: dict[str, Any]) -> Lists:
        if not content:
            return Lists()
        try:
            found = self._lists(content)
        except NeuronViewError as error:
            raise self._file.damaged(str(error)) from error
        return Lists({BOOKMARKS: (), **found.lists}, found.notes)

    def _document(self, content: bytes) -> Lists:
        document = exported(content, kind=KIND, noun="lists")
        model = document.get("model")
        if not isinstance(model, dict) or model.get("fingerprint") != self._manifest.model.fingerprint:
            named = model.get("path") if isinstance(model, dict) else None
            raise FormatError(
                f"The lists are of another model ({str(named)[:60]}), whose neurons are others. "
                f"This dataset is of {self._manifest.model.path}: open one of that model to import them."
            )
        return self._lists(document)

    def _lists(self, content: Mapping[str, Any]) -> Lists:
        """Lists and notes of a document; FormatError names the entry that is wrong."""
        lists, notes = content.get("lists"), content.get("notes", {})
        if not isinstance(lists, dict) or not isinstance(notes, dict):
            raise FormatError("“lists” and “notes” have to be JSON objects. The file is damaged; export it again.")
        found = {require_name(name): tuple(dict.fromkeys(self._neurons(name, given))) for name, given in lists.items()}
        return Lists(found, {self._neuron(name): _note(name, note) for name, note in notes.items()})

    def _neurons(self, name: str, given: object) -> list[NeuronId]:
        if not isinstance(given, list):
            raise FormatError(f"The list “{name[:60]}” holds no neurons but {str(given)[:40]}. Export it again.")
        return [self._neuron(entry) for entry in given]

    def _neuron(self, entry: object) -> NeuronId:
        if not isinstance(entry, str) or len(entry) > LONGEST_ID:
            raise FormatError(f"{str(entry)[:40]} is no neuron. Neurons are written as texts such as “2:17”.")
        try:
            return self._require(NeuronId.parse(entry))
        except BadInput as error:
            raise FormatError(f"“{entry}” is no neuron of this dataset's model: {error}") from error

    def _require(self, neuron: NeuronId) -> NeuronId:
        problem = self._manifest.model.require(neuron.layer, neuron.neuron)
        if problem:
            raise BadInput(problem)
        return neuron


def require_name(name: str) -> str:
    """The name without spaces around it; BadInput where it cannot name a list or a view."""
    stripped = name.strip()
    if not stripped or len(stripped) > MAX_NAME or not stripped.isprintable():
        raise BadInput(f"A name has 1 to {MAX_NAME} characters in one line. This one cannot be used: “{name[:60]}”.")
    return stripped


def _list(kept: Lists, name: str) -> tuple[NeuronId, ...]:
    if name not in kept.lists:
        raise BadInput(f"There is no list “{name}” any more. Reload the page.")
    return kept.lists[name]


def _note(name: str, note: object) -> str:
    if not isinstance(note, str) or len(note) > MAX_NOTE:
        raise FormatError(f"The note of {name[:40]} is no text of at most {MAX_NOTE} characters. Export it again.")
    return note


def _written(kept: Lists) -> dict[str, Any]:
    return {
        "lists": {name: [str(neuron) for neuron in neurons] for name, neurons in kept.lists.items()},
        "notes": {str(neuron): note for neuron, note in kept.notes.items()},
    }
