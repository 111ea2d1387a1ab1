"""What each process of a trial would import for itself: everything but the app, without a thread of our own.

Loaded by the process that trials are forked from. Nothing is run here, for threads do not survive a fork.
"""

import atexit
import gc
import importlib
import os
import pkgutil

import typer.main

import neuronview
from neuronview.cli.main import app

APART = ("neuronview.ui", "neuronview.api", "neuronview.pages", "neuronview.app", "neuronview.demo.kinds")
OTHERS = (
    "pyarrow.compute",
    "pyarrow.csv",
    "pyarrow.dataset",
    "pydantic",
    "rich",
    "tests.soak.crash_trials",
    "transformers.models.auto.tokenization_auto",
    "transformers.models.gpt2.modeling_gpt2",
    "typer.rich_utils",
)


def _all() -> None:
    for module in pkgutil.walk_packages(neuronview.__path__, "neuronview."):
        if not module.name.startswith(APART) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in OTHERS:
        importlib.import_module(name)


_all()
_COMMAND = typer.main.get_command(app)
# Commands are the same in each process, and half of the time of a small one.
setattr(typer.main, "get_command", lambda _: _COMMAND)  # noqa: B010
gc.freeze()
# At an interpreter's end DuckDB's binding lists whatever is still there, which is no news of any trial.
atexit.register(os._exit, 0)
