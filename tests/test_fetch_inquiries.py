"""How interfaces for programs are asked: politely, safely, and not for long when they do not answer."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from time import monotonic

import pytest

from dlt_crawler.config import LookupSettings, load
from dlt_crawler.errors import ConfigError, CrawlError
from dlt_crawler.model import Due, Observation, Outcome, Resource
from dlt_crawler.sites.lookups import Ask, Service, services_of
from tests.fetch_support import crawler
from tests.internet.client import Internet
from tests.internet.interfaces import GOOD_TOKEN, LAST_ALLOWED, LIMIT, SENT_ELSEWHERE
from tests.lookup_support import AGENCY, DOI, VIDEOS, ask, interfaces, look_up

PAPER_LINKS = [f"https://arxiv.org/abs/2401.{number:05}" for number in range(1000, 1350)]
"""Four batches."""

BROKEN = (
    # What the interface does, and how often it is asked for the four batches.
    ("/hang", 2), ("/reset", 2), ("/empty-reply", 2), ("/garbage", 2), ("/short-body", 2), ("/broken-gzip", 1),
    ("/slow-headers/0.1", 2), ("/dribble/0.05", 2), ("/status/500", 2), ("/status/502", 2), ("/status/503", 2),
    ("/retry-after/429/100", 1), ("/retry-after/503/100", 1), ("/status/429", 1), ("/retry-after/403/100", 1),
    ("/ok", 1), ("/empty", 1), ("/text", 1), ("/status/404", 1), ("/status/403", 1), ("/redirect-to/301?/ok", 1),
    ("/atom/bomb", 1), ("/atom/file", 1), ("/atom/elsewhere", 1), ("/atom/dtd", 1), ("/atom/cut", 1),
    ("/nested", 1),
)  # fmt: skip


HOSTS = [f"127.0.0.{last}" for last in range(30, 42)]


def broken_services(internet: Internet, rows: Sequence[tuple[str, int]]) -> Iterator[Service]:
    """arXiv's interface once for each row, at an address of its own, and named for what it does."""
    for (does, _), host in zip(rows, HOSTS, strict=False):
        (service,) = services_of(
            interfaces(internet, arxiv_url=internet.http_url(does, host), doi=False, github=False, youtube=False)
        )
        service.name = does
        yield service


@pytest.mark.parametrize(
    ("rows", "timeout"),
    [(BROKEN[:9], 2), (BROKEN[9:18], 10), (BROKEN[18:], 10)],
    ids=["silent", "turned away", "garbled"],
)
def test_a_broken_interface_is_soon_left_alone_and_its_links_are_left_to_be_fetched(
    internet: Internet, rows: Sequence[tuple[str, int]], timeout: float
) -> None:
    with crawler(internet, services=[*broken_services(internet, rows)], timeout=timeout) as running:
        began = monotonic()
        found, answered = ask(running, PAPER_LINKS)
        assert monotonic() - began < 20
        assert found == {}
        assert {name for name, each in answered.items() if each.asked and not each.known} == {does for does, _ in rows}
        log = internet.requests()
        # A second look is of the same run: it asks none of them again.
        assert ask(running, PAPER_LINKS).found == {}
        assert len(internet.requests()) == len(log)
    asked = Counter(request.host for request in log)
    assert {does: asked[host] for (does, _), host in zip(rows, HOSTS, strict=False)} == dict(rows)
    # Nothing that an answer names was read, and nobody was followed.
    assert {request.target.partition("?")[0] for request in log} == {does.partition("?")[0] for does, _ in rows}


def test_one_failure_is_no_reason_to_give_up(internet: Internet) -> None:
    odd = internet.http_url("/10.1000/odd", DOI)
    internet.page(odd, "/status/500")
    found, _ = look_up(internet, [f"https://doi.org/10.1000/{name}" for name in ("a", "odd", "b", "c")])
    assert [url.rpartition("/")[2] for url in found] == ["a", "b", "c"]


def test_an_agency_that_does_not_answer_leaves_dois_alive_and_is_given_up(internet: Internet) -> None:
    for name in "abcd":
        internet.page(internet.http_url(f"/v1/works/10.1000/{name}/transform", AGENCY), "/hang")
    found, _ = look_up(internet, [f"https://doi.org/10.1000/{name}" for name in "abcd"], timeout=2)
    assert {(seen.outcome, seen.page.title) for seen in found.values()} == {(Outcome.OK, None)}
    hosts = [request.host for request in internet.requests()]
    assert (hosts.count(DOI), hosts.count(AGENCY)) == (4, 2)


