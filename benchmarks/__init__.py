"""Measured figures, each beside a plain way to do the same in the same process: `python -m benchmarks [NAME ...]`."""
