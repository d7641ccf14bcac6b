"""Every hostile server of the test internet at once: below 250 MB, and no link later than its time-out + 1 s."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle

from benchmarks import checkers
from benchmarks.costs import MemoryWatch, alone
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Observation, Resource
from tests.internet.client import Internet
from tests.internet.tls import TLS

TIMEOUT = 5.0
SLACK = 1.0
TARGET = 250
"""Megabytes."""

LINKS = 5
"""To each hostile server."""

PATHS = (
    *("/bomb/gzip", "/bomb/br", "/bomb/deflate", "/bomb/zstd", "/bomb/gzip,br", "/bomb-on/404/gzip"),
    *("/gzip-bomb/2", "/gzip-bomb/3", "/endless-gzip", "/endless-empty-blocks", "/broken-gzip"),
    *("/header-of/300000", "/many-headers/5000", "/many-cookies/5000", "/cookie-of/100000", "/endless-headers"),
    *("/endless-interim/103", "/slow-headers/0.5", "/endless-body", "/dribble/0.5", "/hang", "/unfinished"),
    *("/endless-chunk-extension", "/endless-trailers", "/trailers/5000", "/bad-chunk"),
    *("/large", "/long-title", "/nested"),
    *("/redirect-loop/3/0", "/redirect-endless/0", "/cookie-steps/9", "/redirect-self", "/redirect-private"),
    *("/reset", "/reset-after-head", "/empty-reply", "/garbage", "/ssh", "/http-0.9", "/http-2"),
)
"""Rows of tests.internet.behaviours."""

ORIGINS = [f"127.0.0.{last}" for last in range(30, 42)]
"""Origins of tests.internet.worlds without a robots.txt."""

ROBOTS = [f"127.0.0.{last}" for last in (16, 17, 19, 20, 50, 51)]
"""Origins whose robots.txt, or whose port, is the hostile thing."""


def main() -> None:
    with Internet() as internet:
        urls = [*_urls(internet)]
        peak, sum_of_peaks, seconds, seen = alone(_crawl, urls, str(internet.ca_file))
    slowest = max(seen, key=lambda observation: observation.elapsed)
    print(f"{len(seen)} links to hostile servers at once, time-out {TIMEOUT:.0f} s; {seconds:.1f} s in all")
    print(f"memory           {peak / 1e6:6.0f} MB   (target: {TARGET})")
    print(f"sum of peaks     {sum_of_peaks / 1e6:6.0f} MB")
    print(f"slowest link     {slowest.elapsed:6.2f} s    (target: {TIMEOUT + SLACK:.0f})   {slowest.resource.url}")
    print(f"outcomes         {dict(Counter(str(observation.outcome) for observation in seen).most_common())}")


def _urls(internet: Internet) -> Iterator[str]:
    origins = cycle(ORIGINS)
    for number in range(LINKS):
        for path in PATHS:
            yield f"{internet.http_url(path, next(origins))}?link={number}"
        for origin in ROBOTS:
            yield f"{internet.http_url('/ok', origin)}?link={number}"
        for row in TLS:
            yield f"{internet.https_url('/ok', tls=row)}?link={number}"


def _crawl(urls: Sequence[str], ca_file: str) -> tuple[int, int, float, list[Observation]]:
    os.environ["SSL_CERT_FILE"] = ca_file
    # Enough for every link to be under way at once.
    settings: FetchSettings = checkers.limits(
        robots="obey", processes=2, concurrency=512, per_host=128, delay=0, timeout=TIMEOUT
    )
    seen: list[Observation] = []
    began = time.monotonic()
    with MemoryWatch(os.getpid()) as watch, Crawler(settings) as crawler:
        crawler.check([Resource(url) for url in urls], seen.extend)
        seconds = time.monotonic() - began
    return watch.peak, watch.sum_of_peaks, seconds, seen
