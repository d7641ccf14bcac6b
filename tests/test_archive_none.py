"""There is no snapshot, and could not ask: two things that are never mixed up."""

from __future__ import annotations

import time

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.errors import ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import NoSnapshot, NoSnapshotReason
from tests.archive_support import NEW, PAPER, HandClock, ask, day, fill, resolve, settings_of, snapshot
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

# ── There is none ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "reason", "calls"),
    [
        ("http://never.example/page", NoSnapshotReason.NEVER_ARCHIVED, Calls(cdx=2, playback=0, save=0)),
        ("http://excluded.example/page", NoSnapshotReason.EXCLUDED, Calls(cdx=1, playback=0, save=0)),
        ("http://only-bad.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=0, save=0)),
        ("http://only-busy.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=0, save=0)),
        ("http://only-wall.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=0, save=0)),
        ("http://only-soft.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=1, playback=1, save=0)),
        ("http://only-html.example/paper.pdf", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=1, playback=1, save=0)),
        ("http://rooted.example/deep/page", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=1, save=0)),
        ("http://ring.example/a", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=2, save=0)),
        ("http://lost.example/old", NoSnapshotReason.ONLY_BAD_CAPTURES, Calls(cdx=2, playback=2, save=0)),
    ],
)
def test_what_the_archive_does_not_have_is_said_with_its_reason(
    internet: Internet, url: str, reason: NoSnapshotReason, calls: Calls
) -> None:
    assert ask(internet, url, None) == (NoSnapshot(url, reason), calls)


@pytest.mark.parametrize(("trouble", "service"), [("excluded", "playback"), ("excluded-403", "playback")])
def test_captures_that_are_listed_and_withheld_are_excluded(internet: Internet, trouble: str, service: str) -> None:
    internet.archive_fails(trouble, service=service)
    assert ask(internet, PAPER, day("2015-01-01")) == (
        NoSnapshot(PAPER, NoSnapshotReason.EXCLUDED),
        Calls(cdx=1, playback=1, save=0),
    )


def test_a_capture_that_is_listed_and_not_there_is_a_bad_capture(internet: Internet) -> None:
    fill(internet, Capture(NEW, "20170101000000", playable=False))
    assert resolve(internet, NEW) == NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES)


@pytest.mark.parametrize(("status", "page"), [(404, "/status/404"), (429, "/retry-after/429/6"), (503, "/status/503")])
def test_an_archived_refusal_is_a_bad_capture_and_not_a_refusal_of_the_archive(
    internet: Internet, status: int, page: str
) -> None:
    # Listed as good under one key with a bad one of the same second: what is played back counts.
    fill(internet, Capture("http://two.example/", "20170101000000", status, page))
    fill(
        internet, Capture("http://www.two.example/", "20170101000000"), Capture("http://two.example/", "20150101000000")
    )
    url = "http://two.example/"
    assert resolve(internet, url, day("2017-01-01")) == snapshot(internet, url, "20150101000000")


# ── Could not ask ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("service", ["cdx", "playback"])
@pytest.mark.parametrize("trouble", ["offline", "gateway-timeout", "html", "truncated", "reset"])
def test_an_archive_in_trouble_is_unavailable_and_never_empty(internet: Internet, trouble: str, service: str) -> None:
    internet.archive_fails(trouble, service=service)
    with Archive(settings_of(internet)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(PAPER, None)


@pytest.mark.parametrize("service", ["cdx", "playback"])
@pytest.mark.parametrize(("trouble", "seconds"), [("rate-limited", 60), ("rate-limited-retry-after", 120)])
def test_an_archive_that_refuses_is_not_asked_again_for_as_long_as_it_says(
    internet: Internet, trouble: str, seconds: float | None, service: str
) -> None:
    internet.archive_fails(trouble, service=service)
    clock = HandClock()
    with Archive(settings_of(internet), clock=clock) as archive:
        with pytest.raises(ArchiveRateLimited) as caught:
            archive.resolve(PAPER, None)
        sent = archive.calls
        with pytest.raises(ArchiveRateLimited):
            archive.resolve("http://many.example/page", None)
        assert archive.calls == sent
    assert caught.value.retry_after == seconds
    assert clock.slept == []


@pytest.mark.parametrize("service", ["cdx", "playback"])
def test_an_archive_that_refuses_for_a_moment_is_asked_again(internet: Internet, service: str) -> None:
    internet.archive_fails("rate-limited-briefly", service=service, times=2)
    clock = HandClock()
    with Archive(settings_of(internet), clock=clock) as archive:
        assert archive.resolve(PAPER, None) == snapshot(internet, PAPER, "20210915235959")
    assert clock.slept == [1, 1]


@pytest.mark.parametrize("service", ["cdx", "playback"])
def test_an_archive_that_hangs_is_given_up_after_the_timeout(internet: Internet, service: str) -> None:
    internet.archive_fails("hang", service=service)
    started = time.monotonic()
    with Archive(settings_of(internet, timeout=1)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(PAPER, None)
    assert time.monotonic() - started < 3


def test_one_link_in_trouble_does_not_keep_the_next_from_being_resolved(internet: Internet) -> None:
    with Archive(settings_of(internet)) as archive:
        with pytest.raises(ArchiveUnavailable):
            archive.resolve("http://offline.example/page", None)
        assert archive.resolve(PAPER, None) == snapshot(internet, PAPER, "20210915235959")


def test_an_index_whose_only_row_is_unreadable_is_unavailable(internet: Internet) -> None:
    fill(internet, Capture(NEW, "20000800241623"))
    with Archive(settings_of(internet)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(NEW, None)
