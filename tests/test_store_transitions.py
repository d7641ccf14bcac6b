"""What has changed: written down once, with the verdict it belongs to, and told as what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.model import (
    Change,
    LinkKind,
    LoggedRepair,
    Network,
    Repair,
    Resource,
    RunId,
    State,
    Story,
    Transition,
    Verdict,
)
from dlt_crawler.store import Store, Told, Untold
from tests.databases import execute
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, rewritten, save

ALIVE, FAILING, DEAD, BLOCKED, SKIPPED, UNCHECKED = (
    Verdict(State(word), f"it is {word}") for word in ("alive", "failing", "dead", "blocked", "skipped", "unchecked")
)
HERE, THERE = (replace(ALIVE, reason=f"it is {where}", moved_to=f"https://{where}.example/") for where in "xy")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        save(opened, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER)], now=NOW)
        yield opened


def judge(store: Store, *verdicts: Verdict, run: RunId | None = None, link: Resource = PAPER) -> None:
    for verdict in verdicts:
        store.save_verdicts([(link, verdict, None)], run=run, now=NOW)


def night(store: Store, *verdicts: Verdict, at: datetime = NOW, link: Resource = PAPER) -> RunId:
    """A run in which the link is judged so often, and all of it done."""
    run = store.begin_run(at).id
    judge(store, *verdicts, run=run, link=link)
    store.finish_run(run, now=at, network=Network.OK)
    store.complete_run(run, now=at)
    return run


def logged(store: Store, url: str = PAPER.url) -> list[tuple[State, State, str | None]]:
    story = store.story(url)
    assert story is not None
    return [(each.before, each.after, each.moved_to) for each in story.transitions]


# ── What is written down ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        # What the first check tells already.
        ([ALIVE], []),
        ([FAILING], []),
        ([SKIPPED], []),
        ([UNCHECKED, ALIVE], []),
        ([UNCHECKED, FAILING], []),
        # What is news.
        ([DEAD], [(State.UNCHECKED, State.DEAD, None)]),
        ([BLOCKED], [(State.UNCHECKED, State.BLOCKED, None)]),
        ([HERE], [(State.UNCHECKED, State.ALIVE, HERE.moved_to)]),
        ([UNCHECKED, DEAD], [(State.UNCHECKED, State.DEAD, None)]),
        ([ALIVE, FAILING], [(State.ALIVE, State.FAILING, None)]),
        ([ALIVE, FAILING, ALIVE], [(State.ALIVE, State.FAILING, None), (State.FAILING, State.ALIVE, None)]),
        ([ALIVE, DEAD, ALIVE], [(State.ALIVE, State.DEAD, None), (State.DEAD, State.ALIVE, None)]),
        # The same with another reason.
        ([ALIVE, replace(ALIVE, reason="as before", checks=2)], []),
        ([DEAD, DEAD], [(State.UNCHECKED, State.DEAD, None)]),
        # Where it has moved.
        ([ALIVE, HERE, HERE], [(State.ALIVE, State.ALIVE, HERE.moved_to)]),
        ([ALIVE, HERE, ALIVE], [(State.ALIVE, State.ALIVE, HERE.moved_to)]),
        (
            [ALIVE, HERE, THERE],
            [(State.ALIVE, State.ALIVE, HERE.moved_to), (State.ALIVE, State.ALIVE, THERE.moved_to)],
        ),
        (
            [HERE, replace(DEAD, moved_to=HERE.moved_to)],
            [(State.UNCHECKED, State.ALIVE, HERE.moved_to), (State.ALIVE, State.DEAD, None)],
        ),
    ],
)
def test_a_change_is_written_down_once(
    store: Store, verdicts: Sequence[Verdict], expected: list[tuple[State, State, str | None]]
) -> None:
    run = store.begin_run(NOW).id
    for verdict in verdicts:
        # Judged twice, as after a kill.
        judge(store, verdict, verdict, run=run)
    assert logged(store) == expected


FULL = {
    "sqlite": """
        CREATE TRIGGER disk_full AFTER UPDATE ON resources WHEN NEW.due IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END""",
    "postgresql": """
        CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
        CREATE TRIGGER disk_full AFTER UPDATE ON resources FOR EACH ROW WHEN (NEW.due IS NOT NULL)
        EXECUTE FUNCTION disk_full()""",
}


def test_a_verdict_and_its_change_are_stored_together_or_not_at_all(store: Store, database_url: str) -> None:
    judge(store, ALIVE)
    judge(store, ALIVE, link=OTHER)
    execute(database_url, FULL[store._database.engine.dialect.name])
    both = [(PAPER, DEAD, None), (OTHER, DEAD, NOW + DAY)]
    with pytest.raises(StoreError, match="the disk is full"):
        store.save_verdicts(both, run=None, now=NOW)
    assert store.verdicts() == {PAPER: ALIVE, OTHER: ALIVE}
    assert logged(store) == logged(store, OTHER.url) == []
    on = " ON resources" if database_url.startswith("postgresql") else ""
    execute(database_url, f"DROP TRIGGER disk_full{on}")
    store.save_verdicts(both, run=None, now=NOW)
    assert logged(store) == logged(store, OTHER.url) == [(State.ALIVE, State.DEAD, None)]


# ── What is told ────────────────────────────────────────────────────────────────────────────────────────────────────


def told(store: Store) -> list[tuple[str, State, State, str | None]]:
    return [(each.url, each.before, each.after, each.moved_to) for each in store.report().transitions]


def test_a_report_says_what_its_run_has_changed_in_all(store: Store) -> None:
    night(store, ALIVE)
    night(store, ALIVE, DEAD, link=OTHER)
    run = night(store, FAILING, DEAD)
    assert store.report().transitions == (Transition(PAPER.url, run, NOW, State.ALIVE, State.DEAD, "it is dead"),)
    # Of the same night, judged once more: gone after all the night's verdicts.
    judge(store, ALIVE, run=run)
    assert told(store) == []
    judge(store, HERE, run=run)
    judge(store, THERE, ALIVE, link=OTHER, run=run)
    assert told(store) == [
        (PAPER.url, State.ALIVE, State.ALIVE, HERE.moved_to),
        (OTHER.url, State.DEAD, State.ALIVE, THERE.moved_to),
    ]
    night(store)
    assert told(store) == []


def test_nobody_is_told_of_what_no_link_is_judged_by(store: Store) -> None:
    read_on = Resource(PAPER.url + "%EF%BC%8C")
    bare = replace(occurrence("a.md"), kind=LinkKind.BARE, alternative=read_on)
    save(store, document("a.md"), [bare], now=NOW)
    run = night(store, DEAD, link=OTHER)
    judge(store, ALIVE, run=run)
    judge(store, DEAD, run=run, link=read_on)
    assert told(store) == []
    assert store.untold(Told(), NOW).transitions == store.changes(run) == ()
    judge(store, DEAD, run=run)
    assert [each[0] for each in told(store)] == [PAPER.url]
    assert store.untold(Told(), NOW).transitions == store.changes(run) == store.report().transitions
    # GFM's reading answers: the link is judged by that.
    judge(store, ALIVE, run=run, link=read_on)
    assert store.untold(Told(), NOW).transitions == store.changes(run) == store.report().transitions == ()


def test_what_somebody_was_told_is_not_told_again_and_the_rest_is_told_as_one(store: Store) -> None:
    assert store.untold(Told(), NOW) == Untold((), 0)
    run = night(store, ALIVE, DEAD)
    first = store.untold(Told(), NOW)
    assert [(each.url, each.run, each.change) for each in first.transitions] == [(PAPER.url, run, Change.DEAD)]
    assert first.transitions == store.changes(run)
    told = Told(first.last)
    assert store.untold(told, NOW) == Untold((), first.last)
    # Of a run that never ended, and without any.
    judge(store, ALIVE, DEAD, run=store.begin_run(NOW).id, link=OTHER)
    judge(store, ALIVE)
    assert [(each.url, each.change) for each in store.untold(told, NOW).transitions] == [
        (PAPER.url, Change.RECOVERED),
        (OTHER.url, Change.DEAD),
    ]
    # Somebody who has not heard of the death does not hear of the return.
    assert [each.url for each in store.untold(Told(), NOW).transitions] == [OTHER.url]
    judge(store, ALIVE, link=OTHER)
    assert store.untold(told, NOW).transitions[1:] == ()
    assert store.untold(Told(), NOW).transitions == ()


def test_nothing_is_told_of_what_is_too_long_ago(store: Store) -> None:
    night(store, ALIVE, DEAD)
    last = store.untold(Told(), NOW + 6.9 * DAY)
    assert [each.url for each in last.transitions] == [PAPER.url]
    assert store.untold(Told(), NOW + 7 * DAY) == Untold((), last.last)


def test_everybody_is_told_apart(store: Store) -> None:
    store.keep_told("one" * 9, Told(7, 30))
    store.keep_told("two", Told(3))
    store.keep_told("one" * 9, Told(8))
    assert (store.told("one" * 9), store.told("two"), store.told("three")) == (Told(8, 0), Told(3, 0), Told())


def test_deaths_that_are_held_back_are_counted_while_links_lead_there(store: Store) -> None:
    back = replace(FAILING, held=True)
    judge(store, back)
    judge(store, back, link=OTHER)
    judge(store, back, link=Resource("https://nobody.example/"))
    assert store.held() == store.report().held == 2
    judge(store, DEAD, link=OTHER)
    assert store.held() == store.report().held == 1


# ── The story of a link ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_story_of_a_link_is_all_that_has_happened_to_it(store: Store) -> None:
    run = store.begin_run(NOW).id
    store.add_checks(run, 1, [observation(), observation(OTHER)])
    store.add_checks(run, 2, [observation(at=NOW + DAY)])
    judge(store, ALIVE, DEAD, ALIVE, run=run)
    judge(store, DEAD, link=OTHER)
    done = [Repair(occurrence("a.md", link), "https://archive.example/1", "it is gone") for link in (PAPER, OTHER)]
    copied = store.repairs.add(run, "out/a.md", rewritten(*done), now=NOW)
    edited = store.repairs.add(None, "a.md", rewritten(*done), now=NOW + DAY)
    link = store.link(PAPER.url)
    assert link is not None
    changes = (
        Transition(PAPER.url, run, NOW, State.ALIVE, State.DEAD, "it is dead"),
        Transition(PAPER.url, run, NOW, State.DEAD, State.ALIVE, "it is alive"),
    )
    ((repair, rewrite),) = rewritten(done[0])
    log = (
        LoggedRepair(NOW, run, "out/a.md", repair, rewrite, copied[0]),
        LoggedRepair(NOW + DAY, None, "a.md", repair, rewrite, edited[0]),
    )
    assert store.story(PAPER.url) == Story(link, store.history(PAPER), changes, log)
    assert len(store.history(PAPER)) == 2
    assert logged(store, OTHER.url) == [(State.UNCHECKED, State.DEAD, None)]
    assert store.story("https://unknown.example/") is None
