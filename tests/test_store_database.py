"""Opening a database: what is made, what is refused, and in which words."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hatchling.builders.wheel import WheelBuilder
from sqlalchemy import event

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Network, Outcome, Page, RobotsRecord, State, Validators, Verdict
from dlt_crawler.store import Store, Told
from dlt_crawler.store.schema import HEAD, make_current
from dlt_crawler.store.sqlite import SqliteDatabase
from dlt_crawler.store.tables import metadata
from tests.test_store import NOW, OTHER, PAPER, document, observation, occurrence, save

OPEN = "import sys; from dlt_crawler.store import Store; Store.open(sys.argv[1]).close()"


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def execute(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def refusal(path: Path, *, create: bool = True) -> str:
    with pytest.raises(StoreError) as refused:
        Store.open(url_of(path), create=create)
    return str(refused.value)


# ── What is made ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_makes_the_directory_and_the_database_and_keeps_what_is_there(tmp_path: Path) -> None:
    url = url_of(tmp_path / "deep" / "down" / "100% links?.db")
    with Store.open(url) as store:
        run = store.begin_run(NOW)
    for create in (True, False):
        with Store.open(url, create=create) as store:
            assert store.last_run() == run


def test_migrating_an_empty_database_gives_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "links.db")
    make_current(database, create=True)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    database.close()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "dlt_crawler.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_current_file_is_opened_without_alembic_and_psycopg(tmp_path: Path) -> None:
    url = url_of(tmp_path / "links.db")
    Store.open(url).close()
    program = f"import dlt_crawler.pipeline; {OPEN}; print(sorted({{'alembic', 'psycopg'}} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program, url], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


def test_processes_that_open_a_new_database_at_once_all_find_it_made_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, url_of(tmp_path / "links.db")]
    openers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(opener.communicate()[1], opener.returncode) for opener in openers] == [("", 0)] * 3
    assert execute(tmp_path / "links.db", "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_an_installed_wheel_carries_its_migrations(tmp_path: Path) -> None:
    (built,) = WheelBuilder(str(Path(__file__).parents[1])).build(directory=str(tmp_path))
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(tmp_path / "installed")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from dlt_crawler import store; "
        "store.Store.open(sys.argv[2]).close(); print(store.__file__)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "installed"), url_of(tmp_path / "links.db")]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    assert found.stdout == f"{tmp_path}/installed/dlt_crawler/store/__init__.py\n"
    assert execute(tmp_path / "links.db", "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_the_database_is_as_durable_and_strict_as_promised(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "links.db")
    pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    with database.writing() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    database.close()
    # synchronous 2 is FULL (sqlite.org/pragma.html).
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("links.db", "'links.db' is not a database URL, such as sqlite:///"),
        ("sqlite://", "sqlite://: names no file; a database in memory would forget everything at once"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://host/links.db", "without options"),
        ("sqlite:///links.db?mode=ro", "without options"),
        ("sqlite+aiosqlite:///links.db", "only SQLite and PostgreSQL are supported"),
        (
            "postgresql://me:secret@host/links",
            r"postgresql://me:\*\*\*@host/links: only SQLite and PostgreSQL are supported",
        ),
        ("postgresql+psycopg://me:secret@host", r"postgresql\+psycopg://me:\*\*\*@host: names no database"),
        ("postgresql+psycopg://me:secret@host:port/links", r"'postgresql\+psycopg://\*\*\*@host:port/links' is not a"),
    ],
)
def test_a_url_that_is_not_supported_is_refused_in_words(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Store.open(url)


def test_a_database_that_does_not_exist_is_not_made_when_it_should_be_read(tmp_path: Path) -> None:
    path = tmp_path / "storage" / "links.db"
    assert refusal(path, create=False) == f"{path} does not exist: start with dlt-crawl run"
    assert list(tmp_path.iterdir()) == []
    path.parent.mkdir()
    path.touch()
    assert refusal(path, create=False) == f"{path} is empty: start with dlt-crawl run"


def test_a_file_that_is_not_a_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    path.write_bytes(b"# A reading list\n" * 100)
    assert refusal(path).startswith(f"{path} is not a database")
    assert path.read_bytes() == b"# A reading list\n" * 100


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    Store.open(url_of(path)).close()
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))
    with pytest.raises(StoreError, match=r"links\.db is damaged"), Store.open(url_of(path)) as store:
        store.report()


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    execute(path, "CREATE TABLE moz_places (url TEXT)")
    assert refusal(path) == f"{path} is a database of another program"
    assert execute(path, "SELECT name FROM sqlite_master") == [("moz_places",)]


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    Store.open(url_of(path)).close()
    execute(path, "UPDATE alembic_version SET version_num = '9999'")
    assert refusal(path).startswith(f"{path} was written by a newer version of dlt-crawl (schema 9999")
    assert refusal(path).endswith("upgrade dlt-crawl")
    assert execute(path, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_word_that_this_version_does_not_know_is_an_error_that_names_the_database(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    with Store.open(url_of(path)) as store:
        store.save_verdicts([(PAPER, Verdict(State.ALIVE, "fine"), None)], run=None, now=NOW)
        execute(path, "UPDATE verdicts SET state = 'undead'")
        with pytest.raises(StoreError, match=r"links\.db holds what this version of dlt-crawl cannot read: .*undead"):
            store.verdicts()


def test_a_database_that_another_program_keeps_busy_is_an_error_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    database = SqliteDatabase(path)
    make_current(database, create=True)
    with database.engine.connect() as pooled:
        pooled.exec_driver_sql("PRAGMA busy_timeout = 10")
    with Store(database) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.last_run() is None
        with pytest.raises(StoreError, match=r"links\.db is kept busy by another program"):
            store.begin_run(NOW)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: (path.parent / "links.db").symlink_to("/nowhere/x.db")])
def test_a_path_that_cannot_be_a_file_is_an_error_that_names_it(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "links.db")
    assert refusal(tmp_path / "links.db").startswith(f"{tmp_path}/links.db cannot be opened")


def test_a_directory_that_cannot_be_made_is_an_error_that_names_the_database(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file" / "deep" / "links.db").startswith(
        f"{tmp_path}/file/deep/links.db cannot be opened"
    )


@contextmanager
def unprivileged() -> Iterator[None]:
    """Give up the rights of root, for whom nothing is read-only, for the block."""
    privileged = os.geteuid()
    if privileged == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(privileged)


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_directory_that_may_not_be_written_is_an_error_that_names_the_database(mode: int) -> None:
    # Not in tmp_path: when root runs the tests, nobody else may look into that.
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "links.db"
        Path(directory).chmod(mode)
        with unprivileged():
            assert refusal(path).startswith(f"{path} cannot be ")
            assert refusal(path.parent / "deep" / "links.db").startswith(
                f"{path.parent}/deep/links.db cannot be opened"
            )
        Path(directory).chmod(0o755)


def test_a_database_that_may_only_be_read_is_an_error_that_names_it() -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "links.db"
        Store.open(url_of(path)).close()
        path.chmod(0o444)
        Path(directory).chmod(0o555)
        with unprivileged():
            assert refusal(path).startswith(f"{path} cannot be ")
        Path(directory).chmod(0o755)


# ── What it costs ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_asked_of_a_few_rows_never_reads_a_whole_table(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "links.db")
    make_current(database, create=True)
    asked: list[tuple[str, object]] = []
    with Store(database) as store:
        links = [occurrence("a.md"), replace(occurrence("a.md"), alternative=OTHER)]
        save(store, document("a.md"), links, now=NOW, fingerprint="0" * 64)
        run = store.begin_run(NOW).id
        event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        store.extraction_of(document("a.md"), "0" * 64)
        save(store, document("a.md", "1" * 64), [*links, links[0]], now=NOW)
        page = Page("A paper")
        store.add_checks(run, 1, [replace(observation(page=page), validators=Validators(PAPER.url, '"1"'))])
        store.add_checks(run, 2, [replace(observation(), outcome=Outcome.TIMEOUT)])
        (slot,) = store.neighbours(run, {Outcome.TIMEOUT}).slots()
        assert [*slot.others] == [OTHER]
        store.save_verdicts([(PAPER, Verdict(State.DEAD, "gone"), None)], run=run, now=NOW)
        for network in (Network.DOWN, Network.OK):
            store.finish_run(run, now=NOW, network=network)
        store.complete_run(run, now=NOW)
        store.save_due([(PAPER, NOW)])
        store.dead_among([PAPER])
        store.bad_nights({Outcome.TIMEOUT}, 5)
        store.bad_nights({Outcome.TIMEOUT}, 5, unjudged=True)
        store.keep_told("somebody", Told())
        store.untold(store.told("somebody"), NOW)
        store.story(PAPER.url)
        store.policy()
        store.history(PAPER)
        store.last_look(run, {Outcome.OK})
        store.remarks(run)
        store.save_robots([RobotsRecord("https://papers.example", NOW, None)], now=NOW)
        store.robots("https://papers.example", NOW)
        store.distrusted_runs()
        store.cited([PAPER])
        store.link(PAPER.url)
        store.last_run()
        store.repairs.written_to("a.md")
        list(store.histories())
        list(store.histories(unjudged=True))
        store.forget_documents(["a.md"])
        other = ("INSERT", "BEGIN", "PRAGMA")
        statements = [(sql, parameters) for sql, parameters in asked if not sql.startswith(other)]
        with database.reading() as connection:
            steps = {
                (sql, str(step[3]))
                for sql, parameters in statements
                for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            }
    assert any(step.startswith("SEARCH checks USING INDEX") for _, step in steps)
    # Runs are few, and the latest is the first row that is looked at.
    scans = tuple(f"SCAN {table}" for table in metadata.tables if table != "runs")
    # Indices of nothing but failures, and of what is to be judged.
    of_few = {"SCAN checks USING COVERING INDEX ix_checks_failed", "SCAN resources USING INDEX ix_resources_unjudged"}
    assert [(step, sql) for sql, step in steps if step.startswith(scans) and step not in of_few] == []
    of_checks = {(sql, step) for sql, step in steps if "FROM checks" in sql and "OVER (PARTITION" not in sql}
    assert [sql for sql, step in of_checks if step == "USE TEMP B-TREE FOR ORDER BY"] == []
