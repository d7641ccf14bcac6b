"""Several crawling processes on one machine: as polite, as complete and as small as one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from scrapy.settings import Settings

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.crawl.spider import scrapy_settings
from dlt_crawler.fetch.frontier import ListFrontier
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import Observation, Outcome, Resource, RobotsRecord, SlotLoad
from tests.fetch_support import TIMEOUT, crawler, observe, settings
from tests.internet.client import Internet
from tests.internet.world import Host

OWNED = ("127.0.0.2", "127.0.0.3", "127.0.0.1")
"""A host of each of three processes."""


def test_hosts_of_these_tests_are_of_different_processes() -> None:
    assert [owner_of(host, 3) for host in OWNED] == [0, 1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.example.co.uk", "www.example.co.uk"), ("alice.github.io", "bob.github.io"), ("127.0.0.1", "127.0.0.1")],
)
def test_hosts_of_one_site_are_of_one_process(one: str, other: str) -> None:
    for processes in (1, 2, 3, 4):
        assert owner_of(one, processes) == owner_of(other, processes)


@pytest.mark.alone
def test_a_host_is_asked_politely_whoever_leads_to_it(internet: Internet) -> None:
    delay = 0.08
    hub = "127.0.0.2"
    # Its robots.txt is on the hub, which another process owns.
    internet.host("127.0.0.3", Host("elsewhere", robots=f"/redirect-to-host/{hub}/robots-txt/disallow-private"))
    urls = [internet.http_url(f"/redirect-to-host/{hub}/page/{host}-{n}", host) for host in OWNED[1:] for n in range(6)]
    urls += [internet.http_url(f"/page/{n}", hub) for n in range(6)]
    urls += [internet.http_url("/private/page", "127.0.0.3")]

    with crawler(internet, processes=3, delay=delay, per_host=1, timeout=10) as running:
        assert len(multiprocessing.active_children()) == 3
        found = observe(running, urls)

    assert Counter(seen.outcome for seen in found.values()) == {
        Outcome.REDIRECTED: 12,
        Outcome.OK: 6,
        Outcome.ROBOTS_DENIED: 1,
    }
    log = internet.requests()
    for host in OWNED:
        asked = [request for request in log if request.host == host]
        assert sum(request.target == "/robots.txt" for request in asked) == 1
        # They leave us in time; here they arrive with what the network and a busy machine add.
        assert min(after.at - before.at for before, after in pairwise(asked)) > delay - 0.03
        assert all(after.at >= (before.done or 0) for before, after in pairwise(asked))


def test_several_processes_see_what_one_sees(internet: Internet) -> None:
    paths = ("/ok", "/status/404", "/status/500", "/redirect/301/3", "/redirect-loop/2/0", "/reset", "/private/page")
    urls = [internet.http_url(path, f"127.0.0.{number}") for path in paths for number in (1, 2, 3, 5, 8, 12)]
    urls += [internet.http_url(f"/redirect-to-host/127.0.0.{number}/private/page") for number in (2, 3, 5, 8, 12)]
    urls += [internet.http_url("/redirect-to-host/127.0.0.2/hang", "127.0.0.3"), "http://no-such-host.invalid/"]

    def seen_by(processes: int) -> dict[str, Observation]:
        with crawler(internet, processes=processes, timeout=2 * TIMEOUT) as running:
            seen = observe(running, urls)
        same = {"at": datetime(2026, 1, 1, tzinfo=UTC), "elapsed": 0.0, "server_time": None}
        return {url: replace(observation, **same) for url, observation in seen.items()}

    assert seen_by(3) == seen_by(1)


def test_death_of_one_process_is_an_error_and_ends_all(internet: Internet) -> None:
    asked = [Resource(internet.http_url("/ok", host)) for host in OWNED]
    asked += [Resource(internet.http_url("/redirect-to-host/127.0.0.2/hang", host)) for host in OWNED]

    def record(_: Sequence[Observation]) -> None:
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    with crawler(internet, processes=3, timeout=30) as running:
        with pytest.raises(CrawlError, match=r"died \(exit code -9\)"):
            running.check(asked, record)
        assert multiprocessing.active_children() == []


def test_one_host_is_enough_for_several_processes(internet: Internet) -> None:
    with crawler(internet, processes=3) as running:
        found = observe(running, [internet.http_url(f"/page/{number}") for number in range(100)])

    assert len(found) == 100


def test_there_are_no_more_processes_than_requests_at_once(internet: Internet) -> None:
    with crawler(internet, processes=3, concurrency=2, per_host=20) as running:
        assert len(multiprocessing.active_children()) == 2
        observe(running, [internet.http_url("/page/1", host) for host in OWNED])


@pytest.mark.at_length
def test_a_long_list_is_worth_several_processes(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    urls = [internet.http_url(f"/page/{n}", f"127.0.0.{host}") for n in range(200) for host in range(1, 13)]

    with crawler(internet) as running:
        observe(running, urls[:10], robots=False)
        assert len(multiprocessing.active_children()) == 1
        assert len(observe(running, urls, robots=False)) == 2_400
        assert len(multiprocessing.active_children()) == 2
        # What they learnt is for the second look, too.
        observe(running, urls[:10], robots=False)
        assert len(multiprocessing.active_children()) == 2


class CountedFrontier(ListFrontier):
    """Knows how much is handed out and not observed."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        super().__init__(resources)
        self.under_way = self.most = 0

    def claim(self, slot: str, count: int) -> Sequence[Resource]:
        claimed = super().claim(slot, count)
        self.under_way += len(claimed)
        self.most = max(self.most, self.under_way)
        return claimed


