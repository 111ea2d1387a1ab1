"""SQL of a visitor who means harm: nothing is read, written, learnt or kept busy for long."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronview.errors import BadQuery
from neuronview.store.visiting import MOST_BYTES, Visitor
from tests.support import small_dataset
from tests.support.hostile_sql import ATTACKS, BOMBS, ENDLESS, LARGE


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Over the small dataset."""
    opened = Visitor(small_dataset.build(tmp_path_factory.mktemp("data") / "small"))
    yield opened
    opened.close()


def _asked(visitor: Visitor, sql: str) -> str | None:
    """Why a query was refused; None where it was answered, in bounds."""
    try:
        found = visitor.ask(sql, seconds=5)
    except BadQuery as error:
        return str(error)
    assert found.table.nbytes <= MOST_BYTES
    return None


def test_no_attack_is_answered(visitor: Visitor) -> None:
    answered = []
    for sql in ATTACKS:
        said = _asked(visitor, sql)
        if said is None or "root:" in said:
            answered.append(sql)
    assert answered == []
    assert not list(Path("/tmp").glob("neuronview-attack*"))
    assert visitor.ask("select 1 as one").table.to_pylist() == [{"one": 1}]


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_a_query_without_end_is_stopped_by_the_timer(visitor: Visitor, number: int) -> None:
    with pytest.raises(BadQuery, match=r"was stopped after 0\.2 s"):
        visitor.ask(ENDLESS[number], seconds=0.2)


def test_an_answer_without_bounds_is_refused(visitor: Visitor) -> None:
    for sql in LARGE:
        with pytest.raises(BadQuery):
            visitor.ask(sql, seconds=0.5)


def test_a_nested_or_long_query_is_answered_or_refused_in_words(visitor: Visitor) -> None:
    for sql in BOMBS:
        assert _asked(visitor, sql) != "", sql[:50]
    assert visitor.ask("select 1 as one").table.to_pylist() == [{"one": 1}]


def test_the_instance_itself_is_locked(visitor: Visitor) -> None:
    """Without the check of the query's tree: DuckDB refuses too."""
    for sql in (
        "select * from read_text('/etc/passwd')",
        "copy (select 1) to '/tmp/neuronview-attack.csv'",
        "attach '/tmp/neuronview-attack.db' as a",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set allowed_directories = ['/']",
        "install httpfs",
    ):
        with pytest.raises(Exception, match=r"(?i)disabled|locked|not allowed|permission|configuration"):
            visitor._connection.cursor().execute(sql)
    assert not list(Path("/tmp").glob("neuronview-attack*"))
