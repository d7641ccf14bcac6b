"""One crawl that goes on while batches come and go: each is complete when it ends, however it ends."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch import Ended, Stream
from dlt_crawler.model import Due, Observation, Outcome, Resource, Rest, Validators
from dlt_crawler.model.payloads import Payload
from tests.fetch_support import ends, settings
from tests.stream_support import LOOK, Listed, Page, Web, web
from tests.test_fetch_robots import free_port

A, B, C = (f"127.0.0.{number}" for number in (2, 3, 1))
"""Hosts, each of which is a site."""
SECONDS = 30.0
SENTENCES = "This sentence about gradient descent is one of many that a living page has. " * 30


class Served:
    """A web in which a page may be kept waiting until the test lets it go."""

    def __init__(self) -> None:
        self.waiting = threading.Semaphore(0)
        self.go = threading.Event()

    def __call__(self, host: str, target: str, fields: Mapping[str, str]) -> Page:
        match target.split("/"):
            case ["", "held", _]:
                self.waiting.release()
                self.go.wait(SECONDS)
            case ["", "busy"]:
                return Page("", 429, {"Retry-After": "25"})
            case ["", "odd", _]:
                return Page(f"<title>Page not found</title><p>{SENTENCES}")
            case ["", "robots.txt"] if host == B:
                return Page("User-agent: *\nCrawl-delay: 3", fields={"Content-Type": "text/plain"})
            case ["", "robots.txt"]:
                return Page("", 404)
        return Page("<title>A page</title>A page that lives.")


@pytest.fixture
def served() -> Served:
    return Served()


@pytest.fixture
def there(served: Served) -> Iterator[Web]:
    with web(served) as running:
        yield running
        served.go.set()


@contextmanager
def stream(**changes: Any) -> Iterator[Stream]:
    with Stream(settings(timeout=SECONDS, **changes)) as running:
        running.renew(math.inf)
        yield running


def test_batches_come_and_go(there: Web) -> None:
    with stream(processes=2) as running:
        batches = {host: Listed.of(*(there.url(host, f"/{n}") for n in range(30))) for host in (A, C)}
        futures = [running.add(host, batch, look=LOOK) for host, batch in batches.items()]
        ended = [future.result(SECONDS) for future in futures]
        # Everything is recorded by then.
        assert [len(batch.seen) for batch in batches.values()] == [30, 30]
        again = Listed.of(there.url(C, "/again"))
        ended.append(running.add(C, again, look=LOOK).result(SECONDS))
        nothing = running.add(B, Listed([]), look=LOOK).result(SECONDS)

    assert [(each.site, each.observed, each.handed_on, each.released) for each in ended] == [
        (A, 30, 0, 0), (C, 30, 0, 0), (C, 1, 0, 0),
    ]  # fmt: skip
    for host, batch in batches.items():
        assert {each.resource.url for each in batch.seen} == {there.url(host, f"/{n}") for n in range(30)}
        assert {each.outcome for each in batch.seen} == {Outcome.OK}
    assert nothing == Ended(B, 0, 0, 0, ())
    assert multiprocessing.active_children() == []


ONE, TWO, WWW, NEW, SLOW = (f"{name}.hosts.localhost" for name in ("one", "two", "www", "new", "slow"))
SITE = "hosts.localhost"


def test_batch_of_several_hosts_of_a_site_waits_for_the_slowest_whoever_was_asked(there: Web) -> None:
    serve, slow = there.serve, there.url(SLOW, "/robots.txt")

    def led(host: str, target: str, fields: Mapping[str, str]) -> Page:
        match host, target:
            case _ if host == TWO and target == "/robots.txt":
                return Page("", 302, {"Location": slow})
            case _ if host == ONE and target == "/moved":
                return Page("", 302, {"Location": there.url(NEW, "/here")})
        return serve(host, target, fields)

    there.serve = led
    odd = [f"http://somebody@{ONE}/", f"http://{ONE}:99999/", f"gopher://{ONE}/"]
    batch = Listed.of(*odd, *(there.url(host, path) for host in (ONE, TWO) for path in ("/1", "/moved")))
    # No link is of this host, and none leads there: only a robots.txt does.
    with stream(processes=2, hosts={SLOW: {"delay": 7}}) as running:
        ended = running.add(SITE, batch, look=LOOK).result(SECONDS)
        none_valid = running.add(SITE, Listed.of(*odd), look=LOOK).result(SECONDS)

    assert (ended.observed, ended.handed_on, ended.released) == (7, 0, 0)
    seconds = {rest.slot: rest.seconds for rest in ended.rests}
    assert 4 < seconds.pop(SLOW) <= 7
    assert max(seconds.values(), default=0) < 4
    assert none_valid.observed == 3
    outcomes = {each.resource.url: each.outcome for each in batch.seen}
    assert {outcomes.pop(url) for url in odd} == {Outcome.UNSAFE, Outcome.INVALID_URL}
    assert outcomes.pop(there.url(ONE, "/moved")) is Outcome.REDIRECTED
    assert set(outcomes.values()) == {Outcome.OK}
    assert {host for host, _ in there.asked} == {ONE, TWO, NEW, SLOW}


def test_nobody_is_asked_for_a_batch_that_has_ended(there: Web) -> None:
    serve, asked, go = there.serve, threading.Event(), threading.Event()

    def led(host: str, target: str, fields: Mapping[str, str]) -> Page:
        match host, target:
            case _ if host == SITE and target == "/late":
                # Meanwhile the alternative of the link asks for the robots.txt of its host.
                asked.wait(SECONDS)
            case _ if host == WWW and target == "/robots.txt" and not asked.is_set():
                asked.set()
                go.wait(SECONDS)
                return Page("", 302, {"Location": there.url(WWW, "/stale")})
        return serve(host, target, fields)

    there.serve = led
    with Stream(settings(timeout=4, per_host=1)) as running:
        running.renew(math.inf)
        late = Listed.of(there.url(SITE, "/late"))
        assert running.add(SITE, late, look=LOOK).result(SECONDS).observed == 1
        assert asked.is_set()
        go.set()
        # Where the first question went on, its next request would have the turn before this one's page.
        running.add(SITE, Listed.of(there.url(WWW, "/page")), look=LOOK).result(SECONDS)

    assert (WWW, "/page") in there.asked
    assert (WWW, "/stale") not in there.asked


def test_of_a_stream_copies_are_kept_and_unchanged_is_heard_only_where_there_is_one(there: Web, tmp_path: Path) -> None:
    copied, bare = there.url(C, "/copied"), there.url(C, "/bare")
    copies, conditional = Copied(tmp_path, copied), []
    serve = there.serve

    def noted(host: str, target: str, fields: Mapping[str, str]) -> Page:
        if "if-none-match" in fields:
            conditional.append(target)
            return Page("", 304, {"ETag": '"1"'})
        return Page("", 302, {"Location": there.url(A, "/")}) if target == "/away" else serve(host, target, fields)

    there.serve = noted
    batch = Listed(Due(Resource(url), validators=Validators(url, '"1"')) for url in (copied, bare))
    away = there.url(C, "/away")
    with Stream(settings(), copies=copies) as running:
        running.renew(math.inf)
        running.add(C, batch, look=LOOK).result(SECONDS)
        leads_away = Listed.of(away)
        running.add(C, leads_away, look=LOOK).result(SECONDS)

    assert conditional == ["/copied"]
    assert {each.resource.url: each.status for each in batch.seen} == {copied: 304, bare: 200}
    assert sorted(copies.kept) == sorted([f"302 {away}", bare, copied])
    assert [each.site for each in leads_away.handed] == [A]


class Copied:
    """Copies of one page (fetch.copying.Copies)."""

    def __init__(self, directory: Path, url: str) -> None:
        self.directory = directory
        self._known = Payload("sha1:" + "A" * 32, url, datetime(2026, 1, 1, tzinfo=UTC), "old.warc.gz")
        self.kept: list[str] = []

    def payload(self, digest: str | None, answer: str) -> Payload | None:
        return self._known if digest is None and answer == self._known.url else None

    def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        assert records.startswith(b"\x1f\x8b")
        self.kept.append(answer)


def test_a_site_has_one_batch_at_a_time(there: Web, served: Served) -> None:
    with stream() as running:
        future = running.add(C, Listed.of(there.url(C, "/held/1")), look=LOOK)
        # Who waits for it no more does not end it.
        assert not future.cancel()
        with pytest.raises(ValueError, match=f"a batch of {C} is under way"):
            running.add(C, Listed.of(there.url(C, "/held/2")), look=LOOK)
        served.go.set()


@pytest.mark.parametrize(
    ("host", "path", "delay", "least", "most"),
    # After a refusal we make a pause of a second by ourselves.
    [(A, "/ok", 20, 0, 20), (C, "/busy", 0, 2, 25), (B, "/ok", 0, 0, 3)],
    ids=["delay", "Retry-After", "Crawl-delay"],
)
def test_end_says_when_the_site_may_be_asked_again(
    there: Web, host: str, path: str, delay: float, least: float, most: float
) -> None:
    with stream(delay=delay, per_host=1, robots="ignore" if delay else "obey") as running:
        ended = running.add(host, Listed.of(there.url(host, path)), look=LOOK).result(SECONDS)

    assert [(rest.slot, rest.given_up) for rest in ended.rests] == [(host, False)]
    assert least < ended.rests[0].seconds <= most


def test_slot_has_the_rest_that_others_left_it_with_and_its_neighbours_have_none(there: Web) -> None:
    arrived: dict[str, float] = {}
    serve = there.serve

    def noted(host: str, target: str, fields: Mapping[str, str]) -> Page:
        arrived.setdefault(host, monotonic())
        return serve(host, target, fields)

    there.serve = noted
    batch = Listed.of(*(there.url(host, "/ok") for host in (ONE, TWO, NEW)))
    with stream() as running:
        began = monotonic()
        rests = [Rest(ONE, 600, given_up=True), Rest(TWO, 5)]
        ended = running.add(SITE, batch, look=LOOK, rests=rests).result(SECONDS)

    outcomes = {each.resource.url: (each.outcome, each.asked) for each in batch.seen}
    assert outcomes.pop(there.url(ONE, "/ok")) == (Outcome.RATE_LIMITED, False)
    assert set(outcomes.values()) == {(Outcome.OK, True)}
    assert arrived.keys() == {TWO, NEW}
    assert arrived[NEW] < arrived[TWO]
    assert arrived[TWO] - began >= 5
    # What it came with does not become longer each time that it goes from hand to hand.
    assert ONE not in {rest.slot for rest in ended.rests}


def test_next_batch_of_a_site_keeps_its_pace(there: Web) -> None:
    arrived: list[float] = []
    serve = there.serve

    def noted(host: str, target: str, fields: Mapping[str, str]) -> Page:
        arrived.append(monotonic())
        return serve(host, target, fields)

    there.serve = noted
    with stream(delay=1, per_host=1) as running:
        for n in range(2):
            running.add(C, Listed.of(there.url(C, f"/{n}")), look=LOOK).result(SECONDS)

    assert len(arrived) == 3
    # A second apart, but for how late each may arrive where the processor is busy.
    assert min(after - before for before, after in pairwise(arrived)) > 0.3


def test_what_went_wrong_is_known_in_the_same_look_and_forgotten_in_the_next(there: Web) -> None:
    closed = f"http://{C}:{free_port()}"

    def details(running: Stream, look: tuple[int, int]) -> list[str]:
        batch = Listed.of(*(f"{closed}/{n}" for n in range(4)))
        running.add(C, batch, look=look).result(SECONDS)
        return sorted(each.detail.partition(",")[0] for each in batch.seen)

    with stream(per_host=1, robots="ignore") as running:
        first, same_look, next_look = (details(running, look) for look in ((1, 1), (1, 1), (1, 2)))

    refused, given_up = f"{C} refuses connections.", f"3 connections to {C} failed in a row in this run"
    assert first == sorted([refused] * 3 + [given_up])
    assert same_look == [given_up] * 4
    # One more failure is enough.
    assert next_look == sorted([refused] + [given_up.replace("3", "4", 1)] * 3)


def test_siblings_are_asked_for_anew_by_each_batch(there: Web) -> None:
    with stream() as running:
        for _ in range(2):
            batch = Listed.of(*(there.url(C, f"/odd/{n}") for n in range(5)))
            running.add(C, batch, look=LOOK).result(SECONDS)
            assert {each.outcome for each in batch.seen} == {Outcome.SOFT_404}

    assert sum(len(target) == len("/odd/") + 25 for _, target in there.asked) == 2


def test_stop_lets_end_what_is_under_way_and_gives_back_the_rest(there: Web, served: Served) -> None:
    batches = {host: Listed.of(*(there.url(host, f"/held/{n}") for n in range(10))) for host in (A, C)}
    with stream(processes=2, per_host=1, robots="ignore") as running:
        futures = [running.add(host, batch, look=LOOK) for host, batch in batches.items()]
        for _ in batches:
            assert served.waiting.acquire(timeout=SECONDS)
        running.stop()
        with pytest.raises(CrawlError, match="no more batches"):
            running.add(B, Listed.of(there.url(B, "/")), look=LOOK)
        # It is heard before the pages come, or after them: nothing is lost in either case.
        served.go.set()
        ended = [future.result(SECONDS) for future in futures]

    assert all(1 <= each.observed <= 10 and each.observed + each.released == 10 for each in ended)
    assert [len(batch.seen) for batch in batches.values()] == [each.observed for each in ended]
    assert [batch.released for batch in batches.values()] == [int(each.released > 0) for each in ended]
    assert len(there.asked) == sum(each.observed for each in ended)
    assert multiprocessing.active_children() == []


def test_links_that_were_not_begun_are_given_back(there: Web, served: Served) -> None:
    batch = Listed.of(*(there.url(C, f"/held/{n}") for n in range(10)))
    with stream(per_host=2, robots="ignore") as running:
        future = running.add(C, batch, look=LOOK)
        assert served.waiting.acquire(timeout=SECONDS)
        assert served.waiting.acquire(timeout=SECONDS)
        running.stop()
        # Eight can be given back while two are still waited for; the batch ends with these.
        with pytest.raises(TimeoutError):
            future.result(0.3)
        served.go.set()
        ended = future.result(SECONDS)

    assert (ended.observed, ended.released, batch.released) == (2, 8, 1)


class Broken(Listed):
    def record(self, observations: Sequence[Observation]) -> None:
        raise OSError("the disk is full")


def test_fault_of_a_batch_fails_all(there: Web, served: Served) -> None:
    with stream() as running:
        held = running.add(A, Listed.of(there.url(A, "/held/1")), look=LOOK)
        assert served.waiting.acquire(timeout=SECONDS)
        faulty = running.add(C, Broken([Due(Resource(there.url(C, "/")))]), look=LOOK)
        for future in (held, faulty):
            with pytest.raises(OSError, match="the disk is full"):
                future.result(SECONDS)
        with pytest.raises(CrawlError, match="no more batches"):
            running.add(B, Listed.of(there.url(B, "/")), look=LOOK)
    assert multiprocessing.active_children() == []


def test_death_of_a_process_fails_all(there: Web, served: Served) -> None:
    with stream(processes=2) as running:
        held = running.add(A, Listed.of(there.url(A, "/held/1")), look=LOOK)
        assert served.waiting.acquire(timeout=SECONDS)
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)
        with pytest.raises(CrawlError, match="died"):
            held.result(SECONDS)
    assert multiprocessing.active_children() == []


def test_nothing_is_recorded_of_a_stream_that_was_killed(there: Web, served: Served) -> None:
    batch = Listed.of(there.url(C, "/held/1"))
    with stream() as running:
        future = running.add(C, batch, look=LOOK)
        assert served.waiting.acquire(timeout=SECONDS)
        running.kill()
        with pytest.raises(CrawlError, match="the stream was killed"):
            future.result(SECONDS)

    assert (batch.seen, batch.released) == ([], 0)
    assert multiprocessing.active_children() == []


def test_link_of_two_batches_is_an_error(there: Web) -> None:
    url = there.url(C, "/held/1")
    with stream() as running:
        futures = [running.add(site, Listed([Due(Resource(url))]), look=LOOK) for site in (C, A)]
        with pytest.raises(CrawlError, match="two batches have"):
            futures[1].result(SECONDS)


_WORKER = """
import math, multiprocessing, sys, threading
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Ended, Stream

if __name__ == "__main__":
    with Stream(FetchSettings(processes=1)) as stream:
        stream.renew(math.inf)
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        threading.Event().wait()
"""


def test_child_ends_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "worker.py").write_text(_WORKER)
    with subprocess.Popen([sys.executable, tmp_path / "worker.py"], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        child = int(worker.stdout.readline())
        worker.kill()

    assert ends(child, SECONDS)
