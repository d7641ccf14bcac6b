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

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.transport import Answer, Transport
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


def captures_near(
    transport: Transport, endpoint: str, url: str, moment: datetime, until: datetime | None
) -> tuple[Row, ...]:
    """Return up to LIMIT captures of `url` that are worth a look, nearest to `moment` first, none after `until`.

    Empty means that the index lists none. Raises ArchiveUnavailable when the answer is anything but an index, and
    ArchiveExcluded when the captures are withheld. One call.
    """
    moment = moment.astimezone(UTC)
    rows = (
        Row(row.timestamp, row.datetime_timestamp.replace(tzinfo=UTC), row.statuscode, row.digest)
        for row in _NearestCaptures(transport, endpoint, url, moment, until).snapshots()
    )
    # A server that does not know the filters, or the order, passes over them.
    worth = (row for row in rows if re.fullmatch(STATUSES, row.status) and (until is None or row.at <= until))
    return tuple(sorted(worth, key=lambda row: abs(row.at - moment)))


class _NearestCaptures(WaybackMachineCDXServerAPI):
    """waybackpy's query, sent by our transport, its answer read by our parser; one instance a lookup.

    waybackpy's own transport has no timeout and retries for minutes, and reads an outage as an empty index; its parser
    stops at the first odd row (wayback.md, section 1).
    """

    def __init__(self, transport: Transport, endpoint: str, url: str, moment: datetime, until: datetime | None) -> None:
        super().__init__(
            # A literal asterisk at the end would ask for everything that begins so.
            url.replace("*", "%2A"),
            end_timestamp=None if until is None else f"{until.astimezone(UTC):%Y%m%d%H%M%S}",
            closest=f"{moment:%Y%m%d%H%M%S}",
            sort="closest",
            filters=[f"statuscode:{STATUSES}"],
            limit=str(LIMIT),
        )
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
