"""`python -m neuronview`: the command line."""

from neuronview.cli.main import main

main()
