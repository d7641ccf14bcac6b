"""Our own network, name server and clock: what canaries say of them, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from dlt_crawler.config import NetworkSettings
from dlt_crawler.model import LinkWarning, Observation, Outcome, Redirect, Resource
from dlt_crawler.network import LatestHosts, names_of_nobody, need_names, trouble_with

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
EXAMPLE, WIKIPEDIA, EMPTY, MIT, BAIDU = NetworkSettings().canaries
OTHER = "http://other.example/"


def ok(url: str, status: int | None = 200, **more: Any) -> Observation:
    given = {"outcome": Outcome.OK, "final_url": url, "server_time": NOW, **more}
    return Observation(Resource(url), NOW, 0.1, given.pop("outcome"), "Said.", status=status, **given)


def led(url: str, *locations: str, status: int | None = 200, **more: Any) -> Observation:
    hops = tuple(Redirect(a, 302, b) for a, b in zip((url, *locations), locations, strict=False))
    given = {"outcome": Outcome.REDIRECTED, "final_url": locations[-1], **more}
    return ok(url, status, redirects=hops, **given)


def failed(url: str, outcome: Outcome = Outcome.TIMEOUT) -> Observation:
    return ok(url, None, outcome=outcome, final_url=None, server_time=None)


def unproven(url: str, **more: Any) -> Observation:
    return ok(url, warnings=(LinkWarning.TLS_UNVERIFIED,), **more)


def at(url: str, **ahead: float) -> Observation:
    return ok(url, server_time=NOW + timedelta(**ahead))


GOOD = {url: ok(url, 204 if url == EMPTY else 200) for url in NetworkSettings().canaries}
"""A good night."""
ALL_SILENT = {url: failed(url) for url in GOOD}
PORTAL = "http://portal.example/log-in"


def night(*seen: Observation, instead_of: dict[str, Observation] = GOOD) -> list[Observation]:
    return list({**instead_of, **{each.resource.url: each for each in seen}}.values())


def said(
    canaries: list[Observation], nobody: list[Observation] | None = None, newest: datetime | None = None
) -> str | None:
    trouble = trouble_with(canaries, nobody or [], newest)
    return None if trouble is None else str(trouble)


@pytest.mark.parametrize(
    "canaries",
    [
        night(),
        # Two of five may be away for reasons of their own.
        night(failed(MIT), failed(BAIDU, Outcome.DNS_ERROR)),
        [GOOD[MIT], GOOD[EXAMPLE], failed(BAIDU), failed(WIKIPEDIA)],
        # Whatever is answered is an answer.
        night(ok(EXAMPLE, 500, outcome=Outcome.SERVER_ERROR), ok(BAIDU, 403, outcome=Outcome.BLOCKED)),
        night(ok(EMPTY, 404, outcome=Outcome.NOT_FOUND)),
        night(ok(EMPTY, 503, outcome=Outcome.SERVER_ERROR), failed(MIT), failed(BAIDU)),
        night(failed(WIKIPEDIA, Outcome.RATE_LIMITED), failed(MIT), failed(BAIDU)),
        # Countries, languages, schemes and consent within a site.
        night(
            led(EXAMPLE, "https://www.example.com/"),
            led(WIKIPEDIA, "https://de.wikipedia.org/"),
            led(MIT, "https://web.mit.edu/", "http://consent.mit.edu/?to=web.mit.edu"),
        ),
        # A canary that always leads elsewhere, over https or http, is odd, and no portal.
        night(led(MIT, "https://www.iana.org/")),
        [led(OTHER, PORTAL), GOOD[EXAMPLE], GOOD[WIKIPEDIA]],
        [led(OTHER, PORTAL), GOOD[EXAMPLE]],
        [led(OTHER, PORTAL), ok("http://127.0.0.1/"), failed(MIT)],
        # One certificate is wrong, or two of four.
        night(unproven(MIT)),
        night(unproven(MIT), unproven(BAIDU)),
        [unproven(MIT), ok(OTHER), ok("http://b.example/")],
        # The page for all is "ok".
        [ok("http://a.example/"), ok("http://b.example/"), ok("http://c.example/")],
        # It is asked for in another way.
        [ok(OTHER, warnings=(LinkWarning.ALTERNATIVE_ADDRESS,), final_url="http://www.other.example/")],
        [ok(OTHER, warnings=(LinkWarning.ALTERNATIVE_ADDRESS,), final_url="https://other.example/")],
        # Clocks that are a bit off, one that is wrong, and those that say nothing.
        night(at(EXAMPLE, hours=-20), at(MIT, minutes=3)),
        night(at(EXAMPLE, days=-400), at(MIT, days=400)),
        [at(EXAMPLE, days=-400), at(MIT)],
        [ok(EXAMPLE, server_time=None)],
    ],
)
def test_a_network_that_works(canaries: list[Observation]) -> None:
    assert said(canaries) is None


@pytest.mark.parametrize(
    ("canaries", "what"),
    [
        # Nothing, or too little.
        (night(instead_of=ALL_SILENT), "The network is down (0 of 5 canaries answered): try again with a network"),
        (night(GOOD[MIT], GOOD[EXAMPLE], instead_of=ALL_SILENT), "The network is down (2 of 5 canaries answered)"),
        ([failed(OTHER)], "The network is down (0 of 1 canaries answered)"),
        ([failed(EXAMPLE, Outcome.TLS_ERROR)], "The network is down (0 of 1 canaries answered)"),
        # Port 443 is closed, and anybody may answer at port 80.
        (
            [ok(EXAMPLE, warnings=(LinkWarning.ALTERNATIVE_ADDRESS,), final_url="http://example.com/")],
            "The network is down (0 of 1 canaries answered)",
        ),
        # What is made to be empty is not.
        (night(ok(EMPTY, 200)), "A captive portal answers in the place of the web (connectivitycheck.gstatic.com ans"),
        (night(led(EMPTY, PORTAL)), "A captive portal answers in the place of the web (connectivitycheck.gstatic.com"),
        (night(led(EMPTY, PORTAL, status=302, outcome=Outcome.TIMEOUT)), "A captive portal"),
        ([ok("http://a.example/gen_204", 200), GOOD[MIT]], "A captive portal"),
        # RFC 6585, section 6.
        (
            night(ok(OTHER, 511, outcome=Outcome.SERVER_ERROR)),
            "A captive portal answers in the place of the web (other",
        ),
        # All that can be led away is.
        (
            [led(OTHER, PORTAL)],
            "A captive portal answers in the place of the web (other.example led to portal.example)",
        ),
        ([led(OTHER, PORTAL), failed(MIT), failed(BAIDU)], "A captive portal"),
        (
            [led(OTHER, PORTAL), led("http://b.example/", PORTAL), GOOD[MIT], GOOD[BAIDU], GOOD[EXAMPLE]],
            "A captive portal answers in the place of the web (other.example and b.example led to portal.example)",
        ),
        (
            [led(url, PORTAL, warnings=(LinkWarning.TLS_UNVERIFIED,)) for url in (EXAMPLE, MIT, BAIDU)],
            "A captive portal answers in the place of the web (example.com and 2 more led to portal.example)",
        ),
        ([led(EXAMPLE, PORTAL), led(MIT, PORTAL), GOOD[BAIDU]], "A captive portal"),
        # By way of itself.
        ([led(OTHER, PORTAL, OTHER), failed(MIT)], "A captive portal"),
        # Somebody in between, whose certificates prove nothing.
        (
            night(unproven(EXAMPLE), failed(MIT, Outcome.TLS_ERROR), unproven(BAIDU)),
            "Somebody else answers for the canaries (no good certificate from example.com and 2 more)",
        ),
        # Clocks. When ours is wrong, so are certificates.
        (
            [at(url, days=-2) for url in GOOD if url != EMPTY],
            "The clock of this machine is wrong (it says 2026-11-21 02:30 UTC, and the canaries 2026-11-19 02:30 UTC):",
        ),
        (
            [unproven(url, server_time=NOW + timedelta(days=9000)) for url in (EXAMPLE, MIT)],
            "The clock of this machine",
        ),
        ([at(EXAMPLE, days=3), at(MIT, days=2), at(BAIDU)], "The clock of this machine is wrong"),
    ],
)
def test_a_network_that_cannot_be_trusted(canaries: list[Observation], what: str) -> None:
    sentence = said(canaries)
    assert sentence is not None
    assert sentence.startswith(what)
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("outcomes", "lies"),
    [
        ((Outcome.DNS_ERROR, Outcome.DNS_ERROR), False),
        ((Outcome.DNS_ERROR, Outcome.OK), True),
        ((Outcome.REDIRECTED, Outcome.DNS_ERROR), True),
        # An address was refused, or nobody is there: there was one.
        ((Outcome.DNS_ERROR, Outcome.UNSAFE), True),
        ((Outcome.DNS_ERROR, Outcome.CONNECTION_ERROR), True),
        ((Outcome.TIMEOUT, Outcome.TIMEOUT), True),
        ((), False),
    ],
)
def test_names_that_nobody_has(outcomes: tuple[Outcome, ...], *, lies: bool) -> None:
    nobody = [failed(url, outcome) for url, outcome in zip(names_of_nobody(80), outcomes, strict=False)]
    assert (said(night(), nobody) is not None) is lies
    if lies:
        assert "answers for names that do not exist" in str(said(night(), nobody))


def test_names_that_nobody_has_are_others_each_time_and_asked_at_a_port_that_is() -> None:
    assert [urlsplit(url).port for url in names_of_nobody(80)] == [None, None]
    assert [urlsplit(url).port for url in names_of_nobody(8080)] == [8080, 8080]
    assert [(urlsplit(url).hostname or "").partition(".")[2] for url in names_of_nobody(80)] == ["invalid", "com"]
    assert len({name for _ in range(10) for name in names_of_nobody(80)}) == 20


@pytest.mark.parametrize(
    ("urls", "needed"),
    [
        (["http://127.0.0.1:8000/ok", "http://[::1]/", "http://localhost:80/"], False),
        (["http://127.0.0.1/", "https://example.com/"], True),
    ],
)
def test_name_servers_matter_where_canaries_have_names(urls: list[str], *, needed: bool) -> None:
    assert need_names(urls) is needed


@pytest.mark.parametrize(
    ("newest", "canaries", "what"),
    [
        (None, [ok(OTHER, server_time=None)], None),
        (timedelta(days=-1), [ok(OTHER, server_time=None)], None),
        (timedelta(minutes=4), [ok(OTHER, server_time=None)], None),
        # Nobody says that it was wrong before, and not now.
        (timedelta(minutes=6), [ok(OTHER, server_time=None)], "The clock of this machine is wrong, or was (it says"),
        (
            timedelta(days=3),
            [at(OTHER, hours=2)],
            "The clock of this machine is wrong, or was (it says 2026-11-21 02:30",
        ),
        (timedelta(days=3), [at(OTHER, minutes=2)], None),
        (timedelta(days=3), night(at(OTHER, hours=2)), None),
        # First things first.
        (timedelta(days=3), [failed(OTHER)], "The network is down"),
    ],
)
def test_a_clock_that_is_behind_what_it_has_dated(
    newest: timedelta | None, canaries: list[Observation], what: str | None
) -> None:
    sentence = said(canaries, newest=None if newest is None else NOW + newest)
    assert (sentence or "").startswith(what or "")
    assert (sentence is None) is (what is None)


def hosts(failing: int, living: int, outcome: Outcome = Outcome.TIMEOUT, first: int = 0) -> list[Observation]:
    seen = [failed(f"http://dead-{first + number}.example/", outcome) for number in range(failing)]
    return seen + [ok(f"http://alive-{first + number}.example/") for number in range(living)]


@pytest.mark.parametrize(
    ("seen", "suspicious"),
    [
        (hosts(19, 0), False),
        (hosts(20, 0), True),
        (hosts(8, 12), False),
        (hosts(9, 11), True),
        (hosts(20, 0, Outcome.DNS_ERROR), True),
        (hosts(20, 0, Outcome.CONNECTION_ERROR), True),
        # What servers say, and what no outage looks like.
        (hosts(20, 0, Outcome.TLS_ERROR), False),
        (hosts(20, 0, Outcome.NOT_FOUND), False),
        ([failed(f"http://one.example/{number}") for number in range(500)], False),
        ([ok(f"http://{number}.example/", 302, outcome=Outcome.TIMEOUT) for number in range(30)], False),
        # Only the latest 100 count, and of each host its latest link.
        (hosts(30, 100), False),
        (hosts(0, 100) + hosts(41, 0), True),
        (hosts(41, 59) + hosts(41, 0) + hosts(0, 41, first=100), True),
        (hosts(30, 0) + [ok(f"http://dead-{number}.example/b") for number in range(30)], False),
    ],
)
def test_failures_that_pile_up(seen: list[Observation], *, suspicious: bool) -> None:
    latest = LatestHosts()
    latest.take(seen)
    assert latest.are_failing is suspicious


def test_links_that_were_not_asked_for_say_nothing() -> None:
    latest = LatestHosts()
    for number in range(30):
        seen = failed(f"http://{number}.example/")
        latest.take([Observation(seen.resource, NOW, 0.0, seen.outcome, seen.detail, asked=False)])
    assert not latest.are_failing


def test_a_list_of_dead_hosts_is_asked_about_at_ever_longer_intervals() -> None:
    latest, asked = LatestHosts(), []
    for number in range(1_500):
        latest.take(hosts(1, 0, first=number))
        if latest.are_failing:
            asked.append(number + 1)
            latest.vouched_for()
    assert asked == [20, 40, 80, 160, 320, 640, 1280]
