"""A site of a few pages on a socket of this process, and the check of its links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.model import Due, Observation, Page, Resource
from dlt_crawler.sites import Sites
from tests.raw_server import Listening, Visitor, listening
from tests.test_fetch_client import client


def answer(body: str | bytes = b"", *fields: str, status: int = 200, content_type: str = "text/html") -> bytes:
    """An answer whose body is whole."""
    data = body.encode() if isinstance(body, str) else body
    head = (f"HTTP/1.1 {status} Said", f"Content-Type: {content_type}", f"Content-Length: {len(data)}", *fields, "", "")
    return "\r\n".join(head).encode() + data


def moved(location: str, status: int = 302) -> bytes:
    return answer(b"", f"Location: {location}", status=status)


def page(title: str, text: str = "A sentence about mathematics. " * 80, head: str = "") -> bytes:
    return answer(f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><p>{text}</p></body></html>")


NOT_THERE = answer("<title>404 Not Found</title>", status=404)


@dataclass
class Site:
    """A site that runs, and the checker of its links."""

    checker: Checker
    _place: Listening

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._place.port}{path}"

    @property
    def asked(self) -> list[str]:
        """The targets of all requests."""
        return self._place.targets

    @property
    def heads(self) -> list[bytes]:
        return self._place.heads

    async def check(self, path: str, *fragments: str, known: Page | None = None) -> Observation:
        return await self.checker.observe(Due(Resource(self.url(path)), fragments, known or Page()))


@asynccontextmanager
async def site(
    pages: Mapping[str, bytes], other: bytes = NOT_THERE, *, sites: Sites | None = None, **changes: Any
) -> AsyncIterator[Site]:
    """Serve `pages` by their targets, and `other` for all other targets; `changes` are those of the checker."""

    async def serve(visitor: Visitor) -> None:
        while True:
            target = (await visitor.request()).split(b" ")[1].decode("latin-1")
            await visitor.send(pages.get(target, other))

    given = {"max_redirects": 10, "timeout": 2.0, "max_body": 5_000_000, "robots": False, **changes}
    async with listening(serve) as place, client() as asking:
        yield Site(Checker(asking, sites or Sites(), **given), place)
