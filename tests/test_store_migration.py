"""A database that an older version of the program wrote keeps all that is in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    Due,
    Extraction,
    LinkKind,
    LinkOccurrence,
    Network,
    Outcome,
    Page,
    Repair,
    RepairKind,
    RepairStyle,
    Resource,
    Rewrite,
    Run,
    RunId,
    SkipReason,
    Snapshot,
    Span,
    State,
    Verdict,
)
from dlt_crawler.store import Store, Told, Untold
from dlt_crawler.store.sqlite import SqliteDatabase
from dlt_crawler.store.tables import metadata
from tests.test_store import DAY, NOW, document

AT = "2026-11-21 02:30:00.123456"
GONE = Resource("https://gone.example/paper")

ROWS = f"""
INSERT INTO documents (id, path, digest, links_digest) VALUES (7, '理论.md', '{"0" * 64}', '{"1" * 64}');
INSERT INTO pages (id, key, title) VALUES (2, '{"2" * 64}', 'A paper');
INSERT INTO runs VALUES (3, '{AT}', '{AT}', 'ok');
INSERT INTO resources VALUES (5, '{sha256(GONE.url.encode()).hexdigest()}', '{GONE.url}', '{AT}', 2);
INSERT INTO occurrences VALUES (7, 0, 9, 35, 1, 5, 'inline', '{GONE.url}', '{GONE.url}', '论文', 5, NULL, '{AT}');
INSERT INTO occurrences VALUES (7, 1, NULL, NULL, 4, 1, 'html', 'x', NULL, 'x', NULL, 'relative', '{AT}');
INSERT INTO checks VALUES (1, 3, 5, 1, '{AT}', 0.5, 'not_found', 'answered 404', 404, NULL, NULL, NULL, 2, NULL, 0, 1);
INSERT INTO verdicts VALUES (5, '{AT}', 'dead', 'answered 404', '{AT}', NULL, '{AT}', 2, 0);
INSERT INTO snapshots VALUES (5, '{AT}', '{GONE.url}', NULL, '20200102030405', 'https://a.example/1', 200, 'playback');
INSERT INTO repairs VALUES (1, 3, '{AT}', 'out/理论.md', '理论.md', 9, 35, 1, 5, 'inline', '{GONE.url}', '{GONE.url}',
    '论文', 5, NULL, 'https://a.example/1', 'answered 404');
"""

LINK = LinkOccurrence("理论.md", Span(9, 35), 1, 5, LinkKind.INLINE, GONE.url, GONE.url, "论文", GONE)
OTHER_LINK = LinkOccurrence("理论.md", None, 4, 1, LinkKind.HTML, "x", None, "x", SkipReason.RELATIVE)


def make(path: Path, revision: str, rows: str) -> Path:
    """Make a database as a release left it."""
    database = SqliteDatabase(path)
    config = Config()
    config.set_main_option("script_location", "dlt_crawler.store:migrations")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(rows)
    return path


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A database as the first release left it, with a row in every table."""
    return make(tmp_path / "links.db", "0001", ROWS)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_a_database_of_the_first_release_keeps_everything(released: Path) -> None:
    with Store.open(f"sqlite:///{released}") as store:
        report = store.report()
        gone, relative = report.links
        assert report.run == store.last_run() == Run(RunId(3), NOW, NOW, Network.OK, done=NOW)
        assert (gone.occurrences, relative.occurrences) == ((LINK,), (OTHER_LINK,))
        assert (gone.first_seen, relative.first_seen, gone.page.title) == (NOW, NOW, "A paper")
        assert gone.verdict == Verdict(State.DEAD, "answered 404", NOW, None, NOW, 2)
        assert gone.snapshot == Snapshot(GONE.url, "20200102030405", "https://a.example/1", 200, "playback")
        assert [(check.seen.outcome, check.seen.at) for check in store.history(GONE)] == [(Outcome.NOT_FOUND, NOW)]
        (logged,) = store.repairs.written_to("out/理论.md")
        assert logged.repair == Repair(LINK, "https://a.example/1", "answered 404")
        assert report.lints == ()


