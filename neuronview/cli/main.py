"""Puts the commands together and turns our errors into a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import logging
import signal
import sys
from collections.abc import Sequence

import typer

from neuronview.cli import (
    check,
    collect,
    compact,
    comparing,
    datasets,
    demo,
    doctor,
    endpoints,
    explain,
    exporting,
    importing,
    importing_others,
    query,
    score,
    search,
    serve,
    shares,
    top,
    verify,
)
from neuronview.cli.output import print_notes
from neuronview.errors import BadInput, Cancelled, NeuronViewError
from neuronview.tokens import printable

__all__ = ["app", "main", "run"]

PROGRAM = "python -m neuronview"
INTERRUPTED = 130
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)

app = typer.Typer(
    name="neuronview",
    help="See what GPT-2's neurons respond to, and how far to trust what is said of them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    serve,
    datasets,
    query,
    search,
    top,
    comparing,
    collect,
    explain,
    score,
    check,
    verify,
    compact,
    shares,
    endpoints,
    doctor,
):
    module.register(app)
app.add_typer(demo.app, name="demo")
importing_others.register(importing.app)
app.add_typer(importing.app, name="import")
app.add_typer(exporting.app, name="export")


class _Printable(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def log_to_terminal() -> None:
    """What is logged from now on is written to stderr, as everything else that is said."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Printable("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def main() -> None:
    """Run the command line."""
    log_to_terminal()
    # Libraries announce requests and files that nobody asked about.
    for name in ("httpx", "httpx2", "transformers", "huggingface_hub"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # As Ctrl-C: what is half done is removed, and processes that help are ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command (of this process when none is given), say on stderr why it failed, and return its exit code.

    0 done; 1 failed, and said why; 2 used wrongly; 130 stopped by Ctrl-C or SIGTERM.
    """
    try:
        # Typer's own mode of exit would end silently where Ctrl-C is pressed.
        code = app(args=None if arguments is None else list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort, Cancelled) as stopped:
        return _stop(str(stopped) or "Stopped.", INTERRUPTED)
    except typer.TyperException as error:
        return _stop(_usage(error), error.exit_code)
    except BadInput as error:
        return _stop(str(error), 2)
    except NeuronViewError as error:
        return _stop(str(error), 1)
    except OSError as error:
        return _stop(_of_the_system(error), 1)
    return _stop("Stopped.", INTERRUPTED) if code == INTERRUPTED else int(code or 0)


def _usage(error: typer.TyperException) -> str:
    """What was wrong with the arguments, and where the right ones are listed."""
    context = getattr(error, "ctx", None)
    message = error.format_message()
    return (
        message if context is None or message.startswith("Usage:") else f"{message}\nSee {context.command_path} --help."
    )


def _of_the_system(error: OSError) -> str:
    """What the system refused, and what helps where it was writing."""
    words = f"{error.filename or 'A file'}: {error.strerror or error}."
    if error.errno not in UNWRITABLE:
        return words
    return f"{words} Free space, or choose a folder that can be written, and start it again; what was finished is kept."


def _stop(message: str, code: int) -> int:
    print_notes(message)
    return code
