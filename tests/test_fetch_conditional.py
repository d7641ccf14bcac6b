"""Asking again: what is kept of a page that was well, to whom it is sent, and what the answers mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from dlt_crawler.fetch import Crawler
from dlt_crawler.fetch.frontier import ListFrontier
from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import Due, LinkWarning, Observation, Outcome, Page, Redirect, Resource, SiteRule, Validators
from dlt_crawler.sites import Sites
from tests.fetch_support import crawler
from tests.internet.client import Internet
from tests.raw_server import Listening, Visitor, listening
from tests.site_support import NOT_THERE, answer, moved, page
from tests.test_fetch_client import client
from tests.transport_support import in_a_loop

TAG, DATE = '"abc"', "Wed, 01 Jan 2020 00:00:00 GMT"
NOW = "Date: Sat, 21 Nov 2026 12:00:00 GMT"
UNCHANGED = answer(status=304)[:-2].replace(b"Content-Type: text/html\r\nContent-Length: 0\r\n", b"") + b"\r\n"

Fields = Mapping[str, str]
Handler = Callable[[Fields], bytes]


def with_fields(served: bytes, *fields: str) -> bytes:
    head, _, body = served.partition(b"\r\n\r\n")
    return b"\r\n".join([head, *(each.encode("latin-1") for each in fields)]) + b"\r\n\r\n" + body


TAGGED = with_fields(page("A page"), f"ETag: {TAG}")


def kept(title: str = "A page", tag: str = TAG) -> Handler:
    """A page with a tag, for whoever does not have it yet."""
    return lambda fields: UNCHANGED if fields.get("if-none-match") == tag else with_fields(page(title), f"ETag: {tag}")


def cannot_cope(served: bytes, plain: bytes = TAGGED) -> Handler:
    """A page with a tag, and something else for whoever sends one."""
    return lambda fields: served if "if-none-match" in fields else plain


@dataclass
class Origin:
    checker: Checker
    place: Listening
    asked: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    """The target of each request, and what it is conditional on: tag and date."""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.place.port}{path}"

    async def check(self, path: str, known: Validators | None = None, *fragments: str) -> Observation:
        return await self.checker.observe(Due(Resource(self.url(path)), fragments, validators=known))

    def known(self, path: str, etag: str | None = TAG, date: str | None = None) -> Validators:
        return Validators(self.url(path), etag, date)


@asynccontextmanager
async def origin(pages: Mapping[str, bytes | Handler], *, sites: Sites | None = None) -> AsyncIterator[Origin]:
    """Serve pages by their targets; one that is empty breaks the connection off."""

    async def serve(visitor: Visitor) -> None:
        while True:
            first, *lines = (await visitor.request()).decode("latin-1").rstrip().split("\r\n")
            fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            target = first.split(" ")[1]
            there.asked.append((target, fields.get("if-none-match"), fields.get("if-modified-since")))
            found = pages.get(target, NOT_THERE)
            served = found if isinstance(found, bytes) else found(fields)
            if not served:
                return
            await visitor.send(served)

    given = {"max_redirects": 10, "timeout": 2.0, "max_body": 5_000_000, "robots": False}
    async with listening(serve) as place, client() as asking:
        there = Origin(Checker(asking, sites or Sites(), **given), place)
        yield there


@pytest.mark.parametrize(
    ("fields", "etag", "date"),
    [
        ((f"ETag: {TAG}",), TAG, None),
        (('ETag: W/"abc"',), 'W/"abc"', None),
        ((f"Last-Modified: {DATE}",), None, DATE),
        (('etag:   "a,b\xff"  ', f"LAST-MODIFIED: {DATE}", NOW), '"a,b\xff"', DATE),
    ],
)
@in_a_loop
async def test_page_that_has_not_changed_is_alive_and_is_not_sent(
    fields: tuple[str, ...], etag: str | None, date: str | None
) -> None:
    def serve(asked: Fields) -> bytes:
        same = asked.get("if-none-match") == etag and asked.get("if-modified-since") == date
        return UNCHANGED if same else with_fields(page("A page"), *fields)

    async with origin({"/page": serve}) as there:
        first = await there.check("/page")
        again = await there.check("/page", first.validators)

    assert (first.status, first.page.title, first.validators) == (200, "A page", there.known("/page", etag, date))
    assert there.asked == [("/page", None, None), ("/page", etag, date)]
    assert (again.outcome, again.status, again.final_url) == (Outcome.OK, 304, there.url("/page"))
    assert again.detail == "127.0.0.1 answered 304 Not Modified: not changed since it was last seen whole."
    assert (again.page, again.evidence, again.signals, again.warnings) == (Page(), None, (), ())
    assert (again.content_type, again.validators, again.unchanged) == (None, first.validators, True)


@in_a_loop
async def test_changed_page_is_read_whole_and_what_came_with_it_is_kept() -> None:
    async with origin({"/page": kept("Another", '"new"')}) as there:
        seen = await there.check("/page", there.known("/page"))

    assert there.asked == [("/page", TAG, None)]
    assert (seen.outcome, seen.status, seen.page.title) == (Outcome.OK, 200, "Another")
    assert seen.validators == there.known("/page", '"new"')


@in_a_loop
async def test_at_the_end_of_redirects_it_is_the_last_url_that_is_asked_with_conditions() -> None:
    async with origin({"/a": moved("/b", 301), "/b": moved("/a.html"), "/a.html": kept()}) as there:
        first = await there.check("/a")
        again = await there.check("/a", first.validators)

    assert first.validators == there.known("/a.html")
    assert there.asked[3:] == [("/a", None, None), ("/b", None, None), ("/a.html", TAG, None)]
    assert (again.outcome, again.final_url) == (Outcome.REDIRECTED, there.url("/a.html"))
    assert again.redirects == first.redirects
    assert "304 Not Modified, after 2 redirects: not changed" in again.detail


@in_a_loop
async def test_what_goes_another_way_now_is_seen_whole() -> None:
    async with origin({"/was": moved("/"), "/": kept("Home")}) as there:
        seen = await there.check("/was", there.known("/was"))

    assert there.asked[:2] == [("/was", TAG, None), ("/", None, None)]
    assert (seen.outcome, seen.status, seen.page.title) == (Outcome.REDIRECTED, 200, "Home")
    assert [signal.kind for signal in seen.signals] == ["landing"]
    assert seen.validators is None


@in_a_loop
async def test_redirect_that_conditions_alone_lead_to_is_no_evidence() -> None:
    lost = page("Page not found", "The page you are looking for does not exist.")
    pages = {"/page": cannot_cope(moved("/lost")), "/gone": moved("/lost"), "/lost": lost}
    async with origin(pages) as there:
        seen, gone = [await there.check(path, there.known(path)) for path in ("/page", "/gone")]

    assert (seen.outcome, seen.redirects, seen.detail) == (Outcome.OK, (), "127.0.0.1 answered 200 OK.")
    assert (gone.outcome, gone.final_url, len(gone.redirects)) == (Outcome.SOFT_404, there.url("/lost"), 1)
    assert [tag for path, tag, _ in there.asked if path == "/gone"] == [TAG, None]


@pytest.mark.parametrize("url", ["{}/page?x", "{}/page/", "{}/PAGE", "{}", "http://localhost:{port}/page", "{}/page#"])
@in_a_loop
async def test_no_other_url_is_asked_with_conditions(url: str) -> None:
    async with origin({"/page": kept()}) as there:
        known = Validators(url.format(there.url(""), port=there.place.port), TAG, DATE)
        seen = await there.check("/page", known)

    assert there.asked == [("/page", None, None)]
    assert seen.status == 200


@in_a_loop
async def test_what_is_asked_beside_a_doubtful_page_is_asked_without_conditions() -> None:
    async with origin({"/dir/page": page("Page not found")}) as there:
        seen = await there.check("/dir/page", there.known("/dir/page"))

    assert seen.signals
    assert there.asked[0] == ("/dir/page", TAG, None)
    assert [each[1:] for each in there.asked[1:]] == [(None, None)]


REFUSALS = {
    **{str(status): answer("No.", status=status) for status in (400, 401, 403, 404, 410, 412, 418, 500, 501, 503)},
    "wall": answer("<title>Just a moment...</title>", "cf-mitigated: challenge", status=304),
    "wall-200": answer("<title>Just a moment...</title>", "cf-mitigated: challenge"),
    "soft-404": page("Page not found", "The page you are looking for does not exist."),
    "nowhere": answer(status=302),
    "odd": answer(status=305),
    "closed": b"",
    "garbage": b"This is not HTTP\r\n\r\n",
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
@in_a_loop
async def test_server_that_cannot_cope_with_conditions_is_asked_without(refusal: bytes) -> None:
    async with origin({"/old": moved("/old.html"), "/old.html": cannot_cope(refusal)}) as there:
        seen = await there.check("/old", there.known("/old.html"))

    # libcurl asks again by itself where a connection that was kept is closed.
    asked = [*dict.fromkeys(there.asked)]
    assert asked == [("/old", None, None), ("/old.html", TAG, None), ("/old.html", None, None)]
    assert (seen.outcome, seen.status, seen.page.title) == (Outcome.REDIRECTED, 200, "A page")
    assert seen.detail == "127.0.0.1 answered 200 OK, after a redirect."
    assert seen.validators == there.known("/old.html")


@in_a_loop
async def test_what_is_wrong_with_a_link_is_what_a_plain_request_shows() -> None:
    pages = {
        "/gone": cannot_cope(answer("No.", status=500), plain=NOT_THERE),
        "/cut": cannot_cope(answer("No.", status=404), plain=b""),
    }
    async with origin(pages) as there:
        seen = [await there.check(path, there.known(path)) for path in pages]
        told = [await there.check(path) for path in pages]

    assert [tag for path, tag, _ in there.asked if path == "/gone"] == [TAG, None, None]
    same = [(each.outcome, each.status, each.final_url, each.detail) for each in seen]
    assert same == [(each.outcome, each.status, each.final_url, each.detail) for each in told]
    assert [each.outcome for each in seen] == [Outcome.NOT_FOUND, Outcome.CONNECTION_ERROR]


@pytest.mark.parametrize("refusal", [answer(status=429), answer("", "Retry-After: 9", status=503)])
@in_a_loop
async def test_host_that_wants_us_to_slow_down_is_not_asked_once_more(refusal: bytes) -> None:
    async with origin({"/page": cannot_cope(refusal)}) as there:
        seen = await there.check("/page", there.known("/page"))

    assert there.asked == [("/page", TAG, None)]
    assert seen.outcome is Outcome.RATE_LIMITED


@in_a_loop
async def test_not_changed_says_nothing_where_nobody_asked_for_it() -> None:
    async with origin({"/page": UNCHANGED}) as there:
        seen = [await there.check("/page", known) for known in (None, there.known("/other"))]

    assert there.asked == [("/page", None, None)] * 2
    assert {(each.outcome, each.unchanged, each.validators) for each in seen} == {(Outcome.PROTOCOL_ERROR, False, None)}


@in_a_loop
async def test_rule_for_a_site_that_knows_dead_addresses_has_its_say() -> None:
    sites = Sites([SiteRule("a", ("127.0.0.1",), dead_urls=("/dead",))])
    async with origin({"/dead": kept()}, sites=sites) as there:
        seen = await there.check("/dead", there.known("/dead"))

    assert there.asked == [("/dead", TAG, None), ("/dead", None, None)]
    assert seen.outcome is Outcome.SOFT_404


@pytest.mark.parametrize(
    ("fields", "etag", "date"),
    [
        ((), TAG, DATE),
        (('ETag: "new"',), '"new"', DATE),
        (("Last-Modified: Thu, 02 Jan 2020 00:00:00 GMT",), TAG, "Thu, 02 Jan 2020 00:00:00 GMT"),
        (("ETag: *", "Last-Modified: now"), TAG, DATE),
    ],
)
@in_a_loop
async def test_what_comes_with_not_changed_is_kept(fields: tuple[str, ...], etag: str, date: str) -> None:
    async with origin({"/page": with_fields(UNCHANGED, *fields)}) as there:
        seen = await there.check("/page", there.known("/page", TAG, DATE))

    assert (seen.status, seen.validators) == (304, there.known("/page", etag, date))


@in_a_loop
async def test_fragments_of_a_page_that_has_not_changed_are_still_there() -> None:
    async with origin({"/page": kept()}) as there:
        missing = await there.check("/page", None, "nowhere")
        again = await there.check("/page", there.known("/page"), "section")

    assert (missing.warnings, missing.validators) == ((LinkWarning.FRAGMENT_MISSING,), None)
    assert (again.status, again.warnings) == (304, ())


LONG_TAG = f'"{"x" * 1_000}"'


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (f"ETag: {LONG_TAG}", {"etag": LONG_TAG}),
        (f'ETag: "x{LONG_TAG[1:]}', None),
        ("ETag: *", None),
        ('ETag: ""', None),
        ("ETag: abc", None),
        ('ETag: "abc", "def"', None),
        ('ETag: "abc', None),
        ('ETag: "a b"', None),
        ('ETag: w/"abc"', None),
        ('ETag: "a\x7fb"', None),
        ('ETag: "abc"\r\n X-Evil: 1', None),
        (f"Last-Modified: {DATE}\r\n{NOW}", {"last_modified": DATE}),
        (f"Last-Modified: {DATE}\r\nDate: yesterday", {"last_modified": DATE}),
        ("Last-Modified: Wed, 01 Jan 2020 00:00:00 +0000", None),
        ("Last-Modified: Wed, 1 Jan 2020 00:00:00 GMT", None),
        ("Last-Modified: Wednesday, 01-Jan-20 00:00:00 GMT", None),
        ("Last-Modified: Thu, 31 Feb 2019 00:00:00 GMT", None),
        ("Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT, Wed, 01 Jan 2020 00:00:00 GMT", None),
        (f"Last-Modified: {'x' * 100_000}", None),
        # It does not tell one version of this second from another, nor from any to come.
        (f"Last-Modified: {NOW[6:]}\r\n{NOW}", None),
        (f"Last-Modified: Thu, 31 Dec 2099 00:00:00 GMT\r\n{NOW}", None),
        (f"Last-Modified: Thu, 31 Dec 2099 00:00:00 GMT\r\nETag: {TAG}\r\n{NOW}", {"etag": TAG}),
        (f"ETag: {TAG}\r\nCache-Control: private, No-Store", None),
        (f"ETag: {TAG}\r\nCache-Control: max-age=0\r\nCache-Control: no-store=x", None),
        (f"ETag: {TAG}\r\nCache-Control: no-cache, must-revalidate", {"etag": TAG}),
        (f"ETag: {TAG}\r\nVary: Accept-Encoding, *", None),
        (f"ETag: {TAG}\r\nVary: Accept-Encoding, Cookie", {"etag": TAG}),
        (f"ETag: {TAG}\r\nSet-Cookie: session=1", {"etag": TAG}),
    ],
)
@in_a_loop
async def test_only_what_is_good_in_every_character_is_kept(said: str, known: Mapping[str, str] | None) -> None:
    async with origin({"/page": with_fields(page("A page"), said)}) as there:
        seen = await there.check("/page")

    assert (seen.outcome, seen.signals) == (Outcome.OK, ())
    assert seen.validators == (Validators(there.url("/page"), **known) if known is not None else None)


@pytest.mark.parametrize(
    ("etag", "date"),
    [
        ('"a"\r\nX-Evil: 1', DATE + "\r\nX-Evil: 1"),
        ('"a"\nX-Evil: 1', DATE + "\n"),
        ("*", "*"),
        ('"a", *', "now"),
        (f'"{"x" * 2_000}"', DATE + "x" * 2_000),
        ('"\u4e2d"', "\u4e2d"),
        ("", ""),
        (None, None),
    ],
)
@in_a_loop
async def test_nothing_else_is_sent_whatever_was_kept(etag: str | None, date: str | None) -> None:
    async with origin({"/page": kept()}) as there:
        seen = await there.check("/page", there.known("/page", etag, date))

    assert there.asked == [("/page", None, None)]
    assert b"evil" not in there.place.heads[0].lower()
    assert seen.status == 200


WELL = {
    "pdf": answer("%PDF-1.4 nothing", f"ETag: {TAG}", content_type="application/pdf"),
    "image": answer(b"\x89PNG", f"ETag: {TAG}", content_type="image/png"),
    "text": answer("It lives. " * 40, f"ETag: {TAG}", content_type="text/plain"),
    "archive": answer(b"PK" * 200_000, f"ETag: {TAG}", content_type="application/zip"),
    "long": with_fields(page("A page", "A sentence about mathematics. " * 20_000), f"ETag: {TAG}"),
}
NOT_WELL = {
    "cut": with_fields(page("A page"), f"ETag: {TAG}")[:-500],
    "partial": answer("A page.", f"ETag: {TAG}", status=206),
    "choices": answer("A page.", f"ETag: {TAG}", status=300),
    "doubtful": with_fields(page("Page not found"), f"ETag: {TAG}"),
    "soft-404": with_fields(page("Page not found", "The page you are looking for does not exist."), f"ETag: {TAG}"),
    "wall": answer("<title>Just a moment...</title>", f"ETag: {TAG}", "cf-mitigated: challenge"),
    "gone": answer("No.", f"ETag: {TAG}", status=404),
    "moved": with_fields(moved("/other"), f"ETag: {TAG}"),
    "leads-on": with_fields(
        page("A", "A sentence. " * 400, "<meta http-equiv=refresh content='5; url=/nowhere'>"), f"ETag: {TAG}"
    ),
}


@pytest.mark.parametrize(
    ("served", "well"),
    [*((each, True) for each in WELL.values()), *((each, False) for each in NOT_WELL.values())],
    ids=[*WELL, *NOT_WELL],
)
@in_a_loop
async def test_what_was_not_well_is_seen_whole_the_next_time(served: bytes, well: bool) -> None:
    # A page that the link does not name: with others it would be a crowd.
    async with origin({"/page": served, "/other": with_fields(page("Other"), f"ETag: {TAG}")}) as there:
        seen = await there.check("/page")

    assert seen.validators == (there.known("/page") if well else None)


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        (("Date: Sat, 21 Nov 2026 12:00:00 GMT",), datetime(2026, 11, 21, 12, tzinfo=UTC)),
        (("Date: Saturday, 21-Nov-26 12:00:00 GMT",), datetime(2026, 11, 21, 12, tzinfo=UTC)),
        (("Date: Sat Nov 21 12:00:00 2026",), datetime(2026, 11, 21, 12, tzinfo=UTC)),
        (("Date: Sat, 21 Nov 2026 12:00:00 +0100",), datetime(2026, 11, 21, 11, tzinfo=UTC)),
        (("Date: Sat, 21 Nov 2026 12:00:00 GMT", "Age: 3600"), datetime(2026, 11, 21, 13, tzinfo=UTC)),
        (("Date: Sat, 21 Nov 2026 12:00:00 GMT", "Age: -1"), None),
        (("Date: Sat, 21 Nov 2026 12:00:00 GMT", "Age: 1, 2"), None),
        (("Date: Fri, 31 Dec 9999 23:59:59 GMT", "Age: 9999999999"), None),
        (("Date: Fri, 31 Dec 9999 23:59:59 -0100",), None),
        (("Date: 99 Nov 2026 99:99:99",), None),
        (("Date: " + "9" * 100_000,), None),
        (("Date: Sat, 21 Nov 2026 12:00:00 GMT" + " x" * 50,), None),
        (("Date:",), None),
        ((), None),
    ],
)
@pytest.mark.parametrize("served", [page("A page"), NOT_THERE, moved("http://127.0.0.1:1/"), UNCHANGED])
@in_a_loop
async def test_every_answer_tells_the_time_of_its_server(
    served: bytes, fields: tuple[str, ...], time: datetime | None
) -> None:
    async with origin({"/page": with_fields(served, *fields)}) as there:
        seen = await there.check("/page")

    assert seen.server_time == time
    assert time is None or (seen.server_time is not None and seen.server_time.tzinfo is UTC)


@in_a_loop
async def test_where_nobody_answers_there_is_no_time() -> None:
    async with origin({"/page": b""}) as there:
        seen = await there.check("/page")

    assert (seen.outcome, seen.server_time) == (Outcome.CONNECTION_ERROR, None)


class Known(ListFrontier):
    """A list, and what is known of its links."""

    def __init__(self, validators: Mapping[str, Validators]) -> None:
        super().__init__(map(Resource, validators))
        self._validators = validators

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        return [replace(due, validators=self._validators[due.resource.url]) for due in super().claim(slot, count)]


def ask_again(running: Crawler, validators: Mapping[str, Validators]) -> dict[str, Observation]:
    seen: list[Observation] = []
    running.check(Known(validators), seen.extend)
    return {each.resource.url: each for each in seen}


def conditional(internet: Internet, targets: Iterable[str]) -> dict[str, list[bool]]:
    """Whether each request for these targets had conditions."""
    log = internet.requests()
    names = {"if-none-match", "if-modified-since"}
    return {path: [bool(names & {*each.headers}) for each in log if each.target == path] for path in targets}


@pytest.mark.parametrize("processes", [1, 3])
def test_conditions_reach_whichever_process_asks(internet: Internet, processes: int) -> None:
    hub = "127.0.0.2"
    assert len({owner_of(host, 3) for host in (hub, "127.0.0.3", "127.0.0.1")}) == 3
    rows = [f"/kept/{kind}/7" for kind in ("etag", "weak", "date", "both")] + ["/allergic/412/7", "/kept/both/8"]
    changed = Validators(internet.http_url("/kept/both/8", hub), '"7"')

    with crawler(internet, processes=processes) as running:
        direct = [internet.http_url(path, hub) for path in rows]
        first: list[Observation] = []
        running.check([Resource(url) for url in direct], first.extend)
        known = {each.resource.url: each.validators for each in first if each.validators} | {direct[-1]: changed}
        led = {internet.http_url(f"/redirect-to-host/{hub}{path}", "127.0.0.3"): known[internet.http_url(path, hub)]
               for path in rows}  # fmt: skip
        again = ask_again(running, {**known, **led})

    for path in rows:
        status = 200 if path in rows[-2:] else 304
        seen, hop = (
            again[internet.http_url(path, hub)],
            internet.http_url(f"/redirect-to-host/{hub}{path}", "127.0.0.3"),
        )
        assert (seen.outcome, seen.status) == (Outcome.OK, status), path
        assert (again[hop].outcome, again[hop].status) == (Outcome.REDIRECTED, status), path
        assert again[hop].redirects == (Redirect(hop, 302, internet.http_url(path, hub)),)
    asked = conditional(internet, rows)
    assert {path: sorted(asked[path]) for path in rows} == {
        **{path: [False, True, True] for path in rows},
        "/allergic/412/7": [False, False, False, True, True],
    }
    assert not any(any(each) for each in conditional(internet, [url.split("/", 3)[-1] for url in led]).values())


def test_where_the_certificate_is_wrong_nothing_is_asked_with_conditions(internet: Internet) -> None:
    bad = internet.https_url("/kept/both/7", tls="expired")
    led = internet.https_url(f"/redirect-to/302?{internet.http_url('/kept/etag/7')}", tls="expired")
    good = internet.https_url("/kept/weak/7")
    known = {
        bad: Validators(bad, '"7"'),
        led: Validators(internet.http_url("/kept/etag/7"), '"7"'),
        good: Validators(good, 'W/"7"'),
    }

    with crawler(internet) as running:
        seen = ask_again(running, known)

    assert conditional(internet, ["/kept/both/7", "/kept/etag/7", "/kept/weak/7"]) == {
        "/kept/both/7": [False],
        "/kept/etag/7": [True],
        "/kept/weak/7": [True],
    }
    unverified = (LinkWarning.TLS_UNVERIFIED,)
    told = {url: (each.status, each.warnings, each.validators) for url, each in seen.items()}
    assert told == {bad: (200, unverified, None), led: (304, unverified, None), good: (304, (), known[good])}
    assert seen[led].detail == (
        "127.0.0.1 answered 304 Not Modified, after a redirect: not changed since it was last seen whole; "
        "the certificate of 127.0.0.1 has expired."
    )
