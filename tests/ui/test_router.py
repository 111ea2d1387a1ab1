"""The router's file, read by another process than the server."""

import runpy
from pathlib import Path

import neuronview.ui


def test_a_process_that_the_server_starts_anew_reads_the_router_without_running_it() -> None:
    """As multiprocessing does: the server's main module is read again under another name, with no server there."""
    read = runpy.run_path(str(Path(neuronview.ui.__file__).parent / "main.py"), run_name="__mp_main__")
    assert "page" not in read
