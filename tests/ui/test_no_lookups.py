"""Streamlit is kept from asking other computers for this one's address."""

import subprocess
import sys

import pytest
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins

from neuronview.ui import no_lookups
from tests.support.app_server import ROOT


def test_a_foreign_origin_is_refused_without_asking_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, **_: asked.append(url))
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # which puts it back
    no_lookups.look_nothing_up()
    assert not is_url_from_allowed_origins("http://evil.test")
    assert is_url_from_allowed_origins("http://localhost:8501")
    assert asked == []


def test_the_app_does_so() -> None:
    code = "import app\nfrom streamlit import net_util\nprint(net_util.get_external_ip.__module__)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.split() == ["neuronview.ui.no_lookups"]
