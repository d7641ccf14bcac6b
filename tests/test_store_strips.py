"""What the last looks of the latest nights saw, link by link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dlt_crawler.config import Settings
from dlt_crawler.model import LinkKind, Network, Outcome, Resource, RunId, State, Trends, Verdict
from dlt_crawler.pipeline import Job, prune
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch
from tests.databases import rows
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save

OK, GONE, TIMEOUT = Outcome.OK, Outcome.NOT_FOUND, Outcome.TIMEOUT


def night(store: Store, day: int, *looks: Mapping[Resource, Outcome], network: Network | None = Network.OK) -> RunId:
    """Let a run look at links so many days after the first; without a network it never ends."""
    at = NOW + day * DAY
    run = store.begin_run(at).id
    for look, seen in enumerate(looks, 1):
        store.add_checks(run, look, [replace(observation(link, at), outcome=outcome) for link, outcome in seen.items()])
    if network is not None:
        store.finish_run(run, now=at, network=network)
    return run


def strips(store: Store) -> Trends:
    return store.trends.load(
        [PAPER.url, OTHER.url, "https://papers.example/unknown", "mailto:a@a.example", "http://[x/"]
    )


def test_a_strip_has_the_last_look_of_each_night(store: Store) -> None:
    runs = [
        night(store, 0, {PAPER: OK, OTHER: GONE}, {OTHER: OK}),
        night(store, 1, {PAPER: TIMEOUT}, {PAPER: GONE}),
        night(store, 2),
        night(store, 3, {OTHER: TIMEOUT}),
    ]
    trends = strips(store)
    assert [run.id for run in trends.nights] == runs
    assert trends.strips == {PAPER.url: (OK, GONE, None, None), OTHER.url: (OK, None, None, TIMEOUT)}
    assert [run.started for run in trends.nights] == [NOW + day * DAY for day in range(4)]


def test_only_links_that_are_shown_have_one(store: Store) -> None:
    night(store, 0, {PAPER: OK, OTHER: OK})
    assert list(store.trends.load([OTHER.url]).strips) == [OTHER.url]
    assert store.trends.load([]).strips == {}


def test_nights_that_prove_nothing_are_no_columns(store: Store) -> None:
    good = night(store, 0, {PAPER: OK})
    night(store, 1, {PAPER: TIMEOUT}, network=Network.DOWN)
    night(store, 2, {PAPER: TIMEOUT}, network=None)
    trends = strips(store)
    assert [run.id for run in trends.nights] == [good]
    assert trends.strips == {PAPER.url: (OK,)}


def test_there_are_the_latest_thirty(store: Store) -> None:
    for day in range(35):
        night(store, day, {PAPER: GONE if day == 4 else TIMEOUT if day == 5 else OK})
    trends = strips(store)
    assert len(trends.nights) == 30
    assert trends.strips == {PAPER.url: (TIMEOUT, *[OK] * 29)}


def test_more_links_than_one_statement_takes(store: Store) -> None:
    links = [Resource(f"https://papers.example/{number}") for number in range(1_201)]
    night(store, 0, dict.fromkeys(links[::2], OK))
    night(store, 1, dict.fromkeys(links[1::2], GONE))
    found = store.trends.load([link.url for link in links]).strips
    assert found == {link.url: (None, GONE) if number % 2 else (OK, None) for number, link in enumerate(links)}


def test_a_link_that_is_judged_by_another_reading_has_the_strip_of_that(store: Store) -> None:
    written, read = Resource("https://a.example/x"), Resource("https://a.example/x%EF%BC%8C")
    bare = replace(occurrence("a.md", written), kind=LinkKind.BARE, alternative=read)
    save(store, document("a.md"), [bare], now=NOW)
    run = night(store, 0, {written: GONE, read: OK})
    dead, alive = Verdict(State.DEAD, "gone"), Verdict(State.ALIVE, "answered", last_ok=NOW)
    store.save_verdicts([(written, dead, None), (read, alive, None)], run=run, now=NOW)
    (link,) = store.report().links
    assert store.trends.load([link.url]).strips == {read.url: (OK,)}


def test_what_prune_has_thinned_out_is_not_known_any_more(store: Store, tmp_path: Path, database_url: str) -> None:
    save(store, document("a.md"), [occurrence("a.md")], now=NOW)
    for day in range(29):
        night(store, day, {PAPER: OK})
    settings = Settings(sources=(), database=database_url, storage=tmp_path)
    for run in range(1, 30):
        store.trends.keep_tally(RunId(run), {State.ALIVE: 1}, {})
    prune(Job(settings, store, Watch(quiet=True), lambda: NOW + 900 * DAY))
    left = [run for (run,) in rows(database_url, "SELECT run_id FROM checks")]
    assert 1 <= len(left) < 10
    trends = strips(store)
    assert [run.id for run in trends.nights] == list(range(1, 30))
    assert trends.strips == {PAPER.url: tuple(OK if run in left else None for run in range(1, 30))}
