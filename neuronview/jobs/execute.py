"""Carry out a planned run: explain, simulate and score its neurons, and keep every finished one.

Results go to the user's folder of the dataset, in its own form, a commit for each few neurons; a run that is
started again does only what is missing. The model is loaded by an injected function, and only when needed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from neuronview.errors import BadInput, Cancelled, DatasetError, NeuronViewError, NotFound, ScoringError
from neuronview.explain.dictionary import choose, explain_by_dictionary
from neuronview.explain.evaluation import calibrate, evaluation_sets, simulate_set
from neuronview.explain.feature_cache import FeatureCache
from neuronview.explain.features import features
from neuronview.explain.fit import fit_candidates, fit_lookup
from neuronview.explain.lookup import explain_by_lookup
from neuronview.explain.pattern import Pattern
from neuronview.explain.rules import simulator_for
from neuronview.explain.score import OTHERS, score_explanation
from neuronview.jobs.choices import uses_language_model
from neuronview.jobs.limits import count_from_now
from neuronview.jobs.origin import origin_of
from neuronview.jobs.places import a_place
from neuronview.jobs.plan import EXPLAINERS, Progress, RunFolder, RunPlan
from neuronview.jobs.sample import FittingData, Model, Sample, draw_sample
from neuronview.records import Explanation, NeuronId, NeuronRecord, Provenance
from neuronview.store import Dataset, NeuronFilter, explanation_id, save_explanations

__all__ = ["ended_in_time", "execute", "other_explanations", "person_explanation", "stopped_words"]

Stored = dict[NeuronId, list[Explanation]]
CHUNK = 50
"""Neurons whose sample is in memory at once."""
COMMIT_EVERY = 10
TIME_OVER = "time_over"
"""File of a run's folder that says that its time, and no person, stopped it."""
FIT_SHARE = 0.7
"""Part of a chunk's time that reading the sample takes, for the progress bar."""


def execute(
    folder: RunFolder,
    dataset: Dataset,
    *,
    load_model: Callable[[], Model],
    report: Callable[[Progress], None],
    at_once: int = CHUNK,
) -> list[Explanation]:
    """Do what the plan says and return what was found now. Progress goes to the run's folder and to `report`.

    `at_once`: neurons that share a reading of the sample, by rule, which takes 400 kB for each with 1,500 excerpts.

    Raises Cancelled when asked to stop; finished neurons stay. A neuron that cannot be done is reported as a
    failure with its reason, and the rest goes on. BadInput where another process carries the same run out.
    """
    with folder.held():
        if uses_language_model(folder.plan()):
            # Not at the top: it loads what rule runs, and pages that show them, do not need.
            from neuronview.jobs.language import execute_language

            with ended_in_time(folder):
                return execute_language(folder, dataset, load_model=load_model, report=report)
        return _by_rule(folder, dataset, load_model, report, at_once)


@contextmanager
def ended_in_time(folder: RunFolder) -> Iterator[None]:
    """Ask the run to stop where its plan caps its time, when that is over."""
    seconds = folder.plan().max_seconds
    folder.unmark(TIME_OVER)
    if seconds is None:
        yield
        return

    def stop() -> None:
        if not folder.is_cancelled():
            (folder.path / TIME_OVER).touch()
            folder.cancel()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _by_rule(
    folder: RunFolder,
    dataset: Dataset,
    load_model: Callable[[], Model],
    report: Callable[[Progress], None],
    at_once: int,
) -> list[Explanation]:
    run = _Run(folder, dataset, load_model, report, at_once)
    try:
        folder.unmark(TIME_OVER)
        of_a_visit = run.plan.max_seconds is not None  # which nothing else gives a run by rule
        with a_place(folder, lambda step: run.tell(state="queued", step=step), of_a_visit=of_a_visit):
            count_from_now(folder)
            run.tell(state="running", step="")
            with ended_in_time(folder):
                found = run.work()
    except Cancelled as stopped:
        said = stopped_words(folder, run.progress)
        run.tell(state="cancelled", step="", message=said)
        raise Cancelled(said) from stopped
    except NeuronViewError as error:
        run.tell(state="failed", step="", message=str(error))
        raise
    run.tell(state="done", step="", share=1.0)
    return found


def stopped_words(folder: RunFolder, progress: Progress) -> str:
    """Why a run stopped, and what it leaves behind: neurons that it finished, this time or before, or none."""
    if (folder.path / TIME_OVER).exists():
        kept = "What was finished is kept." if progress.done else "No neuron was finished."
        return (
            f"Stopped: its limit of {folder.plan().max_seconds or 0:,.0f} seconds is reached. {kept} Choose fewer "
            "neurons or a smaller sample; on your own computer there is no limit."
        )
    if progress.done:
        return "Stopped. What was finished is kept."
    return "Stopped before any neuron was finished."


