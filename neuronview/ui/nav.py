"""The pages as data, and links between them. The only place that names page files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from neuronview.config import Settings
from neuronview.links import Place
from neuronview.records import NeuronId
from neuronview.ui.plain import markdown_safe

__all__ = ["PAGES", "PageRow", "go", "link", "menu_icons", "neuron_link", "neuron_place", "page", "row", "sections"]

FOLDER = Path(__file__).resolve().parents[2] / "pages"
_MADE = "nv_pages"


@dataclass(frozen=True)
class PageRow:
    """One page: file stem and address (`/` for the overview), title, icon and what it shows in a sentence."""

    name: str
    title: str
    icon: str
    sentence: str
    section: str = ""
    public: str = ""
    """The sentence for a public server's visitors, where another is true for them."""

    def says(self, *, public: bool) -> str:
        """What the page shows, to visitors of a public server or on one's own computer."""
        return self.public if public and self.public else self.sentence

    @property
    def file(self) -> Path:
        """The script."""
        return FOLDER / f"{self.name}.py"


PAGES: tuple[PageRow, ...] = (
    PageRow("overview", "Overview", ":material/home:", "What this dataset is, and which neurons to look at first."),
    PageRow(
        "tour",
        "Tour",
        ":material/explore:",
        "Guess what a neuron fires on, see what is said of it and how far that holds, then break it.",
    ),
    PageRow(
        "browse",
        "Browse",
        ":material/table_rows:",
        "Every neuron with its explanation and score: filter, sort, export.",
    ),
    PageRow(
        "neuron",
        "Neuron",
        ":material/blur_on:",
        "One neuron: what it fires on, what is said of it, and how far that holds.",
    ),
    PageRow("text", "Text", ":material/edit_note:", "Type any text and see, token by token, which neurons fire."),
    PageRow(
        "explain",
        "Explain",
        ":material/psychology:",
        "Explain, simulate and score neurons yourself; the result stays on this computer.",
        public="Explain, simulate and score neurons yourself; what you make is yours alone.",
    ),
    PageRow(
        "compare",
        "Compare",
        ":material/compare_arrows:",
        "Two explanations, or two neurons, on the same excerpts; or two explainers over many neurons.",
    ),
    PageRow(
        "query",
        "Query",
        ":material/database_search:",
        "Ask the dataset in SQL: every neuron, score and excerpt as tables.",
    ),
    PageRow(
        "data",
        "Data",
        ":material/database:",
        "Datasets and models on this computer: add, collect, verify, remove; and where the numbers come from.",
        public="Datasets on this server, and where the numbers of the open one come from.",
    ),
)


def row(name: str) -> PageRow:
    """The row of a page by its name."""
    return next(entry for entry in PAGES if entry.name == name)


def page(name: str) -> st.Page:
    """The page as Streamlit names it, for the menu, links and switches; made once a visit, since it looks at files."""
    made: dict[str, st.Page] = st.session_state.setdefault(_MADE, {})
    if name not in made:
        made[name] = _page(row(name))
    return made[name]


def _page(entry: PageRow) -> st.Page:
    default = entry.name == PAGES[0].name
    return st.Page(
        entry.file,
        title=entry.title,
        # No icon here: the browser would fetch it from the network as the tab's icon. See menu_icons.
        url_path="" if default else entry.name,
        default=default,
        help=entry.says(public=bool(entry.public) and Settings.from_env().public is not None),
    )


def sections() -> list[st.Page]:
    """All pages in the order of the menu."""
    return [page(entry.name) for entry in PAGES]


def menu_icons() -> str:
    """The style that puts the pages' icons into the menu, from the font that Streamlit brings along."""
    return "\n".join(
        f'[data-testid="stSidebarNavItems"] li:nth-child({place}) a::before '
        f'{{ content: "{entry.icon.removeprefix(":material/").removesuffix(":")}" / ""; }}'
        for place, entry in enumerate(PAGES, start=1)
    )


def link(
    name: str,
    label: str,
    *,
    place: Place | None = None,
    view: Mapping[str, object] | None = None,
    icon: str | None = None,
    help: str | None = None,
    width: str = "content",
) -> None:
    """A link to a page at a place; the label is shown as text, never as Markdown."""
    st.page_link(
        page(name),
        label=markdown_safe(label),
        icon=icon or row(name).icon,
        help=help,
        width=width,  # type: ignore[arg-type]  # Streamlit's own type is not exported
        query_params=_parameters(place, view),
    )


def neuron_place(dataset: str, neuron: NeuronId, *, text: str | None = None) -> Place:
    """The place of one neuron."""
    return Place(dataset=dataset, layer=neuron.layer, neuron=neuron.neuron, text=text)


def neuron_link(dataset: str, neuron: NeuronId, *, label: str | None = None, help: str | None = None) -> None:
    """A link to a neuron's page, labelled `layer:neuron` unless something else is given."""
    link("neuron", label or str(neuron), place=neuron_place(dataset, neuron), help=help)


def go(name: str, place: Place | None = None, *, view: Mapping[str, object] | None = None) -> None:
    """Leave for another page; does not return."""
    st.switch_page(page(name), query_params=_parameters(place, view))


def _parameters(place: Place | None, view: Mapping[str, object] | None) -> dict[str, str | list[str]]:
    """Query parameters; a list is a parameter that is there several times."""
    found: dict[str, str | list[str]] = dict(place.parameters()) if place else {}
    for name, value in (view or {}).items():
        found[name] = [str(entry) for entry in value] if isinstance(value, list) else str(value)
    return found
