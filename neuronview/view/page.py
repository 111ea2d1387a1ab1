"""One neuron as one HTML file that needs no server: everything stands in it, it runs nothing and asks for nothing.

A policy in its head holds the browser to that. Simulates with rules, and with what is stored; asks no model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neuronview.errors import NeuronViewError
from neuronview.records import Explanation, NeuronId, NeuronRecord, NeuronStatistics
from neuronview.store import Dataset
from neuronview.tokens import display_text, visible_quotes
from neuronview.view import glyphs
from neuronview.view import simulated as words
from neuronview.view.cards import explanations_html
from neuronview.view.evaluation import SimulatedSet, Source, simulated_set, sources
from neuronview.view.heatmap import heatmap_payload
from neuronview.view.neuron import feature_words, moments, record_groups, record_heading
from neuronview.view.picture import histogram_svg
from neuronview.view.places import model_words, without_places
from neuronview.view.plain import activation_words, html_safe, html_table
from neuronview.view.published_set import is_published, published_set, with_published_excerpts
from neuronview.view.scores import explainer_words, number, score_html
from neuronview.view.strips import heatmap_html, heatmap_style
from neuronview.view.styles import page_style

__all__ = ["neuron_page"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def neuron_page(dataset: Dataset, neuron: NeuronId, *, made: str) -> str:
    """The file's text. `made` is the day, in words. Raises NotFound for a neuron that the dataset has not.

    A simulation that cannot be had is left out, with the reason in words.
    """
    record = dataset.neuron(neuron)
    explanations = dataset.explanations(neuron)
    path = glyphs.vocabulary_file(dataset.model_source)
    cut = glyphs.read_cut_bytes(path) if path else {}
    name = dataset.manifest.name
    excerpts = heatmap_payload(record_groups(dataset, record), dataset=name, cut=cut)
    against, simulated = _against(dataset, record, explanations, cut)
    sections = [
        ("Explanations", explanations_html(explanations)),
        ("Excerpts", heatmap_html(excerpts, style=False) if record.groups else "<p>No excerpts are stored.</p>"),
        ("Real against simulated", against),
        ("Activations over the whole corpus", _distribution(record.statistics)),
        ("Where the numbers come from", _provenance(dataset, made)),
    ]
    style = page_style() + heatmap_style(excerpts, *simulated)
    body = "".join(f"<section><h2>{html_safe(title)}</h2>{content}</section>" for title, content in sections if content)
    title = html_safe(f"Neuron {neuron} of {name}")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" '
        f'content="light dark"><style>{style}</style></head><body class="nv-static"><main>'
        f"{_header(dataset, neuron)}{body}</main></body></html>\n"
    )


def _header(dataset: Dataset, neuron: NeuronId) -> str:
    model = dataset.manifest.model
    line = (
        f"Dataset {dataset.manifest.name}, model {model_words(dataset)}. Layer {neuron.layer} of 0 to "
        f"{model.n_layers - 1}, neuron {neuron.neuron} of 0 to {model.n_neurons - 1}, values after "
        f"{activation_words(model.activation_function)}."
    )
    return f"<header><h1>Neuron {neuron}</h1><p>{html_safe(line)}</p></header>"


# --- real against simulated ------------------------------------------------------------------------------------------


def _against(
    dataset: Dataset, record: NeuronRecord, explanations: Sequence[Explanation], cut: Mapping[int, bytes]
) -> tuple[str, list[dict[str, Any]]]:
    """The first explanation that has simulated values, on excerpts that nothing was fitted on; and what is drawn."""
    found = sources(explanations, dataset.simulations(record.id))
    if not found:
        return "", []
    try:
        chosen = _simulated(dataset, record, found[0])
    except NeuronViewError as error:
        return f"<p>{html_safe(without_places(dataset, str(error)))}</p>", []
    if empty := words.empty_words(chosen):
        return f"<p>{html_safe(empty)}</p>", []
    groups = words.simulated_groups(with_published_excerpts(record, chosen), chosen, record_heading)
    payload = heatmap_payload(
        groups,
        dataset=dataset.manifest.name,
        simulated_scale=chosen.scale,
        difference=chosen.scale == "calibrated",
        cut=cut,
    )
    said = [words.origin_words(chosen), words.calibration_words(chosen), *words.correlations_by_side(chosen).values()]
    lines = "".join(f'<p class="nv-note">{html_safe(line)}</p>' for line in said if line)
    explanation = chosen.explanation
    by = html_safe(explainer_words(explanation.explainer))
    title = f"<p>{html_safe(visible_quotes(explanation.text.strip()))} <small>· {by}</small></p>"
    scores = "".join(map(score_html, chosen.scores[:1]))
    return title + scores + lines + heatmap_html(payload, style=False), [payload]


def _simulated(dataset: Dataset, record: NeuronRecord, source: Source) -> SimulatedSet:
    if not is_published(source):
        return simulated_set(record, source.explanation, stored=source.stored)
    rows = dataset.excerpts([row.excerpt_id for row in source.stored])
    return published_set(record, source, {row["excerpt_id"]: row["tokens"] for row in rows})


# --- numbers ---------------------------------------------------------------------------------------------------------


def _distribution(statistics: NeuronStatistics) -> str:
    picture = histogram_svg(statistics) or "<p>No histogram is stored for this neuron.</p>"
    parts = [html_table(("Statistic", "Value"), [[html_safe(a), html_safe(b)] for a, b in moments(statistics, "n/a")])]
    if statistics.top_tokens:
        rows = [
            [f"<code>{html_safe(display_text(entry.token))}</code>", number(entry.mean, digits=3), f"{entry.count:,}"]
            for entry in statistics.top_tokens
        ]
        parts.append(html_table(("Token", "Mean activation", "Occurrences"), rows))
    if statistics.features:
        rows = [[html_safe(feature_words(entry.feature)), number(entry.correlation)] for entry in statistics.features]
        parts.append(html_table(("Dictionary feature", "Correlation"), rows))
    return f'{picture}<div class="nv-columns">{"".join(parts)}</div>'


def _provenance(dataset: Dataset, made: str) -> str:
    manifest = dataset.manifest
    model, corpus = manifest.model, manifest.corpus
    amounts = [
        f"{corpus[key]:,} {noun}"
        for key, noun in (("n_excerpts", "excerpts"), ("n_tokens", "tokens"))
        if corpus.get(key)
    ]
    rows = [
        ("Dataset", f"{manifest.name}, fingerprint {manifest.fingerprint}"),
        ("Model", f"{model_words(dataset)}, weights {model.fingerprint}"),
        ("Values", f"MLP activation after {activation_words(model.activation_function)}, computed in {model.dtype}"),
        ("Corpus", ", ".join([*amounts, *([f"hash {corpus['hash']}"] if corpus.get("hash") else [])])),
        ("Written", f"{made}, by NeuronView from the dataset alone: nothing was asked of a model or a server"),
    ]
    return html_table(("", ""), [[html_safe(name), html_safe(value)] for name, value in rows if value])
