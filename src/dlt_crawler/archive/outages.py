"""Pages of an archive that say nothing of the URL they were asked for, whatever their status. Pure."""

from __future__ import annotations

from dlt_crawler.archive.transport import Answer
from dlt_crawler.errors import ArchiveUnavailable

_SIGNS = (
    b"temporarily offline",
    b"scheduled maintenance",
    b"under maintenance",
    b"too many requests",
    b"bad gateway",
    b"gateway time-out",
    b"gateway timeout",
    b"service unavailable",
    b"internal server error",
    b"<center><h1>404 not found",
)
"""What stands on them, in lower case: archive.org's own (wayback.md, 2.2), and nginx's, which knows no archive."""


def refuse_outages(answer: Answer) -> None:
    """Raise ArchiveUnavailable unless an answer of the archive itself says that there is no such capture.

    Only a 404 does: "Hrm. The Wayback Machine has not archived that URL." (wayback.md, Q9; pywb has other words).
    """
    said = answer.body.lower()
    if answer.status != 404 or any(sign in said for sign in _SIGNS):
        raise ArchiveUnavailable(f"the archive answered {answer.status}, and with no capture, to {answer.url}")
