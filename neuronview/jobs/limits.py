"""What a visit may do in public mode: listed models alone, one run at a time, so many tokens, calls and seconds in all.

What was used is read from the folders of the visit's runs. A page that is loaded anew is another visit; how many
there are at once is not this module's. Without public mode everything here allows everything.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from neuronview.config import PublicMode, Settings
from neuronview.errors import BadInput
from neuronview.jobs.choices import Chosen, explainer_of, simulator_of, uses_language_model
from neuronview.jobs.plan import RunFolder, RunPlan, list_runs
from neuronview.store.write import write_json

__all__ = [
    "MOST_AT_ONCE",
    "Used",
    "hold_to_limits",
    "limits_words",
    "listed_models",
    "note_probe",
    "require_own_computer",
    "require_room",
    "used",
]

MOST_AT_ONCE = 4
"""Runs of all visits together."""
PROBE_CALLS, PROBE_TOKENS = 8, 1_000
"""What finding out what a model can do is counted as."""
TIMES, PROBES = "visit.json", "probes.txt"


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
    probes = len(_text(home / PROBES))
    found = Used(probes * PROBE_TOKENS, probes * PROBE_CALLS)
    return sum((_used_by(run) for run in list_runs(home) if run.path.name != but), found)


def require_room(settings: Settings, *, models: Iterable[Chosen] = (), but: str = "") -> None:
    """BadInput, in words, where a visit may not ask these models, or has nothing left to ask or run anything with."""
    public = settings.public
    if public is None:
        return
    for chosen in models:
        if chosen not in listed_models(public):
            named = ", ".join(name for name, _ in public.models) or "none"
            raise BadInput(f"“{chosen.model[:60]}” cannot be asked here. Models of this server: {named}.")
    taken = used(settings.home, but=but)
    for name, limit in (("tokens", public.tokens), ("calls", public.calls), ("seconds", public.seconds)):
        if getattr(taken, name) >= limit:
            raise BadInput(
                f"This visit's limit of {limit:,} {name} is reached: {getattr(taken, name):,.0f} are used. "
                "What was made can still be read and downloaded; on your own computer there is no limit."
            )


def hold_to_limits(folder: RunFolder, settings: Settings) -> None:
    """Give a run that is about to start what is left of its visit's limits as caps; BadInput where nothing is."""
    public = settings.public
    if public is None:
        return
    plan, name = folder.plan(), folder.path.name
    models = {explainer_of(plan), simulator_of(plan)} if uses_language_model(plan) else set()
    require_room(settings, models=models, but=name)
    if any(not run.progress().is_over for run in list_runs(settings.home) if run.path.name != name):
        raise BadInput("A run of this visit is at work. Wait for it, or stop it first.")
    others = [run for home in settings.home.parent.glob("visit-*") for run in list_runs(home)]
    if sum(_is_at_work(run) for run in others if run.path != folder.path) >= MOST_AT_ONCE:
        raise BadInput("This server is at work on as many runs as it takes at once. Try again in a few minutes.")
    taken = used(settings.home, but=name)
    capped = _capped(plan, public, taken)
    folder.set_caps(
        max_cost=capped.max_cost,
        max_tokens=capped.max_tokens,
        max_calls=capped.max_calls,
        max_seconds=capped.max_seconds,
    )
    write_json(folder.path / TIMES, {"before": _used_by(folder).seconds, "launched": time.time()})


def limits_words(settings: Settings) -> str:
    """What a visit has used of its limits, in a sentence; empty without public mode."""
    public = settings.public
    if public is None:
        return ""
    taken = used(settings.home)
    return (
        f"Used in this visit: {taken.tokens:,} of {public.tokens:,} tokens, {taken.calls:,} of {public.calls:,} calls, "
        f"{taken.seconds:,.0f} of {public.seconds:,} seconds. What you make is kept until the visit ends."
    )


def note_probe(settings: Settings) -> None:
    """Count a look at what a model can do."""
    if settings.public:
        settings.home.mkdir(parents=True, exist_ok=True)
        with (settings.home / PROBES).open("a") as stream:
            stream.write(".")


def _capped(plan: RunPlan, public: PublicMode, taken: Used) -> RunPlan:
    """The plan with caps no higher than what others left. Its own caps count from its beginning, its earlier parts too;
    its seconds count from each start."""
    tokens = public.tokens - taken.tokens
    return replace(
        plan,
        max_tokens=min(plan.max_tokens or tokens, tokens),
        max_calls=public.calls - taken.calls,
        max_seconds=max(1.0, public.seconds - taken.seconds),
    )


def _used_by(run: RunFolder) -> Used:
    progress = run.progress()
    times = run.read(TIMES) or {}
    launched = float(times.get("launched", progress.updated))
    now = progress.updated if progress.is_over else time.time()
    calls = progress.calls + progress.failed_calls
    return Used(progress.tokens, calls, float(times.get("before", 0.0)) + max(0.0, now - launched))


def _is_at_work(run: RunFolder) -> bool:
    return not run.problem() and not run.progress().is_over


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
