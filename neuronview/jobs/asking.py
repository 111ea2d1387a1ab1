"""One neuron of a run by language model: explained, simulated, scored, beside its baselines.

The same steps serve a run, behind a desk, and the dry run before it, whose endpoint answers by itself and counts what
is asked: so an estimate can leave out nothing that a run sends. Knows neither files nor progress.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from neuronview.errors import EndpointError, NotFound, ScoringError
from neuronview.explain.evaluation import OTHER_NEURONS, EvaluationSet, calibrate, evaluation_sets, simulate_set
from neuronview.explain.explainers import (
    RevisionSettings,
    Settings,
    choose,
    pairs,
    person,
    revise,
    summary,
    token_space,
)
from neuronview.explain.language import LanguageScores, score_language
from neuronview.explain.prompts import Counter, estimate_tokens
from neuronview.explain.rules import simulator_for
from neuronview.explain.scorers import ITEM_SCORERS, Ablator, Judge, score_ablation, score_by_judge
from neuronview.explain.simulators import LanguageSimulator
from neuronview.jobs.choices import LANGUAGE_EXPLAINERS, PERSON
from neuronview.jobs.plan import RunPlan
from neuronview.llm.calls import Endpoint
from neuronview.records import (
    ActivationRecord,
    Explanation,
    NeuronId,
    NeuronRecord,
    Provenance,
    Score,
    ScoreState,
    Simulation,
)
from neuronview.scoring import split_records
from neuronview.store import explanation_id
from neuronview.store.simulations import StoredSimulation

__all__ = ["Asking", "Result", "Stored", "sets_of"]

Activations = Callable[[NeuronId, str], ActivationRecord]
"""Tokens of a text and a neuron's real activations on them."""


@dataclass(frozen=True)
class Stored:
    """What is known of a neuron before it is explained."""

    record: NeuronRecord
    explanations: Sequence[Explanation] = ()
    others: Sequence[Explanation] = ()
    compared: str = ""
    """Whose explanations the others are."""


@dataclass(frozen=True, eq=False)
class Result:
    """What a run keeps of a neuron."""

    explanation: Explanation
    simulations: Sequence[StoredSimulation] = ()
    baseline_error: str = ""
    """What the baseline lacks for an endpoint's errors."""

    @property
    def trouble(self) -> tuple[str, str] | None:
        """The state and reason of the first score or baseline that a further try may mend; None where there is none."""
        for state in ("provider_error", "unparsable"):
            for score in self.explanation.scores:
                if score.state == state:
                    return state, score.reason
        return ("provider_error", self.baseline_error) if self.baseline_error else None


