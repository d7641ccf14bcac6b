"""The stage `fill`, in the place of `fetch`: the checks of the first night are written down, and nobody is asked.

For machines that have no hours for a crawl. A small list is really crawled before; of each kind of link that gives a
specimen, and every other link is written as its specimen was seen, under its own name and title. The rows and their
size are those of a crawl, and go through the same method of the store; no link was looked at.

The stage itself: python -m benchmarks.million.fill DATABASE LINKS SEED DATABASE-OF-SPECIMENS
"""

from __future__ import annotations

import random
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from benchmarks.million.law import KINDS, List, latency, link_of, name_of, title_of
from benchmarks.million.target import ENTITY_TAG, ROBOTS_TXT
from dlt_crawler.model import (
    Evidence,
    Network,
    Observation,
    Outcome,
    Redirect,
    Resource,
    RobotsRecord,
    RunId,
    Validators,
)
from dlt_crawler.store import Store
from dlt_crawler.urls import host_of

SPECIMENS = 1_000
"""Links of the small list: it has each kind at least once."""
AT_ONCE = 500
"""Checks of a transaction."""
FIRST, SECOND, UNTIL_NOW = timedelta(hours=2), timedelta(minutes=30), timedelta(hours=3)
"""How long each look took, and how long ago the run began. They need not be true: what is judged is one night."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """What was seen of one link."""

    link: int
    seen: Observation

    def under(self, url: str, final: str, at: datetime, elapsed: float) -> Observation:
        """Return what is seen of another link of the same kind."""
        seen, resource = self.seen, Resource(url)
        before, now = title_of(self.link), title_of(link_of(url))
        old = seen.final_url or ""
        return replace(
            seen,
            resource=resource,
            at=at,
            elapsed=elapsed,
            detail=seen.detail.replace(host_of(old), host_of(final)),
            final_url=final,
            redirects=tuple(Redirect(url, hop.status, final) for hop in seen.redirects),
            page=replace(
                seen.page,
                title=seen.page.title and seen.page.title.replace(before, now),
                abstract=seen.page.abstract and seen.page.abstract.replace(before, now),
            ),
            evidence=seen.evidence and _retitled(seen.evidence, before, now),
            # Only of pages that answer themselves, and are as they should be.
            validators=Validators(final, ENTITY_TAG.decode()) if seen.outcome is Outcome.OK else None,
        )


def _retitled(shown: Evidence, before: str, now: str) -> Evidence:
    return replace(
        shown,
        title=shown.title and shown.title.replace(before, now),
        headings=tuple(heading.replace(before, now) for heading in shown.headings),
        text=shown.text.replace(before, now),
        passage=shown.passage.replace(before, now),
    )


Specimens = Mapping[tuple[str, int], Specimen]
"""By the letter of the kind, and the look."""


def collect(store: Store) -> Specimens:
    """Return a specimen of each kind, from a database in which a small list was crawled once."""
    found: dict[tuple[str, int], Specimen] = {}
    for history in store.rereading.histories():
        for stored in history.checks:
            seen = stored.check.seen
            url = seen.resource.url
            found.setdefault((_letter(url), stored.check.look), Specimen(link_of(url), seen))
    return found


def observations(
    listed: List, specimens: Specimens, look: int, started: datetime, lasts: timedelta
) -> Iterator[Observation]:
    """Yield what is seen at a look, in an order in which hosts take turns, as in a crawl."""
    order = array("I", (link for link in range(listed.links) if KINDS[listed.kinds[link]].looks >= look))
    random.Random(listed.seed + look).shuffle(order)
    for place, link in enumerate(order):
        url = listed.url(link)
        specimen = specimens[_letter(url), look]
        at = started + lasts * (place / len(order))
        yield specimen.under(url, _final(listed, link, url), at, latency(listed.host_of[link], link))


def _letter(url: str) -> str:
    return url.split("/", 4)[3]


def _final(listed: List, link: int, url: str) -> str:
    """Return the URL that answers in the end."""
    letter = _letter(url)
    if letter == "f":
        return f"http://{name_of(listed.host_of[link])}/moved/{link}"
    if letter == "g":
        return f"http://{name_of(int(url.split('/')[4]))}/guest/{link}"
    return url


def fill(store: Store, listed: List, specimens: Specimens, now: datetime) -> None:
    """Write down a night in which every link was looked at, and what failed once more; it is over, and unjudged."""
    run = store.begin_run(now - UNTIL_NOW)
    again = run.started + FIRST
    _add(store, run.id, 1, observations(listed, specimens, 1, run.started, FIRST))
    _add(store, run.id, 2, observations(listed, specimens, 2, again, SECOND))
    for hosts in _batches(range(listed.hosts)):
        text = ROBOTS_TXT.decode()
        records = [RobotsRecord(f"http://{name_of(host)}", again, text if host % 2 else None) for host in hosts]
        store.save_robots(records, now=now)
    store.finish_run(run.id, now=now, network=Network.OK)
    store.complete_run(run.id, now=now)


def _add(store: Store, run: RunId, look: int, seen: Iterator[Observation]) -> None:
    while batch := [*islice(seen, AT_ONCE)]:
        store.add_checks(run, look, batch)


def _batches(hosts: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(hosts)
    while batch := [*islice(rest, AT_ONCE)]:
        yield batch


def main() -> None:
    database, links, seed, from_where = sys.argv[1:]
    with Store.open(from_where, create=False) as small:
        specimens = collect(small)
    with Store.open(database, create=False, alone=True) as store:
        fill(store, List(int(links), int(seed)), specimens, datetime.now(UTC))


if __name__ == "__main__":
    main()
