"""The last problem stays in a line at the foot of every page until it is solved or put away."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.support.pages import open_page


def line(at: AppTest) -> list[str]:
    """What the line says, if it is there."""
    return [element.value for element in at.markdown if element.value.startswith(":material/error:")]


def failing() -> AppTest:
    """Two pages with a button for each thing that can happen, and a section that cannot be shown while it is asked."""

    def page() -> None:
        import streamlit as st

        from neuronview.errors import BadInput
        from neuronview.ui import problems

        problems.begin_run("second" if st.toggle("second page", key="page") else "first")
        if st.button("fail", key="fail"):
            problems.problem("start", "a *starred* [thing] failed: " + "x" * 400)
        if st.button("fetch", key="fetch"):
            problems.problem("fetch", "no file", shown=False)
        if st.button("solve", key="solve"):
            problems.solved("start")
        st.button("again", key="again")
        if st.toggle("wrong", key="wrong") and not st.session_state["page"]:
            problems.say(BadInput("no *such* thing"))
        problems.last_problem()

    return AppTest.from_function(page, default_timeout=90).run()


def click(at: AppTest, *keys: str) -> list[str]:
    """What the line says after these buttons."""
    for key in keys:
        at.button(key=key).click().run()
    return line(at)


def test_a_problem_is_said_in_its_place_and_then_in_the_line() -> None:
    at = failing()
    assert click(at, "fail") == []
    assert at.error
    (said,) = click(at, "again")
    assert not at.error
    assert said.startswith(r":material/error: a \*starred\* ")
    assert len(said) < 400


def test_the_line_goes_when_it_is_put_away() -> None:
    assert click(failing(), "fail", "again", "nv_problem_away") == []


def test_only_what_succeeded_is_solved() -> None:
    at = failing()
    (said,) = click(at, "fetch", "solve", "again")
    assert "no file" in said
    assert click(at, "fail", "solve", "again") == []


def test_what_a_page_cannot_show_is_in_the_line_once_the_page_is_left() -> None:
    at = failing()
    at.toggle(key="wrong").set_value(True).run()
    assert at.error
    assert click(at, "again") == []  # it still stands in its place
    at.toggle(key="page").set_value(True).run()
    assert line(at) == [r":material/error: no \*such\* thing"]


def test_what_a_page_shows_again_is_solved() -> None:
    at = failing()
    at.toggle(key="wrong").set_value(True).run()
    at.toggle(key="wrong").set_value(False).run()
    assert line(at) == []
    at.toggle(key="page").set_value(True).run()
    assert line(at) == []


def test_what_a_page_cannot_show_comes_into_the_line_no_more_once_it_was_put_away() -> None:
    at = failing()
    at.toggle(key="wrong").set_value(True).run()
    at.toggle(key="page").set_value(True).run()
    assert click(at, "nv_problem_away") == []
    at.toggle(key="page").set_value(False).run()
    assert at.error
    at.toggle(key="page").set_value(True).run()
    assert line(at) == []


def test_what_stands_on_a_page_does_not_drive_out_what_failed_since() -> None:
    at = failing()
    at.toggle(key="wrong").set_value(True).run()
    (said,) = click(at, "fail", "again")
    assert "starred" in said


def test_what_a_section_could_not_show_is_solved_when_the_section_alone_is_drawn_again() -> None:
    def page() -> None:
        import streamlit as st

        from neuronview.ui import problems

        problems.begin_run("first")
        for said in (["no such token"], []):  # the second time as in a run of the section alone
            with problems.section("why"):
                for one in said:
                    problems.say(one)
        problems.begin_run("second")
        problems.last_problem()
        st.caption("drawn")

    at = AppTest.from_function(page, default_timeout=90).run()
    assert at.caption
    assert line(at) == []


def test_the_line_is_on_every_page_that_is_opened_next(small_home: Path) -> None:
    at = open_page("overview")
    at.text_input(key="global_search").set_value("0:999999")
    next(button for button in at.button if button.label == "Go").click().run()
    (error,) = at.error
    assert line(at) == []
    at.switch_page("../../pages/browse.py").run()
    assert line(at) == [f":material/error: {error.value}"]
    at.query_params["dataset"] = "nothing"
    at.run()
    (refused,) = at.error
    assert refused.value != error.value
    at.query_params["dataset"] = "small"
    at.switch_page("../../pages/query.py").run()
    assert line(at) == [f":material/error: {refused.value}"]
    at.button(key="nv_problem_away").click().run()
    assert line(at) == []
    assert not at.exception
