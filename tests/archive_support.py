"""What the tests of the archive share: a clock, settings of the stand-in, and what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.model import ArchiveAnswer, Page, Resource, Snapshot, Wanted
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet

PAPER = "http://archived.example/paper"
NEW = "http://new.example/page"


class HandClock:
    """A clock that only moves when somebody sleeps, and remembers how long."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_800_000_000 + self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.now += seconds


def day(date: str) -> datetime:
    return datetime.fromisoformat(date).replace(tzinfo=UTC)


def settings_of(internet: Internet, **more: str | float) -> ArchiveSettings:
    urls = internet.archive_urls()
    used = {key: urls[key] for key in ("timegate_url", "cdx_url", "save_url")}
    return ArchiveSettings.model_validate({**used, **more})


def wanted(
    url: str,
    at: str | None = None,
    died: str | None = None,
    *,
    title: str | None = None,
    texts: tuple[str, ...] = (),
    media_type: str | None = None,
) -> Wanted:
    """Return what is wanted of a link; `at` and `died` are ISO dates."""
    moments = [None if date is None else day(date) for date in (at, died)]
    return Wanted(Resource(url), url, *moments, Page(title), texts, media_type)


def ask(internet: Internet, question: Wanted, **more: str | float) -> tuple[ArchiveAnswer, Calls]:
    """Resolve a link, with these settings; the evidence is left out."""
    with Archive(settings_of(internet, **more), clock=HandClock()) as archive:
        answer = archive.resolve(question)
        return replace(answer, evidence="") if isinstance(answer, Snapshot) else answer, archive.calls


def resolve(internet: Internet, question: Wanted, **more: str | float) -> ArchiveAnswer:
    """Return the answer alone."""
    return ask(internet, question, **more)[0]


def snapshot(internet: Internet, url: str, timestamp: str) -> Snapshot:
    return Snapshot(
        original=url,
        timestamp=timestamp,
        url=internet.http_url(f"/web/{timestamp}/{url}"),
        status=200,
        validated="playback",
    )


def fill(internet: Internet, *captures: Capture) -> None:
    for capture in captures:
        internet.archive_add(capture)


def played(internet: Internet) -> list[str]:
    """Return what playback was asked for with GET: `<timestamp>id_/<url>`."""
    return [target.removeprefix("/web/") for method, target in asked(internet) if method == "GET"]


def asked(internet: Internet) -> list[tuple[str, str]]:
    """Return method and target of every request to the TimeGate and to playback."""
    return [(r.method, r.target) for r in internet.requests() if r.target.startswith("/web/")]


def queries(internet: Internet) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(request.target).query) for request in internet.requests() if "/cdx/" in request.target]


@contextmanager
def answering(answer: bytes, *, drip: bytes = b"") -> Iterator[str]:
    """Serve these very bytes to every request, then `drip` every tenth of a second until the client has enough.

    Yields the URL: for answers that no well-made server would send.
    """
    ended = threading.Event()

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(answer)
                while drip and not ended.wait(0.1):
                    connection.sendall(drip)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            ended.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def index_of(*rows: str) -> bytes:
    """Return an index with these rows, as an answer on the wire."""
    body = "".join(f"{row}\n" for row in rows).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
