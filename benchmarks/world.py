"""A web like that of curated lists: the finishing time beside lychee's, and beside the least that is possible."""

from __future__ import annotations

from statistics import median

from benchmarks import checkers, webs
from benchmarks.bound import least_seconds
from benchmarks.server import Server

LINKS = 5_000
HOSTS = 800
HANGING = 0.01
SEEDS = (3, 4, 5)
"""A world for each round. What a world takes is decided by its slowest large host: 35 s in most, 180 s in seed 2."""

OVER_LYCHEE = 1.0
OVER_BOUND = 1.15


def main() -> None:
    settings = checkers.limits(processes=2, concurrency=500, per_host=10, delay=0.05, timeout=10)
    print(f"{LINKS} links on {HOSTS} hosts, {HANGING:.0%} of which hang; seconds, start-up included")
    print(f"{'world':<8}{'bound':>8}{'lychee':>8}{'ours':>8}{'ours/lychee':>13}{'ours/bound':>12}")
    ratios = []
    for seed in SEEDS:
        web = webs.world(seed, LINKS, HOSTS, HANGING)
        bound = least_seconds(web, settings)
        with Server(web) as server:
            urls = web.urls(server.port)
            theirs = checkers.lychee(urls, settings)
            ours = checkers.ours(urls, settings)
        ratios.append((ours.seconds / theirs.seconds, ours.seconds / bound))
        of_lychee, of_bound = ratios[-1]
        print(f"{seed:<8}{bound:>8.2f}{theirs.seconds:>8.2f}{ours.seconds:>8.2f}{of_lychee:>13.3f}{of_bound:>12.3f}")
        print(f"{'':<8}lychee {dict(theirs.outcomes)}, ours {dict(ours.outcomes)}")
    of_lychee, of_bound = (median(column) for column in zip(*ratios, strict=True))
    print(f"{'median':<32}{of_lychee:>13.3f}{of_bound:>12.3f}")
    print(f"{'target':<32}{OVER_LYCHEE:>13.3f}{OVER_BOUND:>12.3f}")
