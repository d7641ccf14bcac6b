"""Thinning out old checks changes no verdict and no due time, now or at any time to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlt_crawler import revisit, verdict
from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import (
    SUCCESSES,
    BadNight,
    Check,
    LinkWarning,
    Observation,
    Outcome,
    Page,
    Redirect,
    Resource,
    RunId,
)
from dlt_crawler.pipeline.thinning import Judging, Thinning
from dlt_crawler.store import Past, StoredCheck
from dlt_crawler.urls import authority_of

POLICY = VerdictSettings(host_links=2, trouble_days=14)
START = datetime(2026, 1, 1, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
LINKS = tuple(Resource(f"https://papers.example/{name}") for name in "abc")
MOVED = "https://papers.example/new"

Pasts = Mapping[Resource, Sequence[Check]]


def hops(status: int) -> tuple[Redirect, ...]:
    return (Redirect(LINKS[0].url, status, MOVED),)


SIGHTS: Sequence[Mapping[str, object]] = (
    {"outcome": Outcome.OK, "status": 200},
    {"outcome": Outcome.OK, "status": 304},
    {"outcome": Outcome.OK, "status": 200, "page": Page("Another title")},
    {"outcome": Outcome.REDIRECTED, "status": 200, "final_url": MOVED, "redirects": hops(301)},
    {"outcome": Outcome.REDIRECTED, "status": 200, "final_url": MOVED, "redirects": hops(302)},
    {"outcome": Outcome.OK, "status": 200, "warnings": (LinkWarning.TLS_UNVERIFIED,)},
    {"outcome": Outcome.NOT_FOUND, "status": 404},
    {"outcome": Outcome.SOFT_404, "status": 200},
    {"outcome": Outcome.DNS_ERROR, "nxdomain": True},
    {"outcome": Outcome.TIMEOUT},
    {"outcome": Outcome.SERVER_ERROR, "status": 503},
    {"outcome": Outcome.CLIENT_ERROR, "status": 400},
    {"outcome": Outcome.CONNECTION_ERROR, "asked": False},
    {"outcome": Outcome.BLOCKED, "status": 403},
    {"outcome": Outcome.RATE_LIMITED, "status": 429},
)


@dataclass(frozen=True)
class World:
    """What was seen of three links of one host, and which runs prove nothing."""

    pasts: Pasts
    distrusted: frozenset[RunId]
    latest: RunId

    def before(self, run: int) -> World:
        """Return the world as it was when that run was the latest."""
        pasts = {link: [check for check in checks if check.run <= run] for link, checks in self.pasts.items()}
        return World(pasts, self.distrusted, RunId(run))


def night_of(run: int, gaps: Sequence[float]) -> datetime:
    return START + DAY * sum(gaps[:run])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    # Long stretches of the same, as links have them, and a few nights of anything.
    gap = st.sampled_from([1.0, 1.0, 1.0, 1.0, 0.3, 2.0, 8.0, 29.0, 31.0, 45.0])
    stretches = draw(st.lists(st.tuples(st.integers(1, 25), gap), min_size=1, max_size=6))
    gaps = [gap for nights, gap in stretches for _ in range(nights)]
    # A world of few kinds, so that they come again.
    kinds = draw(st.lists(st.integers(-1, len(SIGHTS) - 1), min_size=1, max_size=4))
    pasts: dict[Resource, list[Check]] = {}
    for link in LINKS:
        seen: list[tuple[int, ...]] = []
        while len(seen) < len(gaps):
            nights = draw(st.sampled_from([1, 1, 2, 3, 5, 10, 30]))
            looks = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2))
            seen += [tuple(looks)] * nights
        pasts[link] = [
            Check(RunId(run), look, observation(link, night_of(run, gaps) + timedelta(minutes=look), SIGHTS[number]))
            for run, looks in enumerate(seen[: len(gaps)], 1)
            for look, number in enumerate(looks, 1)
            if number >= 0
        ]
    distrusted = draw(st.frozensets(st.integers(1, len(gaps)).map(RunId), max_size=4))
    return World(pasts, distrusted, RunId(len(gaps)))


def observation(link: Resource, at: datetime, sight: Mapping[str, object]) -> Observation:
    seen = Observation(link, at, 0.1, Outcome.OK, f"seen on {at:%d %B}", final_url=link.url, page=Page("A title"))
    return replace(seen, **sight)  # type: ignore[arg-type]


def bad_nights(pasts: Pasts) -> frozenset[BadNight]:
    """What `Store.bad_nights` finds, in the plainest words."""
    alike: dict[BadNight, int] = {}
    for link, checks in pasts.items():
        for check in {check.run: check for check in checks}.values():
            seen = check.seen
            if seen.outcome in verdict.SLOW:
                night = BadNight(check.run, authority_of(link.url))
                alike[night] = alike.get(night, 0) + 1
    return frozenset(night for night, links in alike.items() if links >= POLICY.host_links)


def thinned(world: World, now: datetime, days: float) -> World:
    judging = Judging(POLICY, now, now - days * DAY, world.latest, world.distrusted, bad_nights(world.pasts))
    pasts = [
        Past(number, tuple(StoredCheck(place, check) for place, check in enumerate(checks)), frozenset())
        for number, checks in enumerate(world.pasts.values())
    ]
    thinning = Thinning(judging, lambda: pasts)
    left: dict[Resource, Sequence[Check]] = {}
    for link, past in zip(world.pasts, pasts, strict=True):
        chosen = thinning.thinned(past)
        times = chosen.times or {}
        left[link] = [
            replace(stored.check, times=times.get(stored.number, stored.check.times))
            for stored in past.checks
            if stored.number not in chosen.dropped
        ]
    return replace(world, pasts=left)


def judgements(world: World, now: datetime) -> list[object]:
    nights = bad_nights(world.pasts)
    found: list[object] = []
    for checks in world.pasts.values():
        judged = verdict.judge(checks, POLICY, now, distrusted=world.distrusted, bad_nights=nights)
        found += [judged, revisit.due(checks, judged, now, distrusted=world.distrusted)]
    return found


@given(worlds(), st.lists(st.floats(0, 1), min_size=1, max_size=3), st.sampled_from([0, 0, 0.5, 3, 20, 90]))
@settings(max_examples=80, deadline=None)
def test_no_verdict_changes_now_or_later(world: World, moments: Sequence[float], days: float) -> None:
    prune_on_the_way(world, {int(moment * world.latest) for moment in moments}, days)


TIMEOUT, REFUSED, GONE, FINE = 9, 11, 6, 0


@pytest.mark.parametrize(
    ("links", "distrusted"),
    [
        # What a death still needs is years old, and not among the latest.
        ([[(TIMEOUT, 3), (REFUSED, 20), (TIMEOUT, 4)]], ()),
        # A failure, a long time in which nothing is proven, and failures.
        ([[(TIMEOUT, 1), (REFUSED, 70), (TIMEOUT, 6)]], ()),
        # What makes the nights bad is a neighbour, dead for long, of which nothing else is needed.
        ([[(FINE, 30), (TIMEOUT, 9), (REFUSED, 10), (TIMEOUT, 2)], [(TIMEOUT, 45), (FINE, 6)]], ()),
        # Failures of our own between those of the link.
        ([[(FINE, 3), (TIMEOUT, 9), (FINE, 4), (TIMEOUT, 4), (FINE, 30), (TIMEOUT, 3)]], range(5, 10)),
        # It answered while nothing was to be trusted, and was dead.
        ([[(GONE, 12), (FINE, 12), (GONE, 12), (FINE, 12)]], range(13, 20)),
    ],
)
@pytest.mark.parametrize("days", [0, 3])
def test_what_a_verdict_may_yet_need_stays(
    links: Sequence[Sequence[tuple[int, int]]], distrusted: Sequence[int], days: float
) -> None:
    pasts: dict[Resource, list[Check]] = {}
    for link, stretches in zip(LINKS, links, strict=False):
        nights = [number for number, times in stretches for _ in range(times)]
        pasts[link] = [
            Check(RunId(run), 1, observation(link, START + run * DAY, SIGHTS[number]))
            for run, number in enumerate(nights, 1)
        ]
    latest = max(len(checks) for checks in pasts.values())
    world = World(pasts, frozenset(map(RunId, distrusted)), RunId(latest))
    for night in range(1, latest + 1):
        prune_on_the_way(world, {night}, days)
    prune_on_the_way(world, set(range(1, latest + 1)), days)


def prune_on_the_way(world: World, pruned_after: set[int], days: float) -> None:
    """Prune after some runs of a history; after each run that follows, all must be as if nobody had."""
    times = {check.run: check.seen.at for checks in world.pasts.values() for check in checks}
    pruned: World | None = None
    for run in range(min(pruned_after), world.latest + 1):
        whole = world.before(run)
        now = max((at for number, at in times.items() if number <= run), default=START) + timedelta(hours=1)
        if pruned is None:
            pruned = whole
        else:
            seen_in_it = whole.pasts
            pruned = World(
                {
                    link: [*checks, *(check for check in seen_in_it[link] if check.run == run)]
                    for link, checks in pruned.pasts.items()
                },
                world.distrusted,
                RunId(run),
            )
        expected = judgements(whole, now)
        assert judgements(pruned, now) == expected
        if run in pruned_after:
            # The latest run may yet be gone on with, and turn out to prove something, or nothing.
            undecided = replace(pruned, distrusted=pruned.distrusted ^ {pruned.latest})
            pruned = replace(thinned(undecided, now, days), distrusted=world.distrusted)
            assert judgements(pruned, now) == expected


@given(worlds(), st.sampled_from([0, 3, 30]))
@settings(max_examples=40, deadline=None)
def test_what_a_person_would_be_told_stays(world: World, days: float) -> None:
    now = START + DAY * 1_000
    for link, checks in thinned(world, now, days).pasts.items():
        whole = world.pasts[link]
        assert sum(check.times for check in checks) == len(whole)
        at = [check.seen.at for check in checks]
        assert at == sorted(at)
        if whole:
            assert (checks[0].seen, checks[-1].seen) == (whole[0].seen, whole[-1].seen)
        stays = {(check.run, check.look) for check in checks}
        for one, other in pairwise(whole):
            if told(one) != told(other):
                assert {(one.run, one.look), (other.run, other.look)} <= stays


def told(check: Check) -> object:
    seen = check.seen
    status = 200 if seen.outcome in SUCCESSES else seen.status
    return seen.outcome, status, seen.final_url, seen.permanent, seen.warnings, seen.asked, seen.nxdomain


# ── How few are left ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sight", "most"),
    [
        # A check in 30 days, for as long as it may yet be proven dead.
        ({"outcome": Outcome.CLIENT_ERROR, "status": 400}, 140),
        ({"outcome": Outcome.CONNECTION_ERROR, "asked": False}, 140),
        ({"outcome": Outcome.TIMEOUT}, 35),
        ({"outcome": Outcome.NOT_FOUND, "status": 404}, 20),
        ({"outcome": Outcome.OK, "status": 200}, 12),
        ({"outcome": Outcome.BLOCKED, "status": 403}, 12),
    ],
)
@pytest.mark.parametrize("links", [1, 3])
def test_what_is_the_same_for_ten_years_is_not_kept_3650_times(
    sight: Mapping[str, object], most: int, links: int
) -> None:
    pasts = {
        link: [Check(RunId(night), 1, observation(link, START + night * DAY, sight)) for night in range(3_650)]
        for link in LINKS[:links]
    }
    world = World(pasts, frozenset(), RunId(3_649))
    left = thinned(world, START + 3_650 * DAY, days=0)
    assert max(len(checks) for checks in left.pasts.values()) <= most


def test_a_page_that_calls_itself_something_else_every_night_is_told_of_now_and_then() -> None:
    sights = [{"page": Page(f"{number} visitors today")} for number in range(3_650)]
    checks = [
        Check(RunId(night), 1, observation(LINKS[0], START + night * DAY, sight)) for night, sight in enumerate(sights)
    ]
    left = thinned(World({LINKS[0]: checks}, frozenset(), RunId(3_649)), START + 3_650 * DAY, days=0).pasts[LINKS[0]]
    assert 40 <= len({check.seen.page for check in left}) <= 60
