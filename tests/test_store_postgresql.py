"""What is PostgreSQL's own: its lock, its server, who writes when, and databases that are not fit for us."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

from dlt_crawler.errors import LockHeld, StoreError
from dlt_crawler.model import Resource
from dlt_crawler.store import Store, lock, schema
from dlt_crawler.store import postgresql as postgresql_engine
from dlt_crawler.store.opening import conninfo, database_at
from dlt_crawler.store.tables import metadata
from tests.databases import execute, rows
from tests.postgres import GUARDED, Server, connected
from tests.program import program
from tests.test_store import DAY, NOW, PAPER, document, observation, occurrence, save

HOLD = """
import sys
from dlt_crawler.store import lock
with lock(sys.argv[1], "dlt-crawl run"):
    print("held", flush=True)
    sys.stdin.read()
"""

ADD_CHECKS = """
import sys
from datetime import UTC, datetime
from dlt_crawler.model import Observation, Outcome, Resource, RunId
from dlt_crawler.store import Store
own = int(sys.argv[2])
with Store.open(sys.argv[1]) as store:
    print("open", flush=True)
    sys.stdin.readline()
    for batch in range(10):
        # One batch has links that the others have, too.
        paths = [f"{own}/{batch}/{number}" for number in range(20)]
        paths += [str(number) for number in range(20) if batch == own]
        links = (Resource(f"https://a.example/{path}") for path in paths)
        seen = [Observation(link, datetime.now(UTC), 0.1, Outcome.OK, "It answered.") for link in links]
        store.add_checks(RunId(1), own + 1, seen)
"""


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.new()


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Return a process that has said its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


# ── The lock ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_lock_names_its_holder_and_is_free_when_that_is_killed(url: str, tmp_path: Path) -> None:
    with started(HOLD, url) as holder:
        named = rf"is in use: dlt-crawl run \(process {holder.pid} on .*, since 20.* UTC"
        with pytest.raises(LockHeld, match=named), lock(url, "another"):
            pass
        (tmp_path / "dlt-crawl.toml").write_text(f'database = "{url}"\nsources = ["*.md"]\n')
        status, _, said = program().run(["judge"], tmp_path, {}, timeout=60)
        assert (status, f"process {holder.pid} on" in said) == (75, True), said
        holder.kill()
        holder.wait()
    # The server learns of it at once, and takes a moment to end what served it.
    for _ in rows_until(url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", 0):
        pass
    with lock(url, "the next"):
        pass


def rows_until(url: str, query: str, wanted: int) -> Iterator[None]:
    """Yield until the query finds so many."""
    while rows(url, query) != [(wanted,)]:
        yield


def test_databases_of_one_server_have_locks_of_their_own(url: str, postgresql: Server) -> None:
    with (
        lock(url, "one"),
        lock(postgresql.new(), "another"),
        pytest.raises(LockHeld, match="in use: one"),
        lock(url, "a third"),
    ):
        pass


def test_a_job_whose_lock_is_lost_writes_no_more(url: str, postgresql: Server) -> None:
    with lock(url, "dlt-crawl run"), Store.open(url, alone=True) as store:
        store.begin_run(NOW)
        postgresql.restart()
        with pytest.raises(StoreError, match="cannot be reached"):
            store.begin_run(NOW + DAY)
        # The server is there again, and somebody else has begun.
        ended = "the connection that held its lock has ended"
        with started(HOLD, url), pytest.raises(StoreError, match=ended):
            store.begin_run(NOW + DAY)
        run = store.last_run()
        assert run is not None
        assert run.started == NOW


def test_what_is_done_exclusively_is_done_by_one_at_a_time(url: str) -> None:
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    exclusively = """
import sys
from dlt_crawler.store import Store
with Store.open(sys.argv[1]) as store:
    print("open", flush=True)
    with store.exclusively("canaries"):
        print("alone", flush=True)
