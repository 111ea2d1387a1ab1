"""The documents keep up with the code: settings, commands, pages, libraries, links. `python -m tests.test_docs` writes
the table of settings again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronview.config import SETTINGS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
DOCUMENTS = sorted([README, *DOCS.glob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def settings_page() -> str:
    """docs/settings.md as it should be."""
    rows = [f"| `{setting.name}` | {setting.default} | {setting.meaning} |" for setting in SETTINGS]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables, read by the pages and the commands, never on import. This table is written by",
            "`python -m tests.test_docs` from `neuronview/config.py`.",
            "",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
            "`python -m neuronview doctor` says which of them are set, and never their values.",
            "",
        ]
    )


def command_names() -> list[str]:
    import typer.main

    from neuronview.cli.main import app

    group = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {sub}" for sub in inner] if inner else [name]
    return found


def option_names(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Every `python -m neuronview ...` line of a text, as words and options."""
    for line in re.findall(r"python -m neuronview ([^\n`<]+)", text):
        words = line.split()
        yield words, [word.split("=")[0].rstrip(".,") for word in words if word.startswith("--")]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_table_of_settings_is_the_code_s() -> None:
    assert (DOCS / "settings.md").read_text() == settings_page(), "run: python -m tests.test_docs"


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"python -m neuronview {name}" in README.read_text()


def test_commands_in_the_documents_exist_with_their_options() -> None:
    import typer.main

    from neuronview.cli.main import app

    group = typer.main.get_command(app)
    known = dict(group.commands)  # type: ignore[attr-defined]
    for name, entry in group.commands.items():  # type: ignore[attr-defined]
        known |= {f"{name} {inner}": command for inner, command in getattr(entry, "commands", {}).items()}
    for path in DOCUMENTS:
        for words, options in option_names(path.read_text()):
            command = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
            assert command in known, f"{path.name}: {command}"
            taken = {
                option for parameter in known[command].params for option in (*parameter.opts, *parameter.secondary_opts)
            } | {"--help"}
            assert set(options) <= taken, f"{path.name}: {command} has no {set(options) - taken}"


def test_every_page_is_in_the_readme_with_its_address() -> None:
    from neuronview.ui.nav import PAGES

    text = README.read_text()
    for number, page in enumerate(PAGES):
        address = "/" if number == 0 else f"/{page.name}"
        assert f"| **{page.title}** `{address}` |" in text


def test_every_pinned_library_has_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = [line.split("==")[0] for line in lines if "==" in line]
    text = (DOCS / "decisions.md").read_text()
    assert [name for name in pinned if f"| {name} |" not in text] == []


def test_every_module_stands_in_the_layer_table() -> None:
    text = (DOCS / "architecture.md").read_text()
    entries = [path for path in (ROOT / "neuronview").iterdir() if path.suffix == ".py" or any(path.glob("*.py"))]
    units = {path.name for path in entries if not path.name.startswith("_")}
    missing = [unit for unit in units if f"`{unit}`" not in text and f"`{unit}/`" not in text]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    # data/README.md and the pictures are made, by `demo build` and by the screenshots' test, and committed with them.
    made = {
        "data/README.md",
        *(f"docs/images/{name}" for name in re.findall(r"docs/images/(\S+?\.png)", path.read_text())),
    }
    for target in LINK.findall(path.read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if name in made and not file.exists():
            continue
        assert file.exists(), f"{path.name} links to {target}"
        assert not anchor or anchor in anchors(file), f"{path.name}: {target} names no heading"


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if p.parent == DOCS], ids=lambda path: path.name)
def test_files_that_the_documents_name_exist(path: Path) -> None:
    text = path.read_text()
    named = re.findall(r"`((?:neuronview|tests|docs|benchmarks|pages)/[\w/.]+\.(?:py|md|txt))`", text)
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []
    inside = re.findall(r"`((?:ui|cli|store|collect|explain|jobs|model)/[\w/]+\.(?:py|txt))`", text)
    assert [name for name in inside if "NAME" not in name and not (ROOT / "neuronview" / name).exists()] == []


if __name__ == "__main__":
    (DOCS / "settings.md").write_text(settings_page())
