"""A run by language model that is killed: as the command does it, with an endpoint that notes each call it is asked."""

from __future__ import annotations

import os
from pathlib import Path

from neuronview.jobs import language
from neuronview.jobs.language import execute_language
from neuronview.jobs.plan import RunFolder
from neuronview.llm.cache import request_key
from neuronview.llm.calls import Request
from neuronview.store import Dataset
from tests.support import run_dataset
from tests.support.language_run import IDENTITY, Model, fake_models

NOTES = "notes"


def main(dataset: Path, home: Path, run: str) -> None:
    """Notes are the keys of the requests that reached the endpoint, a line each, in the home folder."""
    notes = os.open(home / NOTES, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    model = Model()

    def reply(request: Request) -> object:
        os.write(notes, f"{request_key(IDENTITY, request)}\n".encode())
        return model(request)

    language.COMMIT_EVERY = 2
    _, models = fake_models(reply)
    opened = Dataset(dataset, overlay=home / "mine")
    folder = RunFolder(home / "runs" / run)
    execute_language(folder, opened, load_model=run_dataset.FakeModel, report=lambda p: None, open_models=models)
