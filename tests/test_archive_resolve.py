"""Which capture becomes the snapshot, and what that costs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.model import NoSnapshot, NoSnapshotReason, Resource, Snapshot, Wanted
from tests.archive_support import (
    NEW,
    PAPER,
    HandClock,
    answering,
    ask,
    asked,
    fill,
    index_of,
    played,
    queries,
    resolve,
    settings_of,
    snapshot,
    wanted,
)
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

ERROR, PARKED, GOOD = "/soft-404", "/parked", "/titled/The-great-gizmo"
TWO = Calls(cdx=0, playback=2, save=0)
LATE = "the link had died by then, and what the capture shows fits what is known of the page"
TWO_ERRORS = "passed over, and nearer to that date: error page (2)"


def captures(*rows: tuple[str, str], url: str = NEW) -> list[Capture]:
    """Return captures with status 200 of (date, page)."""
    return [Capture(url, f"{date.replace('-', '')}000000", page=page) for date, page in rows]


# ── The nearest one ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "timestamp"),
    [
        pytest.param(wanted(PAPER, "2015-06-01"), "20150310120000", id="nearest before"),
        pytest.param(wanted(PAPER, "2018-03-01"), "20180601080000", id="nearest after"),
        pytest.param(wanted(PAPER, "1996-01-01"), "20150310120000", id="before the first"),
        pytest.param(wanted(PAPER, "2099-01-01"), "20210915235959", id="in the future"),
        pytest.param(wanted(PAPER), "20210915235959", id="latest"),
        pytest.param(wanted(PAPER, died="2018-09-01"), "20180601080000", id="latest before it died"),
        pytest.param(wanted(PAPER, "2020-01-01", "2018-07-01"), "20180601080000", id="written when it was dead"),
        pytest.param(wanted("https://www.archived.example/paper/"), "20210915235959", id="another spelling"),
        pytest.param(wanted("http://archived.example/find?b=2&a=1"), "20160229101112", id="query"),
        pytest.param(wanted("http://archived.example/paper.pdf"), "20170704000000", id="PDF"),
        pytest.param(wanted("http://archived.example/gbk"), "20140101000000", id="Chinese"),
        pytest.param(wanted("http://archived.example/packed"), "20140101000000", id="packed"),
        pytest.param(wanted("http://many.example/page", "2019-01-01T00:20:20"), "20190101002000", id="one of many"),
        pytest.param(wanted("http://revisited.example/page", "2018-08-08"), "20180808094144", id="a revisit record"),
        pytest.param(wanted("http://unserved.example/page"), "20150101000000", id="one that is not served is nearer"),
        pytest.param(wanted("http://malformed.example/page%20with%20blanks"), "20100218025451", id="blanks"),
    ],
)
def test_the_capture_nearest_to_the_date_costs_a_head_and_a_get(
    internet: Internet, question: Wanted, timestamp: str
) -> None:
    assert ask(internet, question) == (snapshot(internet, question.url, timestamp), TWO)
    assert [method for method, _ in asked(internet)] == ["HEAD", "GET"]


def test_the_timegate_is_asked_in_utc_by_path_and_by_header(internet: Internet) -> None:
    at = datetime(2018, 6, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    resolve(internet, Wanted(Resource(PAPER), PAPER, at, None))
    (head, *_) = internet.requests()
    assert head.target == f"/web/20180531233000id_/{PAPER}"
    assert {name.lower(): value for name, value in head.headers.items()}["accept-datetime"] == (
        "Thu, 31 May 2018 23:30:00 GMT"
    )


def test_of_two_equally_near_captures_each_date_has_its_own(internet: Internet) -> None:
    fill(internet, *captures(("2016-01-01", GOOD), ("2016-01-03", GOOD)))
    assert resolve(internet, wanted(NEW, "2016-01-01T12:00")) == snapshot(internet, NEW, "20160101000000")
    assert resolve(internet, wanted(NEW, "2016-01-02T12:00")) == snapshot(internet, NEW, "20160103000000")


# ── Bad ones beside it ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "timestamp", "calls"),
    [
        pytest.param(
            wanted("http://mixed.example/page", "2021-02-01"), "20160101000000", Calls(1, 4, 0), id="errors are nearer"
        ),
        pytest.param(
            wanted("http://soft.example/page", "2021-02-20"), "20160101000000", Calls(1, 4, 0), id="parked, soft 404"
        ),
        pytest.param(
            wanted("http://malformed.example/page", "2000-08-01"), "20100218025451", Calls(0, 3, 0), id="no such day"
        ),
    ],
)
def test_captures_that_are_no_good_are_passed_over_for_those_beside_them(
    internet: Internet, question: Wanted, timestamp: str, calls: Calls
) -> None:
    assert ask(internet, question) == (snapshot(internet, question.url, timestamp), calls)


def test_the_next_nearest_of_both_sides_is_tried_first(internet: Internet) -> None:
    fill(internet, *captures(("2014-01-01", GOOD), ("2015-12-30", ERROR), ("2016-03-01", GOOD)))
    assert ask(internet, wanted(NEW, "2016-01-01")) == (snapshot(internet, NEW, "20160301000000"), Calls(0, 3, 0))


def test_a_long_row_of_equal_error_pages_is_passed_over_by_one_query_of_the_index(internet: Internet) -> None:
    bad = [(f"2016-{month:02}-{day:02}", ERROR) for month in (1, 2, 3) for day in range(1, 12)]
    fill(internet, *captures(("2012-01-01", GOOD), *bad))
    assert ask(internet, wanted(NEW, "2016-04-01", "2016-06-01")) == (
        snapshot(internet, NEW, "20120101000000"),
        Calls(cdx=1, playback=4, save=0),
    )
    assert queries(internet) == [
        {
            "url": [NEW],
            "to": ["20160601000000"],
            "closest": ["20160401000000"],
            "sort": ["closest"],
            "filter": ["statuscode:(200|30[12378]|-)"],
            "limit": ["100"],
            "gzip": ["false"],
        }
    ]


def test_no_more_captures_are_played_than_are_worth_it(internet: Internet) -> None:
    fill(internet, *captures(*((f"2016-01-{day:02}", f"/soft-404?{day}") for day in range(1, 31))))
    assert ask(internet, wanted(NEW, "2016-01-15")) == (
        NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES),
        Calls(cdx=1, playback=1 + 2 + 12, save=0),
    )


def test_a_doubtful_capture_is_taken_when_nothing_better_is_there(internet: Internet) -> None:
    # Of a page about an error nobody can tell by its title whether it is one.
    url = "http://http.example/status/404"
    fill(internet, *captures(("2015-12-30", "/titled/Not-Found"), url=url))
    assert ask(internet, wanted(url, "2016-01-01")) == (snapshot(internet, url, "20151230000000"), TWO)
    fill(internet, *captures(("2012-01-01", GOOD), url=url))
    assert resolve(internet, wanted(url, "2016-01-01")) == snapshot(internet, url, "20120101000000")


@pytest.mark.parametrize(("bad", "playback"), [(4, 7), (9, 10), (12, 13), (30, 14)])
def test_a_page_that_was_lost_slowly_is_found_by_halving(internet: Internet, bad: int, playback: int) -> None:
    fill(
        internet,
        *captures(*((f"2015-01-{day:02}", f"{GOOD}?{day}") for day in range(1, 32))),
        *captures(*((f"2016-01-{day:02}", f"{ERROR}?{day}") for day in range(1, bad + 1))),
    )
    answer, calls = ask(internet, wanted(NEW, died="2016-02-02"))
    assert isinstance(answer, Snapshot)
    assert calls.playback <= playback
    assert answer.timestamp == "20150131000000"


def test_a_page_that_names_nothing_of_what_is_known_is_only_taken_when_there_is_no_other(internet: Internet) -> None:
    fill(internet, *captures(("2015-12-30", "/titled/Our-special-offers"), ("2012-01-01", "/titled/Gizmos")))
    known = {"title": "Understanding gizmos", "texts": ("The gizmo, explained by experts",)}
    assert resolve(internet, wanted(NEW, "2016-01-01", **known)) == snapshot(internet, NEW, "20120101000000")
    strange = {"title": "Understanding widgets", "texts": ("The widget, explained by experts",)}
    assert resolve(internet, wanted(NEW, "2016-01-01", **strange)) == snapshot(internet, NEW, "20151230000000")
    # Lists call pages by names of their own.
    labelled = wanted(NEW, "2016-01-01", texts=("The gizmo, explained by experts",))
    assert ask(internet, labelled) == (snapshot(internet, NEW, "20151230000000"), Calls(cdx=0, playback=2, save=0))


def test_a_page_of_somebody_who_took_the_address_over_is_no_snapshot(internet: Internet) -> None:
    fill(internet, *captures(("2015-12-30", "/titled/Cheap-casino-bonus")))
    question = wanted(NEW, "2016-01-01", texts=("The gizmo, explained by experts",))
    assert resolve(internet, question) == NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES)


def test_the_target_of_a_redirect_within_one_key_is_its_neighbour(internet: Internet) -> None:
    secure = "https://www.new.example/page"
    fill(
        internet,
        Capture(NEW, "20160101000000", 301, "/empty", location=secure),
        Capture(secure, "20160101000001", page=GOOD),
        Capture(secure, "20170101000000", page=GOOD),
    )
    found = (snapshot(internet, NEW, "20160101000000"), Calls(cdx=0, playback=3, save=0))
    assert ask(internet, wanted(NEW, "2015-12-30")) == found
    assert played(internet)[-1] == f"20160101000001id_/{secure}"


# ── After death ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_capture_before_death_goes_before_a_nearer_one_after_it(internet: Internet) -> None:
    fill(internet, *captures(("2010-01-01", "/titled/An-early-gizmo"), ("2016-03-02", GOOD)))
    question = wanted(NEW, "2016-02-01", "2016-03-01", title="The great gizmo")
    assert ask(internet, question) == (snapshot(internet, NEW, "20100101000000"), Calls(0, 3, 0))


@pytest.mark.parametrize(
    ("more", "found"),
    [
        pytest.param({"title": "The great gizmo"}, True, id="its title is known"),
        pytest.param({"texts": ("paper", "A great gizmo (2015)")}, True, id="documents call it so"),
        pytest.param({"title": "Understanding networks"}, False, id="its title was another one"),
        pytest.param({"texts": ("paper",)}, False, id="nothing that tells is known"),
    ],
)
def test_a_capture_after_death_counts_only_when_it_fits_what_is_known(
    internet: Internet, more: dict[str, object], found: bool
) -> None:
    fill(internet, *captures(("2016-05-02", GOOD)))
    none = NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES)
    question = wanted(NEW, "2016-02-01", "2016-03-01", **more)  # type: ignore[arg-type] # the row's own
    assert ask(internet, question) == (snapshot(internet, NEW, "20160502000000") if found else none, TWO)


def test_a_redirect_before_death_to_a_page_captured_after_it_is_distrusted(internet: Internet) -> None:
    old, new = "http://site.example/x/gizmo", "http://site.example/y/gizmo"
    fill(
        internet, Capture(old, "20150101000000", 301, "/empty", location=new), Capture(new, "20190101000000", page=GOOD)
    )
    assert resolve(internet, wanted(old, "2015-02-01", "2016-01-01")) == NoSnapshot(
        old, NoSnapshotReason.ONLY_BAD_CAPTURES
    )
    assert resolve(internet, wanted(old, "2015-02-01", "2016-01-01", title="The great gizmo")) == snapshot(
        internet, old, "20150101000000"
    )


# ── Archived redirects ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_archived_redirect_to_a_good_page_is_a_snapshot(internet: Internet) -> None:
    url = "http://moved.example/old"
    assert ask(internet, wanted(url)) == (snapshot(internet, url, "20170101000000"), Calls(0, 4, 0))


@pytest.mark.parametrize(
    "location",
    [
        "http://new.example/",
        "http://new.example/404.html",
        "http://new.example/login?next=page",
        "http://new.example/soft",
        "http://new.example/never-captured",
        "http://new.example/gone",
        "http://unrelated.example/offers/today",
        "http://[half",
        "ftp://new.example/x",
        "mailto:me",
        "http://a b/",
    ],
)
def test_an_archived_redirect_to_anything_but_the_page_is_a_bad_capture(internet: Internet, location: str) -> None:
    fill(
        internet,
        Capture(NEW, "20170101000000", 302, "/empty", location=location),
        *(Capture(f"http://new.example{path}", "20170101000000") for path in ("/", "/404.html", "/login?next=page")),
        Capture("http://unrelated.example/offers/today", "20170101000000"),
        Capture("http://new.example/soft", "20170101000000", page=ERROR),
        Capture("http://new.example/gone", "20170101000000", 410, page="/status/410"),
    )
    assert resolve(internet, wanted(NEW)) == NoSnapshot(NEW, NoSnapshotReason.ONLY_BAD_CAPTURES)


def test_a_redirect_to_the_front_page_is_not_followed(internet: Internet) -> None:
    url = "http://rooted.example/deep/page"
    assert ask(internet, wanted(url)) == (NoSnapshot(url, NoSnapshotReason.ONLY_BAD_CAPTURES), TWO)


@pytest.mark.parametrize(("hops", "found", "playback"), [(3, True, 5), (4, False, 5)])
def test_archived_redirects_are_followed_three_times(internet: Internet, hops: int, found: bool, playback: int) -> None:
    chain = [f"http://chain.example/x/{n}" for n in range(hops + 1)]
    at = "20170101000000"
    fill(
        internet,
        *(Capture(a, at, 302, "/empty", location=b) for a, b in pairwise(chain)),
        Capture(chain[-1], at, page=GOOD),
    )
    none = NoSnapshot(chain[0], NoSnapshotReason.ONLY_BAD_CAPTURES)
    answer, calls = ask(internet, wanted(chain[0]))
    assert (answer, calls.playback) == (snapshot(internet, chain[0], at) if found else none, playback)


def test_redirects_of_equal_content_may_lead_to_different_places(internet: Internet) -> None:
    at = ["20180104000000", "20180103000000", "20180102000000", "20180101000000"]
    fill(
        internet,
        *(Capture(NEW, moment, 302, "/empty", location="http://new.example/soft") for moment in at[:-1]),
        *(Capture("http://new.example/soft", moment, page=ERROR) for moment in at[:-1]),
        Capture(NEW, at[-1], 302, "/empty", location="http://new.example/good"),
        Capture("http://new.example/good", at[-1], page=GOOD),
    )
    rows = [f"k {moment} {NEW} text/html 302 3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ 1" for moment in at]
    with answering(index_of(*rows)) as cdx_url:
        assert resolve(internet, wanted(NEW), cdx_url=cdx_url) == snapshot(internet, NEW, at[-1])


# ── Other URLs ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "archived", "playback"),
    [
        ("http://new.example/page?utm_source=list", "http://new.example/page", 3),
        ("http://new.example/page).", "http://new.example/page", 3),
        ("http://new.example/d/index.html", "http://new.example/d/", 3),
        ("https://arxiv.org/abs/1706.03762", "https://arxiv.org/pdf/1706.03762.pdf", 4),
    ],
)
def test_a_page_that_is_archived_under_another_url_is_found_there(
    internet: Internet, url: str, archived: str, playback: int
) -> None:
    pdf = archived.endswith(".pdf")
    fill(internet, Capture(archived, "20170101000000", page="/pdf" if pdf else GOOD))
    assert ask(internet, wanted(url, media_type="text/html")) == (
        snapshot(internet, archived, "20170101000000"),
        Calls(cdx=0, playback=playback, save=0),
    )


def test_another_url_is_tried_where_the_captures_of_its_own_are_bad(internet: Internet) -> None:
    url = f"{NEW}?utm_source=list"
    fill(internet, *captures(("2017-01-01", ERROR), url=url), *captures(("2016-01-01", GOOD)))
    assert ask(internet, wanted(url)) == (snapshot(internet, NEW, "20160101000000"), Calls(0, 4, 0))


# ── Odd archives ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trouble", ["no-head", "head-unknown", "head-not-found"])
def test_an_archive_that_does_no_head_is_asked_with_get_from_then_on(internet: Internet, trouble: str) -> None:
    internet.archive_fails(trouble, service="playback")
    with Archive(settings_of(internet), clock=HandClock()) as archive:
        for url, timestamp in ((PAPER, "20210915235959"), ("http://archived.example/paper.pdf", "20170704000000")):
            answer = archive.resolve(wanted(url))
            assert isinstance(answer, Snapshot)
            assert answer.timestamp == timestamp
    assert [method for method, _ in asked(internet)] == ["HEAD", "GET", "GET", "GET", "GET"]


@pytest.mark.parametrize("form", ["/{}", "id_/{}", "/{}/", "/http:/www.archived.example/paper"])
def test_a_link_into_the_archive_does_not_become_itself(internet: Internet, form: str) -> None:
    link = internet.http_url(f"/web/20210915235959{form.format(PAPER)}")
    at = wanted(PAPER, "2021-09-15").at
    assert resolve(internet, Wanted(Resource(link), PAPER, at, None)) == snapshot(internet, PAPER, "20180601080000")


def test_rows_of_the_index_are_taken_in_the_order_of_their_distance(internet: Internet) -> None:
    bad = [(f"2016-01-{day:02}", ERROR) for day in (1, 2, 3)]
    fill(internet, *captures(*bad, ("2015-01-01", GOOD), ("2010-01-01", GOOD), ("2019-01-01", GOOD)))
    rows = [f"k {at}000000 {NEW} text/html 200 {at} 1" for at in ("20100101", "20190101", "20150101", "20160101")]
    odd = ["k 20000800241623 http://x/ text/html 200 A 6177", "nonsense", "k 20151231000000 http://x/ - 404 B -"]
    with answering(index_of(*odd, *rows)) as cdx_url:
        assert resolve(internet, wanted(NEW, "2016-01-02"), cdx_url=cdx_url) == snapshot(
            internet, NEW, "20150101000000"
        )


def test_a_private_link_is_nobody_elses_business(internet: Internet) -> None:
    url = "http://archived.example/paper?access_token=k3yk3yk3yk3yk3yk3yk3y"
    assert ask(internet, wanted(url)) == (NoSnapshot(url, NoSnapshotReason.PRIVATE), Calls(0, 0, 0))


# ── What is said of it ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "rows", "evidence"),
    [
        (
            wanted(NEW, "2016-03-01"),
            [("2016-02-18", GOOD)],
            "Captured 12 days before the link came into the list (2016-03-01)",
        ),
        (
            wanted(NEW, "2016-03-01"),
            [("2010-02-18", GOOD), ("2016-02-01", ERROR), ("2016-04-01", ERROR)],
            "Captured 6 years before the link came into the list (2016-03-01); " + TWO_ERRORS,
        ),
        (
            wanted(NEW, died="2016-03-01"),
            [("2016-02-29", GOOD)],
            "Captured 1 day before the link was found dead (2016-03-01)",
        ),
        (wanted(NEW), [("2016-02-29", GOOD)], "The latest good capture"),
        (
            wanted(NEW, "2016-03-01", "2016-04-01", title="The great gizmo"),
            [("2016-04-02", GOOD)],
            "Captured 32 days after the link came into the list (2016-03-01); " + LATE,
        ),
        (
            wanted(f"{NEW}).", "2016-03-01"),
            [("2016-03-01", GOOD)],
            f"Captured on the day when the link came into the list (2016-03-01); archived as {NEW}",
        ),
    ],
)
def test_the_maintainer_is_told_why_it_is_this_one(
    internet: Internet, question: Wanted, rows: list[tuple[str, str]], evidence: str
) -> None:
    fill(internet, *captures(*rows))
    with Archive(settings_of(internet), clock=HandClock()) as archive:
        answer = archive.resolve(question)
    assert isinstance(answer, Snapshot)
    assert answer.evidence == evidence
