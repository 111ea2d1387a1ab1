"""Shortcuts through Streamlit answer as Streamlit does, and wait for nobody."""

import copy
import threading

import pytest
from streamlit import config, delta_generator, env_util, type_util

from neuronview.ui import shortcuts


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (config, "get_option"),
        (config, "get_options_for_section"),
        (type_util, "get_func_parameters"),
        (delta_generator, "_use_warning_has_been_displayed"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # which puts it back
    monkeypatch.setattr(config, "get_option", shortcuts._get_option)
    shortcuts.take_shortcuts()
    config.get_option("server.port")  # settings are read now
    return


@pytest.mark.usefixtures("taken")
def test_every_setting_is_the_same() -> None:
    for key in list(config.get_config_options()):
        assert config.get_option(key) == shortcuts._get_option(key)


@pytest.mark.usefixtures("taken")
def test_every_section_is_the_same() -> None:
    for section in {one.section for one in config.get_config_options().values()} | {"none"}:
        assert config.get_options_for_section(section) == shortcuts._get_options_for_section(section)


@pytest.mark.usefixtures("taken")
def test_a_setting_that_there_is_not_is_refused_as_before() -> None:
    with pytest.raises(RuntimeError, match=r"server\.nothing"):
        config.get_option("server.nothing")


@pytest.mark.usefixtures("taken")
def test_a_setting_that_changes_is_seen_and_so_are_settings_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    one = config.get_config_options()["theme.primaryColor"]
    before = one.value
    try:
        one.set_value("#123456")
        assert config.get_option("theme.primaryColor") == "#123456"
        assert config.get_options_for_section("theme")["primaryColor"] == "#123456"
    finally:
        one.set_value(before)
    monkeypatch.setattr(config, "_config_options", {"theme.primaryColor": one})
    assert config.get_options_for_section("theme") == {"primaryColor": before}
    assert config.get_options_for_section("server") == {}


@pytest.mark.usefixtures("taken")
def test_settings_that_are_just_being_read_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    one = config.get_config_options()["theme.primaryColor"]
    monkeypatch.setattr(config, "_config_options", config._config_options)
    whole, bare = config._config_options, {"theme.primaryColor": copy.copy(one)}
    bare["theme.primaryColor"].set_value("not yet")
    found: list[object] = []
    with config._config_lock:
        config._config_options = bare  # as Streamlit does before it fills them
        assert config.get_option("theme.primaryColor") == "not yet"  # to the thread that reads them
        reader = threading.Thread(target=lambda: found.append(config.get_option("theme.primaryColor")), daemon=True)
        reader.start()
        reader.join(timeout=0.3)
        assert not found
        config._config_options = whole
    reader.join(timeout=30)
    assert found == [one.value]
    assert config.get_option("theme.primaryColor") == one.value


@pytest.mark.usefixtures("taken")
def test_a_setting_is_read_while_another_thread_holds_streamlits_lock() -> None:
    found: list[object] = []
    with config._config_lock:
        reader = threading.Thread(target=lambda: found.append(config.get_option("server.port")), daemon=True)
        reader.start()
        reader.join(timeout=30)
    assert found == [config.get_option("server.port")]


@pytest.mark.usefixtures("taken")
def test_parameters_of_a_function_are_looked_at_once() -> None:
    def kept(first: int, *, second: str = "") -> None: ...

    names = [one.name for one in type_util.get_func_parameters(kept)]
    assert names == ["first", "second"]
    assert type_util.get_func_parameters(kept) is type_util.get_func_parameters(kept)


@pytest.mark.usefixtures("taken")
def test_taken_twice_they_still_ask_streamlit() -> None:
    shortcuts.take_shortcuts()
    assert config.get_option("server.port") == shortcuts._get_option("server.port")


@pytest.mark.usefixtures("taken")
def test_nobody_looks_whether_a_server_runs_once_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    monkeypatch.setattr(env_util, "is_repl", lambda: bool(looked.append(True)))
    monkeypatch.setattr(config, "get_option", shortcuts._get_option)
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    delta_generator._maybe_print_use_warning()
    assert looked == [True]
    monkeypatch.setattr(delta_generator, "_use_warning_has_been_displayed", False)
    shortcuts.take_shortcuts()
    delta_generator._maybe_print_use_warning()
    assert looked == [True]
