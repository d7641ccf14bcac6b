"""What becomes of the fragments of a link: over sockets, through the reading, into observation and sentence."""

from __future__ import annotations

import gzip
import socketserver
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing import active_children

import pytest

from dlt_crawler.fetch import Crawler, ListFrontier
from dlt_crawler.fetch.visit.wish import Answer, PageWish
from dlt_crawler.model import Due, LinkWarning, Observation, Outcome, Resource
from tests.fetch_support import memory_peak, settings
from tests.raw_server import Visitor, listening
from tests.site_support import answer, moved, page, site
from tests.test_fetch_body import serving
from tests.test_fetch_client import ask, client
from tests.transport_support import in_a_loop

MISSING = (LinkWarning.FRAGMENT_MISSING,)
LONG = "A sentence about mathematics. " * 6_000
"""180 KB: a page is left after 64 KiB when it has said what it is."""


def sections(*names: str, text: str = "A sentence about mathematics. " * 80) -> bytes:
    return page("Sections", text + "".join(f"<h2 id='{name}'>{name}</h2>" for name in names))


@in_a_loop
async def test_missing_fragments_are_a_warning_and_in_the_sentence() -> None:
    async with site({"/page": sections("one", "two")}) as there:
        good = await there.check("/page", "one", "two", "L10", "")
        bad = await there.check("/page", "one", "three")
        worse = await there.check("/page", "a", "b", "c", "d" * 100, "e")

    assert (good.outcome, good.warnings, good.detail) == (Outcome.OK, (), "127.0.0.1 answered 200 OK.")
    assert (bad.outcome, bad.warnings, bad.detail) == (
        Outcome.OK,
        MISSING,
        "127.0.0.1 answered 200 OK; it has no #three.",
    )
    assert bad.evidence is not None
    assert bad.evidence.missing_fragments == ("three",)
    assert worse.detail == "127.0.0.1 answered 200 OK; it has no #a, #b, #c and 2 more."


@in_a_loop
async def test_page_is_read_to_its_end_only_when_a_fragment_may_stand_there() -> None:
    async with site({"/long": sections("end", text=LONG)}) as there:
        without, route, found, lost = [
            await there.check("/long", *fragments) for fragments in ((), ("/route",), ("end",), ("start",))
        ]

    assert [seen.evidence.complete for seen in (without, route) if seen.evidence] == [False, False]
    assert (found.warnings, lost.warnings) == ((), MISSING)
    assert without.page == found.page


@in_a_loop
async def test_page_of_some_megabytes_is_searched_to_its_end() -> None:
    async with site({"/longer": sections("end", text=LONG * 15)}) as there:
        found, lost = [await there.check("/longer", name) for name in ("end", "start")]

    assert (found.warnings, lost.warnings) == ((), MISSING)


@pytest.mark.parametrize(
    ("served", "changes"),
    [
        (sections("end", text=LONG), {"max_body": 100_000}),
        (sections("one")[:-200], {"timeout": 2}),
        (answer("%PDF-1.4 nothing", content_type="application/pdf"), {}),
        (answer("plain", content_type="text/plain"), {}),
        (answer(b"\x89PNG", content_type="image/png"), {}),
        (answer("<title>Gone</title>", status=404), {}),
        (answer("<title>No</title>", status=403), {}),
        (answer(b"(nobody reads this)", "Content-Encoding: zstd"), {}),
        (page("Shell", "<div id='root'></div><script src='/app.js'></script>"), {}),
        (page("Page not found", "Sorry, the page you are looking for does not exist."), {}),
    ],
    ids=["cut", "broken-off", "pdf", "text", "image", "gone", "refused", "coded", "shell", "soft-404"],
)
@in_a_loop
async def test_where_nobody_can_know_there_is_no_warning(served: bytes, changes: dict[str, float]) -> None:
    async with site({"/page": served}, **changes) as there:
        seen = await there.check("/page", "nowhere")

    assert (seen.status is not None, seen.warnings) == (True, ())
    assert "#nowhere" not in seen.detail


@in_a_loop
async def test_fragment_goes_along_with_redirects_that_name_none() -> None:
    moves = {
        "/old": moved("/page"),
        "/named": moved("/page#other"),
        "/sent": page("x", head="<meta http-equiv=refresh content='0;/page'>"),
    }
    async with site({"/page": sections("one"), **moves}) as there:
        seen = {path: await there.check(path, "nowhere") for path in moves}

    assert {path: found.warnings for path, found in seen.items()} == {"/old": MISSING, "/named": (), "/sent": ()}
    assert seen["/old"].detail == "127.0.0.1 answered 200 OK, after a redirect; it has no #nowhere."


@in_a_loop
async def test_body_whose_rest_does_not_come_is_not_complete() -> None:
    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<p>\0")
        await visitor.reader.read()

    async with listening(serve) as place, client() as asking:
        came = await ask(asking, f"http://127.0.0.1:{place.port}/", page=PageWish())

    assert isinstance(came, Answer)
    assert came.complete
    assert came.content is not None
    assert not came.content.evidence.complete


@pytest.mark.parametrize(
    ("served", "whole"),
    [
        (answer("<title>T</title>"), True),
        (answer(""), True),
        (answer(gzip.compress(b"<title>T</title>"), "Content-Encoding: gzip"), True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<p>x", True),
        (answer("\0" + "x" * 80_000), False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>\0\r\n1\r\nx\r\n0\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<p>x", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<p>x\r\n", False),
        (answer(b"(nobody reads this)", "Content-Encoding: zstd"), False),
    ],
)
@in_a_loop
async def test_body_is_complete_when_nothing_of_it_is_left_out(served: bytes, whole: bool) -> None:
    """What is wanted of it ends with the first zero byte."""

    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(served)

    async with listening(serve) as place, client() as asking:
        came = await ask(asking, f"http://127.0.0.1:{place.port}/", page=PageWish())

    assert isinstance(came, Answer)
    assert came.content is not None
    assert came.content.evidence.complete is whole


class Unfinished(socketserver.BaseRequestHandler):
    """A page that stops before it ends, and before as much has come as is read of any."""

    def handle(self) -> None:
        self.request.recv(65_536)
        with suppress(OSError):
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>T</title><body>")
            self.request.sendall(b"words of a page " * 300_000)
            self.request.recv(1)


class Fragments(ListFrontier):
    """The links of a list, each written with a fragment."""

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        return [replace(due, fragments=("end",)) for due in super().claim(slot, count)]


def test_memory_stays_bounded_while_pages_are_read_to_their_end() -> None:
    others = set(active_children())
    seen: list[Observation] = []
    with serving(Unfinished, "0.0.0.0") as port, Crawler(settings(processes=1, timeout=8)) as running:
        links = [Resource(f"http://127.1.0.{number}:{port}/") for number in range(1, 81)]
        running.check(Fragments(links), seen.extend, robots=False)
        (process,) = set(active_children()) - others
        peak = memory_peak(process.pid or 0)

    assert [found.page.title for found in seen] == ["T"] * 80
    assert {found.warnings for found in seen} == {()}
    # Megabytes: 5 of each page would be 400.
    assert peak < 250
