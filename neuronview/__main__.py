"""`python -m neuronview`: the command line."""

import sys

from neuronview.giving_way import give_way

give_way()
try:
    from neuronview.cli.main import main
    from neuronview.cli.watched import as_task
except ModuleNotFoundError as error:
    sys.exit(f"The package {error.name} is not installed. Run: python -m pip install -r requirements.txt")

as_task(main)
