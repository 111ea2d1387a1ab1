"""A run: what is to be done, how far it is, and the folder that says both.

A run is a subprocess of the command line that a page watches through the run's folder, so that closing the page
does not stop it. `plan.json` never changes; `progress.json` is replaced; a file named `cancel` asks it to stop.
Fields that this version does not know are passed over; what it needs and does not find is refused in words. Knows no
explainer.
"""

from __future__ import annotations

import os
import re
import time
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from neuronview.errors import BadInput, DatasetError, NeuronViewError, NotFound
from neuronview.jobs.watched import WatchedFolder, WorkState
from neuronview.records import NeuronId
from neuronview.store.write import unsealed, write_json

__all__ = ["EXPLAINERS", "Failed", "Progress", "RunFolder", "RunPlan", "list_runs", "list_visits_runs", "new_run"]

EXPLAINERS: Mapping[str, str] = {
    "dictionary": "Feature dictionary (rule, no language model)",
    "lookup": "Token lookup (rule, no language model)",
    "pattern": "Your own words or regular expression",
}
_NEURON = re.compile(r"\d+:\d+")
_CAPS = ("max_cost", "max_tokens", "max_calls", "max_seconds")
_SPENT = ("calls", "cached", "failed_calls", "tokens", "money", "unpriced")
_NEEDED = ("dataset", "neurons", "explainer")
_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "int | None": (int, type(None)),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "tuple[str, ...]": (list,),
    "WorkState": (str,),
}
"""What a field of RunPlan or Progress is in JSON, by its annotation."""


