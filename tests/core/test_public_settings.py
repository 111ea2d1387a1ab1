"""Public mode is switched on by its variable, and its limits are numbers or refused."""

from pathlib import Path

import pytest

from neuronview.config import NOWHERE, PublicMode, Settings
from neuronview.errors import BadInput


@pytest.mark.parametrize("value", ["", "0", "no", "off", "false", " False "])
def test_it_is_off(value: str) -> None:
    assert Settings.from_env({"NEURONVIEW_PUBLIC": value, "NEURONVIEW_HOME": "/here"}).public is None


@pytest.mark.parametrize("value", ["1", "yes", "true", "public", "2"])
def test_any_other_value_switches_it_on_and_leaves_the_owners_folder_alone(value: str) -> None:
    found = Settings.from_env({"NEURONVIEW_PUBLIC": value, "NEURONVIEW_HOME": "/here"})
    assert found.public == PublicMode()
    assert found.home == NOWHERE != Path("/here")


def test_models_and_limits_are_read() -> None:
    given = {
        "NEURONVIEW_PUBLIC": "1",
        "NEURONVIEW_PUBLIC_MODELS": "small@https://host/v1, local:/srv/model ,usual",
        "NEURONVIEW_PUBLIC_TOKENS": "5",
        "NEURONVIEW_PUBLIC_CALLS": "0",
    }
    models = (("small", "https://host/v1"), ("local:/srv/model", ""), ("usual", ""))
    assert Settings.from_env(given).public == PublicMode(models, tokens=5, calls=0, all_tokens=50, all_calls=0)


def test_all_visits_may_use_what_ten_may_unless_it_is_set() -> None:
    given = {"NEURONVIEW_PUBLIC": "1", "NEURONVIEW_PUBLIC_CALLS": "7", "NEURONVIEW_PUBLIC_ALL_TOKENS": "12"}
    found = Settings.from_env(given).public
    assert found == PublicMode(calls=7, all_tokens=12, all_calls=70)


def test_a_limit_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput, match="NEURONVIEW_PUBLIC_CALLS is “many”"):
        Settings.from_env({"NEURONVIEW_PUBLIC": "1", "NEURONVIEW_PUBLIC_CALLS": "many"})
