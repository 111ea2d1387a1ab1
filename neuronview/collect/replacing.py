"""Put one whole dataset in the place of another, so that a reader sees the one or the other and never a mixture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neuronview.store import compact
from neuronview.store.manifest import read_folded
from neuronview.store.write import MANIFEST, write_json

__all__ = ["replace_dataset"]


def replace_dataset(new: Path, out: Path, *, also: Mapping[str, Any]) -> None:
    """Move the dataset of folder `new`, which goes, to `out`; its manifest says `also` what is given.

    Both folders are on one disk. The parts of the dataset that was there stay, listed by nothing, for those who are
    reading, until a compaction removes them. A crash leaves the one or the other.
    """
    compact(new)
    manifest = read_folded(new)
    model = dict(manifest["model"])
    if (new / model["path"]).is_dir():
        model["path"] = Path(os.path.relpath((new / model["path"]).resolve(), out.resolve())).as_posix()
    out.mkdir(parents=True, exist_ok=True)
    for part in manifest["parts"]:
        os.replace(new / part["file"], out / part["file"])
    write_json(out / MANIFEST, {**manifest, **also, "model": model})
    shutil.rmtree(new)
