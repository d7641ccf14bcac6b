"""Which capture becomes the snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.model import NoSnapshot, NoSnapshotReason
from tests.archive_support import (
    NEW,
    PAPER,
    answering,
    ask,
    day,
    fill,
    index_of,
    played,
    queries,
    resolve,
    settings_of,
    snapshot,
)
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet


@pytest.mark.parametrize(
    ("url", "wanted", "timestamp"),
    [
        pytest.param(PAPER, day("2015-06-01"), "20150310120000", id="nearest before"),
        pytest.param(PAPER, day("2018-03-01"), "20180601080000", id="nearest after"),
        pytest.param(PAPER, day("1996-01-01"), "20150310120000", id="before the first"),
        pytest.param(PAPER, None, "20210915235959", id="latest"),
        pytest.param("https://www.archived.example/paper/", None, "20210915235959", id="another spelling"),
        pytest.param("http://archived.example/find?b=2&a=1", None, "20160229101112", id="query"),
        pytest.param("http://archived.example/paper.pdf", None, "20170704000000", id="PDF"),
        pytest.param("http://archived.example/gbk", None, "20140101000000", id="Chinese"),
        pytest.param("http://archived.example/packed", None, "20140101000000", id="packed"),
        pytest.param("http://many.example/page", day("2019-01-01T00:20:20"), "20190101002000", id="one of many"),
    ],
)
def test_the_capture_nearest_to_the_date_is_the_snapshot_at_one_query_and_one_playback(
    internet: Internet, url: str, wanted: datetime | None, timestamp: str
) -> None:
    answer = ask(internet, url, wanted)
    assert answer == (snapshot(internet, url, timestamp), Calls(cdx=1, playback=1, save=0))
    assert played(internet) == [f"{timestamp}id_/{url}"]


def test_the_index_is_asked_for_the_five_good_captures_nearest_in_utc(internet: Internet) -> None:
    resolve(internet, PAPER, datetime(2018, 6, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))))
    assert queries(internet) == [
        {
            "url": [PAPER],
            "closest": ["20180531233000"],
            "sort": ["closest"],
            "filter": ["statuscode:200"],
            "limit": ["5"],
            "gzip": ["false"],
        }
    ]


def test_an_asterisk_is_a_character_and_not_a_wildcard(internet: Internet) -> None:
    resolve(internet, "http://many.example/pa*", None)
    assert {query["url"][0] for query in queries(internet)} == {"http://many.example/pa%2A"}


@pytest.mark.parametrize(
    ("url", "wanted", "expected", "asked"),
    [
        pytest.param(
            "http://mixed.example/page",
            day("2021-02-01"),
            "20160101000000",
            ["20160101000000"],
            id="bad statuses nearer",
        ),
        pytest.param(
            "http://soft.example/page",
            day("2021-02-20"),
            "20160101000000",
            ["20210301000000", "20210101000000", "20160101000000"],
            id="parked page and error page nearer",
        ),
        pytest.param(
            "http://revisited.example/page",
            day("2018-08-08"),
            "20170101000000",
            ["20170101000000"],
            id="revisit nearer",
        ),
        pytest.param(
            "http://malformed.example/page",
            day("2000-08-01"),
            "20100218025451",
            ["20100218025451"],
            id="a row whose date never was",
        ),
        pytest.param(
            "http://malformed.example/page with blanks",
            None,
            "20100218025451",
            ["20100218025451"],
            id="a row with blanks in its URL",
        ),
    ],
)
def test_captures_that_are_no_good_are_passed_over(
    internet: Internet, url: str, wanted: datetime | None, expected: str, asked: Sequence[str]
) -> None:
    assert resolve(internet, url, wanted) == snapshot(internet, url, expected)
    assert [target.partition("id_/")[0] for target in played(internet)] == asked


def test_a_capture_that_the_archive_cannot_play_leads_to_the_one_it_offers_instead(internet: Internet) -> None:
    url = "http://unserved.example/page"
    assert resolve(internet, url) == snapshot(internet, url, "20150101000000")


def test_the_nearest_capture_is_taken_even_from_an_index_in_another_order(internet: Internet) -> None:
    rows = [f"k {at} {PAPER} text/html 200 {at} 1" for at in ("20150310120000", "20210915235959", "20180601080000")]
    with answering(index_of(*rows)) as cdx_url, Archive(settings_of(internet, cdx_url=cdx_url)) as archive:
        assert archive.resolve(PAPER, day("2018-03-01")) == snapshot(internet, PAPER, "20180601080000")


def test_redirects_of_equal_content_may_lead_to_different_places(internet: Internet) -> None:
    fill(
        internet,
        Capture(NEW, "20180101000000", 302, "/empty", location="http://new.example/soft"),
        Capture("http://new.example/soft", "20180101000000", page="/soft-404"),
        Capture(NEW, "20160101000000", 302, "/empty", location="http://new.example/good"),
        Capture("http://new.example/good", "20160101000000"),
    )
    rows = [
        f"k {at} {NEW} text/html 302 3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ 1" for at in ("20180101000000", "20160101000000")
    ]
    with answering(index_of(*rows)) as cdx_url, Archive(settings_of(internet, cdx_url=cdx_url)) as archive:
        assert archive.resolve(NEW, None) == snapshot(internet, NEW, "20160101000000")


def test_a_known_error_page_is_not_played_back_again(internet: Internet) -> None:
    fill(internet, *(Capture(NEW, f"2019010{n}000000", page="/soft-404") for n in (1, 2, 3)))
    assert ask(internet, NEW, None) == (
        NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES),
        Calls(cdx=1, playback=1, save=0),
    )


# ── Archived redirects ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_archived_redirect_to_a_good_page_is_a_snapshot(internet: Internet) -> None:
    url = "http://moved.example/old"
    answer = ask(internet, url, None)
    assert answer == (snapshot(internet, url, "20170101000000"), Calls(cdx=2, playback=3, save=0))


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("/deep/page", "/"),
        ("/deep/page", "/index.html"),
        ("/deep/page", "/404.html"),
        ("/deep/page", "/errors/notfound?from=page"),
        ("/deep/page", "/login?next=page"),
        ("/deep/page", "/soft"),
        ("/deep/page", "/never-captured"),
        ("/deep/page", "/gone"),
    ],
)
def test_an_archived_redirect_to_anything_but_a_page_is_a_bad_capture(
    internet: Internet, page: str, target: str
) -> None:
    site = "http://redirecting.example"
    fill(
        internet,
        Capture(site + page, "20170101000000", 302, "/empty", location=site + target),
        *(Capture(site + path, "20170101000000") for path in ("/", "/404.html", "/login?next=page", "/index.html")),
        Capture(site + "/errors/notfound?from=page", "20170101000000"),
        Capture(site + "/soft", "20170101000000", page="/soft-404"),
        Capture(site + "/gone", "20170101000000", 410, page="/status/410"),
    )
    assert resolve(internet, site + page) == NoSnapshot(site + page, NoSnapshotReason.ONLY_BAD_CAPTURES)


@pytest.mark.parametrize(("page", "target"), [("/", "/index.html"), ("/login", "/signin"), ("/paper", "/?paper=7")])
def test_an_archived_redirect_from_such_a_page_to_its_like_is_good(internet: Internet, page: str, target: str) -> None:
    site = "http://alike.example"
    fill(
        internet,
        Capture(site + page, "20170101000000", 302, "/empty", location=site + target),
        Capture(site + target, "20170101000000"),
    )
    assert resolve(internet, site + page) == snapshot(internet, site + page, "20170101000000")


@pytest.mark.parametrize("location", ["http://[half", "ftp://redirecting.example/x", "mailto:me", "http://a b/"])
def test_an_archived_redirect_to_what_is_no_web_page_is_a_bad_capture(internet: Internet, location: str) -> None:
    fill(internet, Capture(NEW, "20170101000000", 302, "/empty", location=location))
    assert resolve(internet, NEW) == NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES)


def test_archived_redirects_without_end_are_followed_six_times(internet: Internet) -> None:
    fill(
        internet,
        *(
            Capture(
                f"http://chain.example/{n}", "20170101000000", 302, "/empty", location=f"http://chain.example/{n + 1}"
            )
            for n in range(20)
        ),
    )
    url = "http://chain.example/0"
    assert ask(internet, url, None) == (
        NoSnapshot(url, NoSnapshotReason.ONLY_BAD_CAPTURES),
        Calls(cdx=2, playback=7, save=0),
    )
