"""How much of a page is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlt_crawler.fetch.outcome import is_living
from dlt_crawler.page import is_page

_AFTER_HEAD = 65_536
"""Bytes of the body that are read for a heading and an abstract in the text (science.md, D3)."""

_HEAD_ENDS = b"</head"
"""In lower case. `</header>` fits as well: its element stands in the body, so that the head is over by then."""


@dataclass(slots=True)
class PageReading:
    """The body is wanted of pages that live, up to `limit` bytes, until it has said what it is: one for each request.

    Nothing is read of others.
    """

    limit: int
    _searched: int = field(default=0, init=False)
    _wanted: int | None = field(default=None, init=False)

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted of an answer."""
        return self.limit if is_living(status) and is_page(content_type) else 0

    def enough(self, body: bytearray) -> bool:
        """Return whether title and abstract can be had of what has come: the head, and 64 KiB after it.

        `body` is all that has come, and has grown since the last time: only what is new is looked at.
        """
        if self._wanted is None:
            begin = max(self._searched - len(_HEAD_ENDS) + 1, 0)
            place = body[begin:].lower().find(_HEAD_ENDS)
            self._searched = len(body)
            if place >= 0:
                self._wanted = begin + place + _AFTER_HEAD
        return self._wanted is not None and len(body) >= self._wanted
