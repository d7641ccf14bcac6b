"""Views say in SQL what reports say, on any database, and are in no migration's way."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    LinkKind,
    LinkOccurrence,
    Name,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    Outcome,
    Page,
    Repair,
    Resource,
    SkipReason,
    Snapshot,
    Span,
    State,
    Verdict,
    Work,
)
from dlt_crawler.store import Store, derived
from dlt_crawler.store.tables import metadata
from dlt_crawler.store.triggers import TRIGGERS
from dlt_crawler.store.views import VIEWS
from tests.postgres import Server
from tests.test_store import DAY, NOW, document, observation, occurrence, rewritten, save
from tests.test_store_migration import ROWS, make

AT, LATER = "2026-11-21 02:30:00.123456", "2026-11-22 02:30:00.123456"
ALIVE, DEAD = Resource("https://user@papers.example:8080/1?b"), Resource("https://b.example/2")
GFM = Resource("https://b.example/2）之后")


def rows(url: str, query: str, *before: str) -> list[dict[str, Any]]:
    """What another program finds, after it has done something; times as SQLite has them."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in before:
            connection.exec_driver_sql(statement)
        found = [
            {name: _plain(value) for name, value in row.items()} for row in connection.exec_driver_sql(query).mappings()
        ]
    engine.dispose()
    return found


def _plain(value: Any) -> Any:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where SQLite's `database_url` is."""
    return tmp_path / "links.db"


