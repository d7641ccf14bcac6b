"""Size of the database of a list of 1,000 links after ten years of nights, with `prune` every 30 nights and without.

What is due is seen, stored, judged and planned anew, each night, by the program's own store, rules and schedule. Links
live, die, flap, refuse robots or fail for years, as those of old lists do; of each fifth page something changes every
night. So that it takes minutes, each night is judged by the latest checks of a link, which are kept beside the store,
and the database that is never pruned is only written.
"""

from __future__ import annotations

import random
import string
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dlt_crawler import revisit, verdict
from dlt_crawler.config import Settings, VerdictSettings
from dlt_crawler.model import (
    Check,
    Evidence,
    Extraction,
    LinkKind,
    LinkOccurrence,
    Network,
    Observation,
    Outcome,
    Page,
    Redirect,
    Resource,
    SourceDocument,
    Span,
    Validators,
    Verdict,
)
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.pruning import prune
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch
from dlt_crawler.verdict import WORTH_A_SECOND_LOOK

LINKS = 1_000
YEARS = 10
NIGHTS = 365
PRUNE = 30
"""Nights between two prunings."""
TARGET = 100
"""Megabytes."""
LATEST = 60
"""Checks of a link that its nights are judged by."""

START = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
DOCUMENT = "list.md"
_WORDS = [f"{one}{two}{three}" for one in "bdfglm" for two in "aeiou" for three in ("ra", "ston", "ling", "per", "th")]

Answers = Callable[[int, random.Random], Observation]
"""What a link shows in a night."""


def main() -> None:
    print(f"{LINKS:,} links, {YEARS} years of nights (target: {TARGET} MB)")
    print(f"{'':<6}{'checks made':>12}{'MB':>8}{'kept by prune':>16}{'MB':>8}{'longest prune, s':>18}")
    for year in years(LINKS, YEARS):
        print(
            f"{year.number:<6}{year.made:>12,}{year.whole_bytes / 1e6:>8.1f}"
            f"{year.kept:>16,}{year.pruned_bytes / 1e6:>8.1f}{year.prune_seconds:>18.1f}",
            flush=True,
        )


@dataclass(frozen=True, slots=True)
class Year:
    """Two databases at the end of a year: one with all checks that were made, and one that was pruned."""

    number: int
    made: int
    whole_bytes: int
    kept: int
    pruned_bytes: int
    prune_seconds: float


def years(links: int, number: int) -> Iterator[Year]:
    """Let years of nights pass over a list."""
    world = _world(links)
    with TemporaryDirectory() as directory, ExitStack() as stack:
        urls = [f"sqlite:///{Path(directory) / name}.db" for name in ("pruned", "whole")]
        pruned, whole = (stack.enter_context(Store.open(url)) for url in urls)
        for store in (pruned, whole):
            _write(store, list(world))
        schedule = _Schedule(world)
        settings = Settings(sources=(), database=urls[0], storage=Path(directory))
        made = 0
        for year in range(1, number + 1):
            longest = 0.0
            for night in range((year - 1) * NIGHTS, year * NIGHTS):
                now = START + timedelta(days=night)
                made += schedule.night(night, now, pruned, whole)
                if night % PRUNE == PRUNE - 1:
                    started = time.perf_counter()
                    prune(Job(settings, pruned, Watch(quiet=True), lambda now=now: now))
                    longest = max(longest, time.perf_counter() - started)
            for store in (pruned, whole):
                store.retention.compact()
            kept, all_of_it = pruned.retention.volume(), whole.retention.volume()
            assert all_of_it.checks == made
            yield Year(year, made, all_of_it.bytes, kept.checks, kept.bytes, longest)


class _Schedule:
    """When which link is asked, and what it shows."""

    def __init__(self, world: Mapping[Resource, Answers]) -> None:
        self._world = world
        self._due: dict[Resource, datetime | None] = dict.fromkeys(world)
        self._latest: dict[Resource, deque[Check]] = {link: deque(maxlen=LATEST) for link in world}
        self._asked = Counter[Resource]()

    def night(self, night: int, now: datetime, pruned: Store, whole: Store) -> int:
        """Check what is due, and store it in both; return how many checks were made."""
        due = [link for link, wanted in self._due.items() if wanted is None or wanted <= now]
        runs = [store.begin_run(now).id for store in (pruned, whole)]
        seen = [self._seen(link, night, now, look=1) for link in due]
        again = [each.resource for each in seen if each.outcome in WORTH_A_SECOND_LOOK]
        for look, observations in ((1, seen), (2, [self._seen(link, night, now, look=2) for link in again])):
            for store, run in zip((pruned, whole), runs, strict=True):
                store.add_checks(run, look, observations)
            for each in observations:
                self._latest[each.resource].append(Check(runs[0], look, replace(each, evidence=None)))
        for store, run in zip((pruned, whole), runs, strict=True):
            store.finish_run(run, now=now, network=Network.OK)
            store.complete_run(run, now=now)
        judged = [self._judged(link, now) for link in due]
        self._due.update((link, wanted) for link, _, wanted in judged)
        pruned.save_verdicts(judged, run=runs[0], now=now)
        return len(seen) + len(again)

    def _seen(self, link: Resource, night: int, now: datetime, look: int) -> Observation:
        chance = random.Random(f"{link.url} {night} {look}")
        at = now + timedelta(seconds=60 * look)
        seen = replace(self._world[link](night, chance), at=at, elapsed=round(chance.random(), 3))
        self._asked[link] += 1
        before = self._latest[link][-1].seen if self._latest[link] else None
        same = before is not None and seen.validators is not None and before.validators == seen.validators
        if not same or self._asked[link] % 5 == 0:
            return seen
        return replace(seen, status=304, page=Page(), evidence=None, detail="it has not changed since it was seen last")

    def _judged(self, link: Resource, now: datetime) -> tuple[Resource, Verdict, datetime | None]:
        checks = [*self._latest[link]]
        judged = verdict.judge(checks, VerdictSettings(), now)
        return link, judged, revisit.due(checks, judged, now)


