"""A small Internet of many sites, which writes down who asked what and when: sites are addresses of the loopback."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import TracebackType
from typing import Self

_PROSE = "Sedimentary layers of the northern basin record seasonal floods and long droughts in bands of clay. " * 12

BUSY = 3600
"""Seconds for which `/busy` wants its site to be left alone."""


@dataclass
class Asked:
    """One request."""

    site: str
    path: str
    contact: str
    """Who asked: what the User-Agent has for it."""
    began: float
    ended: float = 0.0


@dataclass
class Target:
    """The sites 127.1.0.1 to 127.1.0.N at one port. Leaves off with the block."""

    sites: int
    latency: float = 0.02
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def serve() -> None:
            self._ended = asyncio.Event()
            async with await asyncio.start_server(self._serve, "0.0.0.0", 0, backlog=512) as server:
                self.port = server.sockets[0].getsockname()[1]
                ready.set()
                await self._ended.wait()
            # Whoever is still connected is let go.
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        def run() -> None:
            self._loop.run_until_complete(serve())
            self._loop.close()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def site(self, number: int) -> str:
        return f"127.1.{number // 250}.{number % 250 + 1}"

    def url(self, number: int, path: str) -> str:
        return f"http://{self.site(number)}:{self.port}{path}"

    def forget(self) -> None:
        self.asked = []

    # ── What the log says ───────────────────────────────────────────────────────────────────────────────────────────

    def by_site(self) -> Mapping[str, list[Asked]]:
        """Requests by site, in the order in which they began; those that are not canaries."""
        sites: dict[str, list[Asked]] = defaultdict(list)
        for each in sorted(self.asked, key=lambda each: each.began):
            if each.path != "/generate_204":
                sites[each.site].append(each)
        return sites

    def meetings(self, delay: float) -> Iterator[str]:
        """Yield where two workers asked one site at once, or closer together than the delay."""
        for site, asked in self.by_site().items():
            for before, after in pairwise(asked):
                gap = after.began - before.began
                if before.contact != after.contact and before.ended > after.began:
                    yield f"{site}: {before} is under way when {after} begins"
                if before.contact != after.contact and gap < delay:
                    yield f"{site}: {after} begins {gap:.3f} s after {before}"

    # ── How it answers ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                text = head.decode("latin-1")
                path = text.split(" ", 2)[1]
                contact = re.search(r"contact-(\w+)", text)
                # A response that nobody waits for any more has ended with its connection.
                asked = Asked(
                    writer.get_extra_info("sockname")[0], path, contact[1] if contact else "", time.monotonic()
                )
                self.asked.append(asked)
                try:
                    answer = await self._answer(asked)
                    writer.write(answer)
                    await writer.drain()
                finally:
                    asked.ended = time.monotonic()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: Asked) -> bytes:
        kind, _, rest = asked.path.lstrip("/").partition("/")
        slow = float(rest.partition("/")[0]) if kind == "slow" else 0.0
        await asyncio.sleep(self.latency + slow)
        if kind == "to":
            site, _, path = rest.partition("/")
            return _response(301, extra=f"Location: http://{site}:{self.port}/{path}\r\n")
        if kind == "robots.txt":
            # Of every seventh site.
            return _response(200, _ROBOTS, "text/plain") if not int(asked.site.rpartition(".")[2]) % 7 else _GONE
        return _ALWAYS.get(kind) or _response(200, _page(f"Page {asked.path}", _PROSE))


def _page(title: str, text: str) -> str:
    return f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><p>{text}</p></html>"


def _response(status: int, body: str = "", kind: str = "text/html; charset=utf-8", extra: str = "") -> bytes:
    data = body.encode()
    length = "" if status == 204 else f"Content-Length: {len(data)}\r\n"
    return f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{extra}{length}\r\n".encode() + data


_ROBOTS = "User-agent: *\nDisallow: /private/\nCrawl-delay: 0.3\n"
_GONE = _response(404, _page("Not found", "No such page."))
_ALWAYS = {
    "generate_204": _response(204),
    "gone": _GONE,
    "error": _response(500, _page("Error", "Something broke.")),
    "busy": _response(429, extra=f"Retry-After: {BUSY}\r\n"),
    "home": _response(302, extra="Location: /\r\n"),
    "soft": _response(200, _page("Page not found", "Sorry, the page you are looking for does not exist.")),
}
