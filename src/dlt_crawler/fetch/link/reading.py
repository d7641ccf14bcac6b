"""How much of a page is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dlt_crawler.fetch.outcome import is_living
from dlt_crawler.page import is_page

_AFTER_HEAD = 65_536
"""Bytes of the body that are read for a heading and an abstract in the text (science.md, D3)."""
_LONG_HEAD = 262_144
"""Where a page with a title is left that has not said until then where its head ends, as most do that never say."""

_HEAD_ENDS = re.compile(rb"<(?i:/head|body)")
"""Either tag may be left out. `</header>` fits as well: its element stands in the body, so that the head is over."""
_TITLE = re.compile(rb"<(?i:title)")
_LONGEST_TAG = len(b"</head")


@dataclass(slots=True)
class PageReading:
    """The body is wanted of pages that live, up to `limit` bytes, until it has said what it is: one for each request.

    Nothing is read of others.
    """

    limit: int
    _searched: int = field(default=0, init=False)
    _wanted: int | None = field(default=None, init=False)
    _head_ended: bool = field(default=False, init=False)

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted of an answer."""
        return self.limit if is_living(status) and is_page(content_type) else 0

    def enough(self, body: bytearray) -> bool:
        """Return whether title and abstract can be had of what has come: the head, and 64 KiB after it.

        `body` is all that has come, and has grown since the last time: only what is new is looked at.
        """
        begin = max(self._searched - _LONGEST_TAG + 1, 0)
        self._searched = len(body)
        if not self._head_ended and (end := _HEAD_ENDS.search(body, begin)):
            self._head_ended, self._wanted = True, end.start() + _AFTER_HEAD
        elif self._wanted is None and (title := _TITLE.search(body, begin)):
            self._wanted = max(_LONG_HEAD, title.start() + _AFTER_HEAD)
        return self._wanted is not None and len(body) >= self._wanted
