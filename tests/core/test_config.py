"""Settings: read from the environment, and usable by a user without a home folder."""

import platformdirs
import pytest

from neuronview.config import Settings, named_hosts
from neuronview.errors import BadInput


def test_a_user_without_a_home_folder_can_browse(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: object, **options: object) -> str:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(platformdirs, "user_data_dir", none)
    assert Settings.from_env({}).home.is_absolute()
    assert str(Settings.from_env({"NEURONVIEW_HOME": "/somewhere"}).home) == "/somewhere"


def test_names_of_the_server_have_commas_between() -> None:
    given = {"NEURONVIEW_HOSTS": " a.example.com, *.b.test,192.168.1.7 ,[::1],my_box, "}
    assert named_hosts(given) == ("a.example.com", "*.b.test", "192.168.1.7", "[::1]", "my_box")
    assert named_hosts({}) == named_hosts({"NEURONVIEW_HOSTS": " , "}) == ()


@pytest.mark.parametrize(
    "name",
    [
        "http://a.test",
        "a.test:80",
        "g:h",
        "a b",
        "*",
        "a.*.test",
        "a.test/",
        "ü.test",
        "a..b",
        "db:8501",
        "[::1",
        "1:2",
    ],
)
def test_what_is_no_name_of_a_server_is_refused_in_words(name: str) -> None:
    with pytest.raises(BadInput, match="Give names alone"):
        named_hosts({"NEURONVIEW_HOSTS": f"good.test,{name}"})
