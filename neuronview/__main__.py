"""`python -m neuronview`: the command line."""

from neuronview.cli import main

main()
