"""The stand-in for the Wayback Machine answers with the shapes recorded from the real one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
import requests

from tests.internet.archive.captures import CAPTURES, Capture, urlkey
from tests.internet.archive.memory import Limit
from tests.internet.archive.troubles import BLOCKED, ROBOTS, TROUBLES
from tests.internet.client import Internet
from tests.internet.ear import AT_LAST

KEYS = {"Authorization": "LOW access:secret", "Accept": "application/json"}


def ask(internet: Internet, path: str, *, seconds: float = AT_LAST, **parameters: str | list[str]) -> requests.Response:
    return requests.get(internet.http_url(path), params=parameters, allow_redirects=False, timeout=seconds)


def cdx(internet: Internet, **parameters: str | list[str]) -> requests.Response:
    return ask(internet, "/cdx/search/cdx", **parameters)


def timestamps(internet: Internet, **parameters: str | list[str]) -> list[str]:
    rows = cdx(internet, output="json", fl="timestamp", **parameters).json()
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org:443/A/B?b=2&a=1&utm_source=x#f", "org,example)/a/b?a=1&b=2&utm_source=x"),
        ("http://example.org", "org,example)/"),
        ("example.org/page/", "org,example)/page"),
        ("http://user:secret@www2.example.org/%7Eme", "org,example)/~me"),
        ("http://ins.sjtu.edu.cn:3300/talks/314", "cn,edu,sjtu,ins:3300)/talks/314"),
    ],
)
def test_spellings_of_one_url_have_one_key(url: str, key: str) -> None:
    assert urlkey(url) == key


def test_cdx_text_has_seven_fields_in_order_of_time_for_all_spellings(internet: Internet) -> None:
    answer = cdx(internet, url="WWW.archived.example/paper/")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [line.split(" ")[:5] for line in answer.text.splitlines()] == [
        ["example,archived)/paper", "20150310120000", "http://archived.example/paper", "text/html", "200"],
        ["example,archived)/paper", "20180601080000", "http://www.archived.example:80/paper", "text/html", "200"],
        ["example,archived)/paper", "20210915235959", "https://archived.example/paper/", "text/html", "200"],
    ]
    assert {len(line.split(" ")) for line in answer.text.splitlines()} == {7}


def test_cdx_json_has_a_header_row_and_nothing_at_all_for_nothing(internet: Internet) -> None:
    fields = "timestamp,statuscode"
    assert cdx(internet, url="mixed.example/page", output="json", fl=fields).json() == [
        ["timestamp", "statuscode"],
        ["20160101000000", "200"],
        ["20200101000000", "404"],
        ["20210101000000", "503"],
    ]
    assert cdx(internet, url="never.example/", output="json").json() == []
    assert cdx(internet, url="never.example/").content == b""
    assert cdx(internet).status_code == 400


MIXED = ["20160101000000", "20200101000000", "20210101000000"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"closest": "20200201", "sort": "closest"}, [MIXED[1], MIXED[2], MIXED[0]]),
        ({"closest": "20200201", "sort": "closest", "limit": "1"}, [MIXED[1]]),
        ({"closest": "20200201", "limit": "1"}, [MIXED[0]]),  # without sort=closest the oldest comes first
        ({"sort": "reverse"}, MIXED[::-1]),
        ({"limit": "2"}, MIXED[:2]),
        ({"limit": "-1"}, MIXED[2:]),
        ({"from": "2020"}, MIXED[1:]),
        ({"to": "2020"}, MIXED[:2]),
        ({"from": "2017", "to": "202001"}, [MIXED[1]]),
        ({"filter": "statuscode:200"}, [MIXED[0]]),
        ({"filter": "statuscode:20"}, []),  # the whole field must match
        ({"filter": "~statuscode:0[34]"}, MIXED[1:]),  # any part of it
        ({"filter": "!statuscode:200"}, MIXED[1:]),
        ({"filter": ["!statuscode:404", "!statuscode:503"]}, [MIXED[0]]),
        ({"filter": r"statuscode:2..|30[12378]"}, [MIXED[0]]),
        ({"collapse": "timestamp:2"}, [MIXED[0]]),
        ({"filter": "statuscode:200|30[12378]|-", "to": "20200101000000"}, [MIXED[0]]),
        ({"closest": "2022", "sort": "closest", "to": "20200601"}, [MIXED[1], MIXED[0]]),
    ],
    ids=str,
)
def test_cdx_selects_and_orders(internet: Internet, parameters: dict[str, str], expected: list[str]) -> None:
    assert timestamps(internet, url="mixed.example/page", **parameters) == expected


@pytest.mark.parametrize(
    ("parameters", "originals"),
    [
        ({"url": "ring.example/*"}, ["http://ring.example/a", "http://ring.example/b"]),
        ({"url": "ring.example", "matchType": "host"}, ["http://ring.example/a", "http://ring.example/b"]),
        ({"url": "*.lost.example"}, ["http://lost.example/old"]),
        ({"url": "lost.example", "matchType": "exact"}, []),
    ],
    ids=str,
)
def test_cdx_matches_prefixes_hosts_and_domains(
    internet: Internet, parameters: dict[str, str], originals: list[str]
) -> None:
    assert cdx(internet, fl="original", **parameters).text.split() == originals


def test_a_resume_key_leads_through_all_rows_once(internet: Internet) -> None:
    seen: list[str] = []
    key = ""
    while True:
        resume = {"resumeKey": key} if key else {}
        text = cdx(internet, url="many.example/page", limit="15", showResumeKey="true", fl="timestamp", **resume).text
        rows, _, key = text.partition("\n\n")
        seen += rows.split()
        key = key.strip()
        if not key:
            break
    assert seen == [capture.timestamp for capture in CAPTURES if "many.example" in capture.url]
    last = cdx(internet, url="many.example/page", limit="1", showResumeKey="true", output="json", fl="timestamp").json()
    assert last == [["timestamp"], ["20190101000000"], [], ["example%2Cmany%29%2Fpage+20190101000100"]]


def test_revisits_and_malformed_rows_are_listed_as_recorded(internet: Internet) -> None:
    revisit = cdx(internet, url="revisited.example/page", filter="statuscode:-").text.split(" ")
    assert revisit[3:5] == ["warc/revisit", "-"]
    mail, no_day, no_length, blanks = cdx(internet, url="malformed.example/*").text.splitlines()
    assert " http://mailto:someone@malformed.example/ unk 301 " in mail
    assert " 20000800241623 " in no_day
    assert no_length.endswith(" -")
    assert " http://malformed.example/page with blanks " in blanks


def test_the_time_gate_leads_to_the_nearest_capture(internet: Internet) -> None:
    answer = ask(internet, "/web/20180101id_/http://archived.example/paper")
    assert (answer.status_code, answer.content, answer.headers["X-Archive-Redirect-Reason"]) == (
        302, b"", "found capture at 20180601080000",
    )  # fmt: skip
    place = internet.http_url("/web/20180601080000id_/http://www.archived.example:80/paper")
    assert answer.headers["Location"] == place
    asked = {"Accept-Datetime": "Thu, 10 Mar 2016 12:00:00 GMT"}
    gate = internet.http_url("/web/http://archived.example/paper")
    by_header = requests.head(gate, headers=asked, timeout=AT_LAST)
    assert by_header.headers["Location"].endswith("/web/20150310120000/http://archived.example/paper")
    latest = requests.head(gate, timeout=AT_LAST)
    assert latest.headers["Location"].endswith("/web/20210915235959/https://archived.example/paper/")


def test_a_memento_says_when_and_what_is_around_it(internet: Internet) -> None:
    answer = ask(internet, "/web/20180601080000id_/http://archived.example/paper")
    assert answer.status_code == 200
    assert answer.headers["Memento-Datetime"] == "Fri, 01 Jun 2018 08:00:00 GMT"
    assert "<title>The second version</title>" in answer.text
    relations = [part.partition('rel="')[2].partition('"')[0] for part in answer.headers["Link"].split(", <")]
    assert relations == [
        "original", "timemap", "timegate",
        "first memento", "prev memento", "memento", "next memento", "last memento",
    ]  # fmt: skip
    assert "WAYBACK TOOLBAR" not in answer.text
    assert "WAYBACK TOOLBAR" in ask(internet, "/web/20180601080000/http://archived.example/paper").text
    time_map = ask(internet, "/web/timemap/link/http://archived.example/paper")
    assert time_map.headers["Content-Type"] == "application/link-format"
    assert time_map.text.count('memento"') == 3


@dataclass(frozen=True)
class Played:
    """What tells one playback from another."""

    status: int
    memento: bool
    location: str | None = None
    text: str = ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("20170101000000id_/http://moved.example/old", Played(301, True, "/web/20170101000000id_/http://moved.example/new")),
        ("20170101000000/http://moved.example/old", Played(200, True, text="Got an HTTP 301 response at crawl time")),
        ("20200101000000id_/http://mixed.example/page", Played(404, True, text="404 Not Found")),
        ("20150129034904id_/http://only-busy.example/page", Played(429, True, text="Please come back later")),
        ("20180808094144id_/http://revisited.example/page", Played(200, True, text="Unchanged")),
        ("20190101000000id_/http://only-soft.example/page", Played(200, True, text="Page not found")),
        ("2019id_/http://never.example/", Played(404, False, text="The Wayback Machine has not archived that URL.")),
        ("2019id_/http://excluded.example/page", Played(200, False, text="excluded from the Wayback Machine")),
        ("20170101000000id_/http://unserved.example/page",
         Played(302, False, "/web/20150101000000id_/http://unserved.example/page")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_playback_shows_what_was_recorded(internet: Internet, path: str, expected: Played) -> None:
    answer = ask(internet, f"/web/{path}")
    assert answer.status_code == expected.status
    assert ("Memento-Datetime" in answer.headers) is expected.memento
    assert answer.headers.get("Location", "").removeprefix(internet.http_url("")) == (expected.location or "")
    assert expected.text in answer.text


def test_availability_knows_hits_and_misses(internet: Internet) -> None:
    url = internet.http_url("/web/20150310120000/http://archived.example/paper")
    closest = {"status": "200", "available": True, "url": url, "timestamp": "20150310120000"}
    hit = ask(internet, "/wayback/available", url="archived.example/paper", timestamp="2015").json()
    assert hit == {"url": "archived.example/paper", "archived_snapshots": {"closest": closest}, "timestamp": "2015"}
    miss = ask(internet, "/wayback/available", url="only-bad.example/page").json()
    assert miss == {"url": "only-bad.example/page", "archived_snapshots": {}}


def named(answer: requests.Response) -> dict[str, str]:
    """Return the captures that a Link header names: relation → timestamp."""
    links = requests.utils.parse_header_links(answer.headers["Link"])
    return {link["rel"]: link["url"].split("/web/")[1][:14] for link in links if "memento" in link["rel"]}


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (MIXED[0], {"first": MIXED[0], "": MIXED[0], "next": MIXED[1], "last": MIXED[2]}),
        (MIXED[1], {"first": MIXED[0], "prev": MIXED[0], "": MIXED[1], "next": MIXED[2], "last": MIXED[2]}),
        (MIXED[2], {"first": MIXED[0], "prev": MIXED[1], "": MIXED[2], "last": MIXED[2]}),
    ],
)
def test_a_memento_names_its_neighbours_whatever_their_status(
    internet: Internet, timestamp: str, expected: dict[str, str]
) -> None:
    relations = named(ask(internet, f"/web/{timestamp}id_/http://mixed.example/page"))
    assert relations == {f"{relation} memento".strip(): at for relation, at in expected.items()}


@pytest.mark.parametrize(
    "path",
    [
        "/web/2018id_/http://archived.example/paper",
        "/web/20180601080000id_/http://archived.example/paper",
        "/web/20200101000000id_/http://mixed.example/page",
        "/web/2018id_/http://never.example/",
        "/web/2018id_/http://excluded.example/page",
        "/web/2018id_/http://offline.example/page",
    ],
)
def test_head_is_answered_like_get_without_the_body(internet: Internet, path: str) -> None:
    whole, head = ask(internet, path), requests.head(internet.http_url(path), timeout=AT_LAST)
    same = ("Location", "Memento-Datetime", "Link", "Content-Type", "Content-Length", "X-Archive-Redirect-Reason")
    assert head.content == b""
    assert head.status_code == whole.status_code
    assert [head.headers.get(name) for name in same] == [whole.headers.get(name) for name in same]


@pytest.mark.parametrize(("trouble", "status"), [("no-head", 405), ("head-unknown", 501), ("head-not-found", 404)])
def test_a_server_may_not_know_head(internet: Internet, trouble: str, status: int) -> None:
    internet.archive_fails(trouble)
    path = "/web/2018id_/http://archived.example/paper"
    assert (requests.head(internet.http_url(path), timeout=AT_LAST).status_code, ask(internet, path).status_code) == (
        status, 302,
    )  # fmt: skip


def test_a_revisit_of_a_redirect_leads_where_the_redirect_led(internet: Internet) -> None:
    url = "http://twice.example/old"
    for status, at in ((301, "20170101000000"), (None, "20180101000000")):
        internet.archive_add(Capture(url, at, status, "/empty", location="http://twice.example/new"))
    answer = ask(internet, f"/web/20180101000000id_/{url}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/web/20180101000000id_/http://twice.example/new")


CDX_IN_TROUBLE: dict[str, tuple[int, str] | type[Exception]] = {
    "excluded": (403, BLOCKED),
    "excluded-403": (403, BLOCKED),
    "excluded-robots": (403, ROBOTS),
    "rate-limited": (429, "<h1>Too Many Requests</h1>"),
    "rate-limited-retry-after": (429, "<h1>Too Many Requests</h1>"),
    "rate-limited-briefly": (429, "<h1>Too Many Requests</h1>"),
    "redirected-429": (302, ""),
    "offline": (503, "Temporarily Offline"),
    "offline-briefly": (503, "Temporarily Offline"),
    "bad-gateway": (502, "502 Bad Gateway"),
    "gateway-timeout": (504, "504 Gateway Timeout"),
    "not-found": (404, "404 Not Found"),
    "no-head": (200, "archived"),
    "head-unknown": (200, "archived"),
    "head-not-found": (200, "archived"),
    "html": (200, "<!DOCTYPE html>"),
    "truncated": (200, '[["urlkey","timestamp","original","mimetype","sta'),
    "malformed": (200, "http://archived.exa\nnull\n"),
    "hang": requests.Timeout,
    "reset": requests.ConnectionError,
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_archive_can_be_in_every_trouble(internet: Internet, trouble: str) -> None:
    internet.archive_trouble("http://archived.example/paper", trouble)
    expected = CDX_IN_TROUBLE[trouble]
    if isinstance(expected, type):
        with pytest.raises(expected):
            ask(internet, "/cdx/search/cdx", seconds=1, url="archived.example/paper")
    else:
        answer = cdx(internet, url="archived.example/paper")
        assert (answer.status_code, expected[1] in answer.text) == (expected[0], True)
    internet.archive_trouble("http://archived.example/paper", None)
    assert len(timestamps(internet, url="archived.example/paper")) == 3


def test_only_some_refusals_say_how_long_to_wait(internet: Internet) -> None:
    waits = {
        url: cdx(internet, url=url).headers.get("Retry-After")
        for url in ("busy.example/page", "busy-until.example/page")
    }
    assert waits == {"busy.example/page": None, "busy-until.example/page": "120"}
    assert cdx(internet, url="excluded.example/page").headers["X-Archive-Wayback-Runtime-Error"] == BLOCKED


def test_a_spell_meets_the_next_requests_to_one_service(internet: Internet) -> None:
    internet.archive_fails("rate-limited", service="cdx", times=2)
    playback = ask(internet, "/web/2018/http://archived.example/paper").status_code
    codes = [cdx(internet, url="archived.example/paper").status_code for _ in range(3)]
    assert (playback, codes) == (302, [429, 429, 200])


def statuses(internet: Internet) -> list[str | None]:
    return [request.status for request in internet.requests()]


def test_requests_that_come_too_soon_after_one_another_are_refused(internet: Internet) -> None:
    internet.archive_limit("cdx", apart=60)
    for _ in range(2):
        cdx(internet, url="archived.example/paper")
        ask(internet, "/web/2018/http://archived.example/paper")
    assert statuses(internet) == ["200", "302", "429", "302"]


def test_more_requests_than_a_limit_allows_are_refused(internet: Internet) -> None:
    internet.archive_limit(most=2, trouble="rate-limited-retry-after")
    answers = [cdx(internet, url="archived.example/paper") for _ in range(3)]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, None, "120"]


@pytest.mark.parametrize(
    ("limit", "times", "refused"),
    [
        (Limit("cdx", apart=2.5, most=0, window=60, trouble=""), [0, 1, 3, 6, 8.5, 9], [1, 3, 9]),
        (Limit(None, apart=0, most=2, window=10, trouble=""), [0, 1, 2, 10.5, 11.5, 22], [2, 10.5, 11.5]),
        (Limit("playback", apart=2.5, most=1, window=60, trouble=""), [0, 1, 2], []),
    ],
)
def test_a_limit_counts_what_it_refuses(limit: Limit, times: list[float], refused: list[float]) -> None:
    assert [at for at in times if limit.refuses("cdx", at)] == refused


def test_the_weather_is_the_same_for_the_same_requests_in_any_order(internet: Internet) -> None:
    paths = [f"/web/2018/http://archived.example/{number}" for number in range(60)]
    seen = []
    for order in (paths, paths[::-1]):
        internet.archive_weather(7, 0.3, "offline", "bad-gateway", service="playback")
        seen.append({path: ask(internet, path).status_code for path in order})
    assert seen[0] == seen[1]
    assert Counter(seen[0].values()) == {404: 43, 503: 9, 502: 8}
    assert cdx(internet, url="archived.example/paper").status_code == 200
    internet.archive_weather(7, 0)
    assert {ask(internet, path).status_code for path in paths} == {404}


def test_who_asks_again_may_have_better_weather(internet: Internet) -> None:
    internet.archive_weather(7, 0.5)
    codes = [ask(internet, "/web/2018/http://archived.example/paper").status_code for _ in range(12)]
    assert set(codes) == {302, 503}


def save(internet: Internet, url: str, **headers: str) -> requests.Response:
    return requests.post(internet.http_url("/save"), data={"url": url}, headers=headers, timeout=AT_LAST)


def test_a_saved_page_is_pending_then_captured(internet: Internet) -> None:
    submitted = save(internet, "http://new.example/page", **KEYS).json()
    job = submitted["job_id"]
    assert submitted["url"] == "http://new.example/page"
    assert job.startswith("spn2-")
    polls = [
        requests.get(internet.http_url(f"/save/status/{job}"), headers=KEYS, timeout=AT_LAST).json() for _ in range(2)
    ]
    assert [poll["status"] for poll in polls] == ["pending", "success"]
    assert polls[1]["original_url"] == "http://new.example/page"
    assert timestamps(internet, url="new.example/page") == [polls[1]["timestamp"]]


def test_saving_needs_keys_and_may_be_refused(internet: Internet) -> None:
    anonymous = save(internet, "http://new.example/page")
    assert (anonymous.status_code, anonymous.json()) == (
        401, {"message": "You need to be logged in to use Save Page Now."},
    )  # fmt: skip
    refused = save(internet, "http://refused.example/page", **KEYS)
    assert (refused.status_code, refused.json()["status_ext"]) == (200, "error:too-many-daily-captures")
    assert save(internet, "http://recent.example/page", **KEYS).json()["job_id"] is None
    blocked = save(internet, "http://excluded.example/page", **KEYS).json()
    assert blocked["status_ext"] == "error:blocked-url"
    job = save(internet, "http://fails.example/page", **KEYS).json()["job_id"]
    polls = [
        requests.get(internet.http_url(f"/save/status/{job}"), headers=KEYS, timeout=AT_LAST).json() for _ in range(2)
    ]
    assert [poll.get("status_ext") for poll in polls] == [None, "error:invalid-host-resolution"]


def test_captures_can_be_added(internet: Internet) -> None:
    internet.archive_add(Capture("http://added.example/", "20200101000000", page="/soft-404"))
    assert timestamps(internet, url="added.example") == ["20200101000000"]
    assert "Page not found" in ask(internet, "/web/20200101000000id_/http://added.example/").text
