"""What is kept can be asked what is there; it has a bound, and whoever was not asked for longest goes."""

from neuronview.ui.newest import Newest


def test_what_was_kept_is_there_and_nothing_else() -> None:
    kept: Newest[str, int] = Newest(2)
    kept.keep("one", 1)
    assert (kept.get("one"), kept.get("two")) == (1, None)


def test_the_one_that_was_not_asked_for_longest_goes() -> None:
    kept: Newest[str, int] = Newest(2)
    kept.keep("one", 1)
    kept.keep("two", 2)
    kept.get("one")
    kept.keep("three", 3)
    assert [kept.get(name) for name in ("one", "two", "three")] == [1, None, 3]


def test_what_is_kept_again_has_its_new_value_and_takes_no_more_room() -> None:
    kept: Newest[str, int] = Newest(2)
    for name, value in (("one", 1), ("two", 2), ("one", 3)):
        kept.keep(name, value)
    assert (kept.get("one"), kept.get("two")) == (3, 2)
