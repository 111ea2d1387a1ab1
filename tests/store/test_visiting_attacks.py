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


def test_no_attack_is_answered(visitor: Visitor) -> None:
    answered = []
    for sql in ATTACKS:
        try:
            visitor.ask(sql, seconds=5)
        except BadQuery as error:
            assert "root:" not in str(error), sql
        else:
            answered.append(sql)
    assert answered == []
    assert not list(Path("/tmp").glob("neuronview-attack*"))
    assert visitor.ask("select 1 as one").table.to_pylist() == [{"one": 1}]


@pytest.mark.parametrize("number", range(len(ENDLESS)))
def test_a_query_without_end_is_stopped_by_the_timer(visitor: Visitor, number: int) -> None:
    with pytest.raises(BadQuery, match="was stopped after 0.2 s"):
        visitor.ask(ENDLESS[number], seconds=0.2)


def test_an_answer_without_bounds_is_refused(visitor: Visitor) -> None:
    for sql in LARGE:
        with pytest.raises(BadQuery):
            visitor.ask(sql, seconds=0.5)


def test_a_nested_or_long_query_is_answered_or_refused_in_words(visitor: Visitor) -> None:
    for sql in BOMBS:
        try:
            found = visitor.ask(sql, seconds=2)
        except BadQuery as error:
            assert str(error), sql[:50]
        else:
            assert found.table.nbytes <= MOST_BYTES
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
        with pytest.raises(
            Exception, match="(?i)disabled|locked|not allowed|cannot be modified|permission|configuration"
        ):
            visitor._connection.cursor().execute(sql)
    assert not list(Path("/tmp").glob("neuronview-attack*"))
