"""SQL that people write: it reads the dataset's tables and nothing else, within limits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from neuronview.errors import BadInput, BadQuery
from neuronview.store import visiting
from neuronview.store.documentation import TABLES
from neuronview.store.visiting import MOST_CHARACTERS, MOST_ROWS, Visitor
from tests.support import small_dataset


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("visited") / "small"
    small_dataset.build(folder)
    found = Visitor(folder, folder.parent / "none of the user's")
    yield found
    found.close()


@pytest.mark.parametrize("name", list(TABLES))
def test_each_table_is_described_column_by_column(visitor: Visitor, name: str) -> None:
    described = visitor.ask(f"describe {name}").table.column("column_name").to_pylist()
    assert sorted(described) == sorted(TABLES[name].columns)


def test_a_query_gives_its_rows(visitor: Visitor) -> None:
    found = visitor.ask("select layer, count(*) as n from neurons group by layer order by layer").table
    assert found.to_pylist() == [{"layer": 0, "n": 5}, {"layer": 1, "n": 5}]


def test_a_query_may_define_names_of_its_own(visitor: Visitor) -> None:
    sql = "with best as (select max(score) as most from browse), two as (from range(2)) select * from best, two"
    assert visitor.ask(sql).table.num_rows == 2


def test_rows_beyond_the_limit_are_left_out_and_said(visitor: Visitor) -> None:
    assert visitor.ask("from range(10)", rows=10).is_cut is False
    cut = visitor.ask("from range(11)", rows=10)
    assert (cut.table.num_rows, cut.is_cut) == (10, True)


def test_an_endless_answer_is_read_only_as_far_as_asked(visitor: Visitor) -> None:
    assert visitor.ask("from range(1000000000000)", rows=5).table.num_rows == 5


def test_columns_of_one_name_are_told_apart(visitor: Visitor) -> None:
    assert visitor.ask("select 1 as a, 2 as a, 3 as a_2").table.column_names == ["a", "a_2", "a_2_2"]


@pytest.mark.parametrize(
    "sql",
    [
        "copy browse to '/tmp/stolen.csv'",
        "create table mine as select 1",
        "insert into browse select * from browse",
        "drop table browse",
        "attach 'other.db'",
        "install httpfs",
        "set lock_configuration = false",
        "pragma database_list",
        "call duckdb_settings()",
        "explain analyze select 1",
    ],
)
def test_whatever_is_no_select_is_refused(visitor: Visitor, sql: str) -> None:
    with pytest.raises(BadQuery, match="Only SELECT"):
        visitor.ask(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "from '/etc/passwd'",
        'from "/etc/passwd"',
        "from glob('/*')",
        "from duckdb_settings()",
        "from duckdb_views()",
        "from query('select 1')",
        "from information_schema.tables",
        "from pg_catalog.pg_tables",
        "from sqlite_master",
        "from other.main.browse",
        "show all tables",
        "select * from browse where layer = (select count(*) from read_blob('/etc/passwd'))",
        "with browse as (from duckdb_tables()) from browse",
        'from (with "dataset.json" as (select 1) from "dataset.json"), "dataset.json"',
        "from (with pragma_database_list as (select 1) from pragma_database_list), pragma_database_list",
        "select current_setting('allowed_directories')",
        "select lower(getenv('HOME'))",
    ],
)
def test_nothing_but_the_tables_can_be_read(visitor: Visitor, sql: str) -> None:
    with pytest.raises(BadQuery, match=r"no table|cannot be read from here|not to be had here|cannot name a part"):
        visitor.ask(sql)


def test_the_instance_itself_opens_no_file_outside_the_dataset(visitor: Visitor, tmp_path: Path) -> None:
    """What the check of the tree would let through by mistake, the locked configuration refuses."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for sql in (f"from read_csv('{secret}')", f"copy (select 1) to '{tmp_path}/out.csv'", "set threads = 9"):
        with pytest.raises(Exception, match=r"disabled|locked|Permission"):
            visitor._connection.execute(sql).fetchall()


def test_python_variables_are_no_tables(visitor: Visitor) -> None:
    with pytest.raises(BadQuery, match="no table"):
        visitor.ask("from secret")


@pytest.mark.parametrize("sql", ["", "   ", "-- a remark", "select 1; select 2", "selec 1", "select '\ud800'"])
def test_what_is_no_single_query_is_refused_in_words(visitor: Visitor, sql: str) -> None:
    with pytest.raises(BadQuery, match=r"no query|One query|cannot be read"):
        visitor.ask(sql)


def test_a_query_that_runs_long_is_stopped_and_the_next_one_runs(visitor: Visitor) -> None:
    with pytest.raises(BadQuery, match=r"stopped after 0.2 s"):
        visitor.ask(
            "with recursive t as (select 1 as x union all select x + 1 from t) select max(x) from t", seconds=0.2
        )
    assert visitor.ask("select 1").table.num_rows == 1


def test_limits_are_limits(visitor: Visitor) -> None:
    with pytest.raises(BadQuery, match="characters"):
        visitor.ask("select 1 -- " + "x" * MOST_CHARACTERS)
    with pytest.raises(BadInput, match="rows"):
        visitor.ask("select 1", rows=MOST_ROWS + 1)
    with pytest.raises(BadInput, match="rows"):
        visitor.ask("select 1", seconds=3600)
    with pytest.raises(BadQuery, match="nested too deeply"):
        visitor.ask("select " + "+".join(["1"] * 900))
    with pytest.raises(BadQuery, match="Max expression depth"):
        visitor.ask(f"select {'(' * 5000}1{')' * 5000}")


def test_what_the_user_made_is_there_too(tmp_path: Path) -> None:
    folder, mine = tmp_path / "small", tmp_path / "mine"
    small_dataset.build(folder)
    small_dataset.build(mine)
    with_mine = Visitor(folder, mine)
    try:
        count = "select count(*) as n from excerpts"
        alone = Visitor(folder)
        assert with_mine.ask(count).table["n"][0].as_py() == 2 * alone.ask(count).table["n"][0].as_py()
        alone.close()
    finally:
        with_mine.close()


@pytest.mark.parametrize("value", ["null", "{'a': null}", "[null, null]"])
def test_lists_of_nothing_count_as_what_they_become_on_a_page(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setattr(visiting, "MOST_BYTES", 2**20)
    few = visitor.ask("select list_transform(range(10), lambda x: " + value + ") as cell").table
    assert few.num_rows == 1
    with pytest.raises(BadQuery, match="larger than 1 MB"):
        visitor.ask("select list_transform(range(400000), lambda x: " + value + ") as cell")


def test_the_largest_whole_numbers_are_what_they_are(visitor: Visitor) -> None:
    largest = 2**128 - 1
    found = visitor.ask(f"select {largest}::uhugeint as one, [{largest}::uhugeint] as listed").table
    assert found.to_pylist() == [{"one": str(largest), "listed": f"[{largest}]"}]
