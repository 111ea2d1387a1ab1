"""How many threads a live call of the model may compute with: on a server for many, one core is left to their pages."""

from __future__ import annotations

import os

import torch

__all__ = ["leave_a_core"]


def leave_a_core() -> None:
    """Have torch compute with one thread less than there are cores from now on, or fewer where that was set."""
    torch.set_num_threads(max(1, min(torch.get_num_threads(), (os.cpu_count() or 1) - 1)))
