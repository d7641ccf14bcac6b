"""The archive's index: which captures of a URL there are near a date (CDX server, by waybackpy's client)."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from waybackpy import WaybackMachineCDXServerAPI
from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import full_url

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.memento import TIMESTAMP
from dlt_crawler.archive.transport import HTML, Answer, Transport
from dlt_crawler.errors import ArchiveExcluded, ArchiveUnavailable

log = logging.getLogger(__name__)

LIMIT = 100
"""Captures asked for: with fewer the nearest may be missing near the edge of an index block (wayback.md, 2.2), and an
error page that was captured for years would hide what was there before."""
STATUSES = "(200|30[12378]|-)"
"""Good; a redirect, whose target may be; a revisit record, which does not say ("same as before")."""

# urlkey timestamp original mimetype statuscode digest length; `original` may hold spaces, the rest may be "-".
_ROW = re.compile(r"(\S+) (\d{14}) (\S.*) (\S+) (\d{3}|-) (\S+) (\d+|-)")
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True, slots=True)
class Row:
    """One capture, as the index has it."""

    timestamp: str
    """14 digits."""
    at: datetime
    status: str
    """Three digits, or "-"."""
    digest: str
    """SHA-1 of the content, in base 32; "-" when it is not known."""

    @property
    def has_content(self) -> bool:
        """Whether equal digests mean equal pages: redirects have no content, wherever they lead."""
        return self.status in ("200", "-") and self.digest != "-"


@dataclass(frozen=True, slots=True)
class Listing:
    """What the index said of the captures near to a date."""

    rows: tuple[Row, ...]
    """Those that are worth a look, the nearest first."""
    unreadable: int = 0
    """Lines that are no rows, of which nobody knows what they would have said."""
    is_full: bool = False
    """Whether there may be more than these."""


def captures_near(transport: Transport, endpoint: str, url: str, moment: datetime, until: datetime | None) -> Listing:
    """Return up to LIMIT captures of `url` that are worth a look, nearest to `moment` first, none after `until`.

    No rows and nothing unreadable: the index lists none. Raises ArchiveUnavailable when the answer is anything but an
    index, and ArchiveExcluded when the captures are withheld. One call.
    """
    moment = moment.astimezone(UTC)
    near = {
        "end_timestamp": None if until is None else f"{until.astimezone(UTC):{TIMESTAMP}}",
        "closest": f"{moment:{TIMESTAMP}}",
        "sort": "closest",
        "filters": [f"statuscode:{STATUSES}"],
    }
    lines = _Captures(transport, endpoint, url, LIMIT, near).lines()
    matches = [_row(line) for line in lines]
    snapshots = [snapshot for match in matches if match and (snapshot := _snapshot(match)) is not None]
    if lines and not snapshots:
        raise ArchiveUnavailable(f"the index answered with something else: {lines[0][:80]!r}")
    rows = (
        Row(row.timestamp, row.datetime_timestamp.replace(tzinfo=UTC), row.statuscode, row.digest) for row in snapshots
    )
    # A server that does not know the filters, or the order, passes over them.
    worth = (row for row in rows if re.fullmatch(STATUSES, row.status) and (until is None or row.at <= until))
    ordered = tuple(sorted(worth, key=lambda row: abs(row.at - moment)))
    return Listing(ordered, unreadable=matches.count(None), is_full=len(lines) >= LIMIT)


def is_listed(transport: Transport, endpoint: str, url: str) -> bool:
    """Return whether the index has any capture of `url`, of whatever status and date. Raises the same. One call."""
    return bool(_Captures(transport, endpoint, url, 1, {}).lines())


class _Captures(WaybackMachineCDXServerAPI):
    """waybackpy's query, sent by our transport, its answer read by our parser; one instance a lookup.

    waybackpy's own transport has no timeout and retries for minutes, and reads an outage as an empty index; its parser
    stops at the first odd row (wayback.md, section 1).
    """

    def __init__(self, transport: Transport, endpoint: str, url: str, limit: int, query: Mapping[str, Any]) -> None:
        # A literal asterisk at the end would ask for everything that begins so.
        super().__init__(url.replace("*", "%2A"), limit=str(limit), **query)
        self.endpoint = endpoint
        self._transport = transport

    def cdx_api_manager(self, payload: dict[str, str], headers: dict[str, str]) -> Generator[str, None, None]:
        """Yield the one page of the answer; the User-Agent in `headers` is waybackpy's and not ours."""
        query = full_url(self.endpoint, {**payload, "limit": self.limit})
        answer = self._transport.get(Pool.CDX, query)
        if answer.status == 403 and answer.excluded:
            raise ArchiveExcluded(f"the archive withholds {self.url}")
        if answer.status != 200 or not answer.whole:
            raise ArchiveUnavailable(f"the index answered {answer.status}, {len(answer.body)} bytes, to {query}")
        yield _text(answer)

    def lines(self) -> list[str]:
        """Return what was answered, without empty lines."""
        payload: dict[str, str] = {}
        self.add_payload(payload)
        return [line for page in self.cdx_api_manager(payload, {}) for line in page.splitlines() if line.strip()]


def _text(answer: Answer) -> str:
    if answer.media_type in HTML:
        raise ArchiveUnavailable(f"the index answered with a page instead of rows to {answer.url}")
    if not answer.body and not answer.framed:
        raise ArchiveUnavailable(f"the index answered with nothing, and may have been cut off, to {answer.url}")
    return answer.body.decode(errors="replace")


def _row(line: str) -> re.Match[str] | None:
    match = _ROW.fullmatch(line.strip())
    if match is None:
        log.debug("not a row of an index: %r", line[:200])
    return match


def _snapshot(match: re.Match[str]) -> CDXSnapshot | None:
    try:
        return CDXSnapshot(dict(zip(_FIELDS, match.groups(), strict=True)))
    except ValueError:
        # Such as 20000800241623, seen in the archive: there is no day 0.
        log.debug("not a date: %s", match[2])
        return None
