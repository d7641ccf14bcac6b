"""A thousand nights over made-up links, many times: what is called dead is dead, and what dies or returns is found.

The truth: a link is dead from the night of its death until its return, and alive on all other nights, though on some of
them it fails: for less than the policy asks for (`_EPISODES`), alone, or with all the links of its host (`_OUTAGE`).
Nights without a run are among them. Between two episodes there is a run to which the link answers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from dlt_crawler import revisit, verdict
from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import BadNight, Check, Observation, Outcome, Resource, RunId, State, Verdict
from tests.test_verdict import START

NIGHTS = 1_000
POLICY = VerdictSettings()

_TROUBLE = ("timeout", "connection_error", "server_error", "tls_error", "protocol_error", "redirect_loop", "dns_error")
_KINDS = {"not_found": 0, "soft_404": 1, "parked": 1, "nxdomain": 3, **dict.fromkeys(_TROUBLE, 7)}
"""How links die, and how many days the policy wants to see of it."""
_EPISODES = {"not_found": 1, "soft_404": 1, "parked": 1, "nxdomain": 3, "trouble": 7} | dict.fromkeys(
    ("client_error", "blocked", "rate_limited", "robots_denied", "unasked"), 40
)
"""How living links fail, and for how many nights at most."""
_OUTAGE = 14
"""Nights from the first to the last of which less than 14 days pass."""
_BREAK = 6
"""The longest time without a run, in nights."""
_APART = 12
"""Nights on which a link answers between two episodes."""
_FOUND_AFTER = 36
"""Nights between two checks of a living link, jitter included."""
_RETURN_SEEN_AFTER = 108 + 1
"""Nights between two checks of a dead link, jitter included, and the second success."""


@dataclass
class Link:
    resource: Resource
    host: list[Link]
    fails: dict[int, str] = field(default_factory=dict)
    """Night → what it shows though it lives."""
    deaths: list[tuple[int, int, str]] = field(default_factory=list)
    """First night, night of the return, kind."""
    checks: list[Check] = field(default_factory=list)
    verdict: Verdict = field(default_factory=lambda: Verdict(State.UNCHECKED, ""))
    is_due_at: float = 0
    """Night, as `revisit` says it."""

    def dead(self, night: int) -> str | None:
        return next((kind for death, back, kind in self.deaths if death <= night < back), None)

    def look(self, night: int, hour: float, number: int, away: dict[int, str]) -> Check:
        shows = away.get(night) or self.dead(night) or self.fails.get(night, "ok")
        if shows == "trouble":
            shows = _TROUBLE[(night * 31 + number) % len(_TROUBLE)]
        if shows == "not_found" and number == 2 and self.dead(night) is None:
            shows = "ok"
        seen = Observation(
            self.resource,
            START + timedelta(days=night, hours=hour, minutes=number),
            0.1,
            Outcome({"nxdomain": "dns_error", "unasked": "connection_error"}.get(shows, shows)),
            shows,
            nxdomain=shows == "nxdomain",
            asked=shows != "unasked",
        )
        return Check(RunId(night), number, seen)


@dataclass
class World:
    links: list[Link]
    outages: dict[int, dict[int, str]]
    """id of a host's list → night → what all of its links show."""
    breaks: set[int]


def make_world(chance: random.Random) -> World:
    links: list[Link] = []
    outages: dict[int, dict[int, str]] = {}
    for number, size in enumerate([8, 6, *[1] * 10]):
        host: list[Link] = []
        host += (Link(Resource(f"https://host{number}.example/{page}"), host) for page in range(size))
        links += host
        away = outages[id(host)] = {}
        if size > 1:
            for begin in range(chance.randrange(60, 120), NIGHTS, 150):
                length, kind = chance.randint(8, _OUTAGE), chance.choice([*_TROUBLE, "nxdomain"])
                away.update(dict.fromkeys(range(begin, begin + length), kind))
        for link in host:
            _give_a_life(link, away, chance)
    breaks = {night + more for night in range(30, NIGHTS, 50) for more in range(chance.randrange(_BREAK + 1))}
    return World(links, outages, breaks)


def _give_a_life(link: Link, away: dict[int, str], chance: random.Random) -> None:
    night = chance.randrange(150)
    while night < NIGHTS:
        if chance.random() < 0.3:
            back = night + chance.randrange(60, 400)
            link.deaths.append((night, back, chance.choice([*_KINDS])))
            night = back + _RETURN_SEEN_AFTER + _BREAK * 4
        kind = chance.choice([*_EPISODES])
        episode = range(night, night + chance.randint(1, _EPISODES[kind]))
        if not any(other in away for other in range(episode.start - _APART, episode.stop + _APART)):
            link.fails.update(dict.fromkeys(episode, kind))
        night = episode.stop + _APART + chance.randrange(90)


