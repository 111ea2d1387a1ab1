"""What a run by language model is expected to take, against what its server counts, step by step.

    python -m benchmarks.language_estimates [--neurons N] [--tokenizer FILE] [ROUTE ...]

Real demo neurons, the settings of a run as they are, a server on loopback that counts tokens with a byte-pair
tokenizer (`benchmarks.language_server`): the demo's, or a `tokenizer.json` that is named. Each plan is estimated twice
before it is carried out: as for a hosted model (a price is stated, so nothing but the probe is asked) and as for one on
this machine (one call of each sort is free). Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.language_runs import DEMO, carry_out, demo_neurons, quiet
from benchmarks.language_server import EXPLAINER, SIMULATOR, STEPS, Billed, Offer, serve_language, use_tokenizer
from neuronview.jobs.endpoints import Keys
from neuronview.jobs.estimate import Estimate, estimate_run
from neuronview.jobs.plan import RunPlan
from neuronview.store import Dataset
from tests.support.scripted_server import ScriptedServer, scripted_server

NEURONS = 50
JUDGED = ("simulation", "detection", "fuzzing")
PRICE = "2,10"
"""Dollars per million input and output tokens, only to see how far a sum of money would be off."""
ROUTES: dict[str, tuple[Offer, str]] = {
    "all-at-once": ("echo", "all-at-once"),
    "decisions": ("decisions", "decisions"),
    "digits": ("digits", "digits"),
    "structured": ("structured", "structured"),
}


@dataclass(frozen=True)
class Line:
    """One step of one route: calls and tokens as expected twice, and as counted."""

    route: str
    step: str
    calls: tuple[int, int]
    """Expected, counted."""
    tokens: tuple[int, int, int]
    """Expected from the probe alone, expected after a call of each sort, counted."""

    def cells(self) -> list[str]:
        """The row of the table."""
        probe, piloted, used = self.tokens
        return [
            self.route,
            self.step,
            *(f"{number:,}" for number in (*self.calls, used)),
            f"{probe:,} ({_off(probe, used)})",
            f"{piloted:,} ({_off(piloted, used)})",
        ]


HEAD = ("simulator", "step", "calls expected", "calls", "tokens used", "expected, hosted", "expected, on this machine")


def measure(route: str, neurons: int) -> list[Line]:
    """Estimate, carry out, and compare. Two estimates of the same run, each in a home of its own."""
    offer, simulator = ROUTES[route]
    with tempfile.TemporaryDirectory() as scratch, scripted_server() as server:
        billed = serve_language(server, offer)
        plan = _plan(server, simulator, neurons)
        piloted = estimate_run(plan, Dataset(DEMO), Path(scratch) / "other", keys=Keys())
        hosted = Path(scratch) / "hosted"
        probe = estimate_run(_priced(plan), Dataset(DEMO), hosted, keys=Keys())
        billed.clear()
        carried = carry_out(_priced(plan), hosted)
        print(f"{route}: {dict(carried.states)}, {carried.seconds:.0f} s", file=sys.stderr)
        print(f"{route}: ${probe.money:.4f} expected, ${carried.totals.cost:.4f} counted", file=sys.stderr)
        return [_line(route, step, probe, piloted, billed) for step in (*STEPS, "")]


def _plan(server: ScriptedServer, simulator: str, neurons: int) -> RunPlan:
    return RunPlan(
        "",
        "demo",
        demo_neurons(neurons),
        "pairs",
        simulator,
        scorers=JUDGED,
        explainer_model=EXPLAINER,
        explainer_url=server.base_url,
        simulator_model=SIMULATOR,
        simulator_url=server.base_url,
    )


def _priced(plan: RunPlan) -> RunPlan:
    return replace(plan, price=PRICE, simulator_price=PRICE)


def _line(route: str, step: str, probe: Estimate, piloted: Estimate, billed: Billed) -> Line:
    """One step, or all of them where none is named. The bias of labels is counted to the simulation."""
    steps = [step] if step else list(STEPS)
    used = sum(billed.input_tokens[name] + billed.output_tokens[name] for name in steps)
    calls, tokens = _expected(probe, steps)
    return Line(
        route,
        step or "all",
        (calls, sum(billed.calls[name] for name in steps)),
        (tokens, _expected(piloted, steps)[1], used),
    )


def _expected(estimate: Estimate, steps: Sequence[str]) -> tuple[int, int]:
    mine = [entry for entry in estimate.steps if _step_of(entry.name) in steps]
    return sum(e.calls for e in mine), sum(e.input_tokens + e.output_tokens for e in mine)


def _step_of(name: str) -> str:
    return "judge" if name.startswith("Judging") else "explain" if name.startswith("Expl") else "simulate"


def _off(expected: int, used: int) -> str:
    return f"{100 * (expected / used - 1):+.1f} %" if used else "-"


def main(neurons: int, routes: Sequence[str]) -> None:
    """Print the table, route by route as each is through."""
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}", flush=True)
    with quiet():
        for route in routes:
            for line in measure(route, neurons):
                print(f"| {' | '.join(line.cells())} |", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Estimate against what a server counts.")
    parser.add_argument("routes", nargs="*", metavar="ROUTE", help=", ".join(ROUTES))
    parser.add_argument("--neurons", type=int, default=NEURONS)
    parser.add_argument("--tokenizer", type=Path, help="a tokenizer.json to count with; the demo's without")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    if arguments.tokenizer is not None:
        use_tokenizer(arguments.tokenizer)
    main(arguments.neurons, arguments.routes or list(ROUTES))
