"""Where Python looks for modules stays as it is while pages are made.

Streamlit puts the folder of the main script before all others while a page is made and takes it away afterwards. A
thread that looks for a module at that moment goes through the list by position and passes over the next folder, which
may be that of all installed libraries: a page of one visitor then fails with “No module named …”, now and then, because
that of another has ended. Nothing is to be found in that folder anyhow, whose modules are imported by their full names.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from streamlit.runtime.scriptrunner import script_runner

__all__ = ["keep_import_path"]


def keep_import_path() -> None:
    """From now on, in this process."""
    vars(script_runner)["modified_sys_path"] = _unchanged


def _unchanged(main_script: str) -> AbstractContextManager[None]:
    """In place of Streamlit's context, which takes the same."""
    return nullcontext()