"""
    with Store.open(url) as store, store.exclusively("canaries"):
        # Others have nothing to do with it.
        with store.exclusively("else"), lock(url, "run"):
            store.begin_run(NOW)
        other = started(exclusively, url)
        for _ in rows_until(url, waits, 1):
            assert other.poll() is None
    said, _ = other.communicate()
    assert (said, other.returncode) == ("alone\n", 0)


# ── The server ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            lambda url: url.replace("links_", "no_links_"),
            r'cannot be reached: .*database "no_links_\d+" does not exist',
        ),
        (lambda url: re.sub(r":\d+/", ":1/", url), r"cannot be reached: .*refused"),
        (lambda url: url.replace(f"{GUARDED}:secret@", f"{GUARDED}:wr0ng@"), r"password authentication failed"),
        (lambda url: url, r"does not permit this role to do so: docs/postgresql\.md says what it needs"),
    ],
    ids=["no such database", "no server", "wrong password", "no permission"],
)
def test_trouble_with_the_server_is_said_in_words_without_the_password(
    postgresql: Server, tmp_path: Path, changed: object, said: str
) -> None:
    postgresql.execute(f"DROP ROLE IF EXISTS {GUARDED}", f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'secret'")
    bare = postgresql.bare()
    postgresql.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC", url=bare)
    assert callable(changed)
    url = changed(postgresql.tcp(bare, user=GUARDED, password="secret"))
    (tmp_path / "dlt-crawl.toml").write_text(f'database = "{url}"\nsources = ["*.md"]\n')
    status, _, talk = program().run(["run"], tmp_path, {"LANGUAGE": "en"}, timeout=60)
    assert status == 3, talk
    assert re.search(said, " ".join(talk.split())), talk
    assert "secret" not in talk
    assert "wr0ng" not in talk
    assert "postgresql+psycopg://***@127.0.0.1:" in talk


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("55P03", "is kept busy by another program"),
        ("40P01", "is kept busy by another program"),
        ("40001", "is kept busy by another program"),
        ("42501", "does not permit this role to do so"),
        ("25006", "cannot be written: it is a standby, or read-only"),
        ("53100", "cannot be written: the disk of the server is full"),
        ("57P01", "cannot be reached: the server has ended the connection"),
        ("XX001", "is damaged: restore a back-up"),
        ("22012", "fails: .*22012"),
    ],
)
def test_what_the_server_says_comes_with_what_to_do(postgresql: Server, state: str, said: str) -> None:
    with closing(database_at(postgresql.url("postgres"))) as database, database.reading() as connection:
        trouble = f"DO $$ BEGIN RAISE 'of {state}' USING ERRCODE = '{state}'; END $$"
        with pytest.raises(StoreError, match=said), database.errors_in_our_words():
            connection.exec_driver_sql(trouble)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("postgresql+psycopg://dlt:p%40ss@db.example/links", {"password": "p@ss", "host": "db.example"}),
        ("postgresql+psycopg://dlt@/links?host=one.example&host=two.example", {"host": "one.example,two.example"}),
        ("postgresql+psycopg://dlt@db.example/links?sslmode=verify-full", {"sslmode": "verify-full"}),
    ],
)
def test_the_job_queue_connects_by_the_same_options(written: str, told: dict[str, str]) -> None:
    options = conninfo_to_dict(conninfo(written) or "")
    assert {"user": "dlt", "dbname": "links", **told}.items() <= options.items()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_script_is_refused(postgresql: Server, encoding: str) -> None:
    url = postgresql.bare(encoding=f"'{encoding}'", locale="'C'", template="template0", locale_provider="libc")
    with pytest.raises(StoreError, match=f"has the encoding {encoding}, which cannot hold"):
        Store.open(url)
    assert rows(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_database_of_another_program_is_refused_and_one_of_the_job_queue_is_ours(postgresql: Server) -> None:
    other, ours = postgresql.bare(), postgresql.bare()
    execute(other, "CREATE TABLE moz_places (id integer)")
    with pytest.raises(StoreError, match="is a database of another program"):
        Store.open(other)
    execute(ours, "CREATE TABLE procrastinate_jobs (id integer)")
    with pytest.raises(StoreError, match="is empty: start with dlt-crawl run"):
        Store.open(ours, create=False)
    with Store.open(ours) as store:
        assert store.last_run() is None


# ── The schema ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_schema_of_a_newer_version_is_refused(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="was written by a newer version of dlt-crawl"):
        Store.open(url)


@pytest.fixture
def old(postgresql: Server) -> str:
    """The URL of a database with schema 0008 and a run in it."""
    url = postgresql.bare()
    config = schema._configuration()
    with closing(database_at(url)) as database, database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(text("INSERT INTO runs (started, network, \"full\") VALUES (:at, 'ok', false)"), {"at": NOW})
    return url


def test_an_older_schema_is_upgraded_and_what_is_stored_stays(old: str, url: str) -> None:
    with Store.open(old) as store:
        run = store.last_run()
        assert run is not None
        assert (run.started, run.shard) == (NOW, None)
    assert made(old) == made(url)
    with closing(database_at(old)) as database, database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"include_object": is_ours}), metadata)
    assert found == []


def made(url: str) -> list[tuple[object, ...]]:
    """Return every column and index of a database."""
    columns = """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, collation_name
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
    """
    return rows(url, columns) + rows(url, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Whether the migrations made it: not so what the search keeps in tables of its own (`store.derived`)."""
    return kind != "table" or name in metadata.tables


