"""What the archive holds: captures, the key under which spellings of a URL are one, and the loopback tables."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import quote, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture. `page` is the path of the row of BEHAVIOURS that gives its body."""

    url: str
    timestamp: str
    """14 digits; the archive holds a few that are no date."""
    status: int | None = 200
    """None for a revisit record, whose content is that of an earlier capture (`page` names it again)."""
    page: str = "/titled/An-archived-page"
    location: str | None = None
    """Where a captured redirect leads, absolute."""
    mimetype: str = "text/html"
    length: str = "1811"
    playable: bool = True
    """False: listed in the index and not served (internetarchive/wayback#210)."""

    @property
    def urlkey(self) -> str:
        return urlkey(self.url)

    @property
    def digest(self) -> str:
        content = f"{self.page} {self.location}".encode()
        return base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()

    @property
    def fields(self) -> tuple[str, ...]:
        """The seven fields of a CDX row, in their order."""
        revisit = self.status is None
        mimetype, status = ("warc/revisit", "-") if revisit else (self.mimetype, str(self.status))
        return self.urlkey, self.timestamp, self.url, mimetype, status, self.digest, self.length


@cache
def urlkey(url: str) -> str:
    """Return the sort-friendly form (SURT) that folds scheme, www, default port, case, last slash, query order."""
    url = url.strip()
    parts = urlsplit(url if re.match(r"\w+://", url) else "http://" + re.sub(r"^https?:/*", "", url))
    host, _, port = parts.netloc.rpartition("@")[2].lower().partition(":")
    labels = re.sub(r"^www\d*\.", "", host).split(".")
    port = "" if port in ("", "80", "443") else f":{port}"
    path = unquote(parts.path).lower().rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&")))
    return quote(
        ",".join(reversed(labels)) + port + ")" + path + ("?" + query if query else ""), safe=",:)/?&=~!$'(*+;@%"
    )


def moment(timestamp: str) -> datetime:
    """Return the time of 1 to 14 digits, missing ones taken as the first moment; bad days and hours run over."""
    full = timestamp + "00000101000000"[len(timestamp) :]
    year, month, day, *clock = (
        int(full[start:end]) for start, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
    )
    first = datetime(max(year, 1), min(max(month, 1), 12), 1, tzinfo=UTC)
    return first + timedelta(days=day - 1, hours=clock[0], minutes=clock[1], seconds=clock[2])


def nearest(captures: Iterable[Capture], timestamp: str) -> list[Capture]:
    """Return captures ordered by their distance from a time."""
    wanted = moment(timestamp)
    return sorted(captures, key=lambda capture: abs(moment(capture.timestamp) - wanted))


def _series(url: str, count: int) -> tuple[Capture, ...]:
    return tuple(Capture(url, f"2019010100{number:02}00", page=f"/titled/Version-{number}") for number in range(count))


CAPTURES: tuple[Capture, ...] = (
    # Good captures, over the years; www and https fold together.
    Capture("http://archived.example/paper", "20150310120000", page="/titled/The-first-version"),
    Capture("http://www.archived.example:80/paper", "20180601080000", page="/titled/The-second-version"),
    Capture("https://archived.example/paper/", "20210915235959", page="/titled/The-third-version"),
    Capture("http://archived.example/paper.pdf", "20170704000000", page="/pdf", mimetype="application/pdf"),
    Capture("http://archived.example/find?b=2&a=1", "20160229101112", page="/titled/Results"),
    Capture("http://archived.example/gbk", "20140101000000", page="/gbk-meta"),
    Capture("http://archived.example/packed", "20140101000000", page="/gzip"),
    # The nearest captures to 2021 are bad, an earlier one is good.
    Capture("http://mixed.example/page", "20160101000000", page="/titled/While-it-lived"),
    Capture("http://mixed.example/page", "20200101000000", 404, page="/status/404"),
    Capture("http://mixed.example/page", "20210101000000", 503, page="/status/503"),
    Capture("http://soft.example/page", "20160101000000", page="/titled/While-it-lived"),
    Capture("http://soft.example/page", "20210101000000", page="/soft-404"),
    Capture("http://soft.example/page", "20210301000000", page="/parked"),
    # Only bad captures.
    Capture("http://only-bad.example/page", "20190101000000", 404, page="/status/404"),
    Capture("http://only-bad.example/page", "20200101000000", 500, page="/status/500"),
    Capture("http://only-soft.example/page", "20190101000000", page="/soft-404"),
    Capture("http://only-wall.example/page", "20190101000000", 403, page="/bot-wall/403"),
    Capture("http://only-busy.example/page", "20150129034904", 429, page="/retry-after/429/6"),
    Capture("http://only-html.example/paper.pdf", "20190101000000", page="/soft-404"),
    # Captured redirects: to a good page, to the root of the site, in a ring, to something never captured.
    Capture("http://moved.example/old", "20170101000000", 301, "/empty", location="http://moved.example/new"),
    Capture("http://moved.example/new", "20170102000000", page="/titled/The-new-place"),
    Capture("http://rooted.example/deep/page", "20170101000000", 302, "/empty", location="http://rooted.example/"),
    Capture("http://rooted.example/", "20170101000001", page="/titled/Welcome"),
    Capture("http://ring.example/a", "20170101000000", 302, "/empty", location="http://ring.example/b"),
    Capture("http://ring.example/b", "20170101000000", 302, "/empty", location="http://ring.example/a"),
    Capture("http://lost.example/old", "20170101000000", 301, "/empty", location="http://lost.example/new"),
    # Revisit records, rows that are not served, and rows that are not well-formed (recorded ones: USA Today, CNN, EPA).
    Capture("http://revisited.example/page", "20170101000000", page="/titled/Unchanged"),
    Capture("http://revisited.example/page", "20180808094144", None, page="/titled/Unchanged"),
    Capture("http://unserved.example/page", "20170101000000", page="/titled/Lost-record", playable=False),
    Capture("http://unserved.example/page", "20150101000000", page="/titled/Kept-record"),
    Capture("http://malformed.example/page", "20000800241623", page="/titled/A-day-that-never-was"),
    Capture("http://malformed.example/page", "20100218025451", length="-", page="/titled/No-length"),
    Capture("http://malformed.example/page with blanks", "20100218025451", page="/titled/Blanks"),
    Capture("http://mailto:someone@malformed.example/", "20200418140810", 301, mimetype="unk"),
    # Many captures: limits and resume keys.
    *_series("http://many.example/page", 40),
)

TROUBLED: Mapping[str, str] = {
    "http://excluded.example/page": "excluded",
    "http://busy.example/page": "rate-limited",
    "http://busy-until.example/page": "rate-limited-retry-after",
    "http://offline.example/page": "offline",
    "http://gateway.example/page": "gateway-timeout",
    "http://html.example/page": "html",
    "http://truncated.example/page": "truncated",
    "http://hang.example/page": "hang",
    "http://reset.example/page": "reset",
    "http://refused.example/page": "save-refused",
    "http://fails.example/page": "save-fails",
    "http://recent.example/page": "save-recent",
}
