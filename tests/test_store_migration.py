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

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    Extraction,
    LinkKind,
    LinkOccurrence,
    Network,
    Outcome,
    Repair,
    Resource,
    Run,
    RunId,
    SkipReason,
    Snapshot,
    Span,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from dlt_crawler.store.database import Database
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


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A database as the first release left it, with a row in every table."""
    path = tmp_path / "links.db"
    database = Database(path)
    config = Config()
    config.set_main_option("script_location", "dlt_crawler.store:migrations")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    database.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(ROWS)
    return path


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_a_database_of_the_first_release_keeps_everything(released: Path) -> None:
    with Store.open(f"sqlite:///{released}") as store:
        report = store.report()
        gone, relative = report.links
        assert report.run == store.last_run() == Run(RunId(3), NOW, NOW, Network.OK)
        assert (gone.occurrences, relative.occurrences) == ((LINK,), (OTHER_LINK,))
        assert (gone.first_seen, relative.first_seen, gone.page.title) == (NOW, NOW, "A paper")
        assert gone.verdict == Verdict(State.DEAD, "answered 404", NOW, None, NOW, 2)
        assert gone.snapshot == Snapshot(GONE.url, "20200102030405", "https://a.example/1", 200, "playback")
        assert [(check.seen.outcome, check.seen.at) for check in store.history(GONE)] == [(Outcome.NOT_FOUND, NOW)]
        assert store.repairs("out/理论.md") == (Repair(LINK, "https://a.example/1", "answered 404"),)
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
    database = Database(released)
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