class _Run:
    def __init__(
        self,
        folder: RunFolder,
        dataset: Dataset,
        load_model: Callable[[], Model],
        report: Callable[[Progress], None],
        at_once: int,
    ) -> None:
        self.folder, self.dataset, self.load_model, self.report = folder, dataset, load_model, report
        self.at_once = at_once
        self.plan: RunPlan = folder.plan()
        self.cache = FeatureCache()
        self.finished = folder.finished()
        done, total = len(self.finished), len(self.plan.neurons)
        self.progress = Progress(state="running", total=total, done=done, share=done / max(1, total))
        self.pending: list[Explanation] = []
        self.before: Stored = {}
        self._told = 0.0

    def work(self) -> list[Explanation]:
        if self.plan.explainer not in EXPLAINERS:
            raise BadInput(f"There is no explainer “{self.plan.explainer}”. Choose one of: {', '.join(EXPLAINERS)}.")
        self.tell(step="reading the dataset")
        left = [neuron for neuron in self.plan.neuron_ids if str(neuron) not in self.finished]
        found = []
        for start in range(0, len(left), self.at_once):
            found += self._chunk(left[start : start + self.at_once])
        return found

    def tell(self, **changes: object) -> None:
        """Report changed progress; mere steps at most four times a second."""
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]  # names are our own fields
        if not {"state", "done", "failures"} & set(changes) and time.monotonic() - self._told < 0.25:
            return
        self._told = time.monotonic()
        self.folder.report(self.progress)
        self.report(self.progress)

    def _chunk(self, neurons: Sequence[NeuronId]) -> list[Explanation]:
        records = [record for neuron in neurons if (record := self._record(neuron)) is not None]
        before, part = self.progress.share, len(neurons) / max(1, self.progress.total)
        sample = self._sample(records) if self.plan.explainer != "pattern" and records else None
        fit = FIT_SHARE if sample is not None else 0.0
        found = []
        try:
            for column, record in enumerate(records):
                self._stop_if_asked()
                share = before + part * (fit + (1 - fit) * column / len(records))
                self.tell(step=f"explaining and scoring {record.id}", share=share)
                try:
                    found.append(self._explain_and_score(record, sample, column))
                except ScoringError as error:
                    self._fail(record.id, str(error))
                    continue
                self.pending.append(found[-1])
                if len(self.pending) >= COMMIT_EVERY:
                    self._commit()
        finally:
            # Also where a later neuron fails the run: what is finished stays.
            self._commit()
        return found

    def _record(self, neuron: NeuronId) -> NeuronRecord | None:
        try:
            record = self.dataset.neuron(neuron)
            evaluation_sets(record)
        except (NotFound, ScoringError) as error:
            self._fail(neuron, str(error))
            return None
        return record

    def _sample(self, records: Sequence[NeuronRecord]) -> Sample:
        self.tell(step="loading the model")
        model = self.load_model()
        before = self.progress.share
        chunk_share = len(records) / max(1, self.progress.total)

        def on_progress(done: int, total: int) -> None:
            share = before + FIT_SHARE * chunk_share * done / total
            self.tell(step=f"running the model over excerpt {done} of {total}", share=share)

        return draw_sample(
            self.dataset,
            model,
            records,
            size=self.plan.sample,
            seed=self.plan.seed,
            on_progress=on_progress,
            should_stop=self.folder.is_cancelled,
        )

    def _explain_and_score(self, record: NeuronRecord, sample: Sample | None, column: int) -> Explanation:
        provenance = self._provenance()
        fitting = sample.of(column) if sample is not None else None
        if fitting is not None:
            provenance = replace(provenance, fitted_on=fitting.description)
        found = _explain(self.plan, record, sample, fitting, self.cache, provenance)
        stored = _of_before(self.dataset, record.id, self.plan.created, self.before)
        scores = score_explanation(
            found,
            record,
            lookup=next((entry for entry in stored if entry.explainer == "lookup"), None),
            others=other_explanations(
                self.dataset,
                record.id,
                found.explainer,
                seed=self.plan.seed,
                created=self.plan.created,
                before=self.before,
            ),
            marks=self.cache.marks,
            seed=self.plan.seed,
            provenance=replace(provenance, simulator=simulator_for(found).name),
        )
        if fitting is not None:
            scores = [replace(s, note=" ".join(filter(None, (s.note, fitting.description)))) for s in scores]
        return replace(found, scores=scores, id=explanation_id(record.id, found.explainer, found.text, found.rule))

    def _provenance(self) -> Provenance:
        names = () if self.plan.explainer == "pattern" else ("torch", "transformers")
        said = {"explainer": self.plan.explainer, "created": self.plan.created}
        return origin_of(self.dataset, *names, seed=self.plan.seed, **said)

    def _commit(self) -> None:
        if not self.pending:
            return
        kept_in = self.folder.kept_in(self.dataset.overlay)
        save_explanations(kept_in, self.pending, label=f"run {self.plan.id}")
        names = [str(entry.neuron) for entry in self.pending]
        self.folder.finish(names)
        self.pending = []
        done = self.progress.done + len(names)
        self.tell(done=done, share=max(self.progress.share, done / max(1, self.progress.total)))

    def _fail(self, neuron: NeuronId, reason: str) -> None:
        self.tell(failures=(*self.progress.failures, f"{neuron}: {reason}"))

    def _stop_if_asked(self) -> None:
        if self.folder.is_cancelled():
            self._commit()
            raise Cancelled("Stopped between two neurons.")


