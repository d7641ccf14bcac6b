"""How links fare by where they lead and by how old they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dlt_crawler.model import LinkStatus, State, Verdict
from dlt_crawler.report.survival import Share, by_age, by_host
from tests.report_samples import DEAD

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def link(url: str, state: State = State.ALIVE, written: datetime | None = None) -> LinkStatus:
    return replace(DEAD, url=url, verdict=Verdict(state, "so"), written=written)


def told(shares: Sequence[Share]) -> list[tuple[str, int, dict[State, int]]]:
    return [(share.name, share.links, dict(share.counts)) for share in shares]


def test_hosts_with_the_most_links_come_first_and_count_by_state() -> None:
    links = [
        link("https://papers.example/1"),
        link("https://b.example/"),
        link("https://papers.example/2", State.DEAD),
        link("https://a.example/", State.BLOCKED),
        link("http://papers.example:8080/3", State.DEAD),
    ]
    assert told(by_host(links)) == [
        ("papers.example", 3, {State.ALIVE: 1, State.DEAD: 2}),
        ("a.example", 1, {State.BLOCKED: 1}),
        ("b.example", 1, {State.ALIVE: 1}),
    ]
    assert by_host(links)[0].counts[State.UNSAFE] == 0
    assert by_host([]) == []


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("https://www.a.example/", "http://a.example/", "a.example"),
        ("https://alice.github.io/", "https://bob.github.io/x", "github.io"),
        ("https://de.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X", "wikipedia.org"),
        ("https://medium.com/x", "https://someone.medium.com/y", "medium.com"),
        ("https://192.0.2.7/", "https://192.0.2.7:8443/", "192.0.2.7"),
        ("HTTPS://A.example?x=/", "http://me@a.example#/", "a.example"),
        ("https://www.gov.uk/a", "https://www.gov.uk/b", "gov.uk"),
        ("https://www.example/", "https://www.example/x", "www.example"),
    ],
)
def test_what_lives_and_dies_together_is_one_host(first: str, second: str, name: str) -> None:
    assert told(by_host([link(first), link(second)])) == [(name, 2, {State.ALIVE: 2})]


def test_hosts_of_one_university_are_several() -> None:
    assert len(by_host([link("https://www.mit.edu/"), link("https://people.csail.mit.edu/x")])) == 2


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://a.example/", State.SKIPPED),
        ("mailto:a@a.example", State.SKIPPED),
        ("ftp://a.example/", State.INVALID),
        ("http://[x/", State.INVALID),
        ("https://", State.INVALID),
        ("http://./x", State.INVALID),
        ("notes.md", State.UNCHECKED),
    ],
)
def test_what_is_not_checked_counts_nowhere(url: str, state: State) -> None:
    assert by_host([link(url, state)]) == []
    assert not any(share.links for share in by_age([link(url, state, NOW)], NOW))


def test_links_are_as_old_as_they_were_written() -> None:
    year = timedelta(days=365.2425)
    ages = (0.0, 0.99, 1.0, 1.99, 2.0, 4.99, 5.0, 9.99, 10.0, 31.0, -0.2)
    links = [link(f"https://a.example/{age}", State.DEAD, NOW - age * year) for age in ages]
    links.append(link("https://a.example/", State.ALIVE, None))
    assert told(by_age(links, NOW)) == [
        ("less than 1 year", 3, {State.DEAD: 3}),
        ("1 to 2 years", 2, {State.DEAD: 2}),
        ("2 to 5 years", 2, {State.DEAD: 2}),
        ("5 to 10 years", 2, {State.DEAD: 2}),
        ("10 years and more", 2, {State.DEAD: 2}),
        ("not known", 1, {State.ALIVE: 1}),
    ]


def test_very_many_hosts_take_no_more_than_their_links() -> None:
    links = [link(f"https://h{number}.example/{number}", State.ALIVE, NOW) for number in range(10_000)]
    assert len(by_host(links)) == 10_000
    assert Counter(share.links for share in by_age(links, NOW)) == {10_000: 1, 0: 5}
