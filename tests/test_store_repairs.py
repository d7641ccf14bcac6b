"""The log of repairs: what is added once, what stands, and what somebody took back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Engine, event

from dlt_crawler.model import (
    Dispute,
    Due,
    Ending,
    LoggedRepair,
    Proven,
    Repair,
    RepairKind,
    RepairStyle,
    Resource,
    Rewrite,
    RunId,
    SkipReason,
    Span,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, rewritten, save

COPY = "https://archive.example/web/1"


def repair(file: str, replacement: str, start: int, target: Resource = PAPER) -> Repair:
    return Repair(replace(occurrence(file, target), span=Span(start, start + 30)), replacement, f"seen at {start}")


def written(store: Store, path: str) -> list[Repair]:
    return [each.repair for each in store.repairs.written_to(path)]


def edited(store: Store, file: str, target: Resource = PAPER, **how: object) -> LoggedRepair:
    """A repair that was written into its document."""
    done = replace(repair(file, COPY, 9, target), **how)  # type: ignore[arg-type]
    numbers = store.repairs.add(None, file, rewritten(done), now=NOW)
    store.repairs.confirm(numbers, now=NOW)
    return next(each for each in store.repairs.of(file) if each.id == numbers[0])


def end(store: Store, entry: LoggedRepair, ending: Ending, at: datetime = NOW + DAY) -> None:
    store.repairs.keep([replace(entry, ended=at, ending=ending)])


def test_repairs_are_a_log_of_each_file(store: Store) -> None:
    first = [
        Repair(occurrence("a.md"), COPY, "it is dead", RepairKind.REDIRECT, RepairStyle.APPEND),
        Repair(replace(occurrence("a.md", SkipReason.INVALID), span=None), "https://mended.example/", "misspelt"),
    ]
    second = [Repair(occurrence("a.md", OTHER), "https://archive.example/2", "it is dead, too")]
    run = store.begin_run(NOW).id
    bytes_of = [(first[0], Rewrite(b"\xff old", b"")), *rewritten(first[1])]
    assert len(store.repairs.add(run, "out/a.md", bytes_of, now=NOW)) == 2
    store.repairs.add(None, "out/a.md", rewritten(*second), now=NOW + DAY)
    store.repairs.add(None, "a.md", rewritten(*second), now=NOW)
    assert store.repairs.add(None, "b.md", [], now=NOW) == ()
    assert written(store, "out/a.md") == [*first, *second]
    assert written(store, "a.md") == second
    assert [each.rewrite for each in store.repairs.of_run(run)] == [rewrite for _, rewrite in bytes_of]
    assert [each.id for each in store.repairs.of("a.md")] == [1, 2, 3, 4]
    assert store.repairs.runs() == (run,)
    assert (store.repairs.knows(run), store.repairs.knows(RunId(run + 1))) == (True, False)


def test_a_copy_that_is_written_again_with_the_repairs_it_has_adds_nothing_to_the_log(store: Store) -> None:
    first, second = repair("a.md", COPY, 9), repair("a.md", COPY, 90)
    other = repair("a.md", "https://archive.example/2", 200, OTHER)
    numbers = store.repairs.add(None, "out/a.md", rewritten(first, second), now=NOW)
    for moved in (0, 5, 700):
        again = [repair("a.md", COPY, moved + start) for start in (9, 90)]
        assert store.repairs.add(None, "out/a.md", rewritten(*again), now=NOW + DAY) == numbers
    assert written(store, "out/a.md") == [first, second]
    third = repair("a.md", COPY, 900)
    store.repairs.add(None, "out/a.md", rewritten(first, second, other, third), now=NOW + DAY)
    assert written(store, "out/a.md") == [first, second, other, third]


def test_each_change_of_a_replacement_or_style_is_logged(store: Store) -> None:
    one, two = repair("a.md", COPY, 9), repair("a.md", "https://archive.example/2", 9)
    appended = replace(one, style=RepairStyle.APPEND)
    for done in (one, two, two, one, one, appended, appended):
        store.repairs.add(None, "out/a.md", rewritten(done), now=NOW)
    assert written(store, "out/a.md") == [one, two, one, appended]


def test_a_repair_in_place_is_logged_once_and_a_later_one_of_the_same_url_elsewhere_is_another(store: Store) -> None:
    first, later = repair("a.md", COPY, 9), repair("a.md", COPY, 90)
    for done in (first, first, later):
        store.repairs.add(None, "a.md", rewritten(done), now=NOW)
    assert written(store, "a.md") == [first, later]


def test_what_is_written_anew_is_logged_once_more(store: Store) -> None:
    done, branch = rewritten(repair("a.md", COPY, 9)), "fix:a.md"
    first, second = store.begin_run(NOW).id, store.begin_run(NOW + DAY).id
    for run, anew in ((first, True), (second, True), (second, False)):
        store.repairs.add(run, branch, done, now=NOW, anew=anew)
    assert [each.run for each in store.repairs.written_to(branch)] == [first, second]


@pytest.mark.parametrize("resources", [1, 10_000])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_refused_is_found_in_a_time_that_grows_with_it_and_no_faster(store: Store, resources: int) -> None:
    def steps() -> int:
        """A thousand steps of the database each."""
        taken: list[None] = []

        def watch(_connection: object, cursor: sqlite3.Cursor, *_rest: object) -> None:
            cursor.connection.set_progress_handler(lambda: taken.append(None), 1000)

        event.listen(Engine, "before_cursor_execute", watch)
        try:
            store.repairs.refused()
        finally:
            event.remove(Engine, "before_cursor_execute", watch)
        return len(taken)

    def take_back(numbers: range) -> None:
        done = [repair("a.md", COPY, at, Resource(f"https://a.example/{at % resources}")) for at in numbers]
        store.repairs.confirm(store.repairs.add(None, "a.md", rewritten(*done), now=NOW, anew=True), now=NOW)
        entries = [each for each in store.repairs.of("a.md") if each.ended is None]
        store.repairs.keep(replace(each, ended=AT, ending=Ending.REVERTED) for each in entries)

    take_back(range(300))
    few = steps()
    take_back(range(300, 1200))
    assert steps() < 8 * few


@pytest.mark.parametrize("file", ["a.md", "out/a.md"])
def test_what_has_ended_and_is_repaired_again_is_another_repair(store: Store, file: str) -> None:
    done = repair("a.md", COPY, 9)
    (number,) = store.repairs.add(None, file, rewritten(done), now=NOW)
    (entry,) = store.repairs.of("a.md")
    end(store, entry, Ending.RETURNED)
    (again,) = store.repairs.add(None, file, rewritten(done), now=NOW + 2 * DAY)
    assert again != number
    assert [(each.at, each.ending) for each in store.repairs.of("a.md")] == [
        (NOW, Ending.RETURNED),
        (NOW + 2 * DAY, None),
    ]


def test_only_what_was_written_into_the_document_itself_stands_in_it(store: Store) -> None:
    done = rewritten(repair("a.md", COPY, 9))
    for at, file in enumerate(("a.md", "out/a.md", "dlt-crawl/repair-1:a.md")):
        store.repairs.confirm(store.repairs.add(None, file, done, now=NOW), now=NOW + at * DAY)
    assert [each.stood for each in store.repairs.of("a.md")] == [NOW, None, None]
    # What a run has seen to stand does so since then, and not since it was written once more.
    store.repairs.confirm([1], now=NOW + 9 * DAY)
    assert store.repairs.of("a.md")[0].stood == NOW
    assert store.repairs.documents() == {"a.md"}


def test_documents_with_a_past_are_those_in_which_something_stood_or_was_undone(store: Store) -> None:
    store.repairs.add(None, "out/a.md", rewritten(repair("a.md", COPY, 9)), now=NOW)
    assert store.repairs.documents() == frozenset()
    end(store, store.repairs.of("a.md")[0], Ending.UNDONE)
    end(store, edited(store, "b.md"), Ending.GONE)
    edited(store, "c.md")
    assert store.repairs.documents() == {"a.md", "b.md", "c.md"}


DEAD = Verdict(State.DEAD, "gone", last_ok=NOW - DAY)
AT = NOW + DAY
LIVES = Verdict(State.ALIVE, "", last_ok=AT + DAY)
REFUSED = Dispute(AT, "a.md", COPY)


@pytest.mark.parametrize(
    ("ending", "kind", "verdict", "dispute"),
    [
        (Ending.REVERTED, RepairKind.SNAPSHOT, DEAD, REFUSED),
        (Ending.UNDONE, RepairKind.SNAPSHOT, DEAD, REFUSED),
        (Ending.RETURNED, RepairKind.SNAPSHOT, DEAD, None),
        (Ending.GONE, RepairKind.SNAPSHOT, DEAD, None),
        (Ending.REVERTED, RepairKind.SNAPSHOT, None, REFUSED),
        (Ending.REVERTED, RepairKind.SNAPSHOT, replace(DEAD, last_ok=None), REFUSED),
        (Ending.REVERTED, RepairKind.SNAPSHOT, replace(DEAD, last_ok=AT), REFUSED),
        # Seen alive since: it may die once more, and then be repaired once more.
        (Ending.REVERTED, RepairKind.SNAPSHOT, replace(DEAD, last_ok=AT + DAY), None),
        (Ending.REVERTED, RepairKind.SNAPSHOT, LIVES, None),
        # But a repair that is there stays until it has answered on two days.
        (Ending.REVERTED, RepairKind.SNAPSHOT, replace(LIVES, recovering=True), REFUSED),
        # What has moved lives all the time.
        (Ending.REVERTED, RepairKind.REDIRECT, LIVES, REFUSED),
        (Ending.REVERTED, RepairKind.REDIRECT, DEAD, None),
    ],
)
def test_a_dispute_is_open_until_the_link_was_seen_alive(
    store: Store, ending: Ending, kind: RepairKind, verdict: Verdict | None, dispute: Dispute | None
) -> None:
    save(store, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER)], now=NOW)
    end(store, edited(store, "a.md", kind=kind), ending, AT)
    if verdict is not None:
        store.save_verdicts([(PAPER, verdict, None)], run=None, now=NOW)
    assert store.repairs.disputes() == ({PAPER: dispute} if dispute else {})
    assert [each.ending for each in store.repairs.refused()] == [ending] * (dispute is not None)
    assert {link.url: link.dispute for link in store.report().links} == {PAPER.url: dispute, OTHER.url: None}
    shown = store.link(PAPER.url)
    assert shown is not None
    assert shown.dispute == dispute


@pytest.mark.parametrize(
    ("kind", "verdict", "lives"),
    [
        (RepairKind.SNAPSHOT, LIVES, True),
        (RepairKind.SNAPSHOT, replace(LIVES, recovering=True), False),
        (RepairKind.SNAPSHOT, DEAD, False),
        (RepairKind.REDIRECT, LIVES, False),
    ],
)
def test_what_was_repaired_because_it_was_dead_may_live_again(
    store: Store, kind: RepairKind, verdict: Verdict, lives: bool
) -> None:
    edited(store, "a.md", kind=kind)
    store.save_verdicts([(PAPER, verdict, None), (OTHER, LIVES, None)], run=None, now=NOW)
    assert store.repairs.living() == ({PAPER} if lives else frozenset())


def test_the_latest_dispute_counts_in_whatever_document(store: Store) -> None:
    end(store, edited(store, "b.md"), Ending.REVERTED, NOW + 3 * DAY)
    end(store, edited(store, "a.md"), Ending.REVERTED, NOW + 2 * DAY)
    assert store.repairs.disputes() == {PAPER: Dispute(NOW + 3 * DAY, "b.md", COPY)}


def test_a_dispute_ends_when_its_document_has_the_repair_again(store: Store) -> None:
    entry = edited(store, "a.md")
    end(store, entry, Ending.REVERTED)
    edited(store, "b.md")
    assert store.repairs.disputes() != {}
    again = edited(store, "a.md", evidence="somebody insists")
    assert store.repairs.disputes() == {}
    end(store, again, Ending.GONE)
    assert store.repairs.disputes() != {}


@pytest.mark.parametrize(
    ("how", "ending", "checked"),
    [
        ({}, None, True),
        ({"kind": RepairKind.REDIRECT}, None, False),
        ({}, Ending.RETURNED, False),
    ],
)
def test_what_was_dead_is_checked_while_its_repair_stands_and_is_no_link_of_a_report(
    store: Store, how: dict[str, object], ending: Ending | None, checked: bool
) -> None:
    save(store, document("a.md"), [occurrence("a.md", OTHER)], now=NOW)
    entry = edited(store, "a.md", **how)
    if ending:
        end(store, entry, ending)
    run = store.begin_run(NOW).id

    def due(*documents: str) -> set[Resource]:
        with store.frontier(run, 1, documents) as frontier:
            return {each.resource for load in frontier.loads() for each in frontier.claim(load.slot, 9)}

    assert due("a.md") == {OTHER} | ({PAPER} if checked else set())
    assert due("b.md") == set()
    store.add_checks(run, 1, [observation(OTHER)])
    assert due("a.md") == ({PAPER} if checked else set())
    assert [link.url for link in store.report().links] == [OTHER.url]
    # Nothing is repaired for it any more: it needs no snapshot.
    store.save_verdicts([(PAPER, DEAD, None)], run=run, now=NOW)
    assert PAPER not in store.written_verdicts()
    # Judged from its checks like any other, until its document is gone.
    assert (PAPER in dict(store.histories())) is checked
    store.forget_documents(["a.md"])
    assert PAPER not in dict(store.histories())


def test_a_repaired_link_is_asked_for_as_others_are(store: Store) -> None:
    save(store, document("a.md"), [], now=NOW)
    edited(store, "a.md")
    store.save_due([(PAPER, NOW + DAY)])
    run = store.begin_run(NOW).id
    with store.frontier(run, 1, ["a.md"], due_by=NOW) as early:
        assert early.links == 0
    with store.frontier(run, 1, ["a.md"], due_by=NOW + DAY) as later:
        assert [due for load in later.loads() for due in later.claim(load.slot, 9)] == [Due(PAPER)]


def test_of_each_document_the_latest_proof_is_kept(store: Store) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    save(store, document("b.md"), [], now=NOW)
    first = Proven("1" * 64, "2" * 64, (None, "", "why, \ud800 \0 and 因为"))
    latest = Proven("3" * 64, "4" * 64, ())
    for path in ("a.md", "unknown.md"):
        store.proofs.keep(path, first)
    assert [store.proofs.of(path) for path in ("a.md", "b.md", "unknown.md")] == [first, None, None]
    store.proofs.keep("a.md", latest)
    store.proofs.keep("b.md", first)
    assert [store.proofs.of(path) for path in ("a.md", "b.md")] == [latest, first]
    # What stands in it now says nothing of what stood in it then: the basis does.
    save(store, document("a.md", "1" * 64), [], now=NOW)
    assert store.proofs.of("a.md") == latest
    store.forget_documents(["a.md"])
    assert [store.proofs.of(path) for path in ("a.md", "b.md")] == [None, first]
