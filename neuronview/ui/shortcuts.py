"""What Streamlit asks itself for every message is answered at once: its settings, and what a kept function takes.

Each message to a browser asks for a setting, a hundred of them make a page, and one lock stands before all settings.
Where many pages begin at once their threads come to stand in line: Python wakes whoever waits for the lock, and he then
waits for the interpreter, in which the one before him goes on until he wants the lock again. Measured with fifty
visitors who come together: a thousand waits of 20 ms each within ten seconds. To read an entry of a dictionary needs no
lock, once it is known to be whole: while settings are read anew they are asked of Streamlit, which waits, as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from streamlit import config, delta_generator, type_util
from streamlit.config_option import ConfigOption

__all__ = ["take_shortcuts"]

_FUNCTIONS = 512
"""Kept functions of the pages, at most, whose parameters are remembered."""
_get_option, _get_options_for_section = config.get_option, config.get_options_for_section


@dataclass(frozen=True, eq=False)
class _Settings:
    """All settings, of which nobody was reading a file when they were looked at."""

    by_key: Mapping[str, ConfigOption]
    by_section: Mapping[str, Sequence[ConfigOption]]


_known: _Settings | None = None


def take_shortcuts() -> None:
    """From now on, in this process; once is enough."""
    if config.get_option is option:
        return
    config.get_option = option
    config.get_options_for_section = options_of_section
    type_util.get_func_parameters = lru_cache(_FUNCTIONS)(type_util.get_func_parameters)
    delta_generator._use_warning_has_been_displayed = True  # that no server runs, which takes a look at every module


def option(key: str) -> Any:
    """A setting's value; RuntimeError where there is none of that name."""
    settings = _whole()
    found = settings.by_key.get(key) if settings else None
    return _get_option(key) if found is None else found.value


def options_of_section(section: str) -> dict[str, Any]:
    """Names and values of all settings of a section."""
    settings = _whole()
    if settings is None:
        return _get_options_for_section(section)
    return {found.name: found.value for found in settings.by_section.get(section, ())}


def _whole() -> _Settings | None:
    """The settings, if they are known to be whole; else whoever comes when nobody reads them learns that they are."""
    global _known
    known = _known
    if known is not None and known.by_key is config._config_options:
        return known
    lock = config._config_lock
    # This thread may itself be reading them, or another: it has put them in place before they are filled.
    if lock._is_owned() or not lock.acquire(blocking=False):  # type: ignore[attr-defined]  # typeshed leaves it out
        return None
    try:
        _known = _looked_at(config._config_options) if config._config_options else None
        return _known
    finally:
        lock.release()


def _looked_at(settings: Mapping[str, ConfigOption]) -> _Settings:
    sections: dict[str, list[ConfigOption]] = {}
    for one in settings.values():
        sections.setdefault(one.section, []).append(one)
    return _Settings(settings, sections)
