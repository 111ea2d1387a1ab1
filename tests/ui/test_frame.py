"""The frame around every page: addresses that cannot be followed are refused in words, the rest opens."""

import subprocess
import sys
from pathlib import Path

import pytest

from neuronview.ui import nav
from neuronview.ui.plain import html_safe, markdown_safe
from tests.support import small_dataset
from tests.support.pages import open_page


@pytest.mark.parametrize("name", [entry.name for entry in nav.PAGES])
def test_every_page_opens_without_an_exception(name: str, small_home: Path) -> None:
    parameters = {"layer": "0", "neuron": "1"} if name == "neuron" else {}
    assert not open_page(name, **parameters).exception


@pytest.mark.parametrize("name", ["data", "explain"])
def test_visitors_of_a_public_server_are_not_told_of_their_own_computer(
    name: str, small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "this computer" in open_page(name).caption[0].value
    monkeypatch.setenv("NEURONVIEW_PUBLIC", "1")
    assert not any("this computer" in caption.value for caption in open_page(name).caption)


def test_an_unknown_dataset_is_refused_with_the_known_names(small_home: Path) -> None:
    at = open_page("overview", dataset="nothing")
    assert "Known by name: small" in at.error[0].value


def test_a_page_of_the_menu_keeps_a_dataset_that_is_not_the_usual_one_and_its_address_says_so(small_home: Path) -> None:
    small_dataset.build(small_home / "data" / "other")
    at = open_page("overview", dataset="other")
    for name in ("browse", "data", "neuron"):
        at.query_params.clear()
        at.switch_page(f"../../pages/{name}.py").run()
        assert at.query_params["dataset"] in ("other", ["other"]), name


def test_the_usual_dataset_need_not_be_named(small_home: Path) -> None:
    assert "dataset" not in open_page("browse").query_params


def test_a_neuron_out_of_range_is_refused_with_the_range(small_home: Path) -> None:
    at = open_page("neuron", layer="0", neuron="99")
    assert "neurons 0 to 4" in at.error[0].value


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("neuron", {"layer": "0", "neuron": "99"}),
        ("compare", {"layer": "0", "neuron": "99"}),
        ("overview", {"dataset": "nothing"}),
    ],
)
def test_a_refused_address_has_one_heading_and_a_way_out(
    name: str, parameters: dict[str, str], small_home: Path
) -> None:
    open_page("browse")
    at = open_page(name, **parameters)
    assert len(at.title) == 1
    assert "This address cannot be shown" in (at.title[0].value, at.error[0].proto.title)
    at.button(key="nv_to_neuron").click().run()
    assert [title.value for title in at.title] == ["Neuron 0:0"]
    assert at.query_params["neuron"] in ("0", ["0"])


def test_a_malformed_layer_is_refused_with_what_would_be_right(small_home: Path) -> None:
    at = open_page("neuron", layer="x", neuron="1")
    assert "layer=x is not a whole number" in at.error[0].value


@pytest.mark.parametrize("name", [entry.name for entry in nav.PAGES])
def test_a_page_asks_once_where_to_go(name: str, small_home: Path) -> None:
    at = open_page(name, layer="0", neuron="1")
    assert [box.key for box in at.text_input].count("global_search") == 1


def test_the_menu_has_an_icon_for_each_page_and_says_none_of_them_aloud() -> None:
    style = nav.menu_icons()
    assert style.count('/ "";') == len(nav.PAGES)
    assert 'li:nth-child(3) a::before { content: "table_rows" / ""; }' in style


def test_pages_are_registered_at_their_file_stems() -> None:
    assert [entry.file.name for entry in nav.PAGES] == [f"{entry.name}.py" for entry in nav.PAGES]
    assert all(entry.file.is_file() for entry in nav.PAGES)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a *b* $x$", r"a \*b\* \$x\$"),
        ("<script> [x](y)", r"\<script\> \[x\](y)"),
        (":red[stop] :smile:", r"\:red\[stop\] \:smile:"),
        ("# heading", r"\# heading"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("see http://127.0.0.1:80/v1.", "see `http://127.0.0.1:80/v1`."),
        ("www.here.org, me@here.org!", "`www.here.org`, `me@here.org`!"),
        ("a @ b", "a @ b"),
        ("Write layer:neuron, such as 2:17.", "Write layer:neuron, such as 2:17."),
    ],
)
def test_markdown_is_escaped_and_prose_is_kept(text: str, escaped: str) -> None:
    assert markdown_safe(text) == escaped


def test_html_is_escaped_in_attributes_too() -> None:
    assert html_safe('"<script>') == "&quot;&lt;script&gt;"


def test_browsing_imports_neither_torch_nor_the_client_of_language_models(small_home: Path) -> None:
    code = (
        "import sys; from tests.support.pages import open_page; "
        "names = ('overview', 'browse', 'neuron', 'query', 'compare', 'data'); "
        "wrong = [name for name in names if open_page(name).exception]; "
        "sys.exit(bool(wrong) or not sys.modules.keys().isdisjoint({'torch', 'openai'}))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]