@pytest.mark.at_length
def test_links_are_drawn_as_they_are_needed_however_slow_the_database_is(internet: Internet) -> None:
    urls = [internet.http_url(f"/page/{n}", f"127.0.0.{host}") for n in range(250) for host in range(1, 13)]
    frontier = CountedFrontier([Resource(url) for url in urls])

    def record(batch: Sequence[Observation]) -> None:
        frontier.under_way -= len(batch)

    with crawler(internet, processes=2, concurrency=8, per_host=4) as running:
        running.check(frontier, record, robots=False)

    assert frontier.under_way == 0
    # A first helping for each slot, and a second on its way.
    assert frontier.most <= 12 * (4 + 16 + 4) + 1_000


class ForgetfulFrontier(ListFrontier):
    """Says that there is one more than there is."""

    def loads(self) -> Iterator[SlotLoad]:
        for load in super().loads():
            yield replace(load, links=load.links + 1)


def test_a_resource_that_is_counted_and_never_handed_out_is_an_error(internet: Internet) -> None:
    frontier = ForgetfulFrontier([Resource(internet.http_url("/ok"))])

    with crawler(internet) as running, pytest.raises(CrawlError, match="1 of 2 resources were left"):
        running.check(frontier, lambda _: None)


def test_a_link_that_is_redirected_elsewhere_does_not_hold_up_its_host(internet: Internet) -> None:
    urls = [internet.http_url(f"/redirect-to-host/127.0.0.{other}/hang") for other in (2, 3, 6, 8, 10, 12)]

    with crawler(internet, per_host=1, timeout=2) as running:
        # Its process is there by then.
        observe(running, [internet.http_url("/ok")], robots=False)
        began = monotonic()
        found = observe(running, urls, robots=False)
        took = monotonic() - began

    assert {seen.outcome for seen in found.values()} == {Outcome.TIMEOUT}
    # One after the other they would take 12 s.
    assert took < 10


class Cache:
    def __init__(self) -> None:
        self.records: dict[str, RobotsRecord] = {}

    def get(self, origin: str) -> RobotsRecord | None:
        return self.records.get(origin)

    def put(self, records: Sequence[RobotsRecord]) -> None:
        self.records.update((record.origin, record) for record in records)


def test_robots_txt_is_remembered_by_the_calling_process(internet: Internet) -> None:
    cache = Cache()
    urls = [internet.http_url(path, host) for host in OWNED for path in ("/ok", "/private/page")]
    looks = []
    for _ in range(2):
        with crawler(internet, cache=cache, processes=2) as running:
            looks.append({url: seen.outcome for url, seen in observe(running, urls).items()})

    assert looks[0] == looks[1]
    assert looks[0][internet.http_url("/private/page", "127.0.0.3")] is Outcome.ROBOTS_DENIED
    assert sum(request.target == "/robots.txt" for request in internet.requests()) == 3


def test_scrapy_knows_no_scheme_but_http_and_https_and_runs_nothing_of_its_own() -> None:
    made = Settings(scrapy_settings(settings()))

    assert {scheme for scheme, handler in made.getwithbase("DOWNLOAD_HANDLERS").items() if handler} == {"http", "https"}
    for components in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES"):
        assert dict(made.getwithbase(components)) == {}


def test_crawling_processes_listen_nowhere(internet: Internet) -> None:
    listening: set[str] = set()

    def record(_: Sequence[Observation]) -> None:
        for process in multiprocessing.active_children():
            listening.update(_listening(process.pid or 0))

    with crawler(internet, processes=2) as running:
        running.check([Resource(internet.http_url("/ok", host)) for host in OWNED], record)

    assert listening == set()


def _listening(pid: int) -> Iterator[str]:
    """Yield the addresses on which a process listens."""
    sockets = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            _, local, _, state, *fields = line.split()
            if state == "0A" and f"socket:[{fields[5]}]" in sockets:
                yield local
