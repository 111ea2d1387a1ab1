"""Arrays in files, for which room is set aside: what a pass seldom looks at takes no memory meanwhile.

Nothing is left of those without a name once nobody holds them, however a process ends. Knows nothing of what the
arrays mean.
"""

from __future__ import annotations

import math
import mmap
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neuronview.errors import DatasetError

__all__ = ["SumsByPart", "array_file", "room_outside", "zeros_outside"]


def zeros_outside(shape: tuple[int, ...], dtype: DTypeLike, folder: Path | None) -> Callable[[], NDArray[Any]]:
    """A function that gives an array of zeros, to read and write, which lies in a file of `folder`.

    It is mapped anew at each call: what was touched of it takes memory until that array is let go of. `folder`: the
    system's for such files when None. DatasetError where there is no room.
    """
    n_bytes = max(math.prod(shape) * np.dtype(dtype).itemsize, 1)
    with _told(n_bytes, folder):
        stream = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - what is returned holds it
        _set_aside(stream, n_bytes)
    return lambda: np.ndarray(shape, dtype, buffer=mmap.mmap(stream.fileno(), n_bytes))


@contextmanager
def array_file(path: Path, shape: tuple[int, ...], dtype: DTypeLike) -> Iterator[IO[bytes]]:
    """A new .npy file, to write the array's bytes to in their order. DatasetError where there is no room."""
    n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    with _told(n_bytes, path.parent), path.open("wb") as stream:
        described = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, described)
        stream.flush()
        _set_aside(stream, stream.tell() + n_bytes)
        yield stream


def room_outside(folder: Path) -> int:
    """Bytes that are free on the drive of a folder; 0 where that is memory."""
    with suppress(OSError, AttributeError):  # of Linux; elsewhere no drive is taken for memory
        device = folder.stat().st_dev
        number = f"{os.major(device)}:{os.minor(device)}"
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            place, _, kind = line.partition(" - ")
            if place.split()[2] == number and kind.split()[0] in ("tmpfs", "ramfs"):
                return 0
    return shutil.disk_usage(folder).free


def _set_aside(stream: IO[bytes], n_bytes: int) -> None:
    """Room on the disk for so many bytes; else a full one would be noticed in the midst, by a signal."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(stream.fileno(), 0, n_bytes)
    else:
        stream.truncate(n_bytes)


@contextmanager
def _told(n_bytes: int, folder: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"{n_bytes / 1e6:,.0f} MB could not be set aside in {folder or tempfile.gettempdir()} "
            f"({error.strerror or error}). Free space, then start again."
        ) from error


class SumsByPart:
    """Sums (parts, layers, rows, neurons) of the parts of a corpus; in memory is the part that is being added to.

    Batches come part by part, so that layers seldom change places with those of another part.
    """

    STATE = ("array",)

    def __init__(
        self, shape: tuple[int, int, int, int], dtype: DTypeLike, *, work: Path | None = None, stays: bool = True
    ) -> None:
        """`work`: a folder for the others; for all where nothing `stays`, which is mapped while it is added to."""
        n_parts, n_layers = shape[:2]
        self._stays = stays
        self._parts: list[int | None] = [None] * n_layers
        self._here: list[NDArray[Any] | None] = [None] * n_layers
        self._mapped = _only(np.zeros(shape, dtype))
        if math.prod(shape) and (n_parts > 1 or not stays):
            self._mapped = zeros_outside(shape, dtype, work)
        if n_parts > 1 and stays:
            self._parts, self._here = [0] * n_layers, [np.zeros(shape[2:], dtype) for _ in range(n_layers)]

    def at(self, part: int, layer: int) -> NDArray[Any]:
        """Sums (rows, neurons) to add to, until those of another part are asked for. A thread a layer.

        They are to be let go of at once where nothing stays.
        """
        here = self._here[layer]
        if here is not None and self._parts[layer] == part:
            return here
        array = self._mapped()
        if len(array) == 1 or not self._stays:
            return np.asarray(array[part, layer])
        if here is None:
            here = np.empty(array.shape[2:], array.dtype)
        else:
            array[self._parts[layer], layer] = here
        here[:] = array[part, layer]
        self._here[layer], self._parts[layer] = here, part
        return here

    @property
    def array(self) -> NDArray[Any]:
        """All of them, to read and write until `at` is called again."""
        array = self._mapped()
        for layer, here in enumerate(self._here):
            if here is not None:
                array[self._parts[layer], layer] = here
                self._here[layer] = self._parts[layer] = None
        return array

    @array.setter
    def array(self, array: NDArray[Any]) -> None:
        self._mapped = _only(array)
        self._parts, self._here = [None] * array.shape[1], [None] * array.shape[1]

    def merge(self, other: SumsByPart) -> None:
        """Add another corpus's sums."""
        mine = self.array
        mine += other.array


def _only(array: NDArray[Any]) -> Callable[[], NDArray[Any]]:
    return lambda: array
