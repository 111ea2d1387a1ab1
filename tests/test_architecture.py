"""The layers of the package: a module imports from lower layers only, and siblings do not import each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    {"errors"},
    {"records"},
    {"config", "links", "tokens", "stats", "scoring", "replaced", "giving_way"},
    {"store", "model", "llm"},
    {"explain", "collect", "formats"},
    {"jobs", "demo", "view"},
    {"cli", "ui", "api"},
)
ALLOWED = {
    "streamlit": {"ui"},
    "plotly": {"ui"},
    "duckdb": {"store"},
    "openai": {"llm"},
    "torch": {"model", "collect", "demo"},
    "transformers": {"model", "demo"},
    "typer": {"cli"},
    "starlette": {"api"},
    "ray": {"jobs"},
}
MODULES = sorted((ROOT / "neuronview").rglob("*.py"))


def unit_of(path: Path) -> str:
    """The unit of the layer table that a file belongs to."""
    return path.relative_to(ROOT / "neuronview").parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Full names of all modules that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def layer_of(unit: str) -> int:
    return next(number for number, units in enumerate(LAYERS) if unit in units)


@pytest.mark.parametrize("path", [p for p in MODULES if unit_of(p) not in ("__init__", "__main__")], ids=str)
def test_imports_go_down_only(path: Path) -> None:
    unit = unit_of(path)
    own = {name.split(".")[1] for name in imports_of(path) if name.startswith("neuronview.")}
    wrong = {other for other in own - {unit} if layer_of(other) >= layer_of(unit)}
    assert not wrong, f"{path.name} in layer {layer_of(unit)} imports {sorted(wrong)}"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_heavy_libraries_stay_where_they_belong(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports_of(path)}
    wrong = {library for library, units in ALLOWED.items() if library in roots and unit_of(path) not in units}
    assert not wrong, f"{path.name} imports {sorted(wrong)}"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, neuronview; print([m for m in ('torch', 'streamlit', 'duckdb', 'pandas') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"


def test_browsing_never_imports_torch() -> None:
    code = "import sys, neuronview.store, neuronview.explain.features; print('torch' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "False"


def test_no_module_has_grown_beyond_reading() -> None:
    long = {path.name: n for path in MODULES if (n := len(path.read_text().splitlines())) > 450}
    assert not {name for name in long if not name.startswith("_pools")}, long
