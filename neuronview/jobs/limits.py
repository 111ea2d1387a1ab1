"""What a visit may do in public mode: listed models alone, one run at a time, so many tokens, calls and seconds in all.

What was used is read from the folders of the visit's runs. A page that is loaded anew is another visit, so what all
visits ask of language models is bounded too, over 24 hours; of visits that are gone a line beside their folders tells.
How many visits there are at once is not this module's. Without public mode everything here allows everything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from neuronview.config import PublicMode, Settings
from neuronview.errors import BadInput, NeuronViewError
from neuronview.jobs.choices import Chosen, explainer_of, simulator_of, uses_language_model
from neuronview.jobs.plan import RunFolder, list_runs, list_visits_runs
from neuronview.store.write import write_json

__all__ = [
    "MOST_AT_ONCE",
    "Used",
    "all_used",
    "count_from_now",
    "hold_to_limits",
    "limits_words",
    "listed_models",
    "note_gone",
    "note_probe",
    "require_own_computer",
    "require_room",
    "used",
]

MOST_AT_ONCE = 4
"""Runs of all visits together."""
PROBE_CALLS, PROBE_TOKENS = 8, 1_000
"""What finding out what a model can do is counted as."""
TIMES, PROBES, GONE = "visit.json", "probes.txt", "gone.txt"
DAY = 24 * 3600.0
_starting = threading.Lock()
"""Held from a look at what is left until what is taken of it is written."""
SHOWN_FOR = 2.0
"""Seconds for which a page shows what all visits used without reading their runs again."""
_shown: dict[Path, tuple[float, Used]] = {}
"""By the visits' folder: when it was read, and what was found."""
_reading = threading.Lock()


@dataclass(frozen=True)
class Used:
    """What the runs of a visit took."""

    tokens: int = 0
    calls: int = 0
    seconds: float = 0.0

    def __add__(self, other: Used) -> Used:
        return Used(self.tokens + other.tokens, self.calls + other.calls, self.seconds + other.seconds)


def require_own_computer(settings: Settings, what: str) -> None:
    """BadInput in public mode: `what`, as a sentence's subject, is for the owner of the computer."""
    if settings.public:
        raise BadInput(f"{what} cannot be done here: this server is public, and only shows what it has.")


def listed_models(public: PublicMode) -> list[Chosen]:
    """The models that visitors may ask."""
    return [Chosen(name, address) for name, address in public.models]


def used(home: Path, *, but: str = "") -> Used:
    """What the runs and probes of a visit took, without the run named `but`."""
    return sum((_used_by(run) for run in list_runs(home) if run.path.name != but), _probes(home))


def all_used(place: Path, *, but: str = "") -> Used:
    """Tokens and calls of the visits whose folders are or were in `place`, in the last 24 hours, without the run `but`.

    A run by language model that is at work counts with all that it may take, a run that cannot be read with nothing.
    """
    found, since = sum((_probes(home) for home in place.glob("visit-*")), Used()), time.time() - DAY
    for run in list_visits_runs(place):
        with suppress(NeuronViewError):
            if run.path.name != but and run.progress().updated > since:
                found += _may_use(run)
    # After the folders: what goes in between is counted twice for once, and not missed.
    for line in _text(place / GONE).splitlines():
        at, tokens, calls = line.split()
        if float(at) > since:
            found += Used(int(tokens), int(calls))
    return found


def require_room(settings: Settings, *, models: Collection[Chosen] = (), but: str = "") -> None:
    """BadInput, in words, where a visit may not ask these models, or has nothing left to ask or run anything with."""
    public = settings.public
    if public is None:
        return
    for chosen in models:
        if chosen not in listed_models(public):
            named = ", ".join(name for name, _ in public.models) or "none"
            raise BadInput(f"“{chosen.model[:60]}” cannot be asked here. Models of this server: {named}.")
    taken = _taken(settings.home, but)
    for name, limit in (("tokens", public.tokens), ("calls", public.calls), ("seconds", public.seconds)):
        if getattr(taken, name) >= limit:
            raise BadInput(
                f"This visit's limit of {limit:,} {name} is reached: {getattr(taken, name):,.0f} are used. "
                "What was made can still be read and downloaded; on your own computer there is no limit."
            )
    if models and (reached := _all_reached(public, all_used(settings.home.parent, but=but))):
        raise BadInput(reached)