def test_the_documents_of_the_first_release_are_parsed_again_and_keep_the_day_they_were_first_seen(
    released: Path,
) -> None:
    with Store.open(f"sqlite:///{released}") as store:
        saved, found = document("理论.md"), Extraction((LINK, OTHER_LINK))
        assert store.extraction_of(saved, "f" * 64) is None
        store.save_extraction(saved, "f" * 64, found, now=NOW + DAY)
        assert store.extraction_of(saved, "f" * 64) == found
        assert [link.first_seen for link in store.report().links] == [NOW, NOW]


def test_an_upgraded_database_has_exactly_the_tables_of_the_program(released: Path) -> None:
    Store.open(f"sqlite:///{released}").close()
    database = SqliteDatabase(released)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(released: Path) -> None:
    with closing(sqlite3.connect(released)) as connection, connection:
        connection.execute(
            "INSERT INTO occurrences SELECT 99, * FROM (SELECT position, span_start, span_end, line, "
            '"column", kind, raw, url, text, resource_id, skip, first_seen FROM occurrences)'
        )
    before = dump(released)
    with pytest.raises(StoreError, match=r"links\.db is damaged: occurrences names a row of documents"):
        Store.open(f"sqlite:///{released}")
    assert dump(released) == before


# ── From schema 0002 ────────────────────────────────────────────────────────────────────────────────────────────────

MANY = 11_000
"""Resources: more than are read at once."""

ROWS_0002 = f"""
INSERT INTO documents VALUES (7, '理论.md', '{"0" * 64}', '{"1" * 64}', 'markdown', '{"f" * 64}');
INSERT INTO pages VALUES (2, '{"2" * 64}', 'A paper', NULL);
INSERT INTO runs VALUES (3, '{AT}', '{AT}', 'ok');
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {MANY})
INSERT INTO resources SELECT id, printf('%064d', id), 'https://papers.example/' || id, '{AT}', 2 FROM n;
UPDATE resources SET url = 'http://alice.github.io:8080/a?b', page_id = NULL WHERE id = 2;
UPDATE resources SET url = 'https://192.0.2.7/' WHERE id = {MANY};
INSERT INTO occurrences SELECT 7, id, 9, 35, 1, 5, 'inline', url, url, '论文', id, NULL, '{AT}', NULL, 1, NULL, NULL
    FROM resources;
INSERT INTO checks SELECT id, 3, id, 1, '{AT}', 0.5, 'ok', 'answered 200', 200, NULL, NULL, NULL, 2, NULL, 0, 1
    FROM resources;
INSERT INTO verdicts SELECT id, '{AT}', 'alive', 'answered 200', '{AT}', '{AT}', NULL, 1, 0 FROM resources;
INSERT INTO lints VALUES (7, 0, 1, 1, NULL, NULL, 'empty_link', 'nothing in it');
"""


