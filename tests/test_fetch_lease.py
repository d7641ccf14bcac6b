"""Nobody is asked without a lease: what waits is held, and goes on when there is one again."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from dlt_crawler.fetch import Stream
from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.visit.client import Client
from dlt_crawler.fetch.visit.pages import PageReader
from dlt_crawler.fetch.visit.server import Server, server_of
from dlt_crawler.fetch.visit.wish import Answer, Wish
from dlt_crawler.fetch.wire.guard import AddressGuard
from dlt_crawler.model import Outcome
from dlt_crawler.sites import Sites
from tests.fetch_support import settings
from tests.raw_server import Visitor, listening
from tests.stream_support import LOOK, Listed, Page, web
from tests.transport_support import OK, Wants, in_a_loop, transport

HOST = "127.0.0.2"


def test_nobody_is_asked_before_there_is_a_lease_nor_after_it() -> None:
    arrived: list[float] = []
    enough = threading.Event()

    def serve(host: str, target: str, fields: Mapping[str, str]) -> Page:
        arrived.append(monotonic())
        if len(arrived) == 3:
            enough.set()
        return Page("<title>A page</title>")

    with web(serve) as there, Stream(settings(delay=0.1, per_host=1, robots="ignore", timeout=10)) as stream:
        batch = Listed.of(*(there.url(HOST, f"/{n}") for n in range(12)))
        future = stream.add(HOST, batch, look=LOOK)
        with pytest.raises(TimeoutError):
            future.result(1.0)
        assert arrived == []

        stream.renew(60.0)
        assert enough.wait(30)
        # As when the heart beats no more; at most one request is on its way in this moment.
        stream.renew(0.0)
        ended = monotonic()
        with pytest.raises(TimeoutError):
            future.result(0.5)
        assert [each for each in arrived if each > ended + 0.1] == []
        before = len(arrived)
        assert before < 12

        stream.renew(math.inf)
        assert future.result(30).observed == 12

    assert {seen.outcome for seen in batch.seen} == {Outcome.OK}
    assert len(arrived) == 12


def test_lease_lasts_as_long_as_it_was_renewed_for() -> None:
    lease = Lease()
    assert not lease.lasts
    for seconds, lasts in ((60.0, True), (-1.0, False), (math.inf, True), (0.0, False)):
        lease.renew(seconds)
        assert lease.lasts is lasts


@in_a_loop
async def test_request_does_not_leave_when_the_lease_has_ended_while_it_connects() -> None:
    lease, loop = Lease(), asyncio.get_running_loop()
    lease.renew(math.inf)
    asked_before: list[int] = []

    async def serve(visitor: Visitor) -> None:
        while True:
            await visitor.request()
            await visitor.send(OK)

    def renew() -> None:
        asked_before.append(len(place.heads))
        lease.renew(math.inf)

    def may_connect(_address: str, _port: int) -> bool:
        if not asked_before:
            lease.renew(0.0)
            loop.call_later(0.3, renew)
        return True

    given = settings()
    guard = AddressGuard(given.allow_networks, frozenset(given.ports), threads=2)
    slots = HostSlots(given.concurrency, SlotLimits(given, Sites()))
    async with listening(serve) as place, transport(may_connect=may_connect) as asking:
        url = f"http://127.0.0.1:{place.port}/"
        server = server_of(url)
        assert isinstance(server, Server)
        with ThreadPoolExecutor(1) as thread:
            client = Client(
                asking, given, user_agent="test", slots=slots, guard=guard, breaker=Breaker(),
                pages=PageReader(thread, Sites()), lease=lease,
            )  # fmt: skip
            answer = await client.visit(Wish(url, server, Wants(), 5.0))

    assert isinstance(answer, Answer)
    assert (asked_before, len(place.heads)) == ([0], 1)
