"""The last problem stays in a line at the foot of every page until it is solved or put away."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.support.pages import open_page


def line(at: AppTest) -> list[str]:
    """What the line says, if it is there."""
    return [element.value for element in at.markdown if element.value.startswith(":material/error:")]


def failing() -> AppTest:
    """A page with a button for each thing that can happen."""

    def page() -> None:
        import streamlit as st

        from neuronview.ui.problems import last_problem, problem, solved

        last_problem()
        if st.button("fail", key="fail"):
            problem("start", "a *starred* [thing] failed: " + "x" * 400)
        if st.button("fetch", key="fetch"):
            problem("fetch", "no file", shown=False)
        if st.button("solve", key="solve"):
            solved("start")
        st.button("again", key="again")

    return AppTest.from_function(page).run()


def test_a_problem_is_said_in_its_place_and_stays_in_the_line() -> None:
    at = failing()
    at.button(key="fail").click().run()
    assert at.error
    at.button(key="again").click().run()
    assert not at.error
    (said,) = line(at)
    assert said.startswith(r":material/error: a \*starred\* ")
    assert len(said) < 400


def test_the_line_goes_when_it_is_put_away() -> None:
    at = failing()
    at.button(key="fail").click().run()
    at.button(key="again").click().run()
    at.button(key="nv_problem_away").click().run()
    assert not line(at)


def test_only_what_succeeded_is_solved() -> None:
    at = failing()
    at.button(key="fetch").click().run()
    at.button(key="solve").click().run()
    at.button(key="again").click().run()
    assert len(line(at)) == 1
    assert "no file" in line(at)[0]
    at.button(key="fail").click().run()
    at.button(key="solve").click().run()
    at.button(key="again").click().run()
    assert not line(at)


def test_the_line_is_on_every_page_that_is_opened_next(small_home: Path) -> None:
    at = open_page("overview")
    at.session_state["nv_last_problem"] = ("start", "It could not be started.")
    at.switch_page("../../pages/browse.py").run()
    assert line(at) == [":material/error: It could not be started."]
    at.query_params["dataset"] = "nothing"
    at.run()
    assert line(at)
