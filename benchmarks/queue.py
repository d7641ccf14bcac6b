"""Memory of a long queue: below 500 MB with 1,000,000 links, and not more than with 100,000.

Once for the crawler alone, with a queue that takes no memory; once for the program, with a queue in its database. The
crawl is cut off when all there is to see has been seen.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import checkers
from benchmarks.costs import MemoryWatch, alone
from benchmarks.server import Server
from benchmarks.webs import Web, address, even
from dlt_crawler import config, pipeline
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Due, Observation, Resource, SlotLoad
from dlt_crawler.terminal import Watch

SIZES = (100_000, 1_000_000)
HOSTS = 1_000
LATENCY = 0.2
CRAWL_SECONDS = 20.0
DOCUMENT_LINKS = 100_000
TARGET = 500
"""Megabytes."""

CONFIGURATION = """
sources = ["*.txt"]
[fetch]
allow_networks = ["127.0.0.0/8"]
robots = "ignore"
delay = 0
processes = 2
[network]
canaries = []
"""


def main() -> None:
    print(f"{HOSTS} hosts; MB of all processes in the first {CRAWL_SECONDS:.0f} s of the crawl (target: {TARGET})")
    print(f"{'':<22}{'shared once':>14}{'sum of peaks':>14}")
    for size in SIZES:
        with Server(even(1, 1, LATENCY)) as server:
            _show(f"crawler, {size:,}", *alone(_crawler_peaks, server.port, size))
    for size in SIZES:
        web = even(size, HOSTS, LATENCY)
        with Server(web) as server, TemporaryDirectory() as directory:
            alone(_fill, directory, web, server.port)
            _show(f"program, {size:,}", *_program_peaks(directory, server))


def _show(name: str, peak: int, sum_of_peaks: int) -> None:
    print(f"{name:<22}{peak / 1e6:>14.0f}{sum_of_peaks / 1e6:>14.0f}")


class _Frontier:
    """Links that are made when they are drawn."""

    def __init__(self, port: int, links: int) -> None:
        self._port = port
        self._left = {address(host): links // HOSTS for host in range(HOSTS)}

    def loads(self) -> Iterator[SlotLoad]:
        for slot, links in self._left.items():
            yield SlotLoad(slot, links, None)

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        last = self._left[slot]
        self._left[slot] = max(0, last - count)
        return [Due(Resource(f"http://{slot}:{self._port}/{link}")) for link in range(self._left[slot], last)]


class _SeenEnough(Exception):
    pass


def _crawler_peaks(port: int, links: int) -> tuple[int, int]:
    until = time.monotonic() + CRAWL_SECONDS

    def record(_observations: Sequence[Observation]) -> None:
        if time.monotonic() > until:
            raise _SeenEnough

    with MemoryWatch(os.getpid()) as watch:
        try:
            with Crawler(checkers.limits(processes=2, delay=0)) as crawler:
                crawler.check(_Frontier(port, links), record)
        except _SeenEnough:
            return watch.peak, watch.sum_of_peaks
    raise RuntimeError("the queue was at its end before anything could be seen")


def _fill(directory: str, web: Web, port: int) -> None:
    """Write documents with the links, and extract them into the database."""
    os.chdir(directory)
    Path("dlt-crawl.toml").write_text(CONFIGURATION)
    urls = web.urls(port)
    for start in range(0, len(urls), DOCUMENT_LINKS):
        Path(f"{start}.txt").write_text("\n".join(urls[start : start + DOCUMENT_LINKS]) + "\n")
    with Watch(quiet=True) as watch, pipeline.open_job(config.load(None), "benchmark", watch) as job:
        pipeline.store_links(job, ())


def _program_peaks(directory: str, server: Server) -> tuple[int, int]:
    command = [sys.executable, "-m", "dlt_crawler", "--quiet", "fetch"]
    with subprocess.Popen(command, cwd=directory) as program, MemoryWatch(program.pid) as watch:
        while not server.served().requests:
            if program.poll() is not None:
                raise RuntimeError(f"the program ended with status {program.returncode} before it crawled")
            time.sleep(0.1)
        time.sleep(CRAWL_SECONDS)
        program.send_signal(signal.SIGINT)
    return watch.peak, watch.sum_of_peaks
