"""Which capture is taken where the search is long, and what the archive must have said before there is none."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveUnavailable
from dlt_crawler.model import NoSnapshot, NoSnapshotReason, Snapshot, Wanted
from tests.archive_support import (
    NEW,
    HandClock,
    answering,
    ask,
    day,
    fill,
    index_of,
    resolve,
    settings_of,
    snapshot,
    wanted,
)
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

ERROR, PARKED, GOOD = "/soft-404", "/parked", "/titled/The-great-gizmo"
DOUBTFUL = "/titled/Not-Found"
"""Of an address that is about errors."""
ABOUT_ERRORS = "http://http.example/status/404"
TRACKED = "?utm_source=list"
ONLY_BAD, NEVER = NoSnapshotReason.ONLY_BAD_CAPTURES, NoSnapshotReason.NEVER_ARCHIVED


def captures(*rows: tuple[str, str], url: str = NEW) -> list[Capture]:
    """Return captures with status 200 of (date, page)."""
    return [Capture(url, f"{date.replace('-', '')}000000", page=page) for date, page in rows]


def redirect(date: str, location: str) -> Capture:
    return Capture(NEW, f"{date.replace('-', '')}000000", 302, "/empty", location=location)


def parked(number: int, first: str = "2012-01-01") -> list[Capture]:
    """Return so many captures, the content of each another one."""
    moments = (day(first) + timedelta(days=20 * n) for n in range(number))
    return captures(*((f"{at:%Y-%m-%d}", f"{PARKED}?{n}") for n, at in enumerate(moments)))


# ── Long rows of bad captures ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("number", "cdx"), [(40, 1), (99, 1), (120, 2), (230, 2)])
def test_good_captures_behind_a_long_row_of_different_bad_ones_are_found(
    internet: Internet, number: int, cdx: int
) -> None:
    good = [(f"2007-01-0{n}", f"{GOOD}?{n}") for n in range(1, 6)]
    fill(internet, *captures(("2006-01-01", GOOD), *good), *parked(number))
    answer, calls = ask(internet, wanted(NEW, died="2026-01-01"))
    # Of more than two full answers of the index only the first capture of all is known besides.
    assert answer == snapshot(internet, NEW, "20070105000000" if number < 200 else "20060101000000")
    assert calls.cdx == cdx
    assert calls.playback <= 25


@pytest.mark.parametrize("place", [2, 6, 7, 8, 10, 11, 12])
def test_a_single_good_capture_among_bad_ones_is_found(internet: Internet, place: int) -> None:
    rows = [(f"2015-01-{30 - n:02}", GOOD if n == place else f"{ERROR}?{n}") for n in range(14)]
    fill(internet, *captures(*rows))
    assert resolve(internet, wanted(NEW, "2015-02-01")) == snapshot(internet, NEW, f"201501{30 - place:02}000000")


def test_a_good_redirect_goes_before_a_page_that_is_farther_from_the_date(internet: Internet) -> None:
    fill(
        internet,
        *captures(("2015-01-01", f"{ERROR}?1"), ("2014-12-15", f"{ERROR}?2"), ("2006-01-01", GOOD)),
        redirect("2014-11-01", "http://new.example/b/page"),
        *captures(("2014-11-01", GOOD), url="http://new.example/b/page"),
    )
    assert ask(internet, wanted(NEW, "2015-02-01")) == (snapshot(internet, NEW, "20141101000000"), Calls(1, 5, 0))


def test_what_a_doubtful_capture_shows_is_not_played_again(internet: Internet) -> None:
    rows = [(f"2015-01-{n:02}", DOUBTFUL) for n in range(1, 15)]
    fill(internet, *captures(*rows, url=ABOUT_ERRORS))
    assert ask(internet, wanted(ABOUT_ERRORS, "2015-02-01")) == (
        snapshot(internet, ABOUT_ERRORS, "20150114000000"),
        Calls(cdx=1, playback=3, save=0),
    )


# ── After death, and other URLs ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "timestamp", "calls"),
    [
        pytest.param([("2023-09-01", GOOD), ("2024-01-10", PARKED)], "20230901000000", Calls(0, 3, 0), id="the last"),
        pytest.param(
            [("2023-09-01", GOOD), ("2024-01-08", PARKED), ("2024-01-05", PARKED), ("2024-01-03", f"{PARKED}?1")],
            "20230901000000",
            Calls(0, 3, 0),
            id="behind several",
        ),
        pytest.param(
            [("2023-08-01", GOOD), ("2023-12-20", ERROR), ("2024-01-05", PARKED)],
            "20230801000000",
            Calls(1, 4, 0),
            id="behind a bad one",
        ),
        pytest.param([("2024-01-05", PARKED), ("2024-01-08", PARKED)], None, Calls(0, 2, 0), id="none before"),
    ],
)
def test_the_last_capture_before_death_is_found_beside_a_nearer_one_after_it(
    internet: Internet, rows: list[tuple[str, str]], timestamp: str | None, calls: Calls
) -> None:
    fill(internet, *captures(*rows))
    none = NoSnapshot(NEW, ONLY_BAD)
    assert ask(internet, wanted(NEW, died="2024-01-01")) == (
        none if timestamp is None else snapshot(internet, NEW, timestamp),
        calls,
    )


@pytest.mark.parametrize(
    ("url", "page", "date"),
    [(f"{NEW}{TRACKED}", GOOD, "2024-06-01"), (f"{ABOUT_ERRORS}{TRACKED}", DOUBTFUL, "2015-01-01")],
    ids=["after death", "doubtful"],
)
def test_a_good_capture_of_a_variant_goes_before_the_second_best_of_the_link_itself(
    internet: Internet, url: str, page: str, date: str
) -> None:
    variant = url.removesuffix(TRACKED)
    fill(internet, *captures((date, page), url=url), *captures(("2015-01-01", GOOD), url=variant))
    question = wanted(url, "2015-02-01", "2024-01-01", title="The great gizmo")
    assert resolve(internet, question) == snapshot(internet, variant, "20150101000000")


def test_the_index_is_asked_for_a_variant_when_the_link_itself_has_no_captures(internet: Internet) -> None:
    fill(internet, *captures(("2013-01-01", GOOD), ("2014-09-01", f"{ERROR}?1"), ("2015-01-01", f"{ERROR}?2")))
    assert resolve(internet, wanted(f"{NEW}{TRACKED}", "2015-02-01")) == snapshot(internet, NEW, "20130101000000")


# ── HEAD ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_variant_is_found_where_the_archive_says_404_to_every_head(internet: Internet) -> None:
    internet.archive_fails("head-not-found", service="playback")
    fill(internet, *captures(("2015-01-01", GOOD)))
    url = f"{NEW}{TRACKED}"
    assert ask(internet, wanted(url, "2015-02-01")) == (snapshot(internet, NEW, "20150101000000"), Calls(0, 3, 0))


@pytest.mark.parametrize("page", [None, ERROR])
def test_that_the_link_itself_is_not_there_is_not_believed_of_a_head(internet: Internet, page: str | None) -> None:
    url = f"{NEW}{TRACKED}"
    internet.archive_trouble(url, "head-not-found")
    fill(internet, *captures(("2015-01-01", GOOD), url=url), *(captures(("2015-01-01", page)) if page else ()))
    with Archive(settings_of(internet), clock=HandClock()) as archive:
        assert isinstance(archive.resolve(wanted("http://archived.example/paper")), Snapshot)
        found = archive.resolve(wanted(url, "2015-02-01"))
    assert isinstance(found, Snapshot)
    assert found.original == url


# ── What is the archive's word ──────────────────────────────────────────────────────────────────────────────────────

ROW = f"k 20150101000000 {NEW} text/html 200 AAAA 1"
EMPTY_INDEX, DOWN = index_of(), b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
ANYBODYS = (
    b"",
    b"<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not found on this server.</p>",
    b"404 page not found\n",
    b"<h2>404 - File or directory not found.</h2>",
    b'{"error": "upstream connect error"}',
    b"<Error><Code>NoSuchKey</Code></Error>",
)
ARCHIVES_OWN = (
    b"<h2>Hrm.</h2><p>The Wayback Machine has not archived that URL.</p>",
    b"<title>URL Not Found</title> could not be found in this collection.",
    b"org.archive.wayback.exception.ResourceNotInArchiveException: not in archive",
)


def not_found(body: bytes) -> bytes:
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize(
    ("body", "index", "expected"),
    [
        *((body, EMPTY_INDEX, Calls(1, 2, 0)) for body in ANYBODYS),
        *((body, index_of(ROW), ArchiveUnavailable) for body in ANYBODYS),
        (b"", DOWN, ArchiveUnavailable),
        *((body, DOWN, Calls(0, 2, 0)) for body in ARCHIVES_OWN),
    ],
)
def test_a_404_that_may_be_anybodys_is_confirmed_by_the_index(
    body: bytes, index: bytes, expected: Calls | type[ArchiveError]
) -> None:
    with answering(not_found(body)) as web, answering(index) as cdx:
        settings = ArchiveSettings(timegate_url=web, cdx_url=cdx, attempts=1)
        with Archive(settings, clock=HandClock()) as archive:
            if isinstance(expected, Calls):
                assert archive.resolve(wanted(NEW)) == NoSnapshot(NEW, NEVER)
                assert archive.calls == expected
            else:
                with pytest.raises(expected):
                    archive.resolve(wanted(NEW))


@pytest.mark.parametrize("odd", ["k 2013010100", "<html>503 Backend fetch failed</html>"])
@pytest.mark.parametrize("page", [ERROR, GOOD])
def test_an_index_of_which_some_cannot_be_read_only_counts_when_something_good_is_found(
    internet: Internet, odd: str, page: str
) -> None:
    fill(internet, *captures(*((f"2015-01-0{n}", f"{ERROR}?{n}") for n in range(1, 6)), ("2014-01-01", page)))
    rows = [f"k {at}000000 {NEW} text/html 200 {at} 1" for at in ("20140101", "20150104", "20150105")]
    with answering(index_of(*rows, odd)) as cdx_url:
        if page == GOOD:
            assert isinstance(resolve(internet, wanted(NEW, "2015-02-01"), cdx_url=cdx_url), Snapshot)
        else:
            with pytest.raises(ArchiveUnavailable):
                resolve(internet, wanted(NEW, "2015-02-01"), cdx_url=cdx_url)


def test_an_index_that_lacks_what_was_just_played_has_said_nothing(internet: Internet) -> None:
    fill(internet, *captures(*((f"2015-01-0{n}", f"{ERROR}?{n}") for n in range(1, 6))))
    with (
        answering(index_of(f"k 20150101000000 {NEW} text/html 200 AAAA 1")) as cdx_url,
        pytest.raises(ArchiveUnavailable),
    ):
        resolve(internet, wanted(NEW, "2015-02-01"), cdx_url=cdx_url)


# ── What is withheld, and what is never played ──────────────────────────────────────────────────────────────────────


def test_a_doubtful_capture_in_hand_counts_when_the_index_is_withheld(internet: Internet) -> None:
    fill(internet, *captures(*((f"201{n}-01-01", f"{DOUBTFUL}?{n}") for n in range(4)), url=ABOUT_ERRORS))
    internet.archive_fails("excluded", service="cdx")
    assert resolve(internet, wanted(ABOUT_ERRORS, "2014-02-01")) == snapshot(internet, ABOUT_ERRORS, "20130101000000")


Row = tuple[int, dict[str, str], str]
"""Status, headers, body."""


@contextmanager
def scripted(answers: Mapping[str, Row | list[Row]]) -> Iterator[str]:
    """Answer by what is found in the target, of several rows with one after the other; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            rows = next(rows for place, rows in answers.items() if re.search(place, self.path))
            status, headers, body = rows if isinstance(rows, tuple) else rows.pop(0)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body.encode())

        do_HEAD = do_GET  # noqa: N815 # http.server's name

        def log_request(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


GONE, THERE = "20150102000000", "20150101000000"
MEMENTO = {"Memento-Datetime": "Thu, 01 Jan 2015 00:00:00 GMT", "Content-Type": "text/html"}
PAGE = f"<title>The great gizmo</title><h1>The great gizmo</h1><p>{'All about the gizmo. ' * 50}</p>"
WITHHELD = (403, {}, "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error")


@pytest.mark.parametrize(
    ("row", "expected"),
    [((200, MEMENTO, PAGE), THERE), (WITHHELD, NoSnapshotReason.EXCLUDED)],
    ids=["another one is not", "all are"],
)
def test_one_capture_that_is_withheld_is_only_that_one(row: Row, expected: str | NoSnapshotReason) -> None:
    rows = "".join(f"k {at} {NEW} text/html 200 {at} 1\n" for at in (GONE, THERE))
    answers: dict[str, Row | list[Row]] = {
        "cdx": (200, {"Content-Type": "text/plain"}, rows),
        f"/web/{GONE}": WITHHELD,
        f"/web/{THERE}": row,
        "/web/": (302, {"Location": f"/web/{GONE}id_/{NEW}"}, ""),
    }
    with scripted(answers) as base:
        settings = ArchiveSettings(timegate_url=f"{base}/web/", cdx_url=f"{base}/cdx")
        with Archive(settings, clock=HandClock()) as archive:
            answer = archive.resolve(wanted(NEW, "2015-02-01"))
    assert (answer.timestamp if isinstance(answer, Snapshot) else answer.reason) == expected


def test_a_date_in_the_last_hours_that_there_are_is_none() -> None:
    odd = {**MEMENTO, "Memento-Datetime": "Fri, 31 Dec 9999 23:59:59 -2359"}
    with scripted({"/web/": (200, odd, PAGE)}) as base:
        settings = ArchiveSettings(timegate_url=f"{base}/web/", cdx_url=f"{base}/cdx")
        with Archive(settings, clock=HandClock()) as archive:
            assert isinstance(archive.resolve(wanted(NEW, "2015-02-01")), Snapshot)


def tried_again(internet: Internet, question: Wanted) -> str | NoSnapshotReason:
    """Return what is found at the last try; at the one before, the archive could not be asked."""
    with Archive(settings_of(internet, attempts=1), clock=HandClock()) as archive:
        with pytest.raises(ArchiveUnavailable):
            archive.resolve(question)
        answer = archive.resolve(question, last_try=True)
    return f"{answer.timestamp} {answer.evidence}" if isinstance(answer, Snapshot) else answer.reason


def test_a_capture_that_is_never_played_does_not_hide_the_others_for_ever(internet: Internet) -> None:
    fill(internet, redirect("2015-01-31", "http://offline.example/page"), *captures(("2015-01-01", GOOD)))
    assert tried_again(internet, wanted(NEW, "2015-02-01")) == (
        "20150101000000 Captured 31 days before the link came into the list (2015-02-01); passed over, "
        "and nearer to that date: capture that could not be asked for"
    )


def test_what_is_only_bad_beside_a_capture_that_is_never_played_is_not_none(internet: Internet) -> None:
    fill(internet, redirect("2015-01-31", "http://offline.example/page"), *captures(("2015-01-01", ERROR)))
    with pytest.raises(ArchiveUnavailable):
        tried_again(internet, wanted(NEW, "2015-02-01"))


def test_a_capture_that_plays_after_all_is_taken(internet: Internet) -> None:
    rows = f"k 20150101000000 {NEW} text/html 200 AAAA 1\nk 20150131000000 {NEW} text/html 200 BBBB 1\n"
    good = (200, MEMENTO, PAGE)
    answers: dict[str, Row | list[Row]] = {
        "cdx": (200, {"Content-Type": "text/plain"}, rows),
        "/web/20150131": [(503, {}, ""), good],
        "/web/20150101": good,
        "/web/": (302, {"Location": f"/web/20150131000000id_/{NEW}"}, ""),
    }
    with scripted(answers) as base:
        settings = ArchiveSettings(timegate_url=f"{base}/web/", cdx_url=f"{base}/cdx", attempts=1)
        with Archive(settings, clock=HandClock()) as archive:
            answer = archive.resolve(wanted(NEW, "2015-02-01"), last_try=True)
    assert isinstance(answer, Snapshot)
    assert answer.timestamp == "20150131000000"


def test_a_404_in_the_place_of_a_capture_may_be_anybodys() -> None:
    answers: dict[str, Row | list[Row]] = {
        "cdx": (200, {"Content-Type": "text/plain"}, f"k {GONE} {NEW} text/html 200 AAAA 1\n"),
        f"/web/{GONE}": (404, {}, "404 page not found"),
        "/web/": (302, {"Location": f"/web/{GONE}id_/{NEW}"}, ""),
    }
    with scripted(answers) as base:
        settings = ArchiveSettings(timegate_url=f"{base}/web/", cdx_url=f"{base}/cdx")
        with Archive(settings, clock=HandClock()) as archive, pytest.raises(ArchiveUnavailable, match="nobody knows"):
            archive.resolve(wanted(NEW, "2015-02-01"))


def test_a_link_whose_captures_all_lead_on_and_on_is_given_up() -> None:
    rows = "".join(f"k 201502{n:02}000000 {NEW} text/html 200 D{n} 1\n" for n in range(1, 29))
    sorry = "<title>404 Not Found</title><h1>Page not found</h1>"
    chain = {
        f"page-{n}-": (301, {**MEMENTO, "Location": f"/web/{THERE}id_/http://new.example/page-{n + 1}-"}, "")
        for n in (1, 2)
    }
    answers: dict[str, Row | list[Row]] = {
        "cdx": (200, {"Content-Type": "text/plain"}, rows),
        **chain,
        "page-3-": (200, MEMENTO, sorry),
        "/web/": (301, {**MEMENTO, "Location": f"/web/{THERE}id_/http://new.example/page-1-"}, ""),
    }
    with scripted(answers) as base:
        settings = ArchiveSettings(timegate_url=f"{base}/web/", cdx_url=f"{base}/cdx")
        with Archive(settings, clock=HandClock()) as archive:
            with pytest.raises(ArchiveUnavailable, match="calls"):
                archive.resolve(wanted(f"http://m.new.example/page/index.html{TRACKED})", "2015-02-01"))
            assert archive.calls.playback <= 35
