"""What Streamlit asks itself for every message is answered at once: its settings, and what a kept function takes.

Each message to a browser asks for a setting, a hundred of them make a page, and one lock stands before all settings.
Where many pages begin at once their threads come to stand in line: Python wakes whoever waits for the lock, and he then
waits for the interpreter, in which the one before him goes on until he wants the lock again. Measured with fifty
visitors who come together: a thousand waits of 20 ms each within ten seconds. Settings are entries of a dictionary that
is put in place whole, and to read one needs no lock. What is not there yet is asked of Streamlit as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from streamlit import config, type_util
from streamlit.config_option import ConfigOption

__all__ = ["take_shortcuts"]

_FUNCTIONS = 512
"""Kept functions of the pages, at most, whose parameters are remembered."""
_get_option, _get_options_for_section = config.get_option, config.get_options_for_section
_sections: tuple[Mapping[str, ConfigOption], int, dict[str, Sequence[ConfigOption]]] = ({}, 0, {})
"""Settings by section, of which settings that is, and of how many."""


def take_shortcuts() -> None:
    """From now on, in this process; once is enough."""
    if config.get_option is option:
        return
    config.get_option = option
    config.get_options_for_section = options_of_section
    type_util.get_func_parameters = lru_cache(_FUNCTIONS)(type_util.get_func_parameters)


def option(key: str) -> Any:
    """A setting's value; RuntimeError where there is none of that name."""
    found = (config._config_options or {}).get(key)
    return _get_option(key) if found is None else found.value


def options_of_section(section: str) -> dict[str, Any]:
    """Names and values of all settings of a section."""
    known = config._config_options
    if not known:
        return _get_options_for_section(section)
    return {found.name: found.value for found in _by_section(known).get(section, ())}


def _by_section(known: Mapping[str, ConfigOption]) -> dict[str, Sequence[ConfigOption]]:
    global _sections
    of, size, sections = _sections
    if of is not known or size != len(known):
        found = list(known.values())
        sections = {name: [one for one in found if one.section == name] for name in {one.section for one in found}}
        _sections = (known, len(found), sections)
    return sections