@dataclass(frozen=True)
class Asking:
    """What neurons are explained and scored with."""

    plan: RunPlan
    simulator: LanguageSimulator
    provenance: Provenance
    explainer: Endpoint | None = None
    """None where the explanation is not asked of a language model."""
    simulator_identity: str = ""
    """Address and model behind the simulator."""
    count: Counter = estimate_tokens
    """Tokens of a text as the explainer counts them, and how many it reads."""
    context_tokens: int = 8192
    judge: Judge | None = None
    activations: Activations | None = None
    ablator: Ablator | None = None
    marks: Any = None
    bias: str = ""
    """What the simulator answers when told nothing, in words; noted with its scores."""

    async def neuron(self, stored: Stored, *, now: str) -> Result:
        """Explain, simulate and score one neuron. `now`: when, ISO 8601, of the scores.

        Raises EndpointError where no explanation came, EndpointRefused, BudgetReached and Cancelled as they come,
        ScoringError or NotFound where the neuron lacks what is needed.
        """
        sets = sets_of(stored.record, self.plan)
        explanation, note = await self._explain(stored, evaluation_sets(stored.record), sets)
        identity = self._identity(explanation)
        explanation = replace(explanation, id=identity)
        where = replace(explanation.provenance, created=now, simulator=None)
        scores, simulated = await self._scores(explanation, stored, sets, where)
        scores = [
            replace(
                score, note=" ".join(filter(None, (score.note, note, _compared(score, stored), self._bias_of(score))))
            )
            for score in scores
        ]
        lacking = simulated.baseline_error if simulated else ""
        rows = _rows(explanation, self.simulator.name, simulated, now)
        return Result(replace(explanation, scores=scores), rows, lacking)

    def expected(self, stored: Stored) -> int:
        """About how many excerpts a neuron's simulator is asked about, for a progress bar."""
        plan = self.plan
        try:
            sets = sets_of(stored.record, plan)
        except ScoringError:
            return 1
        sizes = {name: len(chosen.records) for name, chosen in sets.items()}
        scored = sum(size for name, size in sizes.items() if name != "calibration")
        chosen_on = sizes["calibration"] * plan.candidates if plan.explainer in LANGUAGE_EXPLAINERS else 0
        return chosen_on + sizes["calibration"] + scored * (1 + len(stored.others))

    # --- the explanation ---------------------------------------------------------------------------------------

    async def _explain(
        self, stored: Stored, sets: Mapping[str, EvaluationSet], scored: Mapping[str, EvaluationSet]
    ) -> tuple[Explanation, str]:
        """The explanation to score, and what is to be said of how it came about."""
        plan, record = self.plan, stored.record
        if plan.explainer in PERSON:
            return person.explain(plan.sentence, neuron=record.id, provenance=self.provenance), ""
        if plan.explainer == "pattern":
            return Explanation(plan.pattern, "person", record.id, provenance=self.provenance), ""
        if plan.explainer not in LANGUAGE_EXPLAINERS:
            return self._stored(stored, plan.explainer), ""
        if plan.explainer == "revision":
            return await self._revised(stored, sets)
        return await self._best_of(plan.explainer, stored, sets), ""

    def _stored(self, stored: Stored, explainer: str) -> Explanation:
        found = next((entry for entry in stored.explanations if entry.explainer == explainer), None)
        if found is None:
            raise NotFound(f"No explanation by “{explainer}” is stored. Make one first, with the simulator rule.")
        parent = found.id or None
        where = replace(self.provenance, fitted_on=found.provenance.fitted_on)
        return Explanation(found.text.strip(), explainer, stored.record.id, parent=parent, provenance=where)

    async def _best_of(self, explainer: str, stored: Stored, sets: Mapping[str, EvaluationSet]) -> Explanation:
        """The best of the candidates on the calibration split."""
        settings, endpoint, record = self.settings(), self._asked(), stored.record
        shown = sets["train"].records[: self.plan.shown or None]
        options: dict[str, Any] = {"neuron": record.id, "provenance": self.provenance}
        if explainer == token_space.NAME:
            tokens = [entry.token for entry in sorted(record.statistics.top_tokens, key=lambda t: -t.mean)]
            if not tokens:
                raise ScoringError("The dataset stores no tokens by mean activation. Take an explainer of excerpts.")
            found = await token_space.explain(tokens, endpoint, settings, **options)
        else:
            ask = summary.explain if explainer == summary.NAME else pairs.explain
            found = await ask(shown, endpoint, settings, **options)
        return (await choose(found, sets["calibration"], self.simulator)).explanation

    async def _revised(self, stored: Stored, sets: Mapping[str, EvaluationSet]) -> tuple[Explanation, str]:
        before = await self._to_revise(stored, sets)
        neuron, activations = stored.record.id, self.activations
        tried = None if activations is None else lambda text: activations(neuron, text)
        settings = RevisionSettings(**vars(self.settings()))
        found = await revise(
            before, sets, self._asked(), self.simulator, settings, activations=tried, provenance=self.provenance
        )
        note = f"Revision of “{before.text}”: {found.reason}"
        explanation = replace(found.explanation, explainer="revision", parent=before.id or None)
        where = replace(explanation.provenance, explainer="revision", created=self.provenance.created)
        return replace(explanation, scores=[], provenance=where), note

    async def _to_revise(self, stored: Stored, sets: Mapping[str, EvaluationSet]) -> Explanation:
        """The sentence given, else a stored one of a language model or person, else one asked for now.

        Of several stored ones the best on the calibration split: their scores are of splits that the result is
        reported on, and must not decide.
        """
        if self.plan.sentence.strip():
            return person.explain(self.plan.sentence, neuron=stored.record.id, provenance=self.provenance)
        found: dict[str, Explanation] = {}
        # Of equal sentences not the one that a revision kept, or the same run would be another one each time.
        for entry in sorted(stored.explanations, key=lambda entry: entry.explainer == "revision"):
            is_read = entry.explainer in (*LANGUAGE_EXPLAINERS, *PERSON)
            if is_read and entry.provenance.created != self.plan.created:
                found.setdefault(entry.text, entry)
        if not found:
            return await self._best_of(pairs.NAME, stored, sets)
        return (await choose(list(found.values()), sets["calibration"], self.simulator)).explanation

    def settings(self) -> Settings:
        """How explainers ask."""
        return Settings(
            n_candidates=self.plan.candidates,
            max_tokens=self.plan.answer_tokens,
            context_tokens=self.context_tokens,
            count=self.count,
            seed=self.plan.seed,
        )

    def _asked(self) -> Endpoint:
        if self.explainer is None:
            raise EndpointError("There is no language model to ask for an explanation.")
        return self.explainer

    # --- its scores --------------------------------------------------------------------------------------------

    async def _scores(
        self, explanation: Explanation, stored: Stored, sets: Mapping[str, EvaluationSet], where: Provenance
    ) -> tuple[list[Score], LanguageScores | None]:
        plan = self.plan
        lookup = next((e for e in stored.explanations if e.explainer == "lookup" and e.rule), None)
        lookup = None if explanation.explainer == "lookup" else lookup
        scores: list[Score] = []
        simulated = None
        if {"simulation", "ablation"} & set(plan.scorers):
            simulated = await score_language(
                explanation,
                sets,
                self.simulator,
                calibration=plan.calibration,  # type: ignore[arg-type]  # checked with the plan
                lookup=lookup,
                others=stored.others if "simulation" in plan.scorers else (),
                seed=plan.seed,
                provenance=where,
            )
            scores += simulated.scores if "simulation" in plan.scorers else []
        if "ablation" in plan.scorers and simulated is not None:
            # It computes with the dataset's model for a while; calls of other neurons go on meanwhile.
            scores.append(await asyncio.to_thread(self._ablated, stored.record, sets, simulated, lookup, where))
        for name in ITEM_SCORERS:
            if name in plan.scorers and self.judge is not None:
                items = ITEM_SCORERS[name](stored.record, seed=plan.seed)
                judged = score_by_judge(
                    explanation,
                    items,
                    self.judge,
                    lookup=lookup,
                    others=stored.others,
                    seed=plan.seed,
                    provenance=where,
                )
                scores.append(await judged)
        return scores, simulated

    def _ablated(
        self,
        record: NeuronRecord,
        sets: Mapping[str, EvaluationSet],
        found: LanguageScores,
        lookup: Explanation | None,
        where: Provenance,
    ) -> Score:
        if self.ablator is None:
            return _unscored(self.simulator.name, where, "The dataset's model is not at hand, which ablation needs.")
        calibration = found.calibration
        if calibration is None:
            state: ScoreState = "provider_error" if found.calibration_errors else "undefined"
            if state == "undefined" and found.calibration_unread:  # which another try may mend
                state = "unparsable"
            reason = f"Ablation needs a calibrated simulation, and there is none. {found.calibration_note}".strip()
            return _unscored(self.simulator.name, where, reason, state=state)
        chosen = found.simulations["held_out"]
        values = [calibration.apply(simulation.expected) for simulation in chosen.simulations]
        beside = None
        if lookup is not None:
            rule, fitted_on = simulator_for(lookup), sets["calibration"]
            fitted = calibrate(simulate_set(rule, fitted_on), fitted_on)
            beside = [fitted.apply(s.expected) for s in simulate_set(rule, chosen.chosen)]
        score = score_ablation(
            record,
            chosen.chosen,
            values,
            self.ablator,
            simulator=self.simulator.name,
            lookup=beside,
            provider_errors=chosen.provider_errors,
            seed=self.plan.seed,
            provenance=replace(where, simulator=self.simulator.description, simulator_model=found.answered_by),
        )
        noted = " ".join(filter(None, (score.note, found.calibration_note)))
        return replace(score, note=noted) if score.state == "ok" else score

    def _bias_of(self, score: Score) -> str:
        """The simulator's label bias, for scores of its simulations."""
        return "" if score.scorer in ITEM_SCORERS else self.bias

    def _identity(self, explanation: Explanation) -> str:
        """Of two explanations the same only if everything is that their scores depend on: no run overwrites another."""
        plan, neuron = self.plan, explanation.neuron
        if neuron is None:
            raise ScoringError("An explanation is kept with its neuron, and this one has none.")
        made_by = {
            "explainer model": self.explainer.identity if self.explainer is not None else "",
            "prompt": explanation.provenance.prompt_hash,
            "simulator": [self.simulator.name, self.simulator.description],
            "simulator model": self.simulator_identity or self.simulator.model,
            "judge": self.judge.description if self.judge is not None else "",
            "options": [plan.seed, plan.calibration, plan.candidates, plan.shown, plan.excerpts, plan.others],
            "room": [plan.context_tokens, self.context_tokens, plan.answer_tokens],
            "revised": [plan.sentence, plan.counter_examples] if plan.explainer == "revision" else [],
            "scored": [list(plan.splits), list(plan.scorers)],
            "parent": explanation.parent,
        }
        return explanation_id(neuron, explanation.explainer, explanation.text, made_by)


