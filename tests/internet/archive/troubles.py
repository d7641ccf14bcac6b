"""What the archive answers in place of what was asked for: the table `TROUBLES`.

The words of the pages are those of recorded answers; see `Q` numbers in the sentences: CDX, playback and Save Page Now
of 2020 to 2026, collected by edgi-govdata-archiving/wayback and internetarchive/wayback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.internet import faults
from tests.internet.exchange import Exchange
from tests.internet.pages import page
from tests.internet.wire import Answer

BLOCKED = (
    "org.archive.util.io.RuntimeIOException: "
    "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
)
TEXT = ("Content-Type", "text/plain")
HTML = ("Content-Type", "text/html; charset=utf-8")


def own_page(heading: str, sentence: str, status: int) -> Answer:
    """Return a page of the archive itself: it has no Memento-Datetime."""
    return page("Wayback Machine", f'<div id="error">\n<h2>{heading}</h2>\n<p>{sentence}</p>\n</div>', status=status)


def _excluded(service: str) -> Answer:
    match service:
        case "cdx":
            return _excluded_403(service)
        case "playback":
            return own_page("Sorry.", "This URL has been excluded from the Wayback Machine.", 200)
        case "availability":
            return Answer(b'{"archived_snapshots": {}}', headers=(("Content-Type", "application/json"),))
        case _:
            return Answer(
                b'{"status": "error", "status_ext": "error:blocked-url", "message": "This URL is in the Save Page Now '
                b'service block list and cannot be captured."}',
                headers=(("Content-Type", "application/json"),),
            )


def _excluded_403(_service: str) -> Answer:
    return Answer(BLOCKED.encode() + b"\n", 403, (TEXT, ("X-Archive-Wayback-Runtime-Error", BLOCKED), ("X-ts", "403")))


def _rate_limited(*more: tuple[str, str]) -> Callable[[str], Answer]:
    body = (
        b"<html><head><title>429 Too Many Requests</title></head>\n<body>\n<h1>Too Many Requests</h1>\n"
        b"We are limiting the number of requests that you can send us.\n</body></html>\n"
    )
    return lambda _service: Answer(body, 429, (HTML, ("Server", "nginx"), ("X-ts", "429"), ("X-RL", "0"), *more))


def _offline(_service: str) -> Answer:
    return page("Internet Archive: Scheduled Maintenance", "<h1>Temporarily Offline</h1>", status=503)


def _gateway_timeout(_service: str) -> Answer:
    return Answer(b"<html><head><title>504 Gateway Time-out</title></head></html>\n", 504, (HTML,))


def _html(_service: str) -> Answer:
    return page("Wayback Machine", "<p>Loading the archive…</p>")


def _truncated(_service: str) -> Answer:
    return Answer(b'[["urlkey","timestamp","original","mimetype","sta', headers=(("Content-Type", "application/json"),))


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row: an answer that depends on the service, or something done to the connection."""

    name: str
    sentence: str
    answer: Callable[[str], Answer] | None = None
    instead: Callable[[Exchange], Awaitable[None]] | None = None


TROUBLES = {
    row.name: row
    for row in (
        Trouble(
            "excluded", "A site that asked to be left out: CDX 403 (Q2), playback 200 without Memento (Q9).", _excluded
        ),
        Trouble("excluded-403", "The same, and playback says 403, too.", _excluded_403),
        Trouble("rate-limited", "429, an HTML page, no Retry-After (Q12).", _rate_limited()),
        Trouble("rate-limited-retry-after", "429 with Retry-After: 120.", _rate_limited(("Retry-After", "120"))),
        Trouble("rate-limited-briefly", "429 with Retry-After: 1.", _rate_limited(("Retry-After", "1"))),
        Trouble("offline", "503, an HTML page: Temporarily Offline.", _offline),
        Trouble("gateway-timeout", "504, an HTML page.", _gateway_timeout),
        Trouble("html", "200 and an HTML page, whatever was asked for.", _html),
        Trouble("truncated", "200 and JSON that breaks off.", _truncated),
        Trouble("hang", "No answer at all.", instead=faults.hang),
        Trouble("reset", "The connection is reset.", instead=faults.reset),
    )
}