def test_an_upgrade_that_fails_leaves_everything_as_it_was(old: str) -> None:
    execute(old, "CREATE TABLE turns (what text)")
    before = made(old)
    with pytest.raises(StoreError, match='relation "turns" already exists'):
        Store.open(old)
    assert made(old) == before
    assert rows(old, "SELECT version_num FROM alembic_version") == [("0008",)]


def test_all_text_is_compared_byte_by_byte(url: str) -> None:
    other = """
        SELECT table_name, column_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name
        WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')
        AND collation_name IS DISTINCT FROM 'C'
    """
    assert rows(url, other) == []


# ── Readers and writers ─────────────────────────────────────────────────────────────────────────────────────────────


def test_readers_see_one_moment_while_others_write(url: str) -> None:
    with Store.open(url) as store, closing(database_at(url)) as database, database.reading() as reader:
        count = text("SELECT count(*) FROM runs")
        assert reader.scalar(count) == 0
        store.begin_run(NOW)
        assert reader.scalar(count) == 0
        with pytest.raises(StoreError, match="read-only"), database.errors_in_our_words():
            reader.execute(text("DELETE FROM runs"))
    assert rows(url, "SELECT count(*) FROM runs") == [(1,)]


def test_several_that_write_at_once_lose_nothing(url: str) -> None:
    with Store.open(url) as store:
        store.begin_run(NOW)
    writers = [started(ADD_CHECKS, url, str(number)) for number in range(3)]
    for writer in writers:
        assert writer.stdin is not None
        print(file=writer.stdin, flush=True)
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    assert rows(url, "SELECT count(*), count(DISTINCT id), max(id) FROM resources") == [(620, 620, 620)]
    assert rows(url, "SELECT count(*) FROM checks") == [(660,)]


def test_a_transaction_that_waits_too_long_says_why(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_engine, "_LOCK_TIMEOUT", 5)
    busy = "is kept busy by another program"
    with closing(database_at(url)) as first, closing(database_at(url)) as second, first.writing():
        with pytest.raises(StoreError, match=busy), second.writing():
            pass
        # Who reads waits for nobody.
        with second.reading() as connection:
            assert connection.scalar(text("SELECT count(*) FROM runs")) == 0


def test_the_planner_knows_what_a_first_night_has_filled(url: str) -> None:
    # The tests' server has no autovacuum, and that of a new database comes too late.
    known = "SELECT relname FROM pg_class WHERE relname IN ('resources', 'occurrences', 'checks') AND reltuples >= 100"
    links = [occurrence("a.md", Resource(f"https://a.example/{number}")) for number in range(100)]
    with Store.open(url) as store:
        save(store, document("a.md"), links, now=NOW)
        assert rows(url, known) == []
        with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as frontier:
            assert sorted(rows(url, known)) == [("occurrences",), ("resources",)]
            with frontier._transaction() as connection:
                assert connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'queue'")) == 100


@pytest.mark.parametrize("variable", ["PGTZ", "server"])
def test_times_are_the_same_in_every_zone(
    url: str, postgresql: Server, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    if variable == "server":
        name = url.partition("?")[0].rpartition("/")[2]
        postgresql.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Shanghai'")
    else:
        monkeypatch.setenv("PGTZ", "Asia/Shanghai")
    with Store.open(url) as store:
        save(store, document("a.md"), [occurrence("a.md")], now=NOW)
        run = store.begin_run(NOW)
        store.add_checks(run.id, 1, [observation(PAPER)])
        assert store.last_run() == run
        assert store.history(PAPER)[0].seen.at == observation(PAPER).at
        assert store.newest_check() == observation(PAPER).at
    assert rows(url, "SELECT started::text FROM runs") == [(f"{NOW:%Y-%m-%d %H:%M:%S.%f}+00",)]
    with connected(url) as connection:
        shown = connection.execute("SHOW timezone").fetchone()
    assert shown == ("Asia/Shanghai",)