def test_every_resource_of_schema_0002_gets_its_slot_and_nothing_else_changes(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0002", ROWS_0002)
    tables = ("documents", "occurrences", "lints", "pages", "runs", "checks", "verdicts", "snapshots", "repairs")
    queries = [f"SELECT * FROM {table}" for table in tables]
    queries.append("SELECT id, key, url, first_seen, page_id FROM resources")
    with closing(sqlite3.connect(path)) as connection:
        before = [connection.execute(query).fetchall() for query in queries]
    with Store.open(f"sqlite:///{path}") as store:
        run = store.begin_run(NOW + DAY).id
        with store.frontier(run, 1, ["理论.md"]) as frontier:
            loads = {load.slot: load.links for load in frontier.loads()}
            assert loads == {"papers.example": MANY - 2, "github.io": 1, "192.0.2.7": 1}
            assert frontier.claim("github.io", 9) == [Due(Resource("http://alice.github.io:8080/a?b"))]
        assert store.report().run is not None
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM runs WHERE id = ?", (run,))
        for query, rows in zip(queries, before, strict=True):
            # Later versions have added columns, at the end.
            assert [row[: len(rows[0])] for row in connection.execute(query)] == rows if rows else True
        assert connection.execute("SELECT * FROM robots").fetchall() == []


def test_a_url_that_this_version_cannot_read_does_not_lock_the_database_up(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0002", ROWS_0002 + "UPDATE resources SET url = 'http://[x/' WHERE id = 3;")
    with Store.open(f"sqlite:///{path}") as store:
        run = store.begin_run(NOW + DAY).id
        with store.frontier(run, 1, ["理论.md"]) as frontier:
            slots = [load.slot for load in frontier.loads()]
            assert sorted(slots) == ["", "192.0.2.7", "github.io", "papers.example"]
            assert frontier.claim("", 2) == [Due(Resource("http://[x/"), known=Page("A paper"))]


# ── From schema 0004 ────────────────────────────────────────────────────────────────────────────────────────────────

CUT_OFF = Resource("https://papers.example/2")
ROWS_0004 = f"""
INSERT INTO documents VALUES (7, 'a.md', '{"0" * 64}', 'markdown', '{"f" * 64}', '{"1" * 64}');
INSERT INTO runs VALUES (3, '{AT}', '{AT}', 'ok'), (4, '{AT}', '{AT}', 'down'), (5, '{AT}', NULL, 'ok');
INSERT INTO resources VALUES
    (1, '{sha256(GONE.url.encode()).hexdigest()}', '{GONE.url}', '{AT}', NULL, 'gone.example'),
    (2, '{sha256(CUT_OFF.url.encode()).hexdigest()}', '{CUT_OFF.url}', '{AT}', NULL, 'papers.example');
INSERT INTO occurrences SELECT 7, id, 9, 35, 1, 5, 'inline', url, url, 'x', id, NULL, '{AT}', NULL, 1, NULL, NULL
    FROM resources;
INSERT INTO checks SELECT runs.id * 10 + resources.id, runs.id, resources.id, 1, '{AT}', 0.5, 'timeout', 'no answer',
    NULL, NULL, NULL, NULL, NULL, NULL, 0, 1, NULL, NULL FROM runs, resources;
INSERT INTO verdicts SELECT id, '{AT}', 'dead', 'no answer', '{AT}', NULL, '{AT}', 3, 0 FROM resources;
INSERT INTO repairs VALUES (1, 3, '{AT}', 'a.md', 'a.md', 9, 35, 1, 5, 'inline', '{GONE.url}', '{GONE.url}', 'x', 1,
    NULL, 'https://a.example/1', 'no answer');
"""


def test_after_schema_0004_all_is_due_and_judged_anew_and_nobody_is_told_of_what_was_before(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0004", ROWS_0004)
    dead = Verdict(State.DEAD, "no answer", NOW, None, NOW, 3)
    with Store.open(f"sqlite:///{path}") as store:
        assert store.run_to_go_on_with() == store.last_run() == Run(RunId(5), NOW, None, Network.OK)
        assert store.distrusted_runs() == {4, 5}
        assert [(link, [check.times for check in checks]) for link, checks in store.histories(unjudged=True)] == [
            (GONE, [1, 1, 1]),
            (CUT_OFF, [1, 1, 1]),
        ]
        assert store.verdicts() == {GONE: dead, CUT_OFF: dead}
        assert (store.policy(), store.untold(Told(), NOW), store.report().transitions) == (None, Untold(), ())
        story = store.story(GONE.url)
        assert story is not None
        assert [(each.at, each.run, each.written_to) for each in story.repairs] == [(NOW, 3, "a.md")]
        run = store.begin_run(NOW + DAY)
        with store.frontier(run.id, 1, ["a.md"], due_by=NOW, conditional=True) as frontier:
            assert [due for load in frontier.loads() for due in frontier.claim(load.slot, 9)] == [
                Due(GONE),
                Due(CUT_OFF),
            ]
        # What is judged as it was is no change.
        store.save_verdicts([(GONE, dead, None), (CUT_OFF, Verdict(State.ALIVE, "fine"), None)], run=run.id, now=NOW)
        assert [each.url for each in store.report().transitions] == [CUT_OFF.url]
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT id, done = finished, full, trouble FROM runs").fetchall()
    assert rows[:3] == [(3, 1, 0, None), (4, 1, 0, None), (5, None, 0, None)]


def test_an_upgraded_0004_has_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0004", ROWS_0004)
    Store.open(f"sqlite:///{path}").close()
    fresh = tmp_path / "fresh.db"
    Store.open(f"sqlite:///{fresh}").close()

    def schema(of: Path) -> set[str]:
        with closing(sqlite3.connect(of)) as connection:
            # Where conditions of indexes are nothing that Alembic compares.
            return {
                sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%'")
            }

    database = SqliteDatabase(path)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.close()
    made = {
        " ".join(str(CreateIndex(index).compile(dialect=sqlite.dialect())).split())
        for table in metadata.tables.values()
        for index in table.indexes
    }
    assert schema(path) == schema(fresh) == made


# ── From schema 0006 ────────────────────────────────────────────────────────────────────────────────────────────────

ROWS_0006 = f"""
INSERT INTO runs VALUES (3, '{AT}', '{AT}', 'ok', NULL, 0, '{AT}');
INSERT INTO resources (id, key, url, slot, first_seen, unjudged)
    VALUES (1, '{sha256(GONE.url.encode()).hexdigest()}', '{GONE.url}', 'gone.example', '{AT}', 0);
INSERT INTO repairs VALUES (1, 3, '{AT}', 'a.md', 'a.md', 9, 35, 1, 5, 'inline', '{GONE.url}?题', '{GONE.url}', 'x', 1,
    NULL, 'https://a.example/1', 'no answer');
INSERT INTO repairs VALUES (2, NULL, '{AT}', 'out/a.md', 'a.md', 9, 35, 1, 5, 'inline', 'x' || char(16) || 'dce4', NULL,
    'x', 1, NULL, 'https://a.example/1', 'no answer');
"""


def test_of_repairs_before_schema_0007_the_bytes_are_the_urls_and_those_in_place_stood(
    tmp_path: Path,
) -> None:
    path = make(tmp_path / "links.db", "0006", ROWS_0006)
    with Store.open(f"sqlite:///{path}") as store:
        edited, copied = store.repairs.of("a.md")
        assert edited.rewrite == Rewrite(f"{GONE.url}?题".encode(), b"https://a.example/1")
        assert copied.rewrite == Rewrite(b"x\xe4", b"https://a.example/1")
        assert {(each.repair.kind, each.repair.style) for each in (edited, copied)} == {
            (RepairKind.SNAPSHOT, RepairStyle.REPLACE)
        }
        assert (edited.stood, copied.stood) == (NOW, None)
        assert {(each.ended, each.ending) for each in (edited, copied)} == {(None, None)}
        assert (edited.run, copied.run, copied.written_to) == (3, None, "out/a.md")


# ── From schema 0007 ────────────────────────────────────────────────────────────────────────────────────────────────

ROWS_0007 = f"""
INSERT INTO documents VALUES (7, 'a.md', '{"0" * 64}', 'markdown', '{"f" * 64}', '{"1" * 64}');
INSERT INTO runs VALUES (3, '{AT}', '{AT}', 'ok', NULL, 0, '{AT}');
INSERT INTO resources (id, key, url, slot, first_seen, unjudged)
    VALUES (1, '{sha256(GONE.url.encode()).hexdigest()}', '{GONE.url}', 'gone.example', '{AT}', 0);
INSERT INTO occurrences (document_id, position, span_start, span_end, line, "column", kind, raw, url, text, resource_id,
    renders, first_seen) VALUES (7, 0, 9, 35, 1, 5, 'inline', '{GONE.url}', '{GONE.url}', 'x', 1, 1, '{AT}');
INSERT INTO checks (id, run_id, resource_id, look, at, elapsed, outcome, detail, nxdomain, asked, times)
    VALUES (1, 3, 1, 1, '{AT}', 0.5, 'not_found', 'answered 404', 0, 1, 1);
"""


def test_after_schema_0007_nothing_is_counted_or_dated_yet_and_every_night_has_its_column(tmp_path: Path) -> None:
    path = make(tmp_path / "links.db", "0007", ROWS_0007)
    with Store.open(f"sqlite:///{path}") as store:
        (link,) = store.report().links
        assert (link.url, link.first_seen, link.written) == (GONE.url, NOW, None)
        assert store.dates.asked() == {"a.md": None}
        trends = store.trends.load([GONE.url])
        assert (trends.tallies, trends.nights) == ((), (Run(RunId(3), NOW, NOW, Network.OK, done=NOW),))
        assert trends.strips == {GONE.url: (Outcome.NOT_FOUND,)}
    database = SqliteDatabase(path)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    database.close()
