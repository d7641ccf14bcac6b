"""What goes into the reading of an answer, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.model import Evidence, Page, Work


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, as far as it was read."""

    url: str
    status: int
    fields: tuple[tuple[str, str], ...]
    """Header fields in order, names in lower case."""
    body: bytes = b""
    """Without its content coding; as much as was read."""
    complete: bool = True
    """Whether that is all of it."""

    def field(self, name: str) -> str | None:
        """Return the last value of a header field."""
        return next((value for known, value in reversed(self.fields) if known == name), None)


@dataclass(frozen=True, slots=True)
class Content:
    """What an answer shows."""

    page: Page = Page()
    evidence: Evidence = Evidence()
    lingers: bool = False
    """Whether people see it before it sends them on by itself."""
    work: Work | None = None
    """The work that it presents; None when it says nothing of one."""