@pytest.mark.alone
def test_an_interface_that_answers_just_in_time_is_given_up(
    internet: Internet, caplog: pytest.LogCaptureFixture
) -> None:
    settings = interfaces(internet, youtube_url=internet.http_url("/late/0.9/200", VIDEOS))
    look_up(internet, [f"https://youtu.be/video-{number:05}" for number in range(30)], settings, timeout=1)
    assert len(internet.requests()) == 3
    assert "it takes too long to answer" in caplog.text


@pytest.mark.alone
def test_after_its_time_nothing_more_is_asked(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlt_crawler.fetch.crawler._LOOK_UPS", 0.5)
    monkeypatch.setattr("dlt_crawler.fetch.crawler._SHARE_OF_LOOK_UPS", 0)
    links = [f"https://youtu.be/video-{number:05}" for number in range(60)]
    with crawler(internet, services=services_of(interfaces(internet)), delay=0.1) as running:
        found, answered = ask(running, links)
        assert 1 <= len(found) == len(internet.requests()) <= 6
        assert answered["YouTube"].asked == 20
        # It was not the interface that had enough: at the second look it is asked again.
        assert ask(running, links[-1:]).found


def test_arxiv_is_asked_by_one_connection_at_a_time_with_pauses(internet: Internet) -> None:
    delay = 0.3
    found, _ = look_up(internet, PAPER_LINKS, interfaces(internet, arxiv_delay=delay), per_host=20, delay=0)
    assert len(found) == len(PAPER_LINKS)
    log = internet.requests()
    assert len(log) == 4
    assert len({request.connection for request in log}) == 1
    assert min(after.at - before.at for before, after in pairwise(log)) >= delay


def test_the_pauses_hold_from_one_look_to_the_next(internet: Internet) -> None:
    delay = 0.5
    services = services_of(interfaces(internet, arxiv_delay=delay))
    with crawler(internet, services=services) as running:
        ask(running, PAPER_LINKS[:1])
        ask(running, PAPER_LINKS[1:2])
    first, second = internet.requests()
    assert second.at - first.at >= delay


@pytest.mark.alone
def test_the_limits_of_the_crawl_hold_for_interfaces(internet: Internet) -> None:
    delay = 0.15
    look_up(internet, [f"https://youtu.be/video-{number:05}" for number in range(6)], delay=delay)
    log = internet.requests()
    assert len(log) == 6
    assert min(after.at - before.at for before, after in pairwise(log)) > delay - 0.03


@pytest.mark.alone
def test_the_limit_that_an_agency_names_is_kept(internet: Internet) -> None:
    look_up(internet, [f"https://doi.org/10.1000/{number}" for number in range(6)])
    log = [request for request in internet.requests() if request.host == AGENCY]
    assert len(log) == 6
    assert min(after.at - before.at for before, after in pairwise(log)) >= 1 / LIMIT


def test_when_the_limit_is_reached_nothing_more_is_asked(internet: Internet) -> None:
    urls = [f"https://github.com/{name}" for name in ("a/first", LAST_ALLOWED, "a/third", "a/fourth")]
    found, _ = look_up(internet, urls)
    assert list(found) == urls[:2]
    assert len(internet.requests()) == 2


def test_several_processes_ask_as_one_does(internet: Internet) -> None:
    urls = [*PAPER_LINKS[:150], "https://doi.org/10.1000/a", "https://github.com/a/b", "https://youtu.be/abcdefghijk"]
    found, _ = look_up(internet, urls, processes=3)
    assert found.keys() == set(urls)
    assert len(internet.requests()) == 2 + 2 + 1 + 1


# ── The token ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_token_goes_to_the_interface_and_nowhere_else(internet: Internet, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    urls = [f"https://github.com/{name}" for name in ("a/b", SENT_ELSEWHERE, "someone/renamed", "a/gone")]
    urls += ["https://doi.org/10.1000/a", "https://youtu.be/abcdefghijk", *PAPER_LINKS[:1]]
    found, _ = look_up(internet, urls)
    assert "https://github.com/a/b" in found
    log = internet.requests()
    told = {(each.scheme, each.host) for each in log if GOOD_TOKEN in f"{each.url} {each.headers}"}
    assert told == {("https", "127.0.0.1")}
    assert "127.0.0.34" not in {each.host for each in log}
    assert GOOD_TOKEN not in caplog.text + repr(found)


@pytest.mark.parametrize("tls", ["expired", "wrong-name", "untrusted"])
def test_the_token_is_not_told_to_somebody_who_may_be_anybody(internet: Internet, tls: str) -> None:
    settings = interfaces(internet, github_url=internet.https_url("", tls=tls))
    assert look_up(internet, ["https://github.com/a/b", "https://github.com/a/c"], settings).found == {}
    assert internet.requests() == []


def test_a_refused_token_is_said_once(internet: Internet, caplog: pytest.LogCaptureFixture) -> None:
    urls = [f"https://github.com/a/repository-{number}" for number in range(50)]
    assert look_up(internet, urls, interfaces(internet, github_token="ghp_stale")).found == {}
    assert len(internet.requests()) == 1
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == ["127.0.0.1 is not asked any more in this run: it refused our token (401)"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"github_url": "http://api.github.com"}, "is not an https:// URL"),
        ({"github_url": "https://user:ghp_secret@api.github.com"}, "a URL with a user or password is not asked"),
        ({"doi_url": "https://user:ghp_secret@doi.org"}, "a URL with a user or password is not asked"),
        ({"doi_url": "https://doi.org/?noredirect"}, "has a query or fragment"),
        ({"github_url": "https://api.github.com#here"}, "has a query or fragment"),
        ({"github_token": "two words"}, "characters that no token has"),
        ({"github_token": "line\r\nbreak"}, "characters that no token has"),
    ],
)
def test_an_address_or_token_that_cannot_be_used_is_refused(
    monkeypatch: pytest.MonkeyPatch, changes: Mapping[str, str], why: str
) -> None:
    monkeypatch.chdir("/")
    with pytest.raises(ConfigError) as raised:
        load(flags={"lookups": {"github_token": "ghp_secret", **changes}})
    assert why in str(raised.value)
    assert [secret for secret in ("ghp_secret", "two words", "break") if secret in str(raised.value)] == []


