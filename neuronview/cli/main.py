"""Puts the commands together and turns our errors into a sentence on stderr and an exit code."""

from __future__ import annotations

import logging
import sys

import typer

from neuronview.cli import check, collect, datasets, demo, doctor, explain, search, serve, top
from neuronview.errors import BadInput, Cancelled, NeuronViewError

__all__ = ["app", "main"]

app = typer.Typer(
    name="neuronview",
    help="See what GPT-2's neurons respond to, and how far to trust what is said of them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (serve, datasets, search, top, collect, explain, check, doctor):
    module.register(app)
app.add_typer(demo.app, name="demo")


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    # Libraries announce requests and files that nobody asked about.
    for name in ("httpx", "httpx2", "transformers", "huggingface_hub"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        app()
    except (KeyboardInterrupt, Cancelled):
        _stop("Stopped. What was finished is kept.", 130)
    except BadInput as error:
        _stop(str(error), 2)
    except NeuronViewError as error:
        _stop(str(error), 1)


def _stop(message: str, code: int) -> None:
    sys.stderr.write(message + "\n")
    sys.exit(code)
