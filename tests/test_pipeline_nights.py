"""Nights in which more goes wrong than a link or two, by the real stages on a real database, in a web of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_crawler import pipeline, verdict
from dlt_crawler.config import FetchSettings, NetworkSettings, Settings, VerdictSettings
from dlt_crawler.errors import NetworkDown
from dlt_crawler.model import Change, Outcome, State
from dlt_crawler.pipeline import Choice, Held, Job, in_place
from dlt_crawler.terminal import Watch
from tests.simulated import Answer, Fails, HandClock, SimulatedWeb, page
from tests.years import CANARIES

BEGAN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


class Keeper:
    """Somebody who keeps lists, on nights that they choose."""

    def __init__(self, directory: Path, database: str, **verdict: float) -> None:
        self.directory = directory
        self.clock = HandClock(BEGAN)
        self.web = SimulatedWeb(self.clock, self.answer)
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.portal = False
        self.settings = Settings(
            sources=("*.md",),
            database=database,
            storage=directory / "storage",
            fetch=FetchSettings(second_look=0.001, delay=0),
            network=NetworkSettings(canaries=CANARIES),
            verdict=VerdictSettings(**verdict),  # type: ignore[arg-type] # pydantic reads the numbers
        )

    def answer(self, url: str) -> Answer:
        if self.portal:
            return page("Welcome to our hotel", hops=((301, "http://hotel.example/welcome/guest"),))
        if url in CANARIES:
            return replace(page("A canary"), status=204, body="") if url.endswith("204") else page("A canary")
        if url in self.answers:
            return self.answers[url]()
        return page(f"The work at {url}") if "/paper/" in url else Fails(Outcome.DNS_ERROR, "Unknown.", nxdomain=True)

    def write(self, name: str, count: int) -> list[str]:
        urls = [f"http://site{number}.example/paper/{name}" for number in range(count)]
        (self.directory / name).write_text("".join(f"- [paper]({url})\n" for url in urls))
        return urls

    def dies(self, *urls: str) -> None:
        self.answers.update(dict.fromkeys(urls, lambda: page("Gone", status=404)))

    @contextmanager
    def job(self) -> Iterator[Job]:
        with pipeline.open_job(self.settings, "test", Watch(quiet=True)) as job:
            yield replace(job, clock=self.clock, web=self.web.open)

    def night(self, day: float, *paths: str, yes: bool = False, cut_off: bool = False) -> Held:
        """Fetch and judge on a night; `cut_off`: before the run was done."""
        self.clock.now = BEGAN + timedelta(days=day)
        with self.job() as job:
            pipeline.plan(job)
            fetched = pipeline.fetch(job, pipeline.store_links(job, paths).documents)
            held = pipeline.judge(job, yes=yes)
            if not cut_off:
                job.store.complete_run(fetched.run.id, now=job.now)
        return held

    def states(self) -> Counter[State]:
        with self.job() as job:
            return Counter(verdict.state for verdict in job.store.verdicts().values())


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_too_many_deaths_are_held_back_in_whatever_parts_they_are_looked_at(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    urls = [url for name in ("a.md", "b.md", "c.md") for url in keeper.write(name, 2)]
    keeper.night(0)
    keeper.dies(*urls)
    assert keeper.night(1) == Held(6)
    # Each part alone is not too many, and with the others it is.
    assert [keeper.night(2 + number / 10, name) for number, name in enumerate(("a.md", "b.md"))] == [Held(6)] * 2
    assert keeper.states() == {State.FAILING: 6}
    assert keeper.night(3, yes=True) == Held()
    assert keeper.states() == {State.DEAD: 6}


def test_links_that_die_a_few_each_night_are_held_back_when_they_are_too_many_in_a_week(
    directory: Path, database_url: str
) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    urls = keeper.write("a.md", 8)
    keeper.night(0)
    keeper.dies(*urls[:3])
    assert keeper.night(1) == Held()
    keeper.dies(urls[3])
    assert keeper.night(4) == Held(1)
    assert keeper.states() == {State.DEAD: 3, State.FAILING: 1, State.ALIVE: 4}
    # Said once, that holds for what was meant, and the count begins anew.
    assert keeper.night(5, yes=True) == Held()
    keeper.dies(*urls[4:7])
    assert keeper.night(16) == Held()
    assert keeper.states() == {State.DEAD: 7, State.ALIVE: 1}


def test_the_deaths_of_originals_of_archived_copies_hold_no_link_back(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    originals = [f"http://old{number}.example/paper/" for number in range(8)]
    copies = [f"https://web.archive.org/web/20150101000000/{url}" for url in originals]
    keeper.answers.update((copy, lambda: page("The copy")) for copy in copies)
    (directory / "copies.md").write_text("".join(f"- <{copy}>\n" for copy in copies))
    urls = keeper.write("a.md", 5)
    keeper.night(0)
    keeper.dies(*originals, urls[0])
    assert keeper.night(1) == Held()
    assert keeper.states() == {State.DEAD: 9, State.ALIVE: 8 + 4}
    # Nor later on.
    keeper.dies(*urls[1:3])
    assert keeper.night(4) == Held()
    assert keeper.states() == {State.DEAD: 11, State.ALIVE: 8 + 2}
    # Once a link leads to one itself, it counts as others do.
    (directory / "b.md").write_text(f"<{originals[0]}>\n")
    keeper.night(4.1)
    with keeper.job() as job:
        assert job.store.doubts.deaths(job.now, verdict.WEEK) == 4


def test_what_was_repaired_has_died_in_this_week_all_the_same(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    urls = keeper.write("a.md", 5)
    keeper.night(0)
    keeper.dies(*urls[:3])
    assert keeper.night(1) == Held()
    (directory / "a.md").write_text("".join(f"- <{url}>\n" for url in urls[3:]))
    keeper.dies(urls[3])
    assert keeper.night(4) == Held(1)


def test_the_next_report_tells_what_somebody_said_between_two_nights(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    urls = keeper.write("a.md", 4)
    keeper.night(0)
    keeper.dies(*urls)
    keeper.night(1)
    keeper.clock.tick(3600)
    with keeper.job() as job:
        pipeline.judge(job, everything=True, yes=True)
        assert {each.change for each in job.store.report().transitions} == {Change.DEAD}
    keeper.night(2)
    with keeper.job() as job:
        assert [each.url for each in job.store.report().transitions] == urls
    keeper.night(3)
    with keeper.job() as job:
        assert job.store.report().transitions == ()


def test_links_that_never_worked_may_be_dead_however_many_they_are(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url, mass_death_links=3, mass_death_share=0)
    keeper.dies(*keeper.write("a.md", 8))
    assert keeper.night(0) == Held()
    assert keeper.states() == {State.DEAD: 8}


def test_a_run_that_was_cut_off_after_its_checks_is_gone_on_with_without_a_network(
    directory: Path, database_url: str
) -> None:
    keeper = Keeper(directory, database_url)
    urls = keeper.write("a.md", 4)
    keeper.night(0)
    keeper.dies(urls[0])
    keeper.night(1, cut_off=True)
    asked = len(keeper.web.asked)
    keeper.portal = True
    keeper.night(1.1)
    # What the canaries vouched for stays proven, and nothing is asked again.
    assert keeper.states() == {State.DEAD: 1, State.ALIVE: 3}
    assert len(keeper.web.asked) == asked


def test_links_that_came_in_while_a_run_was_cut_off_are_checked_with_it(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url)
    urls = keeper.write("a.md", 2)
    keeper.night(0)
    keeper.dies(urls[0])
    keeper.night(1, cut_off=True)
    keeper.write("b.md", 3)
    keeper.night(1.1)
    assert keeper.states() == {State.DEAD: 1, State.ALIVE: 4}


def test_what_a_portal_says_moves_no_link(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url)
    keeper.write("a.md", 4)
    text = (directory / "a.md").read_bytes()
    keeper.night(0)
    for day in (2, 5):
        keeper.portal = True
        with pytest.raises(NetworkDown, match="portal"):
            keeper.night(day)
        keeper.portal = False
        keeper.night(day + 0.5)
    with keeper.job() as job:
        list(pipeline.repair(job, (), in_place, Choice(redirects=True)))
    assert (directory / "a.md").read_bytes() == text


def test_a_clock_that_jumps_ahead_in_a_run_puts_no_link_off_for_years(directory: Path, database_url: str) -> None:
    keeper = Keeper(directory, database_url)
    urls = keeper.write("a.md", 4)

    def last() -> Answer:
        keeper.clock.wrong = timedelta(days=400)
        return page("The work")

    keeper.answers[urls[1]] = last
    with pytest.raises(NetworkDown, match="clock of this machine is wrong"):
        keeper.night(0)
    keeper.clock.wrong = timedelta()
    keeper.dies(urls[2])
    keeper.answers.pop(urls[1])
    keeper.night(1)
    assert keeper.states() == {State.DEAD: 1, State.ALIVE: 3}
