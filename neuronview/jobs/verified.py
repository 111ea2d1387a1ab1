"""What a verification found, and its memory: one small file a dataset in the user's folder.

Live pages ask `model_options` how the dataset's model has to be loaded so that typed text is comparable with what is
stored. Loads no model.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypedDict

from neuronview.config import Settings
from neuronview.store import Dataset
from neuronview.store.write import unsealed, write_json

__all__ = [
    "ActivationCheck",
    "Deviation",
    "Diagnostic",
    "Differences",
    "ModelOptions",
    "ScoreCheck",
    "ScoreDifference",
    "VariantFit",
    "Verdict",
    "Verification",
    "model_options",
    "remember",
    "remembered",
    "verified_activation",
]

log = logging.getLogger(__name__)

Verdict = Literal["match", "near", "none"]
UNKNOWN = ("", "unknown")
"""What a manifest names as activation function where it does not know."""


class ModelOptions(TypedDict):
    """Options of `model.load`."""

    activation: str | None
    leading: str | None


@dataclass(frozen=True)
class Differences:
    """Absolute differences between stored and recomputed activations, over `n` tokens."""

    n: int
    mean: float
    median: float
    p90: float
    p99: float
    p999: float
    maximum: float
    correlation: float
    """Of stored with recomputed; nan when either does not vary."""
    share_within: float
    """Share of the tokens at which the difference is no more than the stored precision explains."""


@dataclass(frozen=True)
class VariantFit:
    """One activation function, with or without the leading token, and how far it is from what is stored."""

    activation: str
    leading: bool
    differences: Differences
    verdict: Verdict


@dataclass(frozen=True)
class Diagnostic:
    """What the smallest stored activation says of the activation function, whatever the model."""

    minimum: float
    possible: tuple[str, ...]
    """Variants that can give it."""
    words: str


@dataclass(frozen=True)
class Deviation:
    """A token at which the best variant is far from what is stored."""

    layer: int
    neuron: int
    excerpt_id: int | None
    position: int
    stored: float
    recomputed: float


@dataclass(frozen=True)
class ActivationCheck:
    """Stored activations of a sample of records, recomputed."""

    model: str
    model_fingerprint: str
    n_records: int
    """Records that were recomputed; the others of the sample are counted in the next two."""
    n_not_comparable: int
    n_too_long: int
    n_by_strings: int
    """Of the recomputed ones, those whose ids were found by their token strings."""
    variants: tuple[VariantFit, ...]
    """Best first."""
    verdict: Verdict
    told_apart: bool
    """Whether the best variant is clearly nearer than the second."""
    precision: str
    words: str
    diagnostic: Diagnostic
    farthest: tuple[Deviation, ...]
    """Where the best variant is farther off than the stored precision explains, farthest first."""

    @property
    def best(self) -> VariantFit:
        """The variant that is nearest to what is stored."""
        return self.variants[0]


@dataclass(frozen=True)
class ScoreDifference:
    """A stored score that is not what its stored simulation gives."""

    layer: int
    neuron: int
    explanation_id: str
    simulator: str
    split: str
    subset: str
    stored: float
    recomputed: float
    tolerance: float
    """What the stored precision explains."""


@dataclass(frozen=True)
class ScoreCheck:
    """Stored scores recomputed from stored simulations and activations."""

    n_neurons: int
    n_scores: int
    n_agree: int
    n_not_recomputable: int
    """Scores with a stored simulation whose true activations are not all stored."""
    differing: tuple[ScoreDifference, ...]
    words: str


@dataclass(frozen=True)
class Verification:
    """All that one run of `verify` found. `activations` is None where nothing could be recomputed, and why is said."""

    dataset: str
    fingerprint: str
    created: str
    seconds: float
    activations: ActivationCheck | None
    not_verified: str
    scores: ScoreCheck

    @property
    def words(self) -> str:
        """What was found, in a few sentences."""
        return " ".join([self.activations.words if self.activations else self.not_verified, self.scores.words])


def remember(found: Verification, *, settings: Settings) -> Path:
    """Keep the result for its dataset, in place of an earlier one; DatasetError when it cannot be written."""
    path = _path(settings, found.fingerprint)
    write_json(path, _plain(asdict(found)))
    return path


def remembered(dataset: Dataset, *, settings: Settings | None = None) -> Verification | None:
    """The last verification of a dataset; None when there was none, or its file is damaged (which is logged)."""
    path = _path(settings or Settings.from_env(), dataset.manifest.fingerprint)
    try:
        return _verification(unsealed(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError) as error:
        log.warning("%s cannot be read (%s). Verify the dataset again to replace it.", path, error)
        return None


def verified_activation(dataset: Dataset, *, settings: Settings | None = None) -> tuple[str, bool] | None:
    """Activation function that fits the dataset, and whether the leading token stands before its excerpts.

    None when the dataset was never verified, or with a model that is not its own.
    """
    found = remembered(dataset, settings=settings)
    if found is None or found.activations is None or found.activations.verdict == "none":
        return None
    return found.activations.best.activation, found.activations.best.leading


def model_options(dataset: Dataset, *, settings: Settings | None = None) -> ModelOptions:
    """Options `activation` and `leading` for `model.load`, so that live values are comparable with stored ones.

    What a verification found; else what the manifest names; else None, the model's own function.
    """
    verified = verified_activation(dataset, settings=settings)
    if verified is not None:
        return {"activation": verified[0], "leading": "default" if verified[1] else None}
    named = dataset.manifest.model.activation_function
    return {"activation": None if named in UNKNOWN else named, "leading": "default"}


def _path(settings: Settings, fingerprint: str) -> Path:
    return settings.home / "verified" / f"{fingerprint}.json"


def _plain(value: Any) -> Any:
    """The same with None for numbers that JSON has no form for."""
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _verification(raw: Mapping[str, Any]) -> Verification:
    checked = raw["activations"]
    scores = {**raw["scores"], "differing": tuple(_of(ScoreDifference, entry) for entry in raw["scores"]["differing"])}
    activations = {**raw, "activations": _activations(checked) if checked else None, "scores": ScoreCheck(**scores)}
    return Verification(**activations)


def _activations(raw: Mapping[str, Any]) -> ActivationCheck:
    variants = tuple(
        VariantFit(**{**entry, "differences": _of(Differences, entry["differences"])}) for entry in raw["variants"]
    )
    if not variants:
        raise ValueError("no variant is listed")
    diagnostic = _of(Diagnostic, raw["diagnostic"])
    farthest = tuple(_of(Deviation, entry) for entry in raw["farthest"])
    return ActivationCheck(**{**raw, "variants": variants, "diagnostic": diagnostic, "farthest": farthest})


def _of(kind: Any, raw: Mapping[str, Any]) -> Any:
    """A record of that kind; a null number is nan again, a list a tuple."""
    values = {entry.name: raw[entry.name] for entry in fields(kind)}
    for entry in fields(kind):
        if entry.type == "float" and values[entry.name] is None:
            values[entry.name] = math.nan
        if isinstance(values[entry.name], list):
            values[entry.name] = tuple(values[entry.name])
    return kind(**values)
