"""Bare URLs in markdown: a text with marks in those that are known, and the inline rule that makes links of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markdown_it.rules_inline import StateInline

from dlt_crawler.model import Span
from dlt_crawler.sources.text import DecodedText

URL: Final = "bare_url"
"""Type of the token of a bare URL; its content is the URL, as it is written."""

BEGIN: Final = "\x01"
"""Stands behind the scheme or the "www" of a bare URL, so that what is before the URL touches what it always did."""
_END = "\x02"
"""Stands before the last character of a URL that ends with it …"""
_MAY_END = "\x03"
"""… or that should: whether it does is for GFM to say."""

MARKS = re.compile("[\x01-\x03]")
"""A document may hold them, too, where they show nothing: there they become `_OTHER`."""
_OTHER = "\x04"

_BEGIN = re.compile(r"(?:https?(?=:)|ftp(?=:)|www(?=\.))", re.IGNORECASE)
_BEGUN = re.compile(r"(?:http|https|ftp|www)\Z", re.IGNORECASE)
_LAST = re.compile(r"(?:\\[!-/:-@\[-`{-~]|.)\Z", re.DOTALL)
_LAST_IN_JSON = re.compile(r"(?:\\\\)?(?:\\u[0-9A-Fa-f]{4}|\\.|[^\\])\Z")

# GFM 0.29, section 6.9.
_TO_LAST = re.compile(r"[^\x01-\x03]*(?P<end>[\x02\x03])(?:\\[!-/:-@\[-`{-~]|.)", re.DOTALL)
_EXTENT = re.compile(r"[^ \t-\r<]*")
_HOST = re.compile(r"(?:://)?(?P<name>(?:\[[0-9A-Fa-f:.]+\]|[^\x00-,/:-@\[-^`{-\xa0\s]+))")
_OPEN_BRACKET = re.compile(r"(?<!\\)\[[^\[\]`\\]*\Z")
_MARKUP = re.compile(r"[*`\[\]<]|(?<![A-Za-z0-9])_|~~|&[A-Za-z#0-9]+;")
_NEAR = 1000
"""Characters before a URL that are searched for an open bracket."""
_TRIMMED = re.compile(r"(?:[?!.,:*_~'\"]|&[A-Za-z]{1,40};|;)\Z")


def marked(decoded: DecodedText, known: Iterable[Span], read: Iterable[Span], *, in_json: bool = False) -> str:
    """Return the source text of a document with marks in its bare URLs: those whose end is known, those GFM is to read.

    With `in_json` the marks are written as the strings of JSON say them.
    """
    source = MARKS.sub(_OTHER, decoded.source)
    last_character = _LAST_IN_JSON if in_json else _LAST
    pieces: list[str] = []
    written = position = 0
    byte = decoded.text_start
    ends = sorted([(span, _END) for span in known] + [(span, _MAY_END) for span in read], key=lambda end: end[0].start)
    for span, end in ends:
        start = position + len(_decoded(decoded, byte, span.start))
        position = start + len(_decoded(decoded, span.start, span.end))
        byte = span.end
        begin, last = _BEGIN.match(source, start, position), last_character.search(source, start, position)
        if begin and last:
            pieces += [source[written : begin.end()], _said(BEGIN, in_json), source[begin.end() : last.start()]]
            pieces.append(_said(end, in_json))
            written = last.start()
    return "".join([*pieces, source[written:]])


def _said(mark: str, in_json: bool) -> str:
    return f"\\u{ord(mark):04x}" if in_json else mark


def _decoded(decoded: DecodedText, start: int, end: int) -> str:
    return decoded.data[start:end].decode(decoded.encoding, decoded.errors)


def bare_url(state: StateInline, silent: bool) -> bool:
    """Read a bare URL at its first mark: its scheme or "www" has been read as text."""
    # Silent means that a label is being looked for, in which a URL never hides a bracket.
    if silent or state.src[state.pos] != BEGIN:
        return False
    start = state.pos + 1
    begun = _BEGUN.search(state.src, max(0, state.pos - len("https")), state.pos)
    last = _TO_LAST.match(state.src, start, state.posMax)
    if begun is None or last is None:
        return False
    # GitHub makes no link behind an open bracket: what is there ends where it should, if nothing in it is markup.
    is_text = _OPEN_BRACKET.search(state.src, max(0, start - _NEAR), start) is not None
    if is_text and last["end"] != _END and _MARKUP.search(state.src, start, last.end()):
        return False
    if not _take_back(state, len(begun[0])):
        return False
    end = last.end() if last["end"] == _END or is_text else _end_in_gfm(state, start)
    state.push(URL, "", 0).content = begun[0] + MARKS.sub("", state.src[start:end])
    state.pos = end
    return True


def _take_back(state: StateInline, length: int) -> bool:
    """Remove a scheme of this length from the text that was read; False where it was not read as text.

    Behind a backslash its first letter is the end of a text of its own.
    """
    if len(state.pending) == length - 1 and state.tokens and state.tokens[-1].type == "text_special":
        state.tokens[-1].content = state.tokens[-1].content[:-1]
        length -= 1
    if len(state.pending) < length:
        return False
    state.pending = state.pending[: len(state.pending) - length]
    return True


def _end_in_gfm(state: StateInline, start: int) -> int:
    """Return where GFM ends a URL whose scheme ends at `start`: there, if it is no URL to GFM."""
    extent = _EXTENT.match(state.src, start, state.posMax)
    end = extent.end() if extent else start
    host = _HOST.match(state.src, start, end)
    if host is None or any("_" in part for part in host["name"].split(".")[-2:]):
        return start
    return start + len(_trimmed(state.src[start:end]))


def _trimmed(url: str) -> str:
    """Return a URL without the punctuation at its end that GFM leaves out (extended autolink path validation)."""
    unopened = url.count(")") - url.count("(")
    end = len(url)
    while end:
        if MARKS.match(url, end - 1):
            end -= 1
        elif url[end - 1] == ")" and unopened > 0:
            unopened -= 1
            end -= 1
        elif found := _TRIMMED.search(url, max(0, end - 42), end):
            end = found.start()
        else:
            break
    return url[:end]
