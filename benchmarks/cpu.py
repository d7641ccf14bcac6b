"""Processor time of a link in one crawling process, without page analysis: at most 0.9 ms.

The answers are plain text. Start-up is included; the profile of a second crawl says where the time goes.
"""

from __future__ import annotations

from statistics import median

from benchmarks import checkers, profiles, webs
from benchmarks.server import Server

LINKS = 10_000
HOSTS = 1_000
ROUNDS = 3
TARGET = 900
"""Microseconds."""


def main() -> None:
    web = webs.even(LINKS, HOSTS)
    settings = checkers.limits(processes=1, concurrency=128, per_host=10, delay=0)
    print(f"{LINKS} links on {HOSTS} hosts, plain text, one crawling process; µs of processor time a link")
    with Server(web) as server:
        urls = web.urls(server.port)
        costs, served = [], []
        for _ in range(ROUNDS):
            costs.append(checkers.ours(urls, settings))
            served.append(server.served().cpu)
        child = median(cost.child_cpu for cost in costs) / LINKS * 1e6
        main = median(cost.main_cpu for cost in costs) / LINKS * 1e6
        print(f"crawling process {child:6.0f}   (target: at most {TARGET})")
        print(f"calling process  {main:6.0f}")
        print(f"web server       {median(served) / LINKS * 1e6:6.0f}")
        profiles.show(urls, settings)