@pytest.mark.parametrize(
    ("settings", "tokens"),
    [
        ({}, ["ghs_of_ci"]),
        ({"github_url": "https://api.github.com/"}, ["ghs_of_ci"]),
        ({"github_url": "https://api.github.com.example"}, []),
        ({"github_url": "https://thief.example"}, []),
        ({"github_url": "https://api.github.com:8443"}, []),
        ({"github_url": "https://git.example/api/v3", "github_token": "ghp_own"}, ["ghp_own"]),
        ({"github_token": "ghp_own"}, ["ghp_own"]),
    ],
)
def test_the_token_of_the_environment_is_for_github_only(
    monkeypatch: pytest.MonkeyPatch, settings: Mapping[str, str], tokens: Sequence[str]
) -> None:
    # A file of settings that somebody proposes may name any host.
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_of_ci")
    services = services_of(LookupSettings(**settings))
    assert [token for token in ("ghs_of_ci", "ghp_own") if any(token in str(vars(each)) for each in services)] == tokens


# ── Services in general ─────────────────────────────────────────────────────────────────────────────────────────────


class Odd:
    """A service that does not do what it should."""

    name, url, hosts, batch = "Odd", "http://127.0.0.1/", frozenset({"example.org"}), 2

    def __init__(self, fault: str) -> None:
        self._fault = fault

    def claims(self, resource: Resource) -> bool:
        return True

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        if self._fault == "raises":
            raise RecursionError("an answer nested too deep")
        reply = await ask("http://127.0.0.1:1/", {})
        assert reply is None
        other = Resource("https://example.org/not-asked-for")
        return {other: Observation(other, datetime.now(UTC), 0.0, Outcome.OK, "It lives.")}


def test_an_error_over_an_answer_ends_that_service_only(internet: Internet, caplog: pytest.LogCaptureFixture) -> None:
    services = (Odd("raises"), *services_of(interfaces(internet)))
    with crawler(internet, services=services) as running:
        found, answered = ask(running, ["https://example.org/a", PAPER_LINKS[0]])
    assert found.keys() == {PAPER_LINKS[0]}
    assert (answered["Odd"].asked, answered["Odd"].known) == (2, 0)
    assert "nested too deep" in caplog.text


def test_what_was_not_asked_for_is_not_recorded(internet: Internet) -> None:
    with crawler(internet, services=[Odd("talks")]) as running, pytest.raises(CrawlError, match="not asked for"):
        ask(running, ["https://example.org/a"])
