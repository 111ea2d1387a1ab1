"""What reading any model by transformers needs: where it is looked for, what is refused, and no bars of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError

from neuronview.errors import BadInput, ModelError
from neuronview.model.hub import require_hub

__all__ = [
    "DTYPES",
    "UNREADABLE",
    "fetch",
    "first_line",
    "named_device",
    "narrow_errors",
    "no_progress_bars",
    "require_complete",
]

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
UNREADABLE = (
    *(OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError),
    *(SafetensorError, StrictDataclassError),
)
"""What transformers raises for files that are missing, damaged or of another form."""


def fetch(source: str, read: Any, *, needs: str) -> Any:
    """Call `read(source, **options)` on a folder, on what is downloaded, or else on the hub.

    Raises ModelError in words when the model is in none of them; `needs` says what a folder has to hold.
    """
    options: dict[str, Any] = {"trust_remote_code": False}
    try:
        return read(source, **options, local_files_only=True)
    except UNREADABLE as error:
        if Path(source).is_dir() or source.startswith((".", "/", "~")):
            raise ModelError(f"The model in {source} cannot be read: {first_line(error)} It needs {needs}.") from error
    require_hub(source)
    try:
        return read(source, **options)
    except UNREADABLE as error:
        raise ModelError(
            f"The model “{source}” is neither a folder here nor downloaded, and could not be fetched: "
            f"{first_line(error)} Check the name and the network, or give a folder."
        ) from error


def first_line(error: Exception) -> str:
    """The first line of what an error says, as a sentence."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0].strip()
    return line if line.endswith(".") else f"{line}."


def named_device(name: str) -> torch.device:
    """The device of that name. Raises BadInput for one that is not there."""
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise BadInput(f"The device “{name}” is not there. Use auto or cpu. ({first_line(error)})") from error
    return device


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
