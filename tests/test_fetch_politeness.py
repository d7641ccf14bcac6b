"""Politeness, as the servers see it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from dlt_crawler.fetch.slots import PATIENCE, HostPaused, HostSlots
from dlt_crawler.model import Outcome
from tests.fetch_support import crawler, observe
from tests.internet.client import Internet
from tests.internet.state import LoggedRequest

JITTER = 0.05
"""Seconds: a server sees a request later than its start by the time it takes to connect, which varies."""


def at_once(requests: Sequence[LoggedRequest]) -> int:
    """How many requests were under way at the same time, at most."""
    moments = sorted([(r.at, 1) for r in requests] + [(r.done, -1) for r in requests if r.done is not None])
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def test_no_host_is_asked_more_than_per_host_at_once(internet: Internet) -> None:
    urls = [internet.http_url(f"/slow/{number}", host) for host in ("127.0.0.30", "127.0.0.31") for number in range(6)]
    for url in urls:
        internet.page(url, "/hang")

    with crawler(internet, per_host=2, timeout=0.3) as running:
        observe(running, urls)

    for host in ("127.0.0.30", "127.0.0.31"):
        requests = [request for request in internet.requests() if request.host == host]
        assert (len(requests), at_once(requests)) == (7, 2)


def test_no_more_than_concurrency_requests_are_under_way_at_once(internet: Internet) -> None:
    urls = [internet.http_url("/hang", f"127.0.0.{last}") for last in range(30, 40)]

    with crawler(internet, concurrency=3, timeout=0.3) as running:
        observe(running, urls, robots=False)

    assert (len(internet.requests()), at_once(internet.requests())) == (10, 3)


def test_requests_to_a_host_keep_their_distance_robots_and_redirects_too(internet: Internet) -> None:
    host = "127.0.0.30"
    urls = [internet.http_url(f"/page/{number}", host) for number in range(3)]
    urls.append(internet.http_url("/redirect/302/2", host))
    urls.append(internet.http_url(f"/redirect-to/302?{urls[0]}", "127.0.0.31"))

    with crawler(internet, delay=0.2) as running:
        observe(running, urls)

    starts = [request.at for request in internet.requests() if request.host == host]
    assert len(starts) == 1 + 3 + 3 + 1
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.2 - JITTER
    assert starts[-1] - starts[0] < 7 * 0.2 + 0.5


def test_a_host_with_many_links_holds_nobody_back(internet: Internet) -> None:
    big = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(8)]
    small = [internet.http_url("/ok", f"127.0.0.{last}") for last in range(31, 41)]

    with crawler(internet, concurrency=2, per_host=1, delay=0.2) as running:
        observe(running, [*big, *small], robots=False)

    requests = internet.requests()
    assert len(requests) == 18
    # Two at once, and the big host alone takes 1.4 s: the others come while it waits.
    # Which of the two that start together is seen first, is chance.
    assert "127.0.0.30" in {request.host for request in requests[:2]}
    assert requests[-1].host == "127.0.0.30"
    assert requests[-1].at - requests[0].at < 7 * 0.2 + 0.5
    assert max(request.at for request in requests if request.host != "127.0.0.30") < requests[0].at + 1.0


def test_a_new_question_keeps_its_distance_from_the_last_one(internet: Internet) -> None:
    url = internet.http_url("/ok")

    with crawler(internet, delay=0.3) as running:
        for _ in range(3):
            observe(running, [url], robots=False)

    starts = [request.at for request in internet.requests()]
    assert len(starts) == 3
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.3 - JITTER


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_pause_is_waited_out_and_other_hosts_go_on(internet: Internet, status: int) -> None:
    busy = [internet.http_url(f"/flaky-retry-after/{status}/1/1/{status}", "127.0.0.30")]
    busy += [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(3)]
    other = [internet.http_url(f"/page/{number}", "127.0.0.31") for number in range(3)]

    with crawler(internet, per_host=1) as running:
        seen = observe(running, [*busy, *other], robots=False)

    assert [seen[url].outcome for url in busy] == [Outcome.RATE_LIMITED, Outcome.OK, Outcome.OK, Outcome.OK]
    first, *rest = [request for request in internet.requests() if request.host == "127.0.0.30"]
    paused = [request.at - (first.done or 0) for request in rest]
    assert min(paused) > 1 - JITTER
    assert max(paused) < 2
    assert max(request.at for request in internet.requests() if request.host == "127.0.0.31") < first.at + 0.9


@pytest.mark.parametrize("robots", [True, False])
def test_a_host_that_asks_for_a_long_pause_is_left_alone_also_by_the_second_look(
    internet: Internet, robots: bool
) -> None:
    refusing = internet.http_url("/retry-after/503/120", "127.0.0.30")
    others = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(3)]
    elsewhere = internet.http_url(f"/redirect-to/302?{others[0]}", "127.0.0.31")

    with crawler(internet, per_host=1) as running:
        first = observe(running, [refusing, *others], robots=robots)
        second = observe(running, [refusing, *others, elsewhere], robots=robots)

    asked = [request.target for request in internet.requests() if request.host == "127.0.0.30"]
    assert asked == ["/robots.txt"] * robots + ["/retry-after/503/120"]
    assert first[refusing].status == 503
    not_asked = [*(first[url] for url in others), *second.values()]
    assert {found.outcome for found in not_asked} == {Outcome.RATE_LIMITED}
    for found in not_asked:
        assert found.detail.startswith("127.0.0.30 asked us to come back later, at 2")
        assert found.detail.endswith(" UTC: this page was not asked for.")
    assert [second[url].status for url in (refusing, *others)] == [None] * 4
    assert (second[elsewhere].status, second[elsewhere].final_url) == (302, elsewhere)


async def ask(slots: HostSlots, host: str) -> None:
    async with slots.request_to(host):
        pass


async def fate(slots: HostSlots, host: str) -> str:
    try:
        async with asyncio.timeout(0.2):
            await ask(slots, host)
    except HostPaused:
        return "refused"
    except TimeoutError:
        return "waits"
    return "asked"


def test_those_who_wait_are_told_when_their_host_wants_a_long_pause() -> None:
    async def fates() -> tuple[list[str], list[str]]:
        slots = HostSlots(concurrency=2, per_host=1, delay=0)
        async with slots.request_to("busy"), slots.request_to("other"):
            # The second to "busy" waits for the first, and that to "idle" for a place.
            waiting = [asyncio.create_task(fate(slots, host)) for host in ("busy", "idle")]
            await asyncio.sleep(0)
            slots.pause("busy", PATIENCE + 1)
            slots.pause("idle", PATIENCE + 1)
            told = await asyncio.gather(*waiting)
        return told, [await fate(slots, host) for host in ("busy", "idle", "other")]

    assert asyncio.run(fates()) == (["refused", "refused"], ["refused", "refused", "asked"])


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "asked"),
        ([0], "asked"),
        ([PATIENCE - 1], "waits"),
        ([PATIENCE + 1], "refused"),
        # What two requests at once are told is one pause, and a longer one goes on from the first.
        ([PATIENCE - 1, PATIENCE - 1], "waits"),
        ([PATIENCE - 1, 1], "waits"),
        ([PATIENCE - 1, PATIENCE + 1], "refused"),
    ],
)
def test_patience_with_a_host(pauses: list[float], expected: str) -> None:
    async def fates() -> list[str]:
        slots = HostSlots(concurrency=2, per_host=2, delay=0)
        for seconds in pauses:
            slots.pause("busy", seconds)
        return [await fate(slots, "busy"), await fate(slots, "other")]

    assert asyncio.run(fates()) == [expected, "asked"]


def test_patience_does_not_come_back_with_time() -> None:
    async def fates() -> list[str]:
        slots = HostSlots(concurrency=2, per_host=2, delay=0)
        slots.pause("busy", 0.05)
        first = await fate(slots, "busy")
        slots.pause("busy", PATIENCE - 0.01)
        return [first, await fate(slots, "busy")]

    assert asyncio.run(fates()) == ["asked", "refused"]
