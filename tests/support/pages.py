"""Open one page of the app in Streamlit's test harness, through the router that visitors go through."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "neuronview" / "ui" / "main.py"


def open_page(name: str, *, timeout: float = 90, **parameters: str) -> AppTest:
    """The page of that name after its first run, with these query parameters in its address."""
    at = AppTest.from_file(str(MAIN), default_timeout=timeout)
    at.run()
    for parameter, value in parameters.items():
        at.query_params[parameter] = value
    return at.switch_page(f"../../pages/{name}.py").run()


def heat_maps(at: AppTest) -> list[dict[str, Any]]:
    """What each heat map on the page was told."""
    told = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    told = [json.loads(data["text"]) if data.get("text") else data for data in told]
    return [data for data in told if "groups" in data]
