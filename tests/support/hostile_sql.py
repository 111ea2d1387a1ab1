"""SQL that tries to read files, reach the network, write, learn of the machine, or never to end."""

# ruff: noqa: S608
ATTACKS = (
    *(
        f"select * from {function}('{place}')"
        for function in ("read_text", "read_blob", "read_csv", "read_csv_auto", "read_json", "read_ndjson", "glob")
        for place in ("/etc/passwd", "file:///etc/passwd", "../../../etc/passwd", "http://169.254.169.254/", "*")
    ),
    *(
        f"select * from {function}('{place}')"
        for function in ("read_parquet", "parquet_scan", "parquet_metadata", "parquet_schema", "sniff_csv", "READ_TEXT")
        for place in ("/etc/passwd", "https://127.0.0.1:1/x.parquet", "s3://bucket/x.parquet")
    ),
    *(
        f"select * from {place}"
        for place in (
            "'/etc/passwd'",
            '"/etc/passwd"',
            "'file:///etc/passwd'",
            "'http://localhost:8501/'",
            "'http://2130706433/'",
            "'http://[::1]/x.csv'",
            r"'\\host\share\x.csv'",
            "'/etc/passwd.csv'",
            "'x.parquet'",
        )
    ),
    "copy (select 1) to '/tmp/neuronview-attack.csv'",
    "copy neurons to '/tmp/neuronview-attack.parquet'",
    "copy browse from '/etc/passwd'",
    "export database '/tmp/neuronview-attack'",
    "import database '/tmp/neuronview-attack'",
    "attach '/tmp/neuronview-attack.db' as a",
    "attach ':memory:' as a",
    "install httpfs",
    "load httpfs",
    "load '/tmp/x.duckdb_extension'",
    "create table t as select 1",
    "create macro m(x) as x",
    "create secret (type s3)",
    "create or replace view neurons as select 1",
    "insert into neurons select * from neurons",
    "delete from browse",
    "update browse set score = 1",
    "drop view neurons",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "set global memory_limit = '100GB'",
    "reset all",
    "pragma database_list",
    "pragma enable_profiling",
    "call pragma_version()",
    "use main",
    "checkpoint",
    "vacuum",
    "begin transaction",
    "prepare p as select 1",
    "execute p",
    "explain analyze select 1",
    "select 1; copy (select 1) to '/tmp/neuronview-attack.csv'",
    "select 1; select 2",
    "select getenv('HOME')",
    "select GETENV('HOME')",
    "select getenv('OPENAI_API_KEY')",
    "select current_setting('home_directory')",
    "select * from duckdb_settings()",
    "select * from duckdb_secrets()",
    "select * from duckdb_logs()",
    "select * from duckdb_functions()",
    "select * from pragma_user_agent()",
    "select * from information_schema.tables",
    "select * from pg_catalog.pg_tables",
    "select * from sqlite_master",
    "select * from duckdb_tables",
    "select * from main.duckdb_views",
    "select * from system.main.duckdb_settings",
    "select * from temp.main.x",
    "select which_secret('s3://x', 's3')",
    "from read_text('/etc/passwd')",
    "from '/etc/passwd'",
    "with a as (from read_text('/etc/passwd')) select * from a",
    "with neurons as (select * from '/etc/passwd') select * from neurons",
    "select (select content from read_text('/etc/passwd'))",
    "select * from neurons where exists (from read_blob('/etc/passwd'))",
    "select * from neurons, lateral (select * from read_text('/etc/passwd'))",
    "select * from query('select * from read_text(''/etc/passwd'')')",
    "select * from query_table('/etc/passwd')",
    "select * from query_table(['neurons', '/etc/passwd'])",
    "pivot read_text('/etc/passwd') on filename",
    "unpivot '/etc/passwd' on columns(*)",
    "describe '/etc/passwd'",
    "summarize '/etc/passwd'",
    "show tables from '/etc/passwd'",
    "select * from json_execute_serialized_sql(json_serialize_sql('select * from read_text(''/etc/passwd'')'))",
    "select * from repeat_row(1, num_rows=1000000000)",
    "select * from parquet_full_metadata('/etc/passwd')",
    "select * from read_duckdb('/tmp/x.db')",
    "select * from test_all_types()",
    "select * from arrow_scan(1, 2, 3)",
    "select * from pandas_scan(1)",
    "select * from python_map_function()",
    "select * from sql_auto_complete('sel')",
    "select write_log('x')",
    "select nextval('x')",
    "select * from table_that_is_a_python_name",
    "select * from sys",
    "select * from os",
    "/* */ attach 'x' /* */",
    "\ufeffcopy neurons to '/tmp/neuronview-attack.csv'",
    "select * from neurons\x00; copy neurons to '/tmp/x'",
    "\ud800",
    "select '\ud800'",
)
"""None may be answered."""

ENDLESS = (
    "select count(*) from range(100000000000) a, range(100000000000) b",
    "with recursive r as (select 1 as n union all select n + 1 from r) select max(n) from r",
    "select sum(sin(a.range * b.range)) from range(10000000) a, range(10000000) b",
    "select count(*) from range(1000000) t, range(1000000) u where regexp_matches(t.range || u.range, '(1|1)*2')",
)
"""Stopped by the timer."""

LARGE = (
    "select repeat('x', 100000000000)",
    "select list(range) from range(10000000000)",
    "select string_agg(a.range::varchar) from range(100000000) a",
    "select repeat('x', 1000000) from range(1000000)",
    "select range(10000000000)",
    "select array_agg(repeat('x', 10000)) from range(1000000)",
)
"""Refused for their size, or stopped by the timer."""
BOMBS = (
    "select " + "(" * 9_000 + "1" + ")" * 9_000,
    "select " + "1+" * 9_000 + "1",
    "select " + "not " * 4_000 + "true",
    "select " + "[" * 5_000 + "]" * 5_000,
    "select " + "case when true then " * 800 + "1" + " end" * 800,
    "select 1 " * 100_000,
    "x" * 1_000_000,
    " union all ".join(["select 1"] * 1_000),
    "with "
    + ", ".join(f"a{n} as (select * from {'neurons' if not n else f'a{n - 1}'})" for n in range(300))
    + " select count(*) from a299",
    "select " + "-" * 19_000 + "1",
)
"""Each answered or refused at once."""

_SQUARED = "select length(replace(replace('{a}', 'a', '{b}'), 'a', '{c}')) as n"
STEPS_WITHOUT_MEASURE = (
    _SQUARED.format(a="a" * 4000, b="a" * 4000, c="b" * 300),
    "select length(format('{:>2000000000}', 1)) as n",
    "select length(printf('%2000000000d', 1)) as n",
    "select length(array_to_string(range(400000000), ','))",
)
"""One step of DuckDB's builds more than there should be; no limit of its own looks into a step."""
_LONG = "replace('{a}', 'a', '{b}')"
STEPS_WITHOUT_END = (
    f"select levenshtein({_LONG.format(a='a' * 60, b='a' * 1000)}, {_LONG.format(a='a' * 60, b='b' * 1000)})"
)
"""One step that takes seconds, in which DuckDB does not look at its clock."""
