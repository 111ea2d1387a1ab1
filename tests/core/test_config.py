"""Settings: read from the environment, and usable by a user without a home folder."""

import platformdirs
import pytest

from neuronview.config import Settings


def test_a_user_without_a_home_folder_can_browse(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: object, **options: object) -> str:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_data_dir", none)
    assert Settings.from_env({}).home.is_absolute()
    assert str(Settings.from_env({"NEURONVIEW_HOME": "/somewhere"}).home) == "/somewhere"
