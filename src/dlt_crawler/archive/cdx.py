"""The archive's index: which captures of a URL there are near a date (CDX server, by waybackpy's client)."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime

from waybackpy import WaybackMachineCDXServerAPI
from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import full_url
from waybackpy.exceptions import BlockedSiteError

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.errors import ArchiveUnavailable

log = logging.getLogger(__name__)

LIMIT = 5
"""Captures asked for: with fewer the nearest may be missing near the edge of an index block (wayback.md, 2.2)."""

# urlkey timestamp original mimetype statuscode digest length; `original` may hold spaces, the rest may be "-".
_ROW = re.compile(r"(\S+) (\d{14}) (\S.*) (\S+) (\d{3}|-) (\S+) (\d+|-)")
_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass(frozen=True, slots=True)
class Capture:
    """One row of the index."""

    timestamp: str
    """14 digits."""
    at: datetime
    status: str
    """Three digits, or "-"."""
    digest: str
    """Of the content; "-" when it is not known."""


def captures_near(
    transport: Transport, endpoint: str, url: str, wanted: datetime, status: str | None
) -> tuple[Capture, ...]:
    """Return up to LIMIT captures of `url` with this status (None: any), nearest to `wanted` first.

    A server that does not know the filter answers with other statuses, too. Empty means that the index lists none.
    Raises ArchiveError when the answer is anything but an index, and BlockedSiteError (waybackpy) when the captures are
    withheld.
    """
    moment = wanted.astimezone(UTC)
    captures = (
        Capture(row.timestamp, row.datetime_timestamp.replace(tzinfo=UTC), row.statuscode, row.digest)
        for row in _NearestCaptures(transport, endpoint, url, moment, status).snapshots()
    )
    return tuple(sorted(captures, key=lambda capture: abs(capture.at - moment)))


class _NearestCaptures(WaybackMachineCDXServerAPI):
    """waybackpy's query, sent by our transport, its answer read by our parser; one instance a lookup.

    waybackpy's own transport has no timeout and retries for minutes, and reads an outage as an empty index; its parser
    stops at the first odd row (wayback.md, section 1).
    """

    def __init__(self, transport: Transport, endpoint: str, url: str, moment: datetime, status: str | None) -> None:
        super().__init__(
            # A literal asterisk at the end would ask for everything that begins so.
            url.replace("*", "%2A"),
            closest=f"{moment:%Y%m%d%H%M%S}",
            sort="closest",
            filters=[f"statuscode:{status}"] if status else [],
            limit=str(LIMIT),
        )
        self.endpoint = endpoint
        self._transport = transport

    def cdx_api_manager(self, payload: dict[str, str], headers: dict[str, str]) -> Generator[str, None, None]:
        """Yield the one page of the answer; the User-Agent in `headers` is waybackpy's and not ours."""
        query = full_url(self.endpoint, {**payload, "limit": self.limit})
        answer = self._transport.get(Pool.CDX, query)
        if answer.status == 403 and answer.excluded:
            raise BlockedSiteError(f"{self.url} is withheld")
        if answer.status != 200 or not answer.whole:
            raise ArchiveUnavailable(f"the index answered {answer.status}, {len(answer.body)} bytes, to {query}")
        yield _text(answer)

    def snapshots(self) -> Generator[CDXSnapshot, None, None]:
        """Yield the rows that can be read. Raises ArchiveUnavailable when there are lines and none is a row."""
        payload: dict[str, str] = {}
        self.add_payload(payload)
        for page in self.cdx_api_manager(payload, {}):
            lines = [line for line in page.splitlines() if line.strip()]
            rows = [row for line in lines if (row := _row(line)) is not None]
            if lines and not rows:
                raise ArchiveUnavailable(f"the index answered with something else: {lines[0][:80]!r}")
            yield from rows


def _text(answer: Answer) -> str:
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type in ("text/html", "application/xhtml+xml"):
        raise ArchiveUnavailable(f"the index answered with a page instead of rows to {answer.url}")
    if not answer.body and not answer.framed:
        raise ArchiveUnavailable(f"the index answered with nothing, and may have been cut off, to {answer.url}")
    return answer.body.decode(errors="replace")


def _row(line: str) -> CDXSnapshot | None:
    match = _ROW.fullmatch(line.strip())
    if match is None:
        log.debug("not a row of an index: %r", line[:200])
        return None
    try:
        return CDXSnapshot(dict(zip(_FIELDS, match.groups(), strict=True)))
    except ValueError:
        # Such as 20000800241623, seen in the archive: there is no day 0.
        log.debug("not a date: %s", match[2])
        return None
