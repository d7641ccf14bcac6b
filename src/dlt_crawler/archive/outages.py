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


_OWN = (
    b"hrm.",
    b"has not archived that url",
    b"notinarchive",
    b"url not found",
    b"could not be found in this collection",
)
"""What stands on a 404 of an archive that knows of no capture: archive.org's page (wayback.md, Q9), the exception that
it names (ResourceNotInArchiveException), and the page of pywb (pywb/templates/not_found.html)."""


def refuse_outages(answer: Answer) -> None:
    """Raise ArchiveUnavailable unless an answer of the archive itself says that there is no such capture.

    Only a 404 does, and not every one; see `says_none`.
    """
    said = answer.body.lower()
    if answer.status != 404 or any(sign in said for sign in _SIGNS):
        raise ArchiveUnavailable(f"the archive answered {answer.status}, and with no capture, to {answer.url}")


def says_none(answer: Answer) -> bool:
    """Return whether a 404 is the archive's own word: any server in front of it, and any cache, may send one, too."""
    said = answer.body + answer.headers.get("X-Archive-Wayback-Runtime-Error", "").encode()
    return any(sign in said.lower() for sign in _OWN)
