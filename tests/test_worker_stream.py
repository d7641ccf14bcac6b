"""What a worker writes down while its batches are still under way: it may not live to see their end."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import Pipe

import pytest

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Stream
from dlt_crawler.fetch.crawl.outbox import Outbox
from dlt_crawler.fetch.messages import BatchEnded, Paused, Reply, Seen
from dlt_crawler.model import Due, Observation, Outcome, Resource, Rest
from tests.stream_support import LOOK, Listed, Page, web

A, B = "127.0.0.2", "127.0.0.3"
SECONDS = 60


def serve(host: str, target: str, _fields: Mapping[str, str]) -> Page:
    if target == "/busy":
        return Page(status=429, fields={"Retry-After": "60"})
    return Page(status=404) if target == "/robots.txt" else Page("<title>A page</title>")


class Told(Listed):
    """A batch that tells when something of it is recorded."""

    def __init__(self, url: str, told: list[str]) -> None:
        super().__init__([Due(Resource(url))])
        self._told = told

    def record(self, observations: Sequence[Observation]) -> None:
        super().record(observations)
        self._told.append("recorded")


@pytest.mark.parametrize("seen_before", [1, 600])
def test_a_wish_to_be_left_alone_comes_before_what_was_seen_even_if_both_wait_for_the_pipe(seen_before: int) -> None:
    seen = Observation(Resource("http://a.example/"), datetime.now(UTC), 0.1, Outcome.RATE_LIMITED, "It says 429.")
    told, ended = Paused(Rest(A, 60)), BatchEnded(A, (), ())

    async def first_parcel() -> list[Reply]:
        here, there = Pipe(duplex=False)
        outbox = Outbox(there, logging.WARNING)
        for _ in range(seen_before):
            outbox.put(seen)
        outbox.say(told)
        outbox.say(ended)
        delivering = asyncio.ensure_future(outbox.deliver())
        parcel: list[Reply] = await asyncio.to_thread(here.recv)
        delivering.cancel()
        return parcel

    # In a thread of its own: a browser that other tests have opened keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        parcel = thread.submit(asyncio.run, first_parcel()).result()
    whole = seen_before <= 500
    assert parcel == [told, Seen((seen,) * min(seen_before, 500), ()), *([ended] if whole else [])]


def test_a_wish_to_be_left_alone_is_told_of_before_what_comes_of_it_and_parcels_end_with_a_flush() -> None:
    told: list[str] = []
    settings = FetchSettings(allow_networks=["127.0.0.0/8"], processes=1, delay=0)
    pauses: list[Rest] = []

    def paused(rest: Rest) -> None:
        pauses.append(rest)
        told.append("paused")

    with web(serve) as there:
        settings = settings.model_copy(update={"ports": [there.server_port]})
        with Stream(settings, paused=paused, flush=lambda: told.append("flushed")) as running:
            running.renew(math.inf)
            running.add(A, Told(there.url(A, "/busy"), told), look=LOOK).result(SECONDS)
            running.add(B, Told(there.url(B, "/ok"), told), look=LOOK).result(SECONDS)
    (rest,) = pauses
    assert (rest.slot, rest.given_up) == (A, True)
    assert 55 < rest.seconds <= 60
    assert told == ["paused", "recorded", "flushed", "recorded", "flushed"]
