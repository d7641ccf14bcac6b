"""A crawler whose processor has as much to do as it can says so."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Stream
from dlt_crawler.fetch.crawl.lateness import Lateness
from tests.stream_support import LOOK, Listed, Page, Web, web

COSTLY = Page("<html><head><title>Costly</title>" + '<meta name="of" content="no use">' * 40_000 + "</head></html>")
"""A head takes the longer to read the longer it is."""
HOSTS = [f"127.0.{number}.1" for number in range(1, 9)]
LINKS = 12


@pytest.fixture
def there() -> Iterator[Web]:
    def serve(host: str, path: str, fields: Mapping[str, str]) -> Page:
        return Page(status=404) if path == "/robots.txt" else COSTLY

    with web(serve) as running:
        yield running


def comes_to(stream: Stream, *, be_laden: bool) -> bool:
    deadline = time.monotonic() + 20
    while stream.is_laden != be_laden and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    return stream.is_laden == be_laden


def test_who_reads_costly_pages_is_laden_until_they_are_read(there: Web) -> None:
    settings = FetchSettings(processes=1, delay=0, per_host=8, allow_networks=["127.0.0.0/8"], max_body=5_000_000)
    with Stream(settings) as stream:
        stream.renew(math.inf)
        assert not stream.is_laden
        ended = [
            stream.add(host, Listed.of(*(there.url(host, f"/{number}") for number in range(LINKS))), look=LOOK)
            for host in HOSTS
        ]
        assert comes_to(stream, be_laden=True)
        assert sum(each.result(60).observed for each in ended) == LINKS * len(HOSTS)
        assert comes_to(stream, be_laden=False)


def test_it_takes_more_than_a_moment_to_become_so_and_not_to_be_so_any_more() -> None:
    told: list[bool] = []
    lateness = Lateness(ThreadPoolExecutor(1), told.append)

    def look(times: int, late: float) -> None:
        for _ in range(times):
            lateness.look(late)

    look(100, 0.001)
    look(17, 0.01)
    assert told == []
    look(1, 0.01)
    assert told == [True]
    look(8 + 2, 0.001)
    assert told == [True, False]
    look(100, 0.001)
    assert told == [True, False]
    look(1, 1.0)
    assert told == [True, False, True]