def sets_of(record: NeuronRecord, plan: RunPlan) -> dict[str, EvaluationSet]:
    """The calibration split and the splits that the plan scores, with as many held-out excerpts a side as it says.

    Raises ScoringError when there are too few records.
    """
    sets = evaluation_sets(record)
    found = {"calibration": sets["calibration"]}
    for name in plan.splits:
        if name == "test":
            records = tuple(split_records(record.top, record.random, sets["calibration"].n_top)["test"])
            sides = tuple("random" if entry.group == "random" else "top" for entry in records)
            found[name] = EvaluationSet(name, records, sides)
        else:
            found[name] = _first(sets[name], plan.excerpts) if name == "held_out" else sets[name]
    if "ablation" in plan.scorers and "held_out" not in found:
        found["held_out"] = _first(sets["held_out"], plan.excerpts)
    return found


def _compared(score: Score, stored: Stored) -> str:
    """Whose explanations stand beside a score, where any do."""
    return stored.compared if any(baseline.name == OTHER_NEURONS for baseline in score.baselines) else ""


def _first(chosen: EvaluationSet, n: int) -> EvaluationSet:
    """The first `n` records of each side."""
    kept: list[int] = []
    for side in dict.fromkeys(chosen.sides):
        kept += [i for i, name in enumerate(chosen.sides) if name == side][:n]
    kept.sort()
    return EvaluationSet(chosen.split, tuple(chosen.records[i] for i in kept), tuple(chosen.sides[i] for i in kept))


def _rows(
    explanation: Explanation, simulator: str, found: LanguageScores | None, now: str
) -> tuple[StoredSimulation, ...]:
    """A row for each excerpt that was simulated; where an error came there is none."""
    rows: dict[int, StoredSimulation] = {}
    for chosen in found.simulations.values() if found is not None else ():
        for outcome, record in zip(chosen.outcomes, chosen.chosen.records, strict=True):
            if isinstance(outcome, Simulation) and record.excerpt_id is not None and explanation.neuron is not None:
                rows[record.excerpt_id] = StoredSimulation(
                    explanation.id,
                    explanation.neuron,
                    simulator,
                    record.excerpt_id,
                    np.asarray(outcome.expected),
                    outcome.scale,
                    outcome.values,
                    outcome.probabilities,
                    now,
                )
    return tuple(rows.values())


def _unscored(simulator: str, where: Provenance, reason: str, *, state: ScoreState = "undefined") -> Score:
    return Score(
        math.nan,
        state=state,
        reason=reason,
        scorer="ablation",
        simulator=simulator,
        split="held_out",
        subset="all",
        provenance=where,
    )