@dataclass(frozen=True)
class RunPlan:
    """What a run does; everything that its result depends on, and never a key.

    Models are named as their endpoint names them, or `local:` and a folder or hub name. Addresses have neither user,
    password nor query; an empty one is the client's own (OPENAI_BASE_URL, else OpenAI).
    """

    id: str
    dataset: str
    neurons: tuple[str, ...]
    explainer: str
    simulator: str = "rule"
    """`rule`, a simulator by language model, or `auto`: the best that the simulator's endpoint can do."""
    scorers: tuple[str, ...] = ("simulation",)
    pattern: str = ""
    regex: bool = False
    seed: int = 0
    sample: int = 1500
    created: str = ""
    sentence: str = ""
    """A person's own explanation, for the explainer `person`; what `revision` begins with."""
    explainer_model: str = ""
    explainer_url: str = ""
    simulator_model: str = ""
    """The explainer's model and address when empty."""
    simulator_url: str = ""
    sees: str = "whole"
    """What a typed decision about a token sees of the excerpt: `whole`, or `up-to-token`, one request a token."""
    levels: int = 10
    """Of a typed decision's scale, 2 to 10."""
    label_bias: bool = False
    """Whether it is measured what the simulator answers when told nothing; with typed decisions it always is."""
    calibration: str = "linear"
    """`linear`, `percentile` or `none`."""
    candidates: int = 3
    """Explanations that are asked for; the best on the calibration split is kept."""
    shown: int = 0
    """Excerpts of the train split that the explainer sees; 0 for as many as there are and fit."""
    excerpts: int = 10
    """Held-out excerpts a side, top and random, that are simulated and scored; at most 20 are stored."""
    splits: tuple[str, ...] = ("held_out", "valid")
    """Splits that are scored: held_out, valid, test."""
    others: int = 5
    """Explanations of other neurons that make the baseline, each simulated like the neuron's own."""
    answer_tokens: int = 120
    """Room for an explainer's answer; models that think first need more."""
    context_tokens: int = 8192
    """Prompt and answer together."""
    counter_examples: bool = True
    """Whether `revision` tries sentences on the dataset's model, which is loaded for it."""
    price: str = ""
    """Dollars per million input and output tokens that a person says the explainer's model costs, such as `0.5,2`;
    empty for the list price, or none for an address on this machine."""
    simulator_price: str = ""
    """Likewise of the simulator's, where that is another model; where it is the same one, `price` is of both."""
    concurrency: int = 8
    """Calls at the same time."""
    max_cost: float | None = None
    """Dollars, at list prices or those given, that the run may spend, earlier parts of it included."""
    max_tokens: int | None = None
    """Tokens, input and output together, likewise."""
    max_calls: int | None = None
    """Calls to language models, likewise."""
    max_seconds: float | None = None
    """From each of its starts."""
    device: str = "auto"
    """Where a model in this process computes."""

    @property
    def neuron_ids(self) -> list[NeuronId]:
        """The neurons in order."""
        return [NeuronId.parse(text) for text in self.neurons]


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    state: WorkState = "queued"
    done: int = 0
    total: int = 0
    step: str = ""
    """What it is doing now, in words."""
    share: float = 0.0
    """Part of the whole run that is behind, 0 to 1."""
    message: str = ""
    failures: tuple[str, ...] = ()
    """Neurons that could not be done, with the reason."""
    notes: tuple[str, ...] = ()
    """What is to be known besides: which simulator was chosen and why, what an endpoint did not accept."""
    calls: int = 0
    """Calls to language models that an answer came of, earlier parts of the run included."""
    cached: int = 0
    """Answers that were there already and cost nothing."""
    failed_calls: int = 0
    in_flight: int = 0
    rate: float | None = None
    """Calls a second now; None while it is not known."""
    tokens: int = 0
    """Input and output together, earlier parts of the run included."""
    money: float = 0.0
    """Dollars at list prices likewise, without the calls that have no price."""
    unpriced: int = 0
    """Calls without a price."""
    seconds_left: float | None = None
    """None while it is not known."""
    waiting: str = ""
    """Why the endpoint is waited for, such as `too many requests (429)`; empty when it answers."""
    updated: float = 0.0
    ended_before: float = 0.0
    """When the part before ended, of one that waits to be gone on with; else 0."""
    pid: int = 0

    @property
    def failed(self) -> int:
        """Neurons that could not be done."""
        return len(self.failures)

    @property
    def left(self) -> int:
        """Neurons that are still to be done."""
        return max(self.total - self.done - self.failed, 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in ("queued", "running")


@dataclass(frozen=True)
class Failed:
    """Why a neuron could not be done. Doing the run again tries it again."""

    state: str
    """`provider_error`, `unparsable`, or `failed` where the dataset lacks something."""
    reason: str = ""
    step: str = ""
    """`explain` where there is no explanation, `score` where it is stored with a score in that state."""


@dataclass(frozen=True)
class RunFolder(WatchedFolder):
    """The folder of one run."""

    @property
    def home(self) -> Path:
        """The user's folder, where answers that were paid for are found again."""
        return self.path.parent.parent

    def kept_in(self, overlay: Path | None) -> Path:
        """Where results go: to the user's folder of the dataset. DatasetError where there is none."""
        if overlay is None:
            raise DatasetError("There is no folder to keep results in: open the dataset by name.")
        return overlay

    def now(self) -> str:
        """The time that a result bears, ISO 8601."""
        return datetime.now(UTC).isoformat(timespec="microseconds")

    def plan(self) -> RunPlan:
        """What the run does; NotFound when there is no such run, DatasetError when its plan cannot be used."""
        raw = self.read("plan.json")
        if raw is None:
            raise NotFound(f"There is no run {self.path.name}. Its folder may have been removed.")
        if missing := [name for name in _NEEDED if name not in raw]:
            raise self._unusable("plan.json", f"it does not say {', '.join(missing)}")
        found = RunPlan(**{"id": self.path.name} | self._values(RunPlan, raw, "plan.json"))
        caps = self.read("caps.json") or {}
        found = replace(
            found, **self._values(RunPlan, {name: caps[name] for name in _CAPS if name in caps}, "caps.json")
        )
        try:
            found.neuron_ids  # noqa: B018 - reads each of them
        except BadInput as error:
            raise self._unusable("plan.json", str(error)) from error
        return found

    def progress(self) -> Progress:
        """How far it is; a process that has gone silent counts as interrupted. DatasetError when it cannot be used."""
        raw = self.read("progress.json")
        if raw is None:
            return Progress()
        found = Progress(**self._values(Progress, raw, "progress.json"))
        if found.state not in get_args(WorkState):
            raise self._unusable("progress.json", f"“{found.state}” is no state of a run that is known here")
        gone = not found.is_over and self.is_deserted(found.updated, found.pid)
        return replace(found, state="interrupted", step="") if gone else found

    def problem(self) -> str:
        """Why the run cannot be shown, in words; empty for one that can."""
        try:
            self.plan()
            self.progress()
        except NeuronViewError as error:
            return str(error)
        return ""

    def report(self, progress: Progress) -> None:
        """Replace the progress."""
        write_json(self.path / "progress.json", asdict(replace(progress, updated=time.time(), pid=os.getpid())))

    def reopen(self) -> None:
        """Let a run that is over be gone on with: what is finished and spent stays, a request to stop is forgotten."""
        was = self.progress()
        self.unmark("cancel")
        done, total = len(self.finished()), len(self.plan().neurons)
        spent = {name: getattr(was, name) for name in _SPENT} | {"ended_before": was.ended_before or was.updated}
        again = Progress(done=done, total=total, share=done / max(1, total), step="waiting to start")
        self.report(replace(again, **spent))

    def unmark(self, name: str) -> None:
        """Take back a mark such as a request to stop; DatasetError where the folder cannot be changed."""
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise DatasetError(
                f"{name} could not be removed from {self.path} ({error.strerror or error}). Make that folder one that "
                "can be written, then go on with the run; what is finished is kept."
            ) from error

    def finished(self) -> set[str]:
        """Neurons whose result is stored."""
        path = self.path / "finished.txt"
        lines = path.read_text(errors="replace").split("\n") if path.exists() else []
        return set(_whole_lines(lines))

    def finish(self, neurons: list[str]) -> None:
        """Note neurons as stored; called after their commit, so a crash between repeats work but loses none."""
        path = self.path / "finished.txt"
        lines = "".join(f"{neuron} {_check(neuron)}\n" for neuron in neurons)
        try:
            with path.open("a+b") as stream:
                stream.seek(-min(1, stream.seek(0, os.SEEK_END)), os.SEEK_END)
                # After a line that a crash cut off, so that this one is not cut off with it.
                torn = stream.read(1) not in (b"", b"\n")
                stream.write(("\n" * torn + lines).encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise DatasetError(
                f"{path} could not be written ({error.strerror or error}). Free space, or make it a folder that can be "
                "written, and start the run again; what was there is unchanged."
            ) from error

    def set_caps(
        self,
        *,
        max_cost: float | None,
        max_tokens: int | None,
        max_calls: int | None = None,
        max_seconds: float | None = None,
    ) -> None:
        """Other caps from now on than the plan was made with; None for no cap."""
        caps = {"max_cost": max_cost, "max_tokens": max_tokens, "max_calls": max_calls, "max_seconds": max_seconds}
        write_json(self.path / "caps.json", caps)

    def failed(self) -> dict[str, Failed]:
        """Neurons that the last try could not do, or not wholly, by name."""
        entries = (self.read("failed.json") or {}).get("failed", {})
        try:
            return {str(name): Failed(*map(str, entry)) for name, entry in entries.items()}
        except (AttributeError, TypeError) as error:
            raise self._unusable("failed.json", str(error)) from error

    def note_failed(self, failed: Mapping[str, Failed]) -> None:
        """Replace what `failed` tells."""
        entries = {name: [entry.state, entry.reason, entry.step] for name, entry in failed.items()}
        write_json(self.path / "failed.json", {"failed": entries})

    def read(self, name: str) -> dict[str, Any] | None:
        """One of its small files; None where it is not there, DatasetError where it is damaged."""
        try:
            content = unsealed((self.path / name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unusable(name, str(error)) from error
        return content

    def _values(self, form: type[RunPlan | Progress], raw: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The fields of `form` that are there, each of the right type; others are of another version."""
        values = {field.name: raw[field.name] for field in fields(form) if field.name in raw}
        for field in fields(form):
            value = values.get(field.name)
            wanted = _JSON_TYPES[str(field.type)]
            rows = value if isinstance(value, list) else []
            if field.name in values and not (isinstance(value, wanted) and all(isinstance(row, str) for row in rows)):
                raise self._unusable(name, f"its field “{field.name}” is not of the form that is read here")
            if isinstance(value, list):
                values[field.name] = tuple(value)
        return values

    def _unusable(self, name: str, reason: str) -> DatasetError:
        return DatasetError(
            f"{self.path / name} cannot be used: {reason.rstrip('.')}. It is damaged, or of another version of "
            "NeuronView. Remove the run's folder and start the run again; what it had finished is kept."
        )


def _check(neuron: str) -> str:
    return f"{zlib.crc32(neuron.encode()):08x}"


def _whole_lines(lines: Iterable[str]) -> Iterator[str]:
    """The neurons that lines name, without damaged lines: what those were of is then done again.

    Lines of before have no check; they stand before all that have one.
    """
    is_old = True
    for line in lines:
        neuron, _, check = line.partition(" ")
        if check == _check(neuron):
            is_old = False
            yield neuron
        elif is_old and _NEURON.fullmatch(line):
            yield line


def new_run(home: Path, plan: RunPlan) -> RunFolder:
    """Create the folder of a run; the plan gets its id and time."""
    now = datetime.now(UTC)
    identity = f"{now:%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:6]}"
    folder = RunFolder(home / "runs" / identity)
    created = now.isoformat(timespec="microseconds")  # tells the results of two runs apart
    write_json(folder.path / "plan.json", asdict(replace(plan, id=identity, created=created)))
    folder.report(Progress(total=len(plan.neurons), step="waiting to start"))
    return folder


def list_runs(home: Path) -> list[RunFolder]:
    """Every run, newest first."""
    return [RunFolder(path.parent) for path in sorted((home / "runs").glob("*/plan.json"), reverse=True)]


def list_visits_runs(place: Path) -> list[RunFolder]:
    """Every run of the visits whose folders are in `place`."""
    found: list[RunFolder] = []
    for home in place.glob("visit-*"):
        with suppress(FileNotFoundError):  # the visit ends meanwhile
            found += list_runs(home)
    return found
