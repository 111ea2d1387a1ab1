"""Names of datasets that mean harm or cannot be: there is none of that name, said in words."""

from pathlib import Path

import pytest

from neuronview.config import PublicMode, Settings
from neuronview.errors import NotFound
from neuronview.store import locate
from tests.support.hostile_paths import PLACES
from tests.support.hostile_text import PAYLOADS


@pytest.mark.parametrize("public", [None, PublicMode()])
def test_no_payload_is_a_dataset(tmp_path: Path, public: PublicMode | None) -> None:
    settings = Settings(tmp_path / "home", tmp_path / "data", public=public)
    for name in (*PAYLOADS, *PLACES, "\ud800", "x" * 300, "/".join(["x" * 300] * 3)):
        if name.strip(" ./") or public:
            with pytest.raises(NotFound):
                locate(name, settings=settings)
