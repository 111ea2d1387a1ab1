"""Views of a table that a person saved: a name for what the address says of filter, columns and order.

In one file of their folder for a dataset; exported and imported as one JSON document. What a parameter means is the
page's business, which reads it as it reads an address; here only its name and length are checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from neuronview.errors import BadInput, FormatError, NeuronViewError
from neuronview.store.kept import KeptFile, exported
from neuronview.store.lists import MAX_NAME, require_name
from neuronview.store.write import sealed

__all__ = ["SavedViews", "View"]

FILE = "views.json"
KIND, FORMAT = "neuronview-views", 1
MAX_VIEWS, MAX_VALUE, MAX_VALUES = 200, 2000, 200
_NUMBERED = re.compile(r".* \((\d{1,9})\)", re.DOTALL)
_PARAMETER = re.compile(r"q|browse_[a-z_]{1,30}")

View = Mapping[str, tuple[str, ...]]
"""Parameters of an address, each with its values."""


class SavedViews:
    """The views of one dataset; every change is written at once."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the user's for that dataset, which need not exist."""
        self._file = KeptFile(folder / FILE)

    def read(self) -> dict[str, View]:
        """Views by name, the newest last; DatasetError where the file is damaged."""
        return self._parsed(self._file.read())

    def save(self, name: str, view: View) -> None:
        """Keep a view under a name, in place of one that has it; BadInput for a name that cannot be used."""
        name, entry = require_name(name), _view(name, {key: list(values) for key, values in view.items()})
        self._change(lambda kept: {**{other: kept[other] for other in kept if other != name}, name: entry})

    def rename(self, name: str, new: str) -> None:
        """Give a view another name; BadInput where that is taken or cannot be used."""
        new = require_name(new)

        def renamed(kept: dict[str, View]) -> dict[str, View]:
            if name not in kept:
                raise BadInput(f"There is no view “{name}” any more. Reload the page.")
            if new != name and new in kept:
                raise BadInput(f"There is a view “{new}” already. Choose another name.")
            return {new if entry == name else entry: view for entry, view in kept.items()}

        self._change(renamed)

    def delete(self, name: str) -> None:
        """Remove a view."""
        self._change(lambda kept: {entry: view for entry, view in kept.items() if entry != name})

    def export(self, names: Sequence[str] | None = None) -> bytes:
        """These views, or all of them, as a JSON document that `import_document` reads."""
        views = {name: view for name, view in self.read().items() if names is None or name in names}
        return sealed({"kind": KIND, "format": FORMAT, "views": views})

    def import_document(self, content: bytes) -> list[str]:
        """Add the views of an exported document and return their names; a taken name gets a number.

        Raises FormatError, and changes nothing, for a document of another kind or a damaged one.
        """
        given = _document(content)
        added: list[str] = []

        def joined(kept: dict[str, View]) -> dict[str, View]:
            views = dict(kept)
            for name, view in given.items():
                if any(views[kept_as] == view for kept_as in _names(name, views)):
                    continue
                added.append(_free(name, views))
                views[added[-1]] = view
            return views

        self._change(joined)
        return added

    def _change(self, changed: Any) -> None:
        def written(content: dict[str, Any]) -> dict[str, Any]:
            views = changed(self._parsed(content))
            if len(views) > MAX_VIEWS:
                raise BadInput(f"That would be {len(views)} views; at most {MAX_VIEWS} are kept. Delete some first.")
            return {
                "views": {name: {key: list(values) for key, values in view.items()} for name, view in views.items()}
            }

        self._file.change(written)

    def _parsed(self, content: dict[str, Any]) -> dict[str, View]:
        try:
            return _views(content.get("views")) if content else {}
        except NeuronViewError as error:
            raise self._file.damaged(str(error)) from error


def _document(content: bytes) -> dict[str, View]:
    document = exported(content, kind=KIND, noun="views")
    return _views(document.get("views"))


def _views(given: object) -> dict[str, View]:
    if not isinstance(given, dict):
        raise FormatError("“views” has to be a JSON object. The file is damaged; export it again.")
    return {require_name(name): _view(name, view) for name, view in given.items()}


def _view(name: str, given: object) -> View:
    """A view as it is kept; FormatError names the parameter that is wrong."""
    if not isinstance(given, dict):
        raise FormatError(f"The view “{name[:60]}” holds no parameters but {str(given)[:40]}.")
    for parameter, values in given.items():
        if not _PARAMETER.fullmatch(parameter):
            raise FormatError(f"The view “{name[:60]}” has a parameter that Browse does not know: {parameter[:40]}.")
        if not isinstance(values, list) or len(values) > MAX_VALUES:
            raise FormatError(f"In the view “{name[:60]}”, {parameter} has to be a list of at most {MAX_VALUES} texts.")
        if not all(isinstance(value, str) and len(value) <= MAX_VALUE and _is_text(value) for value in values):
            raise FormatError(f"In the view “{name[:60]}”, {parameter} has a value that is no text, or a too long one.")
    return {parameter: tuple(values) for parameter, values in given.items()}


def _is_text(value: str) -> bool:
    """Whether it can be written: half of a surrogate pair cannot."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _names(name: str, taken: Mapping[str, View]) -> list[str]:
    """The name and those that an import gave in its place, as far as they are taken."""
    return [other for other in taken if other == name or _is_numbered(other, name)]


def _is_numbered(other: str, name: str) -> bool:
    found = _NUMBERED.fullmatch(other)
    return found is not None and _numbered(name, found[1]) == other


def _free(name: str, taken: Mapping[str, View]) -> str:
    if name not in taken:
        return name
    return next(free for number in count(2) if (free := _numbered(name, str(number))) not in taken)


def _numbered(name: str, number: str) -> str:
    """The name with a number, cut so that it is no longer than a name may be."""
    suffix = f" ({number})"
    return name[: MAX_NAME - len(suffix)] + suffix