@pytest.fixture
def sqlite(path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


def judge(store: Store, *verdicts: tuple[Resource, Verdict]) -> None:
    store.save_verdicts([(link, verdict, None) for link, verdict in verdicts], run=None, now=NOW)


def written(links: Sequence[LinkOccurrence], store: Store) -> None:
    save(store, document("a.md"), links, now=NOW)


def test_a_link_and_its_places(store: Store, database_url: str) -> None:
    links = [occurrence("a.md", ALIVE), occurrence("a.md", ALIVE, line=7), occurrence("a.md", DEAD, line=9)]
    written(links, store)
    run = store.begin_run(NOW).id
    page = observation(ALIVE, page=Page("On Depth", "We show.", "en"))
    store.add_checks(run, 1, [page, replace(observation(DEAD), outcome=Outcome.NOT_FOUND, status=404)])
    judge(
        store,
        (ALIVE, Verdict(State.ALIVE, "fine", NOW, NOW, None, 1, moved_to="https://new.example/")),
        (DEAD, Verdict(State.DEAD, "answered 404", NOW, NOW - DAY, NOW, 2)),
    )
    store.save_answer(DEAD, Snapshot(DEAD.url, "20190304050607", "https://archive.example/1", 200, "playback"), now=NOW)
    first, second = rows(database_url, "SELECT * FROM links ORDER BY link")
    assert (first["url"], first["host"], first["state"], first["title"]) == (
        ALIVE.url,
        "papers.example:8080",
        "alive",
        "On Depth",
    )
    assert (first["places"], first["place"], first["first_seen"]) == (2, "a.md:1:3", AT)
    assert (first["last_ok"], first["moved_to"], first["snapshot"]) == (AT, "https://new.example/", None)
    assert rows(database_url, "SELECT * FROM broken_links") == [second]
    assert (second["reason"], second["failing_since"]) == ("answered 404", AT)
    assert (second["snapshot"], second["no_snapshot"]) == ("https://archive.example/1", None)
    store.save_answer(DEAD, NoSnapshot(DEAD.url, NoSnapshotReason.NEVER_ARCHIVED), now=NOW)
    (second,) = rows(database_url, "SELECT * FROM broken_links")
    assert (second["snapshot"], second["no_snapshot"]) == (None, "never_archived")
    places = rows(database_url, "SELECT place, file, line, label, url, state FROM places ORDER BY line")
    assert [(each["place"], each["state"]) for each in places] == [
        ("a.md:1:3", "alive"),
        ("a.md:7:3", "alive"),
        ("a.md:9:3", "dead"),
    ]
    assert rows(database_url, "SELECT host, links, alive, dead, dead_percent FROM hosts ORDER BY host") == [
        {"host": "b.example", "links": 1, "alive": 0, "dead": 1, "dead_percent": 100.0},
        {"host": "papers.example:8080", "links": 1, "alive": 1, "dead": 0, "dead_percent": 0.0},
    ]
    assert [
        (each["outcome"], each["status"], each["title"]) for each in rows(database_url, "SELECT * FROM history")
    ] == [
        ("ok", 200, "On Depth"),
        ("not_found", 404, None),
    ]
    store.forget_documents(["a.md"])
    assert rows(database_url, "SELECT * FROM links") == []


def test_links_that_are_read_in_two_ways_are_judged_as_in_the_report(store: Store, database_url: str) -> None:
    links, verdicts = [], []
    cases = product((LinkKind.BARE, LinkKind.INLINE), State, (*State, None), (True, False))
    for line, (kind, state, other, worked) in enumerate(cases, 1):
        one, gfm = (Resource(f"https://host{line}.example/2{rest}") for rest in ("", "）之后"))
        links.append(replace(occurrence("a.md", one, line=line), kind=kind, alternative=gfm))
        verdicts.append((one, Verdict(state, "so")))
        if other is not None:
            verdicts.append((gfm, Verdict(other, "so", last_ok=NOW if worked else None)))
    written(links, store)
    judge(store, *verdicts)
    shown = {f"a.md:{each.occurrences[0].line}:3": (each.url, each.verdict.state) for each in store.report().links}
    found = {
        each["place"]: (each["url"], each["state"])
        for each in rows(database_url, "SELECT place, url, state FROM links")
    }
    assert found == shown
    assert len(found) == len(links)


def test_what_is_not_checked_is_there_too(store: Store, database_url: str) -> None:
    skipped = [
        LinkOccurrence("a.md", Span(1, 2), line, 1, LinkKind.INLINE, raw, url, "x", why)
        for line, raw, url, why in (
            (1, "mailto:a@b", "mailto:a@b", SkipReason.MAILTO),
            (2, "http://[x", None, SkipReason.INVALID),
            (3, "http://[x", None, SkipReason.INVALID),
        )
    ]
    written(skipped, store)
    found = rows(database_url, "SELECT url, state, reason, places, host, link FROM links ORDER BY url")
    assert [tuple(each.values()) for each in found] == [
        ("http://[x", "invalid", "no browser can open it: the URL is malformed", 2, None, None),
        ("mailto:a@b", "skipped", "not checked: it is a mail address", 1, None, None),
    ]
    assert {each["url"]: each["reason"] for each in found} == {
        link.url: link.verdict.reason for link in store.report().links
    }
    assert [each["url"] for each in rows(database_url, "SELECT * FROM broken_links")] == ["http://[x"]


def test_what_has_happened(store: Store, database_url: str) -> None:
    written([occurrence("a.md", DEAD)], store)
    run = store.begin_run(NOW).id
    work = Work("article-journal", (Name("Vaswani", "Ashish"), Name(literal="OpenAI")), "2017", "NeurIPS", doi="10/x")
    store.add_checks(run, 1, [replace(observation(DEAD, page=Page("Attention")), work=work)])
    store.save_verdicts([(DEAD, Verdict(State.DEAD, "answered 404"), None)], run=run, now=NOW)
    repair = Repair(occurrence("a.md", DEAD), "https://archive.example/1", "answered 404")
    store.repairs.add(run, "out/a.md", rewritten(repair), now=NOW)
    store.finish_run(run, now=NOW + DAY, network=Network.OK)
    (change,) = rows(database_url, "SELECT * FROM changes")
    assert (change["at"], change["run"], change["url"], change["before"], change["after"]) == (
        AT,
        run,
        DEAD.url,
        "unchecked",
        "dead",
    )
    (logged,) = rows(database_url, "SELECT file, line, replacement, why, written_to FROM repairs_log")
    assert tuple(logged.values()) == ("a.md", 1, "https://archive.example/1", "snapshot", "out/a.md")
    (paper,) = rows(database_url, "SELECT title, authors, issued, container, doi, kind FROM papers")
    assert tuple(paper.values()) == (
        "Attention",
        "Ashish Vaswani; OpenAI",
        "2017",
        "NeurIPS",
        "10/x",
        "article-journal",
    )
    rows(
        database_url,
        "SELECT 1",
        "DELETE FROM tallies",
        f"INSERT INTO tallies (run_id, state, links, ignored) VALUES ({run}, 'dead', 3, 1)",
        "UPDATE works SET facts = 'x\x10d800'",
    )
    uncounted = store.begin_run(NOW).id
    night, other = rows(
        database_url, "SELECT run, started, finished, minutes, network, dead, alive, ignored FROM nights ORDER BY run"
    )
    assert tuple(night.values()) == (run, AT, LATER, 1440.0, "ok", 3, 0, 1)
    assert (other["run"], other["dead"], other["alive"], other["ignored"]) == (uncounted, None, None, None)
    (paper,) = rows(database_url, "SELECT title, authors, kind FROM papers")
    assert tuple(paper.values()) == ("Attention", None, None)


def test_names_are_new_and_every_view_of_an_upgraded_database_is_that_of_a_fresh_one(tmp_path: Path) -> None:
    assert not set(VIEWS) & set(metadata.tables)
    old, fresh = make(tmp_path / "old.db", "0001", ROWS), tmp_path / "fresh.db"
    made = "SELECT name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name"
    for path in (old, fresh):
        Store.open(f"sqlite:///{path}").close()
    assert rows(f"sqlite:///{old}", made) == rows(f"sqlite:///{fresh}", made)
    assert {each["name"] for each in rows(f"sqlite:///{fresh}", made)} == {*VIEWS, *TRIGGERS}


def test_an_upgrade_replaces_our_views_and_leaves_those_of_others(tmp_path: Path) -> None:
    mine = "CREATE VIEW mine AS SELECT path FROM documents;"
    ours = "CREATE VIEW links AS /* of dlt-crawl */ SELECT path FROM documents;"
    path = make(tmp_path / "links.db", "0007", mine + ours)
    Store.open(f"sqlite:///{path}").close()
    assert (
        rows(f"sqlite:///{path}", "SELECT state FROM links") == rows(f"sqlite:///{path}", "SELECT path FROM mine") == []
    )


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        ("table", "CREATE TABLE links (url TEXT); INSERT INTO links VALUES ('mine');"),
        ("view", "CREATE VIEW Links AS SELECT 'mine' AS url;"),
    ],
)
def test_what_somebody_has_called_as_our_views_is_not_taken_away(tmp_path: Path, kind: str, theirs: str) -> None:
    path = make(tmp_path / "links.db", "0007", theirs)
    with pytest.raises(StoreError, match=f"somebody has added a {kind} that is called [Ll]inks.*: rename or drop it"):
        Store.open(f"sqlite:///{path}")
    assert rows(f"sqlite:///{path}", "SELECT * FROM links") == [{"url": "mine"}]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DROP {kind} links")
    Store.open(f"sqlite:///{path}").close()
    assert rows(f"sqlite:///{path}", "SELECT * FROM links") == []


