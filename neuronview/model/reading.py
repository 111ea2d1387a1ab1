"""What every reading of weights by transformers needs: no bars of its own, and a refusal of incomplete weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from neuronview.errors import ModelError

__all__ = ["narrow_errors", "no_progress_bars", "require_complete"]


@contextmanager
def no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing bars, which also reach files and logs."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def narrow_errors(known: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turn what is of no known class into a ValueError: the library of tokenizers raises plain Exceptions."""
    try:
        yield
    except known:
        raise
    except Exception as error:
        raise ValueError(str(error)) from error


def require_complete(report: Mapping[str, Any], source: str) -> None:
    """Raise ModelError where the loading report names weights that are missing or of another size."""
    missing = sorted(name for name in report["missing_keys"] if name != "lm_head.weight")
    if missing or report["mismatched_keys"]:
        which = ", ".join(missing[:3]) or "of another size than config.json says"
        raise ModelError(f"The weights of {source} are incomplete ({which}). Fetch or save the model again.")