def _write(store: Store, links: Sequence[Resource]) -> None:
    found = tuple(
        LinkOccurrence(DOCUMENT, Span(9, 42), line, 3, LinkKind.INLINE, link.url, link.url, _words(link.url, 5), link)
        for line, link in enumerate(links, 1)
    )
    store.save_extraction(SourceDocument(DOCUMENT, b"", "0" * 64), "0" * 64, Extraction(found), now=START)


# ── What links do ───────────────────────────────────────────────────────────────────────────────────────────────────


def _world(links: int) -> dict[Resource, Answers]:
    """Return links and what becomes of them: shares as of curated lists (science.md, A2)."""
    world: dict[Resource, Answers] = {}
    for number in range(links):
        link = Resource(f"https://host{number % (links // 3 + 1)}.example/{_words(str(number), 3).replace(' ', '-')}")
        link = Resource(f"{link.url}-{number}")
        chance = random.Random(link.url)
        world[link] = _life(link, chance)
    return world


def _life(link: Resource, chance: random.Random) -> Answers:
    kind = chance.random()
    page = _living(link, chance)
    if kind < 0.03:
        return lambda night, now: _failing(link, Outcome.CLIENT_ERROR, 400, now)
    if kind < 0.05:
        return lambda night, now: page(night, now) if now.random() < 0.7 else _failing(link, Outcome.TIMEOUT, None, now)
    if kind < 0.12:
        return lambda night, now: _failing(link, Outcome.BLOCKED, 403, now)
    if kind < 0.14:
        return lambda night, now: _failing(link, Outcome.RATE_LIMITED, 429, now)
    # Half of all links are gone after some years; many had their bad nights before.
    death = chance.expovariate(1 / (8 * 365))
    grave = chance.choice([(Outcome.NOT_FOUND, 404), (Outcome.DNS_ERROR, None), (Outcome.CONNECTION_ERROR, None)])

    def living(night: int, now: random.Random) -> Observation:
        if night >= death:
            return replace(_failing(link, *grave, now), nxdomain=grave[0] is Outcome.DNS_ERROR)
        if now.random() < 0.01:
            return _failing(link, Outcome.SERVER_ERROR, 503, now)
        return page(night, now)

    return living


def _living(link: Resource, chance: random.Random) -> Answers:
    changes = chance.random() < 0.2
    titles = changes and chance.random() < 0.5
    known = chance.random() < 0.3
    moved = chance.random() < 0.15

    def answer(night: int, now: random.Random) -> Observation:
        # The others are rewritten every two years or so.
        edition = night if changes else night // 700
        about = f"{link.url} {edition}"
        seen = Observation(link, START, 0, Outcome.OK, "answered 200 and shows a page", 200, link.url)
        page = Page(_words(about if titles else link.url, 8), _words(link.url, 60), "en", "Latn")
        validators = Validators(link.url, etag=f'"{edition}"') if known else None
        seen = replace(seen, page=page, evidence=_evidence(about), content_type="text/html", validators=validators)
        if not moved:
            return seen
        target = f"{link.url}/index.html"
        hop = Redirect(link.url, 301, target)
        validators = replace(validators, url=target) if validators else None
        return replace(seen, outcome=Outcome.REDIRECTED, final_url=target, redirects=(hop,), validators=validators)

    return answer


def _evidence(about: str) -> Evidence:
    size = random.Random(about).randrange(60, 350)
    fields = tuple((name, _words(about + name, 2)) for name in ("server", "x-cache", "x-powered-by"))
    return Evidence(fields=fields, title=_words(about, 8), headings=(_words(about, 6),), text=_words(about, size))


def _failing(link: Resource, outcome: Outcome, status: int | None, now: random.Random) -> Observation:
    shown = _evidence(link.url) if status is not None else None
    incident = "".join(now.choices(string.hexdigits, k=8))
    where = f"{link.url}?incident={incident}" if status is not None else None
    detail = f"{outcome.value.replace('_', ' ')} after {now.random() * 20:.1f} s"
    return Observation(link, START, 0, outcome, detail, status, where, evidence=shown)


@lru_cache(10_000)
def _words(about: str, number: int) -> str:
    return " ".join(random.Random(about).choices(_WORDS, k=number))
