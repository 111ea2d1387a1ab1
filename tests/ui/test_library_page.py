"""Data: which datasets are here, adding, collecting, verifying and removing them, and commands at work."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from neuronview.config import Settings
from neuronview.jobs.adding import add, plan_adding
from neuronview.jobs.model_place import use_model
from neuronview.jobs.tasks import TaskFolder, TaskProgress, list_tasks, new_task
from neuronview.model import load
from neuronview.store import names, open_dataset
from neuronview.ui import task_parts
from tests.model.tiny_gpt2 import save_tiny_gpt2
from tests.support import small_dataset
from tests.support.language_page import html_of, keys_in
from tests.support.pages import open_page
from tests.support.published_tree import SET, build, serve_tree, small_set

Started = list[tuple[str, ...]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, which the settings name, beside published files in `tree`; there is no dataset."""
    small_set(monkeypatch)
    build(tmp_path / "tree")
    for name, value in {"DATA": tmp_path / "data", "HOME": tmp_path / "home", "DATASET": "demo"}.items():
        monkeypatch.setenv(f"NEURONVIEW_{name}", str(value))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()
    yield tmp_path / "home"
    for cache in (st.cache_data, st.cache_resource):
        cache.clear()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Arguments of the commands that the page started; none is carried out."""
    found: Started = []

    def note(folder: TaskFolder, settings: Settings) -> int:
        found.append(folder.task().arguments)
        folder.report(TaskProgress("running", "explanations", 3, 12, words="1 MB read"))
        return 1

    monkeypatch.setattr(task_parts, "start", note)
    return found


def add_set(home: Path, records: str = "none") -> None:
    settings = Settings.from_env()
    add(plan_adding(SET, settings=settings, base=str(home.parent / "tree"), records=records), settings)


def said(at: AppTest) -> str:
    shown = (*at.info, *at.error, *at.warning, *at.caption, *at.markdown)
    return " ".join(str(entry.value) for entry in shown).replace("\\", "")


def task(home: Path, kind: str = "add", *, state: str, message: str = "") -> TaskFolder:
    folder = new_task(home, kind, ["datasets", "add", SET], title="Add it", dataset=SET)
    folder.report(TaskProgress(state, "records", 3, 12, "1 MB read", message=message))  # type: ignore[arg-type]
    return folder


def test_with_no_dataset_at_all_the_page_says_how_to_get_one(home: Path) -> None:
    at = open_page("data")
    assert not at.exception
    assert "There is no dataset yet" in said(at)
    assert {"data_add_start", "data_add_measure"} <= keys_in(at)


def test_other_pages_without_a_dataset_lead_to_the_page_where_one_is_got(home: Path) -> None:
    assert "nv_add_one" in keys_in(open_page("browse"))


def test_datasets_are_listed_with_size_date_and_provenance(home: Path) -> None:
    small_dataset.build(home.parent / "data" / "small")
    add_set(home)
    told = said(open_page("data", dataset="small"))
    assert "small (open)" in told.replace("**", "")
    assert "published gpt2-small neurons" in told
    assert "6 explanations" in told
    assert "kB" in told


def test_a_dataset_that_is_damaged_is_told_and_keeps_no_other_from_being_shown(home: Path) -> None:
    add_set(home)
    broken = home / "datasets" / "broken"
    broken.mkdir()
    (broken / "dataset.json").write_text('{"model": {}, "format": 999}')
    told = said(open_page("data", dataset=SET))
    assert "this version reads format" in told
    assert "published gpt2-small neurons" in told


def test_adding_starts_the_command_that_is_shown(home: Path, started: Started) -> None:
    at = open_page("data")
    at.text_input(key="data_add_layers").set_value("0-1")
    at.selectbox(key="data_add_cap").set_value("2 GB")
    at.text_input(key="data_add_base").set_value("https://mirror.example/files").run()
    command = "datasets add gpt2-small --layers 0-1 --records opened --disk-cap 2G --base https://mirror.example/files"
    assert any(command in code.value for code in at.code)
    at.button(key="data_add_start").click().run()
    assert started == [tuple(command.split())]
    assert "3 of 12" in at.get("progress")[0].proto.text


def test_the_readme_says_which_records_are_chosen_by_default_here_and_by_the_command(home: Path) -> None:
    plan = plan_adding(SET, settings=Settings.from_env(), base=str(home.parent / "tree"))
    chosen = {"page": open_page("data").selectbox(key="data_add_records").value, "command": plan.records}
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert dict(re.findall(r"`(\w+)`[^`]*?\(the (page|command)'s default\)", readme)) == {
        value: where for where, value in chosen.items()
    }


def test_an_address_with_a_password_in_it_is_refused_before_it_is_written_down(home: Path, started: Started) -> None:
    at = open_page("data")
    at.text_input(key="data_add_base").set_value("https://me:canary-71f@mirror.example").run()
    assert "no user, password or query" in said(at)
    assert "data_add_start" not in keys_in(at)
    assert not any(b"canary-71f" in path.read_bytes() for path in home.parent.rglob("*.json"))


def test_how_much_it_is_comes_from_a_few_files(home: Path) -> None:
    with serve_tree(home.parent / "tree") as (address, _):
        at = open_page("data")
        at.text_input(key="data_add_base").set_value(address).run()
        at.button(key="data_add_measure").click().run()
        assert not at.exception
        assert "6 files, about" in said(at)


def test_a_place_with_none_of_the_files_is_refused_in_words(home: Path) -> None:
    with serve_tree(home.parent / "tree") as (address, _):
        at = open_page("data")
        at.text_input(key="data_add_base").set_value(f"{address}/elsewhere").run()
        at.button(key="data_add_measure").click().run()
    assert not at.exception
    assert "Right would be the folder in which" in said(at)


def test_another_place_than_the_one_begun_with_is_told(home: Path) -> None:
    add_set(home)
    at = open_page("data")
    assert "and goes on from there" in said(at)
    at.text_input(key="data_add_base").set_value("https://mirror.example/files").run()
    assert "from now on, records of opened neurons too" in said(at)


def test_without_a_network_it_is_said_at_once_and_the_page_stays(home: Path) -> None:
    at = open_page("data")
    at.text_input(key="data_add_base").set_value("http://127.0.0.1:9").run()
    at.button(key="data_add_measure").click().run()
    assert "cannot be reached" in said(at)
    assert "data_add_start" in keys_in(at)


def test_a_command_at_work_is_shown_and_can_be_asked_to_stop(home: Path) -> None:
    folder = task(home, state="running")
    at = open_page("data")
    assert "1 MB read" in said(at)
    at.button(key=f"task_cancel_{folder.path.name}").click().run()
    assert folder.is_cancelled()
    assert "Stopping" in said(at)


@pytest.mark.parametrize("state", ["failed", "cancelled", "interrupted"])
def test_one_that_ended_early_says_why_and_can_be_gone_on_with(home: Path, started: Started, state: str) -> None:
    folder = task(home, state=state, message="The network is away.")
    at = open_page("data")
    assert "The network is away." in said(at)
    assert any("datasets add gpt2-small" in code.value for code in at.code)
    at.button(key=f"task_resume_{folder.path.name}").click().run()
    assert started == [("datasets", "add", SET)]


def test_one_that_can_only_fail_again_says_what_to_change(home: Path) -> None:
    folder = task(home, state="failed", message="The folder /away is not there.")
    assert "can only fail again" not in said(open_page("data"))
    folder.report(replace(folder.progress(), as_given=False))
    at = open_page("data")
    assert "can only fail again. Mend what is said above" in said(at)
    assert at.button(key=f"task_resume_{folder.path.name}").label == "Try again"


def test_one_that_is_over_can_be_put_away(home: Path) -> None:
    folder = task(home, state="done")
    at = open_page("data")
    assert f"task_resume_{folder.path.name}" not in keys_in(at)
    at.button(key=f"task_forget_{folder.path.name}").click().run()
    assert list_tasks(Settings.from_env().home) == []


def test_two_commands_do_not_work_on_one_dataset(home: Path, started: Started) -> None:
    task(home, state="running")
    at = open_page("data")
    at.button(key="data_add_start").click().run()
    assert "already" in " ".join(error.value for error in at.error)
    assert started == []


def test_a_dataset_is_removed_only_after_a_second_question(home: Path) -> None:
    add_set(home)
    at = open_page("data", dataset=SET)
    at.button(key=f"data_remove_yes_{SET}").click().run()
    assert names(Settings.from_env()) == []
    assert not at.exception


def test_what_is_missing_of_a_dataset_can_be_fetched(home: Path, started: Started) -> None:
    add_set(home)
    open_page("data", dataset=SET).button(key=f"data_fill_{SET}").click().run()
    assert started == [("datasets", "add", SET, "--name", SET)]


def test_collecting_asks_for_what_is_missing_then_starts_in_passes(home: Path, started: Started) -> None:
    at = open_page("data")
    at.session_state["data_more"] = "Your own model, your own text"
    at.run()
    assert "Name a model" in said(at)
    at.text_input(key="collect_model").set_value("gpt2")
    at.text_input(key="collect_name").set_value("mine")
    at.text_input(key="collect_layers").set_value("0-3").run()
    at.button(key="collect_start").click().run()
    (arguments,) = started
    assert arguments[:3] == ("collect", "--model", "gpt2")
    assert arguments[3:5] == ("--out", str(home / "datasets" / "mine"))
    assert {"--progressive", "--layers", "--most-excerpts"} <= set(arguments)
    assert "--corpus" not in arguments


def test_one_s_own_text_has_to_be_there(home: Path, started: Started) -> None:
    at = open_page("data")
    at.session_state["data_more"] = "Your own model, your own text"
    at.run()
    at.text_input(key="collect_model").set_value("gpt2")
    at.text_input(key="collect_name").set_value("mine")
    at.button_group(key="collect_corpus").set_value("own").run()
    at.text_input(key="collect_path").set_value(str(home / "none.txt")).run()
    assert "There is no" in said(at)
    (home.parent / "some.txt").write_text("Some text.")
    at.text_input(key="collect_path").set_value(str(home.parent / "some.txt")).run()
    at.button(key="collect_start").click().run()
    assert str(home.parent / "some.txt") in started[0]


def test_verifying_starts_the_command_on_the_open_dataset(home: Path, started: Started) -> None:
    add_set(home, "all")
    open_page("data", dataset=SET).button(key="verify_start").click().run()
    assert started == [("verify", str(home / "datasets" / SET))]


def test_a_model_elsewhere_is_used_only_when_it_is_the_dataset_s(home: Path, tmp_path: Path) -> None:
    add_set(home)
    at = open_page("data", dataset=SET)
    at.text_input(key="verify_place").set_value(str(save_tiny_gpt2(tmp_path / "other", width=4))).run()
    at.button(key="verify_use").click().run()
    assert "it is another model" in said(at)
    fitting = save_tiny_gpt2(tmp_path / "fitting", width=4)
    small = open_dataset(SET)
    neurons = load(fitting)
    object.__setattr__(small.manifest, "model", replace(small.manifest.model, n_neurons=neurons.n_neurons))
    use_model(small, str(fitting))
    assert open_dataset(SET).model_source == str(fitting)


def test_published_data_say_what_is_not_known_of_them(home: Path) -> None:
    add_set(home)
    facts = html_of(open_page("data", dataset=SET))
    assert "after an activation function that is not said" in facts
    assert "unknown stands" not in facts
    assert "optimised GELU" in facts


def test_models_that_datasets_were_collected_from_are_listed_with_size_date_and_origin(home: Path) -> None:
    folder = small_dataset.build(home.parent / "data" / "small")
    weights = folder / "tiny" / "model.safetensors"
    weights.parent.mkdir(exist_ok=True)
    weights.write_bytes(b"0" * 1_500)
    os.utime(weights, (0, 86_400 * 366))
    at = open_page("data", dataset="small")
    at.session_state["data_more"] = "Your own model, your own text"
    at.run()
    (table,) = (html.value for html in at.get("html") if ">From</th>" in html.value)
    assert str((folder / "tiny").resolve()) in table
    assert "1971-01-02" in table
    assert "the model of small" in table