def one_night(world: World, night: int, bad_nights: set[BadNight], chance: random.Random) -> Iterator[Link]:
    """Check what is due, and yield what was checked, judged."""
    asked = [link for link in world.links if link.is_due_at <= night]
    failed = _first_look(world, asked, night, chance)
    others = {link.resource: link for link in world.links if link.is_due_at > night} if failed else {}
    beside = [others[one] for one in revisit.witnesses(failed, others, POLICY.host_links)]
    _first_look(world, beside, night, chance)
    for link in (checked := asked + beside):
        first = link.checks[-1]
        if first.seen.outcome in verdict.WORTH_A_SECOND_LOOK:
            hour = (first.seen.at - START) / timedelta(hours=1) - night * 24
            link.checks.append(link.look(night, hour, 2, world.outages[id(link.host)]))
    alike = Counter(
        BadNight(RunId(night), link.resource.url.split("/")[2])
        for link in checked
        if link.checks[-1].seen.outcome in verdict.SLOW
    )
    bad_nights.update(event for event, links in alike.items() if links >= POLICY.host_links)
    now = START + timedelta(days=night, hours=6)
    known = frozenset(bad_nights)
    for link in checked:
        link.verdict = verdict.judge(link.checks, POLICY, now, bad_nights=known)
        due = revisit.due(link.checks, link.verdict, now)
        assert due is not None
        link.is_due_at = (due - START) / timedelta(days=1)
        yield link


def _first_look(world: World, links: Iterable[Link], night: int, chance: random.Random) -> list[Resource]:
    """Look at each, and return those that failed as hosts do, and are not dead."""
    failed = []
    for link in links:
        check = link.look(night, chance.uniform(0, 5), 1, world.outages[id(link.host)])
        link.checks.append(check)
        if check.seen.outcome in verdict.SLOW and link.verdict.state is not State.DEAD:
            failed.append(link.resource)
    return failed


def live_through(seed: int, seen: Counter[str]) -> None:
    chance = random.Random(seed)
    world = make_world(chance)
    bad_nights: set[BadNight] = set()
    found: dict[tuple[str, int], int] = {}
    returned: dict[tuple[str, int], int] = {}
    for night in range(NIGHTS):
        if night in world.breaks:
            continue
        before = {link.resource.url: link.verdict for link in world.links}
        for link in one_night(world, night, bad_nights, chance):
            url = link.resource.url
            dead = link.verdict.state is State.DEAD
            if dead and before[url].state is not State.DEAD:
                assert link.dead(night), (seed, night, url, link.verdict.reason)
                found[url, _last_death(link, night)] = night
            elif not dead and link.dead(night) is None and (before[url].state is State.DEAD or before[url].recovering):
                seen["answered"] += 1
                if not link.verdict.recovering:
                    returned[url, _last_death(link, night)] = night
            seen[f"alive {link.checks[-1].seen.detail}"] += link.dead(night) is None
            seen["checks"] += 1
    seen["bad nights"] += len(bad_nights)
    for link in world.links:
        for death, back, kind in link.deaths:
            _found_in_time(world, link, death, back, kind, found.get((link.resource.url, death)), seen)
            if (link.resource.url, death) in found:
                _returned_in_time(world, link, back, returned.get((link.resource.url, death)), seen)


def _last_death(link: Link, night: int) -> int:
    return max(death for death, _, _ in link.deaths if death <= night)


def _found_in_time(
    world: World, link: Link, death: int, back: int, kind: str, found: int | None, seen: Counter[str]
) -> None:
    away = world.outages[id(link.host)]
    slowed = _OUTAGE + 2 if away and kind not in ("not_found", "soft_404", "parked") else 0
    until = _with_breaks(world, death, _FOUND_AFTER + max(_KINDS[kind] + 1, slowed), away)
    if until < min(back, NIGHTS):
        assert found is not None, (link.resource.url, death, kind)
        assert found <= until
        seen[f"death {kind}"] += 1


def _returned_in_time(world: World, link: Link, back: int, returned: int | None, seen: Counter[str]) -> None:
    away = world.outages[id(link.host)]
    until = _with_breaks(world, back, _RETURN_SEEN_AFTER, {})
    if until < NIGHTS and not any(night in away for night in range(back, until + 1)):
        assert returned is not None, (link.resource.url, back)
        assert returned <= until
        seen["return"] += 1


def _with_breaks(world: World, night: int, nights: int, away: dict[int, str]) -> int:
    """Return the night after so many nights with a run in which the host was not away."""
    while nights:
        night += 1
        nights -= night not in world.breaks and night not in away
    return night


def test_no_living_link_is_ever_dead_and_deaths_and_returns_are_found_in_time() -> None:
    seen: Counter[str] = Counter()
    for seed in range(6):
        live_through(seed, seen)

    shown = {"ok", "nxdomain", "soft_404", "parked", *_TROUBLE, *_EPISODES} - {"trouble", "not_found"}
    expected = {f"alive {what}" for what in shown} | {f"death {kind}" for kind in _KINDS}
    assert {what for what in expected | {"return", "answered", "bad nights"} if seen[what] == 0} == set()
