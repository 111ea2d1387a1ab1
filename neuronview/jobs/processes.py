"""Processes of this computer, by their ids: whether one is still there. Asking ends none, on any system."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

__all__ = ["is_running"]

_ON_WINDOWS = sys.platform == "win32"
_SYNCHRONIZE, _STILL_AT_WORK = 0x00100000, 0x00000102
"""The right to wait for a process, and what waiting no time comes to as long as it has not ended (Windows)."""


def is_running(pid: int) -> bool:
    """Whether a process that this one may signal has that id; one of another user's has taken over a number."""
    if not 0 < pid < 2**32:
        return False
    if _ON_WINDOWS:
        return _is_running_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    return True


def _is_running_on_windows(pid: int) -> bool:
    """There os.kill would interrupt or end the process, whatever the signal."""
    kernel = _kernel()
    process = kernel.OpenProcess(ctypes.c_uint32(_SYNCHRONIZE), False, ctypes.c_uint32(pid))
    if not process:
        return False
    try:
        waited = kernel.WaitForSingleObject(ctypes.c_void_p(process), ctypes.c_uint32(0))
        return bool(waited == _STILL_AT_WORK)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(process))


def _kernel() -> Any:
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]  # on Windows alone
    kernel.OpenProcess.restype = ctypes.c_void_p
    return kernel
