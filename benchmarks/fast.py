"""Links a second when nothing is slow: at least 1,800 with two crawling processes on two cores.

The server has no core of its own: its processor time is part of what limits everyone.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from benchmarks import checkers, webs
from benchmarks.costs import Cost
from benchmarks.server import Server

LINKS = 10_000
HOSTS = 1_000
SCRAPY_LINKS = 2_000
ROUNDS = 3
TARGET = 1_800


def main() -> None:
    settings = checkers.limits(processes=2, concurrency=256, per_host=10, delay=0)
    many, few = webs.even(LINKS, HOSTS), webs.even(SCRAPY_LINKS, HOSTS)
    print(f"{LINKS} fast links on {HOSTS} hosts (Scrapy: {SCRAPY_LINKS}), plain text")
    print("links/s with start-up, and from first request to last answer; processor time a link in µs")
    print(f"{'':<22}{'with':>8}{'without':>8}{'main':>8}{'children':>10}{'server':>8}")
    with Server(many) as server:
        urls = many.urls(server.port)
        _row("dlt-crawl", server, lambda: checkers.ours(urls, settings))
        _row("lychee", server, lambda: checkers.lychee(urls, settings))
    with Server(few) as server:
        few_urls = few.urls(server.port)
        _row("Scrapy with defaults", server, lambda: checkers.scrapy(few_urls))
    print(f"target of dlt-crawl: {TARGET} links/s")


def _row(name: str, server: Server, crawl: Callable[[], Cost]) -> None:
    figures = []
    for _ in range(ROUNDS):
        cost, served = crawl(), server.served()
        links = cost.links
        cpu = (cost.main_cpu, cost.child_cpu, served.cpu)
        rates = (links / cost.seconds, links / (served.ended - served.began))
        figures.append((*rates, *(seconds / links * 1e6 for seconds in cpu)))
    whole, crawling, *processors = (median(column) for column in zip(*figures, strict=True))
    print(f"{name:<22}{whole:>8.0f}{crawling:>8.0f}{processors[0]:>8.0f}{processors[1]:>10.0f}{processors[2]:>8.0f}")
