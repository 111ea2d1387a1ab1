"""Carry out a run of explainers, simulators and scorers by language model; every finished neuron is kept.

Several neurons are under way at once; their calls share a desk, so that what was answered once is never paid twice,
kill -9 or not. A neuron whose calls failed is stored in that state and tried again when the run is gone on with. A
refusal that meets every call, a cap that is reached and a request to stop end the run; what is finished stays.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from neuronview.errors import (
    BudgetReached,
    Cancelled,
    EndpointError,
    EndpointRefused,
    NeuronViewError,
    NotFound,
    ScoringError,
    UnparsableAnswer,
)
from neuronview.explain.scorers import ITEM_SCORERS
from neuronview.explain.simulators.base import all_of
from neuronview.jobs.accounts import Accounts
from neuronview.jobs.asking import Asking, Result, Stored
from neuronview.jobs.bias import bias_words
from neuronview.jobs.choices import check_plan, chooses, simulates
from neuronview.jobs.desks import Desks
from neuronview.jobs.endpoints import Keys, Opened, open_endpoints
from neuronview.jobs.execute import stopped_words
from neuronview.jobs.garbage import seldom_collected
from neuronview.jobs.measured import Judging
from neuronview.jobs.origin import origin_of
from neuronview.jobs.others import Others
from neuronview.jobs.plan import Failed, Progress, RunFolder, RunPlan
from neuronview.jobs.tools import AskAnew, JudgeAnew, Watched, ablator_of, activations_of, judge_of
from neuronview.llm.cache import Cache
from neuronview.llm.closing import Close, close_all, closing_all
from neuronview.records import Explanation, NeuronId, Provenance
from neuronview.store import Dataset, save_explanations

__all__ = ["execute_language", "provenance_of", "stored_of"]

NEURONS_AT_ONCE = 4
"""At least; half as many as calls at once where that is more, since each neuron waits for answers between its steps."""
COMMIT_EVERY = 10
COMMIT_SECONDS = 20.0
TICK = 1.0
SILENT_NEURONS = 3
"""After so many neurons in a row without an answer, or without one of the simulator, the endpoint counts as gone."""

OpenEndpoints = Callable[..., Coroutine[Any, Any, Opened]]


@seldom_collected()
def execute_language(
    folder: RunFolder,
    dataset: Dataset,
    *,
    load_model: Callable[[], Any],
    report: Callable[[Progress], None],
    open_models: OpenEndpoints = open_endpoints,
    keys: Keys | None = None,
) -> list[Explanation]:
    """Do what the plan says and return what was found now.

    Raises Cancelled, BudgetReached, EndpointRefused and BadInput in words; each is in the run's progress too.
    """
    run = _Run(folder, dataset, load_model, report, keys or Keys.from_environment())
    try:
        found = asyncio.run(run.work(open_models))
    except Cancelled as stopped:
        said = stopped_words(folder, run.progress)
        run.tell(state="cancelled", step="", waiting="", message=said)
        raise Cancelled(said) from stopped
    except BudgetReached as error:
        run.tell(state="cancelled", step="", waiting="", message=str(error))
        raise
    except NeuronViewError as error:
        run.tell(state="failed", step="", waiting="", message=str(error))
        raise
    run.tell(state="done", step="", waiting="", share=1.0, seconds_left=None)
    return found


class _Run:
    def __init__(
        self,
        folder: RunFolder,
        dataset: Dataset,
        load_model: Callable[[], Any],
        report: Callable[[Progress], None],
        keys: Keys,
    ) -> None:
        self.folder, self.dataset, self.load_model, self.report = folder, dataset, load_model, report
        self.plan: RunPlan = folder.plan()
        self.home: Path = folder.home
        self.keys = keys
        self.finished, self.failed = folder.finished(), folder.failed()
        self.again: Mapping[str, Failed] = dict(self.failed)
        total = len(self.plan.neurons)
        self.progress = Progress(
            state="running", total=total, done=len(self.finished), share=len(self.finished) / max(1, total)
        )
        self.pending: list[Result] = []
        self.found: list[Explanation] = []
        self.committed_at = time.monotonic()
        self.reading = asyncio.Lock()
        """Of the dataset, which is read beside the calls, a neuron at a time."""
        self.storing: asyncio.Task[None] | None = None
        """What is being stored beside the calls."""
        self.active: dict[NeuronId, Watched] = {}
        self.silent = 0
        self.waits: tuple[int, str] = (0, "")
        """Why the endpoint was waited for last, and how many answers there were then."""
        self.desks: Desks | None = None

    # --- the whole ---------------------------------------------------------------------------------------------

    async def work(self, open_models: OpenEndpoints) -> list[Explanation]:
        check_plan(self.plan)
        self.tell(step="asking the endpoint what it can do")
        to_close: list[Close] = []
        try:
            accounts = Accounts.open(self.plan, self.folder.path)
            to_close.append(accounts.close)
            opened = await open_models(
                self.plan,
                self.home,
                keys=self.keys,
                subjects=tuple(filter(None, [self.dataset.manifest.model.fingerprint])),
                on_retry=self._waits,
                accounts=accounts,
            )
            to_close.append(opened.close)
            cache = Cache.in_home(self.home)
            to_close.append(cache.close)
            self.desks = desks = Desks.open(self.plan, opened, accounts, cache, should_stop=self.folder.is_cancelled)
        except BaseException as error:
            await close_all(to_close, after=error)
            raise
        for note in _who_reads(self.plan, opened):
            self._note(note)
        watching = asyncio.create_task(self._watch())
        async with closing_all(lambda: desks.close(self.home), lambda: self._tell_spent(desks)):
            ended: BaseException | None = None
            try:
                await self._all(opened, desks)
            except BaseException as error:
                ended = error
                raise
            finally:
                watching.cancel()
                # Also where a neuron ended the run: what is finished stays, calls under way are let go to their end.
                await self._end(watching, ended)
        return self.found

    async def _all(self, opened: Opened, desks: Desks) -> None:
        asking = await self._asking(opened, desks)
        others = Others(
            self.dataset, self.plan.explainer, self.plan.others, seed=self.plan.seed, created=self.plan.created
        )
        left = iter([neuron for neuron in self.plan.neuron_ids if str(neuron) not in self.finished])
        self.tell(step="explaining and scoring")

        async def worker() -> None:
            for neuron in left:
                if self.folder.is_cancelled():
                    raise Cancelled("Stopped between two neurons.")
                await self._one(neuron, asking, others, desks)

        at_once = max(min(NEURONS_AT_ONCE, self.plan.concurrency), self.plan.concurrency // 2)
        await all_of([worker() for _ in range(at_once)])

    async def _asking(self, opened: Opened, desks: Desks) -> Asking:
        plan = self.plan
        model = None
        if "ablation" in plan.scorers or (plan.explainer == "revision" and plan.counter_examples):
            self.tell(step="loading the dataset's model")
            model = await asyncio.to_thread(self.load_model)
        simulator = opened.make_simulator(desks.simulator)
        bias = await bias_words(plan, simulator)
        if bias:
            self._note(bias)
        return Asking(
            plan,
            simulator,
            provenance_of(plan, self.dataset),
            explainer=desks.explainer,
            simulator_identity=desks.simulator.identity,
            count=(opened.explainer or opened.simulator).count,
            context_tokens=(opened.explainer or opened.simulator).context_tokens,
            judge=judge_of(plan, opened, Judging(desks.simulator)),
            activations=activations_of(model) if model is not None and plan.explainer == "revision" else None,
            ablator=ablator_of(model) if model is not None and "ablation" in plan.scorers else None,
            bias=bias,
        )

    # --- one neuron --------------------------------------------------------------------------------------------

    async def _one(self, neuron: NeuronId, asking: Asking, others: Others, desks: Desks) -> None:
        before = desks.answers()
        try:
            async with self.reading:
                stored = await asyncio.to_thread(stored_of, self.dataset, neuron, others)
            asks = self._asks(neuron, stored, asking, desks)
            result = await asks.neuron(stored, now=self.folder.now())
        except EndpointRefused:
            raise
        except EndpointError as error:
            state = "unparsable" if isinstance(error, UnparsableAnswer) else "provider_error"
            self._fail(neuron, Failed(state, str(error), "explain"))
            self._stop_where_silent(error if state == "provider_error" else None, self._answered(neuron, desks, before))
        except (NotFound, ScoringError) as error:
            self._fail(neuron, Failed("failed", str(error)))
        else:
            await self._keep(result)
            trouble = result.trouble
            gone = trouble is not None and trouble[0] == "provider_error"
            answered = self._answered(neuron, desks, before)
            self._stop_where_silent(EndpointError(trouble[1]) if gone and trouble else None, answered)
        finally:
            self.active.pop(neuron, None)

    def _asks(self, neuron: NeuronId, stored: Stored, asking: Asking, desks: Desks) -> Asking:
        """How a neuron is asked about: watched, and what no answer could be read of the last time is asked anew."""
        again = self.again.get(str(neuron))
        own = [entry for entry in stored.explanations if entry.provenance.created == self.plan.created]
        unread = {score.scorer for entry in own for score in entry.scores if score.state == "unparsable"}
        simulates = again is not None and unread & {"simulation", "ablation"}
        watched = Watched(asking.simulator, asking.expected(stored), forget=desks.forget if simulates else None)
        self.active[neuron] = watched
        asks = replace(asking, simulator=watched)
        if again is not None and unread & set(ITEM_SCORERS) and asking.judge is not None:
            asks = replace(asks, judge=JudgeAnew(asking.judge, desks.forget))
        if again is not None and (again.state, again.step) == ("unparsable", "explain") and desks.explainer is not None:
            asks = replace(asks, explainer=AskAnew(desks.explainer))
        return asks

    def _answered(self, neuron: NeuronId, desks: Desks, before: int) -> bool:
        """Whether an answer came since, of the simulator where it was asked: an explanation alone gives no score."""
        watched = self.active.get(neuron)
        return desks.answers() > before and not (watched is not None and watched.is_silent)

    def _stop_where_silent(self, error: EndpointError | None, answered: bool) -> None:
        """End the run when neuron after neuron meets nothing but errors: each would wait for all its tries."""
        self.silent = self.silent + 1 if error is not None and not answered else 0
        if error is not None and self.silent >= SILENT_NEURONS:
            raise EndpointError(
                f"{self.silent} neurons in a row got no answer, or none of the simulator, so the run stopped. "
                f"The last error: {error} What is finished is kept; start the run again to go on."
            )

    # --- what is kept ------------------------------------------------------------------------------------------

    async def _keep(self, result: Result) -> None:
        self.pending.append(result)
        self.found.append(result.explanation)
        if len(self.pending) >= COMMIT_EVERY:
            await self._begin_to_store()

    async def _end(self, watching: asyncio.Task[None], ended: BaseException | None) -> None:
        """Store all that is pending, also where that failed before; why the run `ended` is not hidden by a failure."""
        (watched,) = await asyncio.gather(watching, return_exceptions=True)
        failed = watched if isinstance(watched, Exception) else None
        if self.storing is not None:
            (stored,) = await asyncio.gather(self.storing, return_exceptions=True)
            failed = None if failed is stored else failed  # what was not stored is tried again now
            self.storing = None
        try:
            await self._store_all()
        except (NeuronViewError, OSError) as error:
            failed = error
            with suppress(NeuronViewError, OSError):  # there may be no room for this either
                if ended is not None and str(ended) != str(error):
                    self._note(f"{len(self.pending)} finished neurons could not be stored. {error}")
        if failed is not None and ended is None:
            raise failed

    async def _store_all(self) -> None:
        await self._begin_to_store()
        if self.storing is not None:
            await asyncio.shield(self.storing)

    async def _begin_to_store(self) -> None:
        """Store what is pending, beside the calls, once what is being stored already is there."""
        while self.storing is not None and not self.storing.done():
            await asyncio.shield(self.storing)
        if self.storing is not None:
            self.storing.result()  # an error in it ends the run
        self.committed_at = time.monotonic()
        if self.pending:
            results, self.pending = self.pending, []
            self.storing = asyncio.create_task(self._store(results))

    async def _store(self, results: Sequence[Result]) -> None:
        """Store results, then note them as finished: a crash between repeats them, from the cache, for free.

        Where they cannot be stored they are pending again.
        """
        try:
            await asyncio.to_thread(self._save, results)
        except BaseException:
            self.pending = [*results, *self.pending]
            raise
        self._note_finished(results)

    def _save(self, results: Sequence[Result]) -> None:
        kept_in = self.folder.kept_in(self.dataset.overlay)
        save_explanations(
            kept_in,
            [result.explanation for result in results],
            label=f"run {self.plan.id}",
            simulations=[row for result in results for row in result.simulations],
        )

    def _note_finished(self, results: Sequence[Result]) -> None:
        whole = [str(result.explanation.neuron) for result in results if result.trouble is None]
        if whole:
            self.folder.finish(whole)
        troubled = {
            str(result.explanation.neuron): Failed(*result.trouble, "score")
            for result in results
            if result.trouble is not None
        }
        if troubled or set(whole) & set(self.failed):
            self.failed = {name: entry for name, entry in self.failed.items() if name not in whole} | troubled
            self.folder.note_failed(self.failed)
        failures = tuple(f"{name}: {entry.reason}" for name, entry in troubled.items())
        self.tell(done=self.progress.done + len(whole), failures=(*self.progress.failures, *failures))

    def _fail(self, neuron: NeuronId, failed: Failed) -> None:
        self.failed = {**self.failed, str(neuron): failed}
        self.folder.note_failed(self.failed)
        self.tell(failures=(*self.progress.failures, f"{neuron}: {failed.reason}"))

    # --- what is told ------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Tell progress while calls are under way, and store what has waited for long."""
        begun, first = time.monotonic(), self._share()
        while True:
            await asyncio.sleep(TICK)
            if self.desks is None:
                continue
            share = max(self.progress.share, self._share())
            counted = self.desks.counted()
            gained, seconds = share - first, time.monotonic() - begun
            left = seconds * (1 - share) / gained if gained > 0 else None
            # Nothing was answered since: the wait that began then is still what happens.
            waiting = self.waits[1] if self.desks.answers() == self.waits[0] else ""
            self.tell(share=share, seconds_left=left, waiting=waiting, **counted)
            if time.monotonic() - self.committed_at > COMMIT_SECONDS:
                await self._begin_to_store()

    def _share(self) -> float:
        """Part of the run that is behind: neurons, those under way by the excerpts that they have."""
        over = self.progress.done + len(self.progress.failures) + len(self.pending)
        under_way = sum(watched.share for watched in self.active.values())
        return min(1.0, (over + under_way) / max(1, self.progress.total))

    def tell(self, **changes: Any) -> None:
        """Report changed progress."""
        self.progress = replace(self.progress, **changes)
        self.folder.report(self.progress)
        self.report(self.progress)

    def _waits(self, reason: str, seconds: float) -> None:
        answered = self.desks.answers() if self.desks is not None else 0
        self.waits = answered, f"{reason}; next try in {seconds:.0f} s"

    def _tell_spent(self, desks: Desks) -> None:
        self.tell(**desks.counted())
        for note in filter(None, (desks.untold(), desks.guessed(), desks.refused())):
            self._note(note)

    def _note(self, note: str) -> None:
        self.tell(notes=tuple(dict.fromkeys((*self.progress.notes, note))))


def _who_reads(plan: RunPlan, opened: Opened) -> list[str]:
    """By what explanations are read in the run, a sentence each: a simulator, a judge, or both."""
    said, model = [], opened.simulator.endpoint.model
    if simulates(plan) or chooses(plan):
        alone = "" if simulates(plan) else ", to choose an explanation alone"
        said.append(f"Simulator{alone}: {opened.simulator_name} on {model} ({opened.why}).")
    judge = judge_of(plan, opened, opened.simulator.endpoint)
    if judge is not None:
        said.append(f"Judge: {judge.name} on {model}.")
    return said


def stored_of(dataset: Dataset, neuron: NeuronId, others: Others) -> Stored:
    """What a dataset knows of a neuron; NotFound when it has no such neuron."""
    record = dataset.neuron(neuron)
    drawn, compared = others.of(neuron)
    return Stored(record, dataset.explanations(neuron), drawn, compared)


def provenance_of(plan: RunPlan, dataset: Dataset) -> Provenance:
    """Where the results of a run come from, as far as the run itself knows."""
    return origin_of(dataset, "openai", seed=plan.seed, explainer=plan.explainer, created=plan.created)
