"""How a bare URL is written among the text around it, so that every parser ends it where it ends."""

from __future__ import annotations

import re
from typing import NamedTuple

from dlt_crawler.model import Span
from dlt_crawler.urls.gfm import trimmed

_ORIGIN = re.compile(r"[^:/?#]*://[^/?#]*")
_LEFT_OUT = re.compile(rb"(?:[?!.,:*_~);\"']|&[A-Za-z]+;)*(?=[ \t-\r<|]|\Z)")
"""What GFM trims behind a bare URL (cmark-gfm's autolink.c: quotes, too), and what ends it; a pipe is a table's."""
_MARKS = re.compile(r"\*|(?<![A-Za-z0-9])_|~(?=~)|(?<=~)~|(?<=[A-Za-z0-9._+-])@(?=[A-Za-z0-9-]+\.)")
"""What may begin emphasis (CommonMark 0.31.2, section 6.2: no underscore within a word) or be in a mail address."""
_CLOSING = re.compile(r"_(?![A-Za-z0-9])")
"""What may end emphasis that has begun before."""
_IN_BRACKETS = re.compile(rb"(?<!\\)\[[^\[\]`\\]*\Z")
_BLOCK_ENDS = re.compile(rb"(?:\r\n|\n|\r)[ \t>]*(?=[\r\n])")
NEAR = 1000
"""Bytes before and behind a URL that are looked at for what it stands in."""


class BareWay(NamedTuple):
    """One way to write a URL."""

    url: str
    in_brackets: bool
    """Whether it stands between angle brackets."""


def bare_ways(data: bytes, span: Span, url: str) -> list[BareWay]:
    """Return the ways to write `url` (RFC 3986 characters) over a bare URL in markdown, best first.

    As it is where every parser reads it so. Else in angle brackets, or with its marks and its last character
    percent-encoded. Angle brackets make a link where GitHub has none: behind a bracket that is open, closed or not.
    """
    before = _BLOCK_ENDS.split(data[max(0, span.start - NEAR) : span.start])[-1]
    inert = _MARKS.sub(_percent, url)
    if b"_" in before:
        inert = _CLOSING.sub(_percent, inert)
    bare, bracketed = BareWay(with_plain_end(inert), False), BareWay(url, True)
    old = data[span.start : span.end].decode("ascii", "replace")
    if url.endswith(old) and ends_as_written(url):
        # Its marks stand there already, with the same around them: they mean what they did.
        bare = BareWay(url, False)
    if _IN_BRACKETS.search(before):
        ways = [bare, bracketed]
    elif not is_left_out(data, span.end):
        # GitHub takes anything that follows without a space into a bare URL, Chinese text and code spans, too.
        # Behind a backslash a bracket is text, so that nothing else is left.
        ways = [bracketed, bare]
    else:
        ways = [bare, bracketed] if bare.url == url else [bracketed, bare]
    # The proof knows by the rules of one parser whether emphasis stays: what is alike by the rules of all comes first.
    return sorted(ways, key=lambda way: not _keeps_emphasis(data, span, way))


def ends_as_written(url: str) -> bool:
    """Tell whether GFM ends a bare URL at its last character: it trims punctuation and unbalanced parentheses."""
    return is_balanced(url) and trimmed(url) == url


def is_left_out(data: bytes, position: int) -> bool:
    """Tell whether what stands here behind a bare URL is none of it to GFM (0.29, section 6.9)."""
    return _LEFT_OUT.match(data, position) is not None


def with_plain_end(url: str) -> str:
    """Return the same URL with what cannot end a bare one percent-encoded.

    But the "?" of an empty query, which would become a part of the path, and the end of a host.
    """
    whole = origin(url)
    if not is_balanced(url):
        url = whole + url[len(whole) :].replace("(", "%28").replace(")", "%29")
    if trimmed(url) == url or url == whole or url.find("?") == len(url) - 1:
        return url
    return f"{url[:-1]}%{ord(url[-1]):02X}"


def origin(url: str) -> str:
    """Return scheme, user, host and port as they are written; nothing of what is no absolute URL."""
    found = _ORIGIN.match(url)
    return found[0] if found else ""


def is_balanced(url: str) -> bool:
    """Tell whether every parenthesis has its partner."""
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _percent(character: re.Match[str]) -> str:
    return f"%{ord(character[0]):02X}"


def _keeps_emphasis(data: bytes, span: Span, way: BareWay) -> bool:
    """Tell whether a URL leaves the marks next to it what they are (CommonMark 0.31.2, section 6.2: delimiter runs).

    Whether a run of marks opens or closes depends on what it touches: it is the same if the URL begins and ends with
    a letter or with punctuation as the old one does, or if there is white space on the other side of the run.
    """
    before, behind = data[max(0, span.start - NEAR) : span.start], data[span.end : span.end + NEAR]
    first, last = ("<", ">") if way.in_brackets else (way.url[0], way.url[-1])
    begins = first.isalnum() == _is_word(data[span.start : span.start + 1]) or not _is_beside_marks(before[::-1])
    ends = last.isalnum() == _is_word(data[span.end - 1 : span.end]) or not _is_beside_marks(behind)
    return begins and ends


def _is_beside_marks(text: bytes) -> bool:
    """Tell whether `text`, read away from a URL, begins with a run of marks that no white space follows."""
    mark = text[:1]
    return mark in (b"*", b"_", b"~") and bool(text.lstrip(mark)[:1].strip())


def _is_word(character: bytes) -> bool:
    return character.isalnum() or character >= b"\x80"