def other_explanations(
    dataset: Dataset,
    neuron: NeuronId,
    explainer: str,
    *,
    seed: int = 0,
    created: str = "",
    before: Stored | None = None,
) -> list[Explanation]:
    """Explanations that the same explainer (a dictionary for a person's pattern) wrote for OTHERS neurons of the layer.

    A seeded choice, the same for every run; fewer when the layer has fewer. `created`: of a run whose own explanations
    do not count, so that it is the same for one that is gone on with; `before` keeps what was read for the next neuron.
    """
    wanted = explainer if explainer in dataset.explainers() and explainer != "person" else "dictionary"
    for name in dict.fromkeys((wanted, "dictionary")):
        chosen = NeuronFilter(layers=(neuron.layer,), explainer=name)
        rows = dataset.neurons(chosen, sort="neuron", descending=False, limit=100_000)
        present = set(rows["neuron"]) - {neuron.neuron}
        order = np.random.default_rng([seed, neuron.layer, neuron.neuron]).permutation(dataset.manifest.model.n_neurons)
        found: list[Explanation] = []
        for index in (int(index) for index in order if index in present):
            entries = _of_before(dataset, NeuronId(neuron.layer, index), created, {} if before is None else before)
            found += [entry for entry in entries if entry.explainer == name and entry.rule][:1]
            if len(found) == OTHERS:
                break
        if found:
            return found
    return []


def _of_before(dataset: Dataset, neuron: NeuronId, created: str, before: Stored) -> list[Explanation]:
    """What is stored for a neuron, without what the run of that time stored."""
    if neuron not in before:
        stored = dataset.explanations(neuron)
        before[neuron] = [e for e in stored if not created or e.provenance.created != created]
    return before[neuron]


def person_explanation(
    record: NeuronRecord, text: str, *, regex: bool, provenance: Provenance | None = None
) -> Explanation:
    """A person's words or regular expression as an explanation, calibrated on the calibration split.

    Raises BadPattern when it cannot be run, ScoringError when the neuron has too few records.
    """
    Pattern(text, is_regex=regex)
    rule = {"kind": "pattern", "pattern": text, "regex": regex}
    plain = Explanation(text, "person", record.id, rule, provenance=provenance or Provenance(explainer="person"))
    chosen = evaluation_sets(record)["calibration"]
    fitted = calibrate(simulate_set(simulator_for(plain), chosen), chosen)
    values = {"on": round(fitted.slope + fitted.intercept, 6), "off": round(fitted.intercept, 6)}
    # A pattern that is nowhere on the calibration split says nothing of its own value there.
    return replace(plain, rule=rule | values) if fitted.slope > 0 else plain


def _explain(
    plan: RunPlan,
    record: NeuronRecord,
    sample: Sample | None,
    fitting: FittingData | None,
    cache: FeatureCache,
    provenance: Provenance,
) -> Explanation:
    if plan.explainer == "pattern":
        return person_explanation(
            record, plan.pattern, regex=plan.regex, provenance=replace(provenance, explainer="person")
        )
    if sample is None or fitting is None:
        raise DatasetError("There is no sample to fit on.")
    activations, weights = fitting.activations, fitting.weights
    if plan.explainer == "lookup":
        rule = fit_lookup(fitting.token_ids, sample.strings, activations, weights=weights)
        return explain_by_lookup(record.id, rule, provenance=provenance)
    names = [feature.name for feature in features()]
    candidates = fit_candidates(names, fitting.marks, activations, weights=weights)
    if not candidates:
        raise ScoringError("No feature varies together with this neuron on the sample. Use a larger sample.")
    chosen = choose(candidates, evaluation_sets(record)["calibration"], marks=cache.marks)
    return explain_by_dictionary(record.id, chosen, provenance=provenance)
