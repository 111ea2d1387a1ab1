"""Settings: one row each with its environment variable, default and meaning. Read when asked, never on import."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

__all__ = ["SETTINGS", "Setting", "Settings"]


@dataclass(frozen=True)
class Setting:
    """One environment variable that NeuronView reads."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("NEURONVIEW_HOME", "the system's folder for user data", "Where runs, explanations and notes are kept."),
    Setting("NEURONVIEW_DATA", "data/ beside the package", "Folder of the datasets that are opened by name."),
    Setting("NEURONVIEW_DATASET", "demo", "Name or folder of the dataset that the app opens first."),
    Setting("OPENAI_API_KEY", "none", "Key for an OpenAI-compatible endpoint; read when a run needs it, never stored."),
    Setting("NEURONVIEW_SIMULATOR_KEY", "none", "Key for the simulator's endpoint, where that has another address."),
    Setting("NEURONVIEW_LOCAL_KEY", "none", "Key for a server on this machine that wants one; sent nowhere else."),
    Setting("OPENAI_BASE_URL", "the openai client's own", "Address of an OpenAI-compatible endpoint."),
)


@dataclass(frozen=True)
class Settings:
    """Where things are. Passed down from the pages and the command line."""

    home: Path
    data: Path
    dataset: str = "demo"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment, or from a mapping in its place."""
        values = os.environ if environment is None else environment
        home = values.get("NEURONVIEW_HOME") or _user_data_folder()
        data = values.get("NEURONVIEW_DATA") or str(Path(__file__).resolve().parents[1] / "data")
        return cls(Path(home).expanduser(), Path(data).expanduser(), values.get("NEURONVIEW_DATASET") or "demo")


def _user_data_folder() -> str:
    """The system's folder for user data; a temporary one for a user who has no home folder, as in some containers."""
    try:
        return platformdirs.user_data_dir("neuronview", appauthor=False)
    except RuntimeError:
        return str(Path(tempfile.gettempdir()) / f"neuronview-{os.getuid()}")