def renewed(store: Store) -> None:
    """What an upgrade does, without another schema."""
    with store._database.writing() as connection:
        derived.drop(connection, "links")
        derived.create(connection)


def test_views_and_triggers_are_made_anew_and_those_of_others_stay(store: Store, database_url: str) -> None:
    written([occurrence("a.md", DEAD)], store)
    mine = "CREATE VIEW mine AS SELECT path FROM documents"
    rows(database_url, "SELECT 1", mine, "DROP VIEW broken_links", "DELETE FROM search_pending")
    renewed(store)
    assert rows(database_url, "SELECT state FROM links") == [{"state": "unchecked"}]
    assert rows(database_url, "SELECT * FROM broken_links") == []
    assert rows(database_url, "SELECT * FROM mine") == [{"path": "a.md"}]
    store.forget_documents(["a.md"])
    assert len(rows(database_url, "SELECT * FROM search_pending")) == 1


@pytest.mark.parametrize(("kind", "theirs"), [("table", "(url TEXT)"), ("view", "AS SELECT 1 AS url")])
def test_a_name_that_somebody_has_taken_is_left_to_them(
    store: Store, database_url: str, kind: str, theirs: str
) -> None:
    rows(database_url, "SELECT 1", "DROP VIEW broken_links", f"CREATE {kind} broken_links {theirs}")
    with pytest.raises(StoreError, match=f"^links: somebody has added a {kind} that is called broken_links.*: rename"):
        renewed(store)
    rows(database_url, "SELECT url FROM broken_links", "SELECT * FROM links")


def test_a_function_that_is_called_as_ours_is_left_to_them(postgresql: Server) -> None:
    url = postgresql.new()
    theirs = "CREATE FUNCTION works_said(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    rows(url, "SELECT works_said(1)", theirs)
    with (
        Store.open(url) as store,
        pytest.raises(StoreError, match="somebody has added a function that is called works_said"),
    ):
        renewed(store)
    assert rows(url, "SELECT works_said(1) AS it") == [{"it": 1}]


