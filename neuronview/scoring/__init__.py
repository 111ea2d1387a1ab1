"""Normalise, split, calibrate, score: the published method as pure functions on numpy arrays."""

from neuronview.scoring.calibration import Calibration, LinearCalibration, PercentileCalibration
from neuronview.scoring.coverage import interval_note
from neuronview.scoring.means import grouped_mean
from neuronview.scoring.metrics import (
    absolute_dev_explained_score,
    ev_correlation_score,
    ev_correlation_scores,
    paired_difference,
    resampled_interval,
    rsquared_score,
    score_sequences,
)
from neuronview.scoring.mistakes import HIGH, LOW, leave_one_out, mistakes
from neuronview.scoring.prepare import expected_value, normalize_activations, split_records

__all__ = [
    "HIGH",
    "LOW",
    "Calibration",
    "LinearCalibration",
    "PercentileCalibration",
    "absolute_dev_explained_score",
    "ev_correlation_score",
    "ev_correlation_scores",
    "expected_value",
    "grouped_mean",
    "interval_note",
    "leave_one_out",
    "mistakes",
    "normalize_activations",
    "paired_difference",
    "resampled_interval",
    "rsquared_score",
    "score_sequences",
    "split_records",
]
