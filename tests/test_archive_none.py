"""There is no snapshot, and could not ask: two things that are never mixed up."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.errors import ArchiveError, ArchiveExcluded, ArchiveUnavailable
from dlt_crawler.model import NoSnapshot, NoSnapshotReason, Snapshot
from tests.archive_support import (
    NEW,
    PAPER,
    HandClock,
    answering,
    ask,
    day,
    fill,
    resolve,
    settings_of,
    snapshot,
    wanted,
)
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

ERROR = "/soft-404"
OUTAGES = ("offline", "bad-gateway", "gateway-timeout", "html", "truncated", "reset", "not-found")
REFUSALS = ("rate-limited", "rate-limited-retry-after", "redirected-429")

# ── There is none ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "reason", "playback"),
    [
        ("http://never.example/page", NoSnapshotReason.NEVER_ARCHIVED, 2),
        ("http://never.example/page?utm_source=x).", NoSnapshotReason.NEVER_ARCHIVED, 4),
        ("http://excluded.example/page", NoSnapshotReason.EXCLUDED, 2),
        ("http://only-bad.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, 3),
        ("http://only-busy.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, 2),
        ("http://only-wall.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, 2),
        ("http://only-soft.example/page", NoSnapshotReason.ONLY_BAD_CAPTURES, 2),
        ("http://only-html.example/paper.pdf", NoSnapshotReason.ONLY_BAD_CAPTURES, 2),
        ("http://rooted.example/deep/page", NoSnapshotReason.ONLY_BAD_CAPTURES, 2),
        ("http://ring.example/a", NoSnapshotReason.ONLY_BAD_CAPTURES, 3),
        ("http://lost.example/old", NoSnapshotReason.ONLY_BAD_CAPTURES, 3),
    ],
)
def test_what_the_archive_does_not_have_is_said_with_its_reason_and_without_the_index(
    internet: Internet, url: str, reason: NoSnapshotReason, playback: int
) -> None:
    assert ask(internet, wanted(url)) == (NoSnapshot(url, reason), Calls(cdx=0, playback=playback, save=0))


@pytest.mark.parametrize(("trouble", "playback"), [("excluded", 2), ("excluded-403", 1), ("excluded-robots", 1)])
def test_captures_that_are_withheld_are_excluded(internet: Internet, trouble: str, playback: int) -> None:
    internet.archive_fails(trouble, service="playback")
    assert ask(internet, wanted(PAPER)) == (
        NoSnapshot(PAPER, NoSnapshotReason.EXCLUDED),
        Calls(cdx=0, playback=playback, save=0),
    )


def test_captures_that_the_index_withholds_are_excluded(internet: Internet) -> None:
    fill(internet, *(Capture(NEW, f"201701{n:02}000000", page=ERROR) for n in range(1, 20)))
    internet.archive_fails("excluded", service="cdx")
    assert resolve(internet, wanted(NEW)) == NoSnapshot(NEW, NoSnapshotReason.EXCLUDED)


def test_a_link_whose_variants_alone_are_withheld_is_excluded(internet: Internet) -> None:
    internet.archive_trouble(NEW, "excluded-403")
    url = f"{NEW}?utm_source=x"
    assert resolve(internet, wanted(url)) == NoSnapshot(url, NoSnapshotReason.EXCLUDED)


@pytest.mark.parametrize(("status", "page"), [(404, "/status/404"), (429, "/retry-after/429/6"), (503, "/status/503")])
def test_an_archived_refusal_is_a_bad_capture_and_not_a_refusal_of_the_archive(
    internet: Internet, status: int, page: str
) -> None:
    fill(internet, Capture(NEW, "20170101000000", status, page), Capture(NEW, "20150101000000"))
    assert ask(internet, wanted(NEW, "2017-01-01")) == (snapshot(internet, NEW, "20150101000000"), Calls(0, 2, 0))


# ── Could not ask ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", [PAPER, "http://never.example/page", "http://only-soft.example/page"])
@pytest.mark.parametrize("trouble", [*OUTAGES, *REFUSALS])
def test_an_archive_in_trouble_has_said_nothing(internet: Internet, trouble: str, url: str) -> None:
    internet.archive_fails(trouble)
    with Archive(settings_of(internet, patience=0, attempts=1), clock=HandClock()) as archive:
        with pytest.raises(ArchiveError):
            archive.resolve(wanted(url))
        with pytest.raises(ArchiveError):
            archive.newest(url)


@pytest.mark.parametrize("trouble", [*OUTAGES, *REFUSALS, "malformed"])
def test_an_index_in_trouble_has_said_nothing_and_what_was_found_before_still_counts(
    internet: Internet, trouble: str
) -> None:
    internet.archive_fails(trouble, service="cdx")
    fill(internet, *(Capture(NEW, f"201701{n:02}000000", page=ERROR) for n in range(1, 20)))
    with Archive(settings_of(internet, patience=0, attempts=1), clock=HandClock()) as archive:
        assert isinstance(archive.resolve(wanted("http://mixed.example/page", "2017-01-01")), Snapshot)
        with pytest.raises(ArchiveError):
            archive.resolve(wanted(NEW))


@pytest.mark.parametrize(
    "body",
    [
        b"<html><head><title>Wayback Machine</title></head></html>",
        b"example,new)/page 2017\nnull\n",
        b"example,new)/page 20000800241623 http://new.example/page text/html 200 A 6177\n",
        b"[]\n",
        pytest.param(b"", id="empty, and captures that it would have were played"),
    ],
)
def test_an_index_without_a_readable_row_has_said_nothing(internet: Internet, body: bytes) -> None:
    fill(internet, *(Capture(NEW, f"201701{n:02}000000", page=ERROR) for n in range(1, 20)))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body)
    with (
        answering(head + body) as cdx_url,
        Archive(settings_of(internet, cdx_url=cdx_url), clock=HandClock()) as archive,
        pytest.raises(ArchiveUnavailable),
    ):
        archive.resolve(wanted(NEW))


@pytest.mark.parametrize("url", ["http://new.example/page?utm_source=x", "http://new.example/page)"])
def test_a_link_of_which_a_variant_could_not_be_asked_is_not_none(internet: Internet, url: str) -> None:
    internet.archive_trouble(NEW, "offline")
    with Archive(settings_of(internet, attempts=1), clock=HandClock()) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(wanted(url))


def test_a_link_whose_redirect_could_not_be_followed_is_not_none(internet: Internet) -> None:
    fill(internet, Capture(NEW, "20170101000000", 302, "/empty", location="http://offline.example/page"))
    with Archive(settings_of(internet, attempts=1), clock=HandClock()) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(wanted(NEW, texts=("page",)))


def test_an_archive_that_hangs_is_given_up_after_the_timeout(internet: Internet) -> None:
    internet.archive_fails("hang", service="playback")
    started = time.monotonic()
    with Archive(settings_of(internet, timeout=0.3, attempts=1)) as archive, pytest.raises(ArchiveUnavailable):
        archive.resolve(wanted(PAPER))
    assert time.monotonic() - started < 20


def test_one_link_in_trouble_does_not_keep_the_next_from_being_resolved(internet: Internet) -> None:
    with Archive(settings_of(internet, attempts=1), clock=HandClock()) as archive:
        with pytest.raises(ArchiveUnavailable):
            archive.resolve(wanted("http://offline.example/page"))
        assert archive.resolve(wanted(PAPER))


# ── The newest capture ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "newest", "calls"),
    [
        (PAPER, datetime.fromisoformat("2021-09-15T23:59:59+00:00"), 1),
        ("http://only-bad.example/page", day("2020-01-01"), 1),
        ("http://never.example/page", None, 2),
    ],
)
def test_the_newest_capture_is_known_by_a_head(
    internet: Internet, url: str, newest: datetime | None, calls: int
) -> None:
    with Archive(settings_of(internet), clock=HandClock()) as archive:
        assert archive.newest(url) == newest
        assert archive.calls == Calls(cdx=0, playback=calls, save=0)


def test_of_what_is_withheld_nobody_knows_the_newest_capture(internet: Internet) -> None:
    with Archive(settings_of(internet), clock=HandClock()) as archive, pytest.raises(ArchiveExcluded):
        archive.newest("http://excluded.example/page")


@pytest.mark.parametrize(
    ("url", "timestamp", "shown"),
    [
        (PAPER, "20210915235959", True),
        (PAPER, "20200101000000", True),
        (PAPER, "20210916000000", False),
        ("http://never.example/page", "20200101000000", False),
    ],
)
def test_playback_shows_a_capture_when_it_has_that_or_a_later_one(
    internet: Internet, url: str, timestamp: str, shown: bool
) -> None:
    with Archive(settings_of(internet), clock=HandClock()) as archive:
        assert archive.shows(url, timestamp) == shown