def test_what_somebody_has_made_of_our_views_is_named_before_an_upgrade(postgresql: Server) -> None:
    """PostgreSQL would drop it with them, or drop neither."""
    url = postgresql.new()
    rows(url, "SELECT 1", "CREATE VIEW mine AS SELECT url FROM links WHERE state = 'dead'")
    with Store.open(url) as store:
        with pytest.raises(
            StoreError, match=r"made of views that dlt-crawl has to make anew .*view mine depends on view"
        ):
            renewed(store)
        assert rows(url, "SELECT * FROM mine") == []
        rows(url, "SELECT 1", "DROP VIEW mine")
        renewed(store)


def test_places_are_compared_by_their_characters(store: Store, database_url: str) -> None:
    for file in ("b.md", "B.md", "a b.md", "ab.md"):
        save(store, document(file), [occurrence(file, DEAD)], now=NOW)
    assert [each["place"] for each in rows(database_url, "SELECT place FROM links")] == ["B.md:1:3"]
    store.forget_documents(["B.md"])
    assert [each["place"] for each in rows(database_url, "SELECT place FROM links")] == ["a b.md:1:3"]


def test_each_view_can_be_read_in_each_database(store: Store, database_url: str) -> None:
    for view in VIEWS:
        assert rows(database_url, f"SELECT * FROM {view} LIMIT 1") == []


MANY = 500
FILL = f"""
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {MANY})
INSERT INTO resources (id, key, url, slot, first_seen, unjudged)
    SELECT id, printf('%064d', id), 'https://h' || id % 500 || '.example/' || id, 'x', '{AT}', 0 FROM n;
INSERT INTO documents (id, path, digest, format, extraction_digest) VALUES (1, 'a.md', '', 'markdown', '');
INSERT INTO runs (id, started, network, full) SELECT id, '{AT}', 'ok', 0 FROM resources WHERE id <= 20;
INSERT INTO occurrences (document_id, position, line, "column", kind, raw, url, text, resource_id, renders, first_seen)
    SELECT 1, id, id, 1, 'inline', url, url, 'x', id, 1, '{AT}' FROM resources;
INSERT INTO checks (run_id, resource_id, look, at, elapsed, outcome, detail, nxdomain, asked, times)
    SELECT runs.id, resources.id, 1, '{AT}', 0.5, 'ok', 'fine', 0, 1, 1 FROM runs, resources;
INSERT INTO verdicts (resource_id, judged, state, reason, checks, recovering, held)
    SELECT id, '{AT}', CASE WHEN id % 9 THEN 'alive' ELSE 'dead' END, 'so', 1, 0, 0 FROM resources;
INSERT INTO transitions (resource_id, run_id, at, before, after, reason)
    SELECT id, 1 + id % 20, '{AT}', 'alive', 'dead', 'so' FROM resources;
INSERT INTO tallies (run_id, state, links, ignored) SELECT id, 'alive', 9, 0 FROM runs;
INSERT INTO works (resource_id, run_id, facts) SELECT id, 1, '{{"authors":[{{"family":"A"}}]}}' FROM resources;
"""


def test_each_view_answers_in_time_about_many_links_over_twenty_nights(sqlite: Store, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(FILL)
    for view in VIEWS:
        with closing(sqlite3.connect(path)) as connection:
            # Of SQLite's machine; the longest, of hosts, takes 300 for a link. Datasette gives up after a second.
            connection.set_progress_handler(lambda: 1, 1_000 * MANY)
            found = connection.execute(f"SELECT * FROM {view} LIMIT 101").fetchall()
        assert found or view == "repairs_log"


@pytest.mark.parametrize(("query", "most"), [("search", 40), ("broken_by_document", 100)])
def test_what_a_query_of_ours_tells_of_few_links_is_not_looked_up_of_all(
    sqlite: Store, path: Path, query: str, most: int
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(FILL + "UPDATE occurrences SET text = 'rare' WHERE resource_id <= 10;")
    sqlite.search.update()
    asked = tomllib.loads(files("dlt_crawler").joinpath("store", "datasette.toml").read_text())["queries"][query]["sql"]
    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(lambda: 1, most * MANY)
        found = connection.execute(asked, {"words": "rare"}).fetchall()
    assert len(found) == {"search": 10, "broken_by_document": MANY // 9}[query]
