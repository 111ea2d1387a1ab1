"""Being asked to end: by Ctrl-C, or by the system."""

import os
import signal
from collections.abc import Iterator

import pytest

from neuronview.cli import main
from neuronview.cli.interrupt import stop_on_interrupt

BOTH = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Put back what this process does about signals."""
    before = {number: signal.getsignal(number) for number in BOTH}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", BOTH)
def test_the_first_request_lets_the_piece_at_work_end_and_the_second_interrupts(number: signal.Signals) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with stop_on_interrupt() as should_stop:
        assert not should_stop()
        os.kill(os.getpid(), number)
        assert should_stop()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN


def test_a_command_that_the_system_ends_cleans_up_as_one_that_a_person_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned = []

    def work(**_: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            cleaned.append(True)

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    monkeypatch.setattr(main, "app", work)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert (ended.value.code, cleaned) == (130, [True])
