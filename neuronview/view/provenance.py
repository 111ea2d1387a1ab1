"""Where an explanation and its scores come from: who explained, who simulated or judged, with which prompts."""

from __future__ import annotations

from collections.abc import Sequence

from neuronview.records import Explanation, Provenance

__all__ = ["provenance_rows"]

JUDGED = {"detection", "fuzzing"}
"""Scorers that ask a judge."""
Rows = list[tuple[str, str]]


def provenance_rows(explanation: Explanation) -> Rows:
    """Names and values: the explanation's own, then each different simulator or judge of its scores."""
    made = explanation.provenance
    rows = [
        ("Explainer", explanation.explainer),
        ("Explainer's model", made.explainer_model or ""),
        ("Explainer's prompt", made.prompt_hash or ""),
        ("Revision of", explanation.parent or ""),
        ("Fitted on", made.fitted_on or ""),
    ]
    rows += _simulators(explanation)
    rows += _circumstances(made)
    return [(name, value) for name, value in rows if value]


def _simulators(explanation: Explanation) -> Rows:
    """Each different way that its scores were made, in their order."""
    found: Rows = []
    for score in explanation.scores:
        made = score.provenance
        model = made.simulator_model or ""
        role = "judge" if model and score.scorer in JUDGED else "simulator"
        found += [
            (f"Scorer {score.scorer}: {role}", made.simulator or score.simulator),
            (f"Scorer {score.scorer}: model", model),
            (f"Scorer {score.scorer}: prompt", (made.prompt_hash or "") if model else ""),
        ]
    return list(dict.fromkeys(found))


def _circumstances(made: Provenance) -> Rows:
    versions = [f"{name} {value}" for name, value in made.versions.items()]
    subject = made.model or ""
    # Published files do not say which excerpts an explanation was chosen and calibrated on.
    return [
        ("Chosen and calibrated on", "" if made.split == "published" else made.split or ""),
        ("Seed", "" if made.seed is None else str(made.seed)),
        ("Dataset", made.dataset or ""),
        ("Neurons of", f"{subject}, weights {made.model_fingerprint}" if made.model_fingerprint else subject),
        ("Values", _words((made.activation_function, made.dtype))),
        ("Made", f"{made.created[:19].replace('T', ' ')} UTC" if made.created else ""),
        ("Versions", ", ".join(versions)),
    ]


def _words(parts: Sequence[str | None]) -> str:
    return ", ".join(part for part in parts if part)
