"""What a look is due for, and the order in which the database hands it out: each link once, none left out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, inspect

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Due, Outcome, Resource, RobotsRecord, RunId, SkipReason, SlotLoad
from dlt_crawler.store import Store
from dlt_crawler.store.frontier import StoredFrontier
from tests.databases import execute, rows
from tests.test_store import DAY, NOW, document, observation, occurrence, save

FAILURES = {Outcome.NOT_FOUND, Outcome.TIMEOUT}


def links(host: str, *numbers: int) -> list[Resource]:
    return [Resource(f"https://{host}/{number}") for number in numbers]


def write(store: Store, path: str, targets: Iterable[Resource | SkipReason]) -> None:
    save(store, document(path), [occurrence(path, target) for target in targets], now=NOW)


def check(store: Store, run: RunId, targets: Iterable[Resource], *, look: int = 1, **changed: object) -> None:
    store.add_checks(run, look, [replace(observation(target), **changed) for target in targets])  # type: ignore[arg-type]


def drain(frontier: StoredFrontier, count: int = 2) -> list[Resource]:
    """Claim everything, a little of each slot in turn."""
    slots = [load.slot for load in frontier.loads()]
    found: list[Resource] = []
    while slots:
        for slot in list(slots):
            claimed = [due.resource for due in frontier.claim(slot, count)]
            found += claimed
            if not claimed:
                slots.remove(slot)
    return found


def due(store: Store, run: RunId, paths: Iterable[str], look: int = 1) -> list[Resource]:
    with store.frontier(run, look, paths, FAILURES) as frontier:
        found = drain(frontier)
        assert frontier.links == len(found) == len(set(found))
        return found


# ── What is due ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_look_is_due_for_every_reading_of_every_link_that_the_documents_have(store: Store) -> None:
    a, b, other, elsewhere = links("papers.example", 1, 2, 3, 4)
    readings = [
        occurrence("a.md", a),
        replace(occurrence("a.md", b), alternative=other),
        replace(occurrence("a.md", SkipReason.INVALID), alternative=a),
        occurrence("a.md", SkipReason.MAILTO),
    ]
    save(store, document("a.md"), readings, now=NOW)
    write(store, "b.md", [b, elsewhere])
    run = store.begin_run(NOW).id
    assert due(store, run, ["a.md"]) == [a, b, other]
    assert due(store, run, ["b.md"]) == [b, elsewhere]
    assert due(store, run, ["a.md", "b.md", "nowhere.md"]) == [a, b, other, elsewhere]
    assert due(store, run, []) == []


def test_a_first_look_is_not_due_for_what_this_run_has_looked_at(store: Store) -> None:
    targets = links("papers.example", 1, 2, 3)
    write(store, "a.md", targets)
    run, next_run = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, run, targets[:2])
    assert due(store, run, ["a.md"]) == targets[2:]
    assert due(store, next_run, ["a.md"]) == [targets[2], *targets[:2]]


def test_a_second_look_is_due_for_what_failed_at_its_only_one(store: Store) -> None:
    fine, failed, asked_twice, unseen, elsewhere = targets = links("papers.example", 1, 2, 3, 4, 5)
    write(store, "a.md", targets[:4])
    write(store, "b.md", [elsewhere])
    before, run = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, before, [fine, unseen], outcome=Outcome.TIMEOUT)
    check(store, run, [fine])
    check(store, run, [failed, elsewhere], outcome=Outcome.NOT_FOUND)
    check(store, run, [asked_twice], outcome=Outcome.TIMEOUT)
    check(store, run, [asked_twice], look=2, outcome=Outcome.TIMEOUT)
    assert due(store, run, ["a.md"], look=2) == [failed]
    assert due(store, run, ["a.md", "b.md"], look=2) == [failed, elsewhere]


def test_more_documents_than_a_statement_may_have_parameters(store: Store, database_url: str) -> None:
    # As SQLite is by itself (sqlite.org/limits.html); Debian builds it with 250,000. PostgreSQL takes 65,535.
    most, number = 32_766, 33_000
    engine = store._database.engine
    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "connect", lambda to, _: to.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, most))
    execute(
        database_url,
        f"""INSERT INTO documents (id, path, digest, format, fingerprint, extraction_digest)
            WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {number})
            SELECT id, id || '.md', '', 'markdown', '', '' FROM n""",
        f"""INSERT INTO resources (id, key, url, slot, first_seen, unjudged)
            SELECT id, id, 'https://papers.example/' || id, 'papers.example', '{NOW}', true FROM documents""",
        f"""INSERT INTO occurrences
                (document_id, position, line, "column", kind, raw, text, resource_id, renders, first_seen)
            SELECT id, 0, 1, 1, 'inline', '', '', id, true, '{NOW}' FROM documents""",
        "ANALYZE",
    )
    with store.frontier(store.begin_run(NOW).id, 1, store.documents()) as frontier:
        assert list(frontier.loads()) == [SlotLoad("papers.example", number, None)]
        assert len(frontier.claim("papers.example", number)) == number


# ── In which order ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_slot_says_what_waits_and_how_long_it_took_last_time(store: Store) -> None:
    quick, half_known = links("quick.example", 1, 2), links("half.example", 1, 2, 3, 4)
    blogs = links("alice.github.io", 1) + links("bob.github.io", 1)
    write(store, "a.md", quick + half_known + blogs)
    first, last, run = (store.begin_run(NOW).id for _ in range(3))
    check(store, first, quick, elapsed=9.0)
    check(store, last, quick, at=NOW + DAY, elapsed=0.25)
    check(store, last, half_known[:1], elapsed=20.0)
    check(store, last, half_known[1:2], elapsed=1.0)
    with store.frontier(run, 1, ["a.md"]) as frontier:
        loads = [("github.io", 2, None), ("half.example", 4, 42.0), ("quick.example", 2, 0.5)]
        assert list(frontier.loads()) == [SlotLoad(*load) for load in loads]
        frontier.claim("half.example", 3)
        frontier.claim("github.io", 2)
        assert [(load.slot, load.links) for load in frontier.loads()] == [("half.example", 1), ("quick.example", 2)]


def test_the_load_of_a_second_look_is_what_the_first_one_took(store: Store) -> None:
    targets = links("papers.example", 1, 2)
    write(store, "a.md", targets)
    before, run = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, before, targets, at=NOW + DAY, elapsed=1.0)
    check(store, run, targets, outcome=Outcome.TIMEOUT, elapsed=20.0)
    with store.frontier(run, 2, ["a.md"], FAILURES) as frontier:
        assert list(frontier.loads()) == [SlotLoad("papers.example", 2, 40.0)]


def test_more_slots_than_are_read_at_once_are_all_told(store: Store) -> None:
    write(store, "a.md", (Resource(f"https://h{number:04}.example/") for number in range(2_345)))
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as frontier:
        assert list(frontier.loads()) == [SlotLoad(f"h{number:04}.example", 1, None) for number in range(2_345)]


def test_what_was_not_asked_for_in_the_longest_time_comes_first(store: Store) -> None:
    targets = links("papers.example", *range(9))
    write(store, "a.md", targets)
    first, second, last, run = (store.begin_run(NOW).id for _ in range(4))
    check(store, first, targets[:7])
    check(store, second, targets[:2], at=NOW + DAY)
    check(store, second, targets[2:8], at=NOW + DAY, asked=False)
    check(store, last, targets[3:5], at=NOW + 2 * DAY)
    check(store, last, targets[:3], at=NOW + 2 * DAY, asked=False)
    expected = [targets[number] for number in (7, 8, 2, 5, 6, 0, 1, 3, 4)]
    for count in (1, 2, 3, 4, 100):
        with store.frontier(run, 1, ["a.md"]) as frontier:
            assert drain(frontier, count) == expected


def test_checks_that_are_stored_meanwhile_change_nothing_of_what_is_handed_out(store: Store) -> None:
    targets = [*links("a.example", *range(50)), *links("b.example", *range(50))]
    write(store, "a.md", targets)
    before, run = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, before, targets[::3], asked=False)
    found: list[Resource] = []
    with store.frontier(run, 1, ["a.md"]) as frontier:
        slots = ["a.example", "b.example"]
        # What is claimed is stored late and in part: the rest is on its way, or the process is killed.
        while claimed := [due.resource for slot in slots for due in frontier.claim(slot, 7)]:
            found += claimed
            check(store, run, claimed[::2], asked=False)
    assert sorted(found, key=lambda link: link.url) == sorted(targets, key=lambda link: link.url)
    checked = {resource for resource, checks in store.histories() for one in checks if one.run == run}
    assert set(due(store, run, ["a.md"])) == set(targets) - checked


def test_a_slot_that_is_empty_or_unknown_has_nothing_more(store: Store) -> None:
    write(store, "a.md", links("a.example", 1))
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"]) as frontier:
        assert frontier.claim("elsewhere.example", 5) == []
        assert frontier.claim("a.example", 5) == [Due(*links("a.example", 1))]
        assert frontier.claim("a.example", 5) == []


def test_a_frontier_leaves_nothing_in_the_database(store: Store) -> None:
    write(store, "a.md", links("a.example", 1))
    run = store.begin_run(NOW).id

    def tables() -> list[str]:
        return sorted(inspect(store._database.engine).get_table_names())

    before = tables()
    for _ in range(3):
        with store.frontier(run, 1, ["a.md"]) as frontier, store.frontier(run, 1, ["a.md"]) as another:
            assert frontier.claim("a.example", 2) == another.claim("a.example", 2) == [Due(*links("a.example", 1))]
            assert tables() == before


def test_trouble_with_the_database_is_told_as_such_and_other_trouble_as_it_is(store: Store, database_url: str) -> None:
    write(store, "a.md", links("a.example", 1))
    run = store.begin_run(NOW).id
    with pytest.raises(ZeroDivisionError), store.frontier(run, 1, ["a.md"]):
        raise ZeroDivisionError
    with pytest.raises(KeyError, match="ours"), store.frontier(run, 1, ["a.md"]):
        raise KeyError("ours")
    execute(database_url, "ALTER TABLE occurrences RENAME TO elsewhere")
    with pytest.raises(StoreError, match=re.escape(store._database.name)), store.frontier(run, 1, ["a.md"]):
        pass


# ── robots.txt ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_origin_said_of_robots_is_known_for_a_day(store: Store) -> None:
    rules = RobotsRecord("https://a.example", NOW, "User-agent: *\nDisallow: /\udcff\x00")
    none = RobotsRecord("http://a.example:8080", NOW, None)
    store.save_robots([rules, none], now=NOW)
    for record in (rules, none):
        assert store.robots(record.origin, NOW) == record
        assert store.robots(record.origin, NOW + DAY) == record
        assert store.robots(record.origin, NOW + DAY + timedelta(seconds=1)) is None
    assert store.robots("http://a.example", NOW) is None


def test_the_last_word_on_robots_counts(store: Store) -> None:
    first, second, third = (
        RobotsRecord("https://a.example", NOW + number * DAY / 8, str(number)) for number in (0, 1, 2)
    )
    store.save_robots([first], now=first.at)
    store.save_robots([second, third], now=third.at)
    assert store.robots("https://a.example", third.at) == third


def test_what_is_too_old_or_of_a_wrong_clock_is_forgotten_when_something_is_written(
    store: Store, database_url: str
) -> None:
    old = RobotsRecord("https://old.example", NOW - DAY, None)
    ahead = RobotsRecord("https://ahead.example", NOW + DAY, None)
    store.save_robots([old], now=old.at)
    store.save_robots([ahead], now=ahead.at)
    assert store.robots(ahead.origin, NOW) is None
    store.save_robots([RobotsRecord(f"https://{n}.example", NOW, None) for n in range(1_200)], now=NOW)
    assert rows(database_url, "SELECT count(*), min(at) >= max(at) FROM robots") == [(1_200, True)]
