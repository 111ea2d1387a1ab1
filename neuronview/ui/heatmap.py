"""The token heat map: the function that every page mounts it with. `neuronview.view.heatmap` says what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.ui import glyphs, nav
from neuronview.ui.components.token_strip import mount
from neuronview.view.heatmap import NORMALIZATIONS, Group, Normalization, Strip, heatmap_payload

__all__ = ["NORMALIZATIONS", "Group", "Normalization", "Strip", "heatmap_payload", "heatmap_text", "token_heatmaps"]


def token_heatmaps(
    groups: Sequence[Group] | Callable[[], Sequence[Group]],
    *,
    key: str,
    dataset: str,
    on_pick: Callable[[], None] | None = None,
    text: str | None = None,
    part: tuple[str, NeuronId] | None = None,
    **options: Any,
) -> None:
    """Mount groups of strips in one component; options as for `heatmap_payload`.

    `text` is what `heatmap_text` made of the same groups before, so that it is not made again; `groups` may then be
    what makes them, which is called where a token is used. `part` says which part of which neuron's page this is:
    `neighbours` then draws another neuron's in its place before that one's page has come.

    With `on_pick`, a click or Enter chooses a token: the state under `key` then has (group, strip, position) as
    `picked`. Without, it offers what can be done with the token; each of these leads to the text page.
    """
    cut = glyphs.cut_bytes(dataset)
    data: dict[str, Any] = {"text": text}
    if part is not None:
        data |= {"part": part[0], "neuron": str(part[1])}
    if text is None:
        data = heatmap_payload(_made(groups), dataset=dataset, pickable=on_pick is not None, cut=cut, **options)
    found = mount(key=key, data=data, on_picked_change=on_pick or _nothing, on_used_change=_nothing)
    if used := found.get("used"):
        strip = _made(groups)[int(used["group"])].strips[int(used["strip"])]
        text, start = glyphs.typed_text(strip.record, int(used["position"]), cut)
        layer, neuron = strip.neuron
        nav.go("text", Place(dataset, layer, neuron, text), view={"at": start} if used["token"] else None)


def heatmap_text(groups: Sequence[Group], *, dataset: str, **options: Any) -> str:
    """What the component is told, as JSON: one long text goes to the browser in a fraction of the time."""
    payload = heatmap_payload(groups, dataset=dataset, **options)
    try:
        return orjson.dumps(payload).decode()
    except TypeError:  # half of a surrogate pair in a text, which only the plain writer escapes
        return json.dumps(payload, separators=(",", ":"))


def _made(groups: Sequence[Group] | Callable[[], Sequence[Group]]) -> Sequence[Group]:
    return groups() if callable(groups) else groups


def _nothing() -> None:
    """A state that only the component sets still needs a function to call."""
