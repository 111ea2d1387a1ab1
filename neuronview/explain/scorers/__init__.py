"""Scorers other than simulation: detection and fuzzing by a judge or a rule, ablation on the subject model."""

from neuronview.explain.scorers.ablation import Ablator, Effects, score_ablation
from neuronview.explain.scorers.detection import detection_items
from neuronview.explain.scorers.fuzzing import fuzzing_items
from neuronview.explain.scorers.items import Item, Items
from neuronview.explain.scorers.judged import judge_requests, rule_judgements, score_by_judge
from neuronview.explain.scorers.judges import (
    JUDGES,
    DecisionJudge,
    DigitJudge,
    Judge,
    Judgements,
    StructuredJudge,
)

__all__ = [
    "ITEM_SCORERS",
    "JUDGES",
    "Ablator",
    "DecisionJudge",
    "DigitJudge",
    "Effects",
    "Item",
    "Items",
    "Judge",
    "Judgements",
    "StructuredJudge",
    "detection_items",
    "fuzzing_items",
    "judge_requests",
    "rule_judgements",
    "score_ablation",
    "score_by_judge",
]

ITEM_SCORERS = {"detection": detection_items, "fuzzing": fuzzing_items}
"""What each scorer asks about, by its name."""
