"""The form of a dataset folder: file kinds, their columns, the manifest and the commits.

Knows Arrow types only: neither how files are written (`write`) nor how they are queried (`dataset`). Format
version 1. Activations are 16-bit floats (relative error at most 2^-11) or 32-bit, as the manifest says.
"""

from __future__ import annotations

import pyarrow as pa

__all__ = [
    "FORMAT_VERSION",
    "KINDS",
    "OPTIONAL",
    "SCHEMAS",
    "SHARES",
    "SORTED_BY",
    "TAIL_PROBABILITIES",
    "records_schema",
]

FORMAT_VERSION = 1

TAIL_PROBABILITIES: tuple[float, ...] = tuple(
    round(mantissa * 10.0**exponent, 12) for exponent in range(-1, -8, -1) for mantissa in (7, 5, 3, 2, 1)
)
"""Decreasing exceedance probabilities from 0.7 to 1e-7 at which a neuron's tail is stored."""

_NEURON = [("layer", pa.int16()), ("neuron", pa.int32())]

_TOP_TOKEN = pa.struct(
    [("token", pa.string()), ("token_id", pa.int32()), ("mean", pa.float32()), ("count", pa.int64())]
)
_FEATURE = pa.struct([("feature", pa.string()), ("correlation", pa.float32())])

NEURONS = pa.schema(
    [
        *_NEURON,
        ("count", pa.int64()),
        ("n_excerpts", pa.int64()),
        ("mean", pa.float64()),
        ("variance", pa.float64()),
        ("skewness", pa.float64()),
        ("kurtosis", pa.float64()),
        ("minimum", pa.float32()),
        ("maximum", pa.float32()),
        ("share_positive", pa.float64()),
        ("histogram", pa.list_(pa.int64())),
        ("quantile_boundaries", pa.list_(pa.float32())),
        ("tail_values", pa.list_(pa.float32())),
        ("tail_max_values", pa.list_(pa.float32())),
        ("top_tokens", pa.list_(_TOP_TOKEN)),
        ("features", pa.list_(_FEATURE)),
    ]
)

EXCERPTS = pa.schema(
    [
        ("excerpt_id", pa.int32()),
        ("document_id", pa.string()),
        ("source", pa.string()),
        ("template", pa.string()),
        ("token_ids", pa.list_(pa.int32())),
        # Empty where the dataset's vocabulary gives the strings.
        ("tokens", pa.list_(pa.string())),
        # Of the part of the corpus that nothing is fitted on; null where the source does not say.
        ("held_out", pa.bool_()),
    ]
)

VOCABULARY = pa.schema([("token_id", pa.int32()), ("token", pa.string()), ("count", pa.int64())])

SHARES = pa.schema(
    [
        *_NEURON,
        ("n_tokens", pa.int64()),  # that the shares are over
        # Of the variance, by `collect.shares`; null where a neuron never changes.
        ("token_share", pa.float16()),
        ("bigram_share", pa.float16()),
        ("position_share", pa.float16()),
    ]
)

EXPLANATIONS = pa.schema(
    [
        ("explanation_id", pa.string()),
        *_NEURON,
        ("explainer", pa.string()),
        ("text", pa.string()),
        ("rule", pa.string()),  # JSON, null where only the text says it
        ("parent", pa.string()),
        ("provenance", pa.string()),  # JSON of records.Provenance
    ]
)

SCORES = pa.schema(
    [
        ("explanation_id", pa.string()),
        *_NEURON,
        ("scorer", pa.string()),
        ("simulator", pa.string()),
        ("split", pa.string()),
        ("subset", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        # Null unless the state is ok. 64 bits, since published scores are kept as they are; parts of before have 32.
        ("value", pa.float64()),
        ("low", pa.float32()),
        ("high", pa.float32()),
        ("rsquared", pa.float64()),
        ("absolute_dev_explained", pa.float64()),
        ("n_sequences", pa.int32()),
        ("n_tokens", pa.int64()),
        ("n_missing", pa.int32()),
        ("baselines", pa.string()),  # JSON list of records.Baseline
        ("note", pa.string()),
        ("provenance", pa.string()),
        ("measures", pa.string()),  # JSON of Score.measures; parts of before lack the column
    ]
)

SIMULATIONS = pa.schema(
    [
        ("explanation_id", pa.string()),
        *_NEURON,
        ("simulator", pa.string()),
        ("excerpt_id", pa.int32()),
        ("scale", pa.string()),
        ("expected", pa.list_(pa.float32())),
        ("values", pa.list_(pa.list_(pa.float32()))),
        ("probabilities", pa.list_(pa.list_(pa.float32()))),
        ("created", pa.string()),  # when, ISO 8601: of the same simulation stored twice, the newest counts
        # What published simulations have besides; parts of before lack the columns.
        ("place", pa.int16()),  # among the excerpts that the explanation was scored on
        ("true_activations", pa.list_(pa.float32())),
        ("uncalibrated", pa.list_(pa.float32())),
        ("uncalibrated_values", pa.list_(pa.list_(pa.float32()))),
        ("uncalibrated_probabilities", pa.list_(pa.list_(pa.float32()))),  # null where they are the probabilities
        ("ev_correlation", pa.float64()),
        ("rsquared", pa.float64()),
        ("absolute_dev_explained", pa.float64()),
    ]
)

RELATED = pa.schema(
    [
        *_NEURON,
        ("kind", pa.string()),  # tokens_by_activation, tokens_by_weight, neurons_by_weight
        ("content", pa.string()),  # JSON
    ]
)

FILES = pa.schema(
    [
        *_NEURON,
        ("kind", pa.string()),  # of the file that was imported: activations, explanations, ...
        ("state", pa.string()),  # stored, absent, refused, failed
        ("reason", pa.string()),  # why it is not stored, in words
        ("bytes", pa.int64()),  # of the file
        ("created", pa.string()),  # when, ISO 8601: of the same file tried twice, the newest counts
    ]
)


def records_schema(activation_bits: int = 16) -> pa.Schema:
    """Columns of the records file; activations in 16 or 32 bits."""
    value = pa.float16() if activation_bits == 16 else pa.float32()
    return pa.schema(
        [
            *_NEURON,
            ("group", pa.string()),
            ("rank", pa.int16()),
            ("excerpt_id", pa.int32()),
            ("activations", pa.list_(value)),
        ]
    )


SCHEMAS: dict[str, pa.Schema] = {
    "neurons": NEURONS,
    "excerpts": EXCERPTS,
    "vocabulary": VOCABULARY,
    "records": records_schema(16),
    "explanations": EXPLANATIONS,
    "scores": SCORES,
    "simulations": SIMULATIONS,
    "related": RELATED,
    "files": FILES,
    "shares": SHARES,
}
KINDS: tuple[str, ...] = tuple(SCHEMAS)
OPTIONAL: dict[str, tuple[str, ...]] = {
    "excerpts": ("held_out",),
    "simulations": tuple(SIMULATIONS.names[SIMULATIONS.get_field_index("place") :]),
}
"""Columns that rows may lack, as those of older datasets do: they are null then."""
SORTED_BY: dict[str, tuple[str, ...]] = {
    "neurons": ("layer", "neuron"),
    "excerpts": ("excerpt_id",),
    "vocabulary": ("token_id",),
    "records": ("layer", "neuron"),
    "explanations": ("layer", "neuron"),
    "scores": ("layer", "neuron"),
    "simulations": ("layer", "neuron"),
    "related": ("layer", "neuron"),
    "files": ("layer", "neuron"),
    "shares": ("layer", "neuron"),
}
"""Columns that rows are sorted by inside a part; the first decides a part's row range in its commit."""
