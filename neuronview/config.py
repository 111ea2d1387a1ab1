"""Settings: one row each with its environment variable, default and meaning. Read when asked, never on import."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import platformdirs

from neuronview.errors import BadInput

__all__ = [
    "LOCAL_HOSTS",
    "NOWHERE",
    "SETTINGS",
    "PublicMode",
    "Setting",
    "Settings",
    "is_address",
    "is_public",
    "named_hosts",
]

NOWHERE = Path("/nonexistent/neuronview")
"""In public mode the place of what nobody keeps: things are kept in visits' own folders alone."""
LOCAL_HOSTS = ("localhost", "*.localhost", "127.0.0.1", "::1")
"""Names of this computer that nobody else can have: the server is asked by them from here."""
_HOST = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)


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
    Setting("NEURONVIEW_HOSTS", "none; in public mode any", "Names of the server but localhost, with commas between."),
    Setting("NEURONVIEW_PUBLIC", "off", "`1`: serve to people who are not trusted, see guarantees.md."),
    Setting("NEURONVIEW_PUBLIC_MODELS", "none", "Models that visitors may ask, `NAME@ADDRESS` with commas between."),
    Setting("NEURONVIEW_PUBLIC_TOKENS", "100000", "Tokens that one visit's runs may use in all."),
    Setting("NEURONVIEW_PUBLIC_CALLS", "500", "Calls to language models that one visit's runs may make in all."),
    Setting("NEURONVIEW_PUBLIC_SECONDS", "600", "Seconds that one visit's runs may take in all."),
    Setting("NEURONVIEW_PUBLIC_ALL_TOKENS", "ten visits'", "Tokens that the runs of all visits may use in 24 hours."),
    Setting("NEURONVIEW_PUBLIC_ALL_CALLS", "ten visits'", "Calls that the runs of all visits may make in 24 hours."),
    Setting("NEURONVIEW_PUBLIC_VISITS", "100", "Visits that are served at once; who comes then is asked to wait."),
    Setting("NEURONVIEW_PUBLIC_REQUESTS", "120", "Requests to the API that one address may make in a minute."),
    Setting("FORWARDED_ALLOW_IPS", "none", "Proxies before a public server, by address, that say who asks the API."),
    Setting("NEURONVIEW_ANY_SIZE", "off", "`1`: load models that seem too large for the free memory all the same."),
)


@dataclass(frozen=True)
class PublicMode:
    """What visitors may do who are not trusted: models, and limits for one visit."""

    models: tuple[tuple[str, str], ...] = ()
    """Name and address of each; an empty address is the openai client's own."""
    tokens: int = 100_000
    """Input and output together."""
    calls: int = 500
    seconds: int = 600
    all_tokens: int = 1_000_000
    """Of all visits in 24 hours, those that are over too; as `all_calls`."""
    all_calls: int = 5_000
    visits: int = 100
    """At once, of the whole server."""
    requests: int = 120
    """To the API, in a minute, of one address."""
    names_proxies: bool = False
    """Whether the owner says which proxies are believed when they name the address that asks."""

    @classmethod
    def from_env(cls, values: Mapping[str, str]) -> PublicMode | None:
        """None where the mode is off; any value but 0, no, off and false switches it on. BadInput for a wrong limit."""
        if not is_public(values):
            return None
        listed = [entry.strip() for entry in values.get("NEURONVIEW_PUBLIC_MODELS", "").split(",") if entry.strip()]
        pairs = [entry.rpartition("@") if "@" in entry else (entry, "", "") for entry in listed]
        names = ("tokens", "calls", "seconds", "visits", "requests")
        limits = {name: _limit(values, name, getattr(cls, name)) for name in names}
        limits |= {f"all_{name}": _limit(values, f"all_{name}", 10 * limits[name]) for name in ("tokens", "calls")}
        models = tuple((name, address) for name, _, address in pairs)
        return cls(models, **limits, names_proxies="FORWARDED_ALLOW_IPS" in values)


def is_public(values: Mapping[str, str]) -> bool:
    """Whether the mode is on."""
    return values.get("NEURONVIEW_PUBLIC", "").strip().lower() not in ("", "0", "no", "off", "false")


def is_address(name: str) -> bool:
    """Whether a host is named by an address in numbers; IPv6 in brackets or without."""
    try:
        ip_address(name[1:-1] if name.startswith("[") and name.endswith("]") else name)
    except ValueError:
        return False
    return True


def named_hosts(values: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the server that its owner gives, `*.example.com` for all below one. BadInput for what is no name."""
    found = tuple(name for entry in values.get("NEURONVIEW_HOSTS", "").split(",") if (name := entry.strip()))
    wrong = [name for name in found if not _HOST.fullmatch(name) and not is_address(name)]
    if wrong:
        raise BadInput(
            f"NEURONVIEW_HOSTS has “{wrong[0][:60]}”. Give names alone, without http:// and port, with commas between, "
            "such as explain.example.com."
        )
    return found


def _limit(values: Mapping[str, str], name: str, default: int) -> int:
    variable = f"NEURONVIEW_PUBLIC_{name.upper()}"
    given = values.get(variable, "").strip()
    if not given:
        return default
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        raise BadInput(f"{variable} is “{given[:40]}”. Give a whole number from zero, such as {default}.")
    return int(given)


@dataclass(frozen=True)
class Settings:
    """Where things are. Passed down from the pages and the command line."""

    home: Path
    data: Path
    dataset: str = "demo"
    public: PublicMode | None = None
    """None on a person's own computer."""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment, or from a mapping in its place."""
        values = os.environ if environment is None else environment
        public = PublicMode.from_env(values)
        home = str(NOWHERE) if public else values.get("NEURONVIEW_HOME") or _user_data_folder()
        data = values.get("NEURONVIEW_DATA") or str(Path(__file__).resolve().parents[1] / "data")
        return cls(Path(home).expanduser(), Path(data).expanduser(), values.get("NEURONVIEW_DATASET") or "demo", public)


def _user_data_folder() -> str:
    """The system's folder for user data; a temporary one for a user who has no home folder, as in some containers."""
    try:
        return platformdirs.user_data_dir("neuronview", appauthor=False)
    except RuntimeError:
        return str(Path(tempfile.gettempdir()) / f"neuronview-{os.getuid()}")