def hold_to_limits(folder: RunFolder, settings: Settings) -> None:
    """Give a run that is about to start what is left as caps, and one of the places at work; BadInput if there is none.

    What is left is that of its visit and, for language models, that of all. One run at a time does this.
    """
    public = settings.public
    if public is None:
        return
    plan, name = folder.plan(), folder.path.name
    models = {explainer_of(plan), simulator_of(plan)} if uses_language_model(plan) else set()
    with _starting:
        require_room(settings, models=models, but=name)
        if any(not run.progress().is_over for run in list_runs(settings.home) if run.path.name != name):
            raise BadInput("A run of this visit is at work. Wait for it, or stop it first.")
        others = list_visits_runs(settings.home.parent)
        if sum(_is_at_work(run) for run in others if run.path != folder.path) >= MOST_AT_ONCE:
            raise BadInput("This server is at work on as many runs as it takes at once. Try again in a few minutes.")
        taken = _taken(settings.home, name)
        left = Used(public.tokens - taken.tokens, public.calls - taken.calls, public.seconds - taken.seconds)
        if models:
            of_all = all_used(settings.home.parent, but=name)
            tokens, calls = public.all_tokens - of_all.tokens, public.all_calls - of_all.calls
            left = replace(left, tokens=min(left.tokens, tokens), calls=min(left.calls, calls))
        # A run's own caps count from its beginning, its earlier parts too; its seconds count from each start.
        folder.set_caps(
            max_cost=plan.max_cost,
            max_tokens=min(plan.max_tokens or left.tokens, left.tokens),
            max_calls=left.calls,
            max_seconds=max(1.0, left.seconds),
        )
        so_far = _used_by(folder)
        before = {"before": so_far.seconds, "tokens": so_far.tokens, "calls": so_far.calls}
        # A run by rule waits for its place first.
        write_json(folder.path / TIMES, before | ({"launched": time.time()} if models else {}))


def count_from_now(folder: RunFolder) -> None:
    """Count a run's seconds from now on, to its visit's limit: it has its place. Nothing without public mode."""
    times = folder.read(TIMES)
    if times is not None:
        write_json(folder.path / TIMES, times | {"launched": time.time()})


def limits_words(settings: Settings) -> str:
    """What a visit has used of its limits, in a sentence; empty without public mode.

    What all visits used may be `SHOWN_FOR` seconds old here; what starts a run or asks a model reads it anew.
    """
    public = settings.public
    if public is None:
        return ""
    taken = used(settings.home)
    reached = _all_reached(public, _lately_used(settings.home.parent)) if public.models else ""
    return (
        f"Used in this visit: {taken.tokens:,} of {public.tokens:,} tokens, {taken.calls:,} of {public.calls:,} calls, "
        f"{taken.seconds:,.0f} of {public.seconds:,} seconds. What you make is kept until the visit ends. {reached}"
    ).rstrip()


def note_probe(settings: Settings, chosen: Chosen) -> None:
    """Count a look at what a model can do; BadInput where there is no room for it."""
    if settings.public:
        with _starting:
            require_room(settings, models=[chosen])
            settings.home.mkdir(parents=True, exist_ok=True)
            with (settings.home / PROBES).open("a") as stream:
                stream.write(".")


def note_gone(home: Path) -> None:
    """Keep what a visit took of language models, whose folder is about to be removed.

    Takes no lock: a visit may end in the midst of another's work in the same thread.
    """
    taken = _probes(home)
    for run in list_runs(home):
        with suppress(NeuronViewError):  # cannot be read, and counts with nothing, as in `all_used`
            taken += _used_by(run)
    if taken.tokens or taken.calls:
        with (home.parent / GONE).open("a") as stream:
            stream.write(f"{time.time()} {taken.tokens} {taken.calls}\n")


def _all_reached(public: PublicMode, taken: Used) -> str:
    """That all visits together have nothing left to ask language models with, in words; empty where they have."""
    for name, limit in (("tokens", public.all_tokens), ("calls", public.all_calls)):
        if getattr(taken, name) >= limit:
            return (
                f"This server's limit of {limit:,} {name} of language models in 24 hours, for all visits together, is "
                "reached by what was used and what runs at work may still use. Try again in some hours. Explanations "
                "by rule can still be made; on your own computer there is no limit."
            )
    return ""


def _lately_used(place: Path) -> Used:
    """`all_used`, read by one page for all that ask within `SHOWN_FOR` seconds."""
    with _reading:
        at, found = _shown.get(place, (-SHOWN_FOR, Used()))
        if time.monotonic() - at >= SHOWN_FOR:
            found = all_used(place)
            _shown[place] = time.monotonic(), found
        return found


def _taken(home: Path, but: str) -> Used:
    """What a visit took before the run `but` goes on, whose caps count its own tokens and calls, and not its time."""
    return replace(used(home, but=but), seconds=used(home).seconds)


def _probes(home: Path) -> Used:
    probes = len(_text(home / PROBES))
    return Used(probes * PROBE_TOKENS, probes * PROBE_CALLS)


def _may_use(run: RunFolder) -> Used:
    """What a run took, or may take in all while a language model is at work for it."""
    found, plan = _used_by(run), run.plan()
    if not _is_at_work(run) or not uses_language_model(plan):
        return found
    tokens, calls = max(found.tokens, plan.max_tokens or 0), max(found.calls, plan.max_calls or 0)
    return replace(found, tokens=tokens, calls=calls)


def _used_by(run: RunFolder) -> Used:
    progress = run.progress()
    times = run.read(TIMES) or {}
    launched = float(times.get("launched", progress.updated))
    now = progress.ended_before or (progress.updated if progress.is_over else time.time())
    # A run that is gone on with tells nothing of its earlier parts until it asks again.
    tokens = max(progress.tokens, int(times.get("tokens", 0)))
    calls = max(progress.calls + progress.failed_calls, int(times.get("calls", 0)))
    return Used(tokens, calls, float(times.get("before", 0.0)) + max(0.0, now - launched))


def _is_at_work(run: RunFolder) -> bool:
    """Whether it has a place, which it gets before it starts, and is not over."""
    return (run.path / TIMES).exists() and not run.problem() and not run.progress().is_over


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
