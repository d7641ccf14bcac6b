"""How many links were in each state at the end of each run."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import inspect

from dlt_crawler.config import Settings
from dlt_crawler.model import Network, RunId, State, Tally
from dlt_crawler.pipeline import Job, prune
from dlt_crawler.store import Store
from dlt_crawler.store.opening import database_at
from dlt_crawler.terminal import Watch
from tests.databases import execute, rows
from tests.test_store import DAY, NOW, document, observation, occurrence, save


def run(store: Store, days: float, links: int = 7, network: Network = Network.OK) -> RunId:
    """Let a run begin and end so many days after the first, and count so many living links at its end."""
    at = NOW + days * DAY
    number = store.begin_run(at).id
    store.finish_run(number, now=at, network=network)
    store.trends.keep_tally(number, {State.ALIVE: links, State.DEAD: 0}, {})
    return number


def test_a_tally_has_every_state_and_when_the_run_began(store: Store) -> None:
    number = run(store, 0)
    store.trends.keep_tally(
        number, {State.ALIVE: 5, State.DEAD: 3, State.INVALID: 1, State.FAILING: 0}, {State.DEAD: 2}
    )
    (tally,) = store.trends.load([]).tallies
    counts = dict.fromkeys(State, 0) | {State.ALIVE: 5, State.DEAD: 3, State.INVALID: 1}
    assert tally == Tally(number, NOW, counts, {State.DEAD: 2})
    assert tally.broken == 2


def test_a_run_that_is_gone_on_with_is_counted_once(store: Store) -> None:
    first, second = run(store, 0, 7), run(store, 1, 8)
    store.trends.keep_tally(second, {State.DEAD: 4}, {})
    store.trends.keep_tally(second, {State.BLOCKED: 3}, {})
    assert [
        (each.run, {state: n for state, n in each.counts.items() if n}) for each in store.trends.load([]).tallies
    ] == [
        (first, {State.ALIVE: 7}),
        (second, {State.BLOCKED: 3}),
    ]


def test_a_run_without_a_tally_is_left_out_and_can_be_told_apart(store: Store) -> None:
    counted = run(store, 0)
    cut_off = store.begin_run(NOW + DAY).id
    assert [each.run for each in store.trends.load([]).tallies] == [counted]
    known = store.trends.of_runs([counted, cut_off, RunId(99)])
    assert {number: (at, tally and tally.broken) for number, (at, tally) in known.items()} == {
        counted: (NOW, 0),
        cut_off: (NOW + DAY, None),
    }


def test_of_older_runs_the_last_of_a_day_a_week_and_a_month_are_enough(store: Store, database_url: str) -> None:
    # Ten years of a run each night, and two more on the nights of the last hundred days.
    days = [*range(3_650), *(day + part for day in range(3_550, 3_650) for part in (0.3, 0.6))]
    ended = [f"'{NOW + timedelta(days=day):%Y-%m-%d %H:%M:%S}+00:00'" for day in sorted(days)]
    nights = (f"({number}, {at}, {at}, {at}, 'ok', false)" for number, at in enumerate(ended, 1))
    counts = (f"({number}, 'alive', {number}, 0)" for number in range(1, len(ended) + 1))
    execute(
        database_url,
        f'INSERT INTO runs (id, started, finished, done, network, "full") VALUES {", ".join(nights)}',
        f"INSERT INTO tallies VALUES {', '.join(counts)}",
    )
    tallies = store.trends.load([]).tallies
    assert [each.run for each in tallies] == sorted(each.run for each in tallies)
    assert all(each.counts[State.ALIVE] == each.run for each in tallies)
    latest = tallies[-1].at
    assert latest == (NOW + 3_649.6 * DAY).replace(microsecond=0)
    # Three runs a day: the latest thirty are ten days, and of those before, the last of each day.
    assert Counter((latest - each.at).days for each in tallies[-30:]) == dict.fromkeys(range(10), 3)
    daily = [each for each in tallies[:-30] if latest - each.at <= 90 * DAY]
    assert len(daily) == len({each.at.date() for each in daily}) == 81
    assert {f"{each.at:%H:%M}" for each in daily[1:]} == {"16:54"}
    weekly = [each for each in tallies if 90 * DAY < latest - each.at <= 730 * DAY]
    assert len(weekly) == len({each.at.isocalendar()[:2] for each in weekly})
    monthly = [each for each in tallies if latest - each.at > 730 * DAY]
    assert len(monthly) == len({(each.at.year, each.at.month) for each in monthly})
    assert {(each.at + DAY).day for each in monthly[:-1]} == {1}
    assert 290 < len(tallies) < 320


def test_what_was_counted_outlives_the_checks_that_prune_thins_out(
    store: Store, tmp_path: Path, database_url: str
) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    for day in range(40):
        number = run(store, day)
        store.add_checks(number, 1, [observation(at=NOW + day * DAY)])
    before = store.trends.load([]).tallies
    settings = Settings(sources=(), database=database_url, storage=tmp_path)
    prune(Job(settings, store, Watch(quiet=True), lambda: NOW + 900 * DAY))
    assert store.trends.load([]).tallies == before
    ((left,),) = rows(database_url, "SELECT count(*) FROM checks")
    assert left < 10
    if database_url.startswith("sqlite"):
        assert rows(database_url, "PRAGMA foreign_key_check") == []
    with closing(database_at(database_url)) as database:
        enforced = inspect(database.engine).get_foreign_keys("checks")
    assert {key["referred_table"] for key in enforced} == {"runs", "resources", "pages", "evidence"}
