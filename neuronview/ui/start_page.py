"""Streamlit's start page with what ours need from the first frame on: their style, and the scripts they will ask for.

Sent with a run of a page, the style came after the menu, and the scripts one after the other: everything moved once or
twice while it did.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path

from neuronview.ui import nav

__all__ = ["SCRIPTS", "start_page", "style"]

STYLES = tuple(Path(__file__).with_name(name) for name in ("frame.css", "waiting.css"))
SCRIPTS = ("BidiComponent", "Html", "Button")
"""Streamlit's scripts, by name, that every page asks for first; each more would take time from the others."""
_ICONS = "MaterialSymbols-Rounded"
_IMPORT = re.compile(rb'(?:from|import)\s*["`\']\./([\w.-]+\.js)["`\']')


def style() -> str:
    """The app's own style, as CSS."""
    return "".join(file.read_text(encoding="utf-8") for file in STYLES) + nav.menu_icons()


def start_page(page: Path) -> bytes:
    """The file `page`, Streamlit's start page, with our title, style, icons' font and scripts.

    The style stands after those that Streamlit adds to the head, so that it holds where both speak of the same.
    """
    shown = page.read_text(encoding="utf-8")
    files = page.parent / "static"
    ahead = [
        f'<link rel="preload" href="./static/media/{font.name}" as="font" type="font/woff2" crossorigin>'
        for font in sorted((files / "media").glob(f"{_ICONS}.*.woff2"))
    ]
    wanted = [name for name in _scripts(files / "js") if f"/{name}" not in shown]
    ahead += [f'<link rel="modulepreload" crossorigin href="./static/js/{html.escape(name)}">' for name in wanted]
    shown = shown.replace("<title>Streamlit</title>", "<title>NeuronView</title>")
    shown = shown.replace("</head>", "\n".join([*ahead, "</head>"]), 1)
    return shown.replace("</body>", f"<style>{style()}</style>\n</body>", 1).encode()


def _scripts(folder: Path) -> Iterable[str]:
    """Files of SCRIPTS and those that these import, each once."""
    found: dict[str, None] = {}
    left = [file.name for name in SCRIPTS for file in sorted(folder.glob(f"{name}.*.js"))]
    while left:
        if (name := left.pop(0)) not in found:
            found[name] = None
            left += [one.decode() for one in _IMPORT.findall((folder / name).read_bytes())]
    return found
