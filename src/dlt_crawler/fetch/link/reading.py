"""How much of a page is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from dlt_crawler.fetch.outcome import is_living
from dlt_crawler.page.reading import READ_BYTES, begins_as_page, is_page, is_plain
from dlt_crawler.page.signatures import is_pdf, may_be_pdf

_AFTER_HEAD = 65_536
"""Bytes of the body that are read for a heading and an abstract in the text (science.md, D3)."""
_LONG_HEAD = 262_144
"""Where a page with a title is left that has not said until then where its head ends, as most do that never say."""
_REFUSAL_BYTES = 65_536
"""Of an answer that refuses: enough to know whose wall it is."""
_TEXT_BYTES = 4_096
"""Of a text that is no page: enough to know an error message from a document."""
_GONE = (404, 410)
"""Statuses that need no page to explain them."""

_HEAD_ENDS = re.compile(rb"<(?i:/head|body)")
"""Either tag may be left out. `</header>` fits as well: its element stands in the body, so that the head is over."""
_TITLE = re.compile(rb"<(?i:title)")
_LONGEST_TAG = len(b"</head")


class _Kind(Enum):
    """What a body is."""

    PAGE = auto()
    TEXT = auto()
    ALL = auto()
    """Whatever it is, all of it is wanted up to the limit."""
    OTHER = auto()


@dataclass(slots=True)
class PageReading:
    """The body is wanted of pages that live, until it has said what it is: one for each request.

    And of PDFs, whole, because what says where things are in them stands at their end; of answers that refuse, the
    beginning; and of all else as much as tells whether it is what its Content-Type says.
    """

    limit: int
    """Bytes of a PDF, or of a page that is wanted whole, at most; of other pages no more than the first megabyte."""
    url: str = ""
    """Of the request: its name tells what a body without a type may be."""
    whole: bool = False
    """Whether all of a page is wanted, for what may stand anywhere in it."""
    _most: int = field(default=0, init=False)
    _type: _Kind = field(default=_Kind.OTHER, init=False)
    """What it is by its Content-Type …"""
    _kind: _Kind | None = field(default=None, init=False)
    """… and by how it begins; None: too little of it has come."""
    _searched: int = field(default=0, init=False)
    _wanted: int | None = field(default=None, init=False)
    _head_ended: bool = field(default=False, init=False)

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted of an answer."""
        if is_page(content_type):
            self._type = _Kind.PAGE
        elif is_plain(content_type):
            self._type = _Kind.TEXT
        self._most = self.limit if self.whole else min(self.limit, READ_BYTES)
        if is_living(status):
            return self.limit if may_be_pdf(content_type, self.url) else self._most
        if status < 400 or status in _GONE or self._type is _Kind.OTHER:
            return 0
        self._kind = _Kind.ALL
        return min(self._most, _REFUSAL_BYTES)

    def enough(self, body: bytearray) -> bool:
        """Return whether what is wanted has come: of a page title and abstract, in the head and 64 KiB after it.

        `body` is all that has come, and has grown since the last time: only what is new is looked at.
        """
        if self._kind is None:
            self._kind = self._kind_of(body)
        match self._kind:
            case _Kind.PAGE:
                return len(body) >= self._most or (not self.whole and self._has_said_what_it_is(body))
            case _Kind.TEXT:
                return len(body) >= _TEXT_BYTES
            case _Kind.OTHER:
                return True
        return False

    def _kind_of(self, body: bytearray) -> _Kind | None:
        if (pdf := is_pdf(body)) is not False:
            return _Kind.ALL if pdf else None
        return _Kind.PAGE if self._type is _Kind.OTHER and begins_as_page(body) else self._type

    def _has_said_what_it_is(self, body: bytearray) -> bool:
        begin = max(self._searched - _LONGEST_TAG + 1, 0)
        self._searched = len(body)
        if not self._head_ended and (end := _HEAD_ENDS.search(body, begin)):
            self._head_ended, self._wanted = True, end.start() + _AFTER_HEAD
        elif self._wanted is None and (title := _TITLE.search(body, begin)):
            self._wanted = max(_LONG_HEAD, title.start() + _AFTER_HEAD)
        return self._wanted is not None and len(body) >= self._wanted
