"""What a visitor no longer waits for is given up without a word."""

import asyncio
import gc
import logging

import pytest

from neuronview.errors import EndpointError
from neuronview.ui import model_turn


class _GoneError(BaseException):
    """As Streamlit ends a run."""


def test_nobody_complains_of_what_failed_as_the_visitor_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone() -> None:
        raise _GoneError

    async def asked() -> None:
        raise EndpointError("Nobody answers.")

    monkeypatch.setattr(model_turn, "still_wanted", gone)
    with caplog.at_level(logging.ERROR, logger="asyncio"), pytest.raises(_GoneError):
        model_turn.run_while_wanted(asked())
    gc.collect()
    assert not caplog.records


def test_what_fails_fails_for_whoever_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked() -> None:
        await asyncio.sleep(0)
        raise EndpointError("Nobody answers.")

    with pytest.raises(EndpointError, match="Nobody answers"):
        model_turn.run_while_wanted(asked())
