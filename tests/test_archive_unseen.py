"""An archive that nobody has seen before: every dead link gets the snapshot that a person would pick, or none.

LINKS and SEED in the environment make it larger, and another one; with -s it tells what each kind of link costs.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlt_crawler.archive import Archive
from dlt_crawler.errors import ArchiveError
from dlt_crawler.model import ArchiveAnswer, NoSnapshotReason, Snapshot, Wanted
from tests.archive_support import HandClock, settings_of
from tests.internet.archive.captures import urlkey
from tests.internet.archive.front import service_of
from tests.internet.client import Internet
from tests.unseen import KINDS, Link, links

NUMBER = int(os.environ.get("LINKS", "250"))
SEED = int(os.environ.get("SEED", "7"))

MOST_PLAYBACK = 2.6
MOST_CDX = 0.4
"""Calls a link (wayback.md, section 8)."""

Pick = tuple[str, str] | NoSnapshotReason


def fill(internet: Internet, made: Sequence[Link]) -> None:
    for link in made:
        for capture in link.captures:
            internet.archive_add(capture)
        if link.troubled is not None:
            internet.archive_trouble(link.wanted.url, link.troubled)


def picked(link: Link, answer: ArchiveAnswer) -> Pick:
    if not isinstance(answer, Snapshot):
        return answer.reason
    return urlkey(answer.original), link.led.get(answer.timestamp, answer.timestamp)


def resolve(archive: Archive, wanted: Wanted) -> ArchiveAnswer:
    """Ask as often as it takes, as the nights do."""
    for _ in range(5):
        try:
            return archive.resolve(wanted)
        except ArchiveError:
            continue
    raise AssertionError(f"could not ask for {wanted.url}")


def told(link: Link, answer: ArchiveAnswer) -> str:
    """Return what there was to choose from, for whoever is to say who is right."""
    wanted = link.wanted
    at, died = (f"{moment:%Y-%m-%d}" if moment else "-" for moment in (wanted.at, wanted.died))
    lines = [f"{link.kind}: {wanted.url}: written {at}, died {died}"]
    lines += [
        f"    {capture.timestamp} {capture.status} {capture.url} {capture.page} {capture.location or ''}"
        f"{' *' if capture in link.pages else ''}"
        for capture in sorted(link.captures, key=lambda capture: capture.timestamp)
    ]
    why = answer.evidence if isinstance(answer, Snapshot) else ""
    return "\n".join([*lines, f"  a person: {link.picked}", f"  resolved: {picked(link, answer)} {why}"])


@pytest.mark.parametrize("share", [0.0, 0.1], ids=["fair weather", "one request in ten fails"])
def test_every_dead_link_gets_the_snapshot_that_a_person_would_pick_with_few_calls(
    internet: Internet, share: float
) -> None:
    made = links(SEED, NUMBER)
    fill(internet, made)
    internet.archive_weather(SEED, share, "offline", "offline", "offline-briefly", "bad-gateway")
    answers: list[ArchiveAnswer] = []
    spent: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    with Archive(settings_of(internet, patience=10**9), clock=HandClock()) as archive:
        for link in made:
            before = archive.calls
            answers.append(resolve(archive, link.wanted))
            after = archive.calls
            spent[link.kind].update(links=1, playback=after.playback - before.playback, cdx=after.cdx - before.cdx)
    total = sum(spent.values(), Counter())
    for kind, calls in {**spent, "all": total}.items():
        sys.stdout.write(f"{kind:12}{calls['links']:5}  {_a_link(calls)}\n" if calls["links"] else "")
    assert_a_person_agrees(made, answers)
    # What fails is sent again, and counts; when that fails three times, the search begins anew.
    sent = 1 + 1.25 * share
    assert total["playback"] <= MOST_PLAYBACK * NUMBER * sent
    assert total["cdx"] <= MOST_CDX * NUMBER * sent


def _a_link(calls: Counter[str]) -> str:
    return f"{calls['playback'] / calls['links']:.2f} playback and {calls['cdx'] / calls['links']:.2f} CDX calls a link"


def assert_a_person_agrees(made: Sequence[Link], answers: Sequence[ArchiveAnswer]) -> None:
    pairs = zip(made, answers, strict=True)
    others = [told(link, answer) for link, answer in pairs if picked(link, answer) != link.picked]
    assert not others, "\n\n".join([f"{len(others)} of {len(made)}", *others])


@pytest.mark.alone
@pytest.mark.parametrize("refusals", [0.0, 0.05], ids=["what is allowed", "now and then it is refused all the same"])
def test_many_threads_ask_no_more_often_than_is_allowed(internet: Internet, refusals: float) -> None:
    """As at archive.org the limits are a quarter above what we allow ourselves, and all is fifty times as fast."""
    made = links(SEED + 1, 25, "bad nearby", "slowly lost")
    fill(internet, made)
    internet.archive_weather(SEED, refusals, "rate-limited", "rate-limited-briefly")
    allowed = {"playback": 50, "cdx": 10}
    for service, a_second in allowed.items():
        # Its 504 is seen in the log: an archived 429 is one, too.
        internet.archive_limit(service, most=int(1.25 * a_second), window=1, trouble="gateway-timeout")
    rates = {f"{service}_rate": 60 * a_second for service, a_second in allowed.items()}
    settings = settings_of(internet, **rates, pause=0.05, longest_pause=0.1, patience=60)
    with Archive(settings) as archive, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda link: resolve(archive, link.wanted), made))
    assert_a_person_agrees(made, answers)
    log = internet.requests()
    for service, a_second in allowed.items():
        times = [request.at for request in log if service_of(request.target) == service]
        assert len(times) >= a_second / 2, "too few to tell"
        busiest = max(sum(begin <= at < begin + 1 for at in times) for begin in times)
        # At its full second both ends count, and what waited for the processor comes together.
        assert busiest <= 1.1 * a_second + 2, f"{busiest} calls of {service} within a second"
    assert "504" not in [request.status for request in log]


@pytest.mark.parametrize(
    "trouble",
    ["offline", "bad-gateway", "html", "not-found", "malformed", "rate-limited", "redirected-429", "reset"],
)
def test_an_archive_that_is_down_says_nothing_of_any_link(internet: Internet, trouble: str) -> None:
    made = links(SEED + 2, 20)
    fill(internet, made)
    internet.archive_fails(trouble)
    with Archive(settings_of(internet, patience=0, attempts=1), clock=HandClock()) as archive:
        for link in made:
            with pytest.raises(ArchiveError):
                archive.resolve(link.wanted)
