"""What the archive answers in place of what was asked for: the table `TROUBLES`.

The words of the pages are those of recorded answers; see `Q` numbers in the sentences: CDX, playback and Save Page Now
of 2020 to 2026, collected by edgi-govdata-archiving/wayback and internetarchive/wayback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tests.internet import faults
from tests.internet.exchange import Exchange
from tests.internet.pages import page
from tests.internet.wire import Answer, reason

BLOCKED = (
    "org.archive.util.io.RuntimeIOException: "
    "org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
)
ROBOTS = "org.archive.wayback.exception.RobotAccessControlException: Blocked By Robots"
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


def _excluded_robots(_service: str) -> Answer:
    return Answer(ROBOTS.encode() + b"\n", 403, (TEXT, ("X-Archive-Wayback-Runtime-Error", ROBOTS), ("X-ts", "403")))


def _rate_limited(*more: tuple[str, str]) -> Callable[[str], Answer]:
    body = (
        b"<html><head><title>429 Too Many Requests</title></head>\n<body>\n<h1>Too Many Requests</h1>\n"
        b"We are limiting the number of requests that you can send us.\n</body></html>\n"
    )
    return lambda _service: Answer(body, 429, (HTML, ("Server", "nginx"), ("X-ts", "429"), ("X-RL", "0"), *more))


def _redirected_429(_service: str) -> Answer:
    return Answer(status=302, headers=(TEXT, ("Location", "https://web.archive.org/429.html")))


def _offline(*more: tuple[str, str]) -> Callable[[str], Answer]:
    own = page("Internet Archive: Scheduled Maintenance", "<h1>Temporarily Offline</h1>", status=503)
    return lambda _service: replace(own, headers=(*own.headers, *more))


def _bare(status: int) -> Callable[[str], Answer]:
    """Return what a server in front says by itself, without asking the archive."""
    text = f"{status} {reason(status)}"
    body = f"<html><head><title>{text}</title></head>\n<body><center><h1>{text}</h1></center></body></html>\n"
    return lambda _service: Answer(body.encode(), status, (HTML, ("Server", "nginx")))


def _html(_service: str) -> Answer:
    return page("Wayback Machine", "<p>Loading the archive…</p>")


def _malformed(service: str) -> Answer:
    if service != "cdx":
        return _truncated(service)
    return Answer(b"example,archived)/paper 20150310120000 http://archived.exa\nnull\n", headers=(TEXT,))


def _truncated(_service: str) -> Answer:
    return Answer(b'[["urlkey","timestamp","original","mimetype","sta', headers=(("Content-Type", "application/json"),))


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row: an answer that depends on the service, or something done to the connection."""

    name: str
    sentence: str
    answer: Callable[[str], Answer] | None = None
    instead: Callable[[Exchange], Awaitable[None]] | None = None
    method: str | None = None
    """The only method that meets it; None: all do."""

    def meets(self, method: str) -> bool:
        return self.method in (None, method)


TROUBLES = {
    row.name: row
    for row in (
        Trouble(
            "excluded", "A site that asked to be left out: CDX 403 (Q2), playback 200 without Memento (Q9).", _excluded
        ),
        Trouble("excluded-403", "The same, and playback says 403, too.", _excluded_403),
        Trouble("excluded-robots", "403: the site's robots.txt forbids it (recorded in 2016).", _excluded_robots),
        Trouble("rate-limited", "429, an HTML page, no Retry-After (Q12).", _rate_limited()),
        Trouble("rate-limited-retry-after", "429 with Retry-After: 120.", _rate_limited(("Retry-After", "120"))),
        Trouble("rate-limited-briefly", "429 with Retry-After: 1.", _rate_limited(("Retry-After", "1"))),
        Trouble("redirected-429", "302 to a page that says 429 with status 200, an older form.", _redirected_429),
        Trouble("offline", "503, an HTML page: Temporarily Offline.", _offline()),
        Trouble("offline-briefly", "503 with Retry-After: 1.", _offline(("Retry-After", "1"))),
        Trouble("bad-gateway", "502, an HTML page.", _bare(502)),
        Trouble("gateway-timeout", "504, an HTML page.", _bare(504)),
        Trouble("not-found", "404 of a server in front: not the archive's word on any page.", _bare(404)),
        Trouble("no-head", "405 to HEAD; GET is answered.", _bare(405), method="HEAD"),
        Trouble("head-unknown", "501 to HEAD; GET is answered.", _bare(501), method="HEAD"),
        Trouble("head-not-found", "404 to HEAD; GET is answered.", _bare(404), method="HEAD"),
        Trouble("html", "200 and an HTML page, whatever was asked for.", _html),
        Trouble("truncated", "200 and JSON that breaks off.", _truncated),
        Trouble("malformed", "200 and rows of an index that are none.", _malformed),
        Trouble("hang", "No answer at all.", instead=faults.hang),
        Trouble("reset", "The connection is reset.", instead=faults.reset),
    )
}
