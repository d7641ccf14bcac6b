"""Where a bare URL ends, as its reader sees it, and where GFM ends it.

GFM (section 6.9) ends one at white space or "<" and trims ASCII punctuation: Chinese, Japanese or Korean text behind it
is swallowed. Here a URL ends where GFM says or earlier, at what nobody takes for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from markdown_it.common.utils import normalizeReference

from dlt_crawler.sources.foreign import CJK_PUNCTUATION, without_foreign_text
from dlt_crawler.urls.gfm import trimmed

__all__ = [
    "CJK_PUNCTUATION",
    "MAX_LENGTH",
    "BareUrl",
    "address",
    "read_at",
    "trimmed",
    "url_at",
    "urls_in_code",
    "with_scheme",
]

MAX_LENGTH = 4096
"""Characters that are looked at behind the plain part of a URL: keeps one long line linear (markdown.md, section 6)."""

_MAX_HOST = 1024
"""Characters. A name of DNS has 253 (RFC 1035, section 2.3.4)."""

_SCHEMES = r"(?:https?|ftp)://"
_START = rf"(?:{_SCHEMES}(?:\[[0-9a-f:.]+\])?|www\.)"
_FLAGS = re.IGNORECASE | re.ASCII
# The characters of RFC 3986 without brackets, and "^" and "|". A comma ends a URL before another one. Templates use
# braces; one that closes nothing is none of the URL, as in "url = {https://a.com/x}".
_PLAIN = re.compile(
    rf"{_START}(?:[!#-+\--:=?@A-Z^-_a-z~]++|\{{[\w.,:/?&=+*#%-]{{0,64}}+\}}|[,;|]++(?!{_SCHEMES}))*+", _FLAGS
)
# White space, quotes and dashes of any kind, invisible characters, and what RFC 3986 keeps for delimiters around URLs.
# An en dash or a hyphen between two letters is a part of titles ("/Kullback–Leibler").
_ENDS = (
    r'\x00-\x20\x7f-\xa0\u00ab\u00bb\u061c\u1680\u180e\u2000-\u206f\ufe10-\ufe1f\ufe30-\ufe4f\ufeff`"<>'
    + CJK_PUNCTUATION
)
_LATIN = "[A-Za-z\u00c0-\u024f]"
_JOINED = "[\u0600-\u08ff\u0900-\u0dff]"
"""Arabic script and those of India, which write words with zero-width joiners and non-joiners."""

_REST = re.compile(
    rf"(?:[^{_ENDS}\\{{}},;|]++|\{{[^{_ENDS}\\{{}}]{{0,64}}+\}}|\\_|(?<={_LATIN})[\u2010\u2011\u2013](?={_LATIN})"
    rf"|(?<={_JOINED})[\u200c\u200d](?={_JOINED})|[,;|]++(?!{_SCHEMES}))*+",
    _FLAGS,
)
_GFM_EXTENT = re.compile(r"[^ \t-\r<]*")
# GFM's valid domain: no underscore in its last two segments. Its first character is no punctuation (cmark-gfm).
_HOST = re.compile(
    rf"(?:{_SCHEMES}|(?=www\.))(?:(?P<ip>\[[0-9a-f:.]+\])|(?P<name>[^\x00-/:-@\[-`{{-\xa0][^\x00-,/:-@\[-^`{{-\xa0]*))",
    _FLAGS,
)
# A host that is surely the whole one: what follows belongs to the URL, and is not trimmed off.
_WHOLE_HOST = re.compile(
    rf"(?:{_SCHEMES}|(?=www\.))[0-9a-z._-]{{1,{_MAX_HOST}}}+(?=[!$%'()*+.:=?@^_~-]{{0,16}}[/#0-9a-z])", _FLAGS
)
_WWW = re.compile(r"www\.[^.]+\.[^.]", _FLAGS)
_BRACKET = re.compile(r"[\[\]]")
_IN_CODE = re.compile(r"(?:https?|ftp)://[^\s<>\"'`{}|\\^]+", _FLAGS)


@dataclass(frozen=True, slots=True)
class BareUrl:
    """A bare URL in both readings, as it is written."""

    url: str
    """What its reader takes it for."""
    gfm: str | None
    """What GFM reads, the same or longer; None where it reads no URL, or one that is too long to be meant."""
    read_to: int
    """Offset in the text that no other URL of GFM's begins before."""


def url_at(
    text: str, start: int, end: int, *, references: Container[str] = (), double_encoded: bool = False
) -> str | None:
    """Return the URL that starts at `start` with its scheme or "www.", before `end`; None if it has no host.

    `references` are the normalised labels that are defined: a bracketed part that is one of them is a link, not a part
    of the URL. In `double_encoded` text the URL ends before the first character that is not ASCII: what was
    punctuation has become letters there.
    """
    if _has_impossible_host(text, start, end) or (plain := _PLAIN.match(text, start, end)) is None:
        return None
    url = plain.group()
    if not _is_whole(text, plain.end(), end):
        rest = _REST.match(text, plain.end(), min(end, plain.end() + MAX_LENGTH))
        if rest is not None and not _is_cut_short(text, rest.end(), end, plain.end()):
            url = without_foreign_text(_without_links(url + rest.group(), references), double_encoded=double_encoded)
    # Of "\\_" at the end only the backslash would be left.
    url = trimmed(trimmed(url).rstrip("\\"))
    return url if _has_host(url) else None


def read_at(
    text: str, start: int, end: int, *, references: Container[str] = (), double_encoded: bool = False
) -> BareUrl | None:
    """Return what `url_at` does, with GFM's reading beside it."""
    url = url_at(text, start, end, references=references, double_encoded=double_encoded)
    if url is None:
        return None
    position = start + len(url)
    if _is_whole(text, position, end):
        return BareUrl(url, url, position)
    if _is_in_brackets(text, start):
        return BareUrl(url, None, position)
    extent = _GFM_EXTENT.match(text, position, min(end, position + MAX_LENGTH))
    read_to = extent.end() if extent else position
    if _is_cut_short(text, read_to, end, position):
        return BareUrl(url, None, read_to)
    longest = trimmed(text[start:read_to])
    return BareUrl(url, longest if _has_host(longest) else None, start + len(longest))


def address(url: str) -> str:
    """Return the address that a reader sees in a bare URL, where two escapes are one character each."""
    return with_scheme(url.replace("\\_", "_").replace("&amp;", "&"))


def with_scheme(url: str) -> str:
    """Return a bare URL with the "http://" that "www." implies (GFM, extended www autolink)."""
    return f"http://{url}" if _is_www(url) else url


def urls_in_code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where web and FTP addresses are in code or comments, where nothing is escaped."""
    for match in _IN_CODE.finditer(text, start, end):
        if url := url_at(text, match.start(), match.end()):
            yield match.start(), match.start() + len(url)


def _is_whole(text: str, position: int, end: int) -> bool:
    return position >= end or text[position] in " \t\n\v\f\r<"


def _is_cut_short(text: str, position: int, end: int, start: int) -> bool:
    """Tell whether a match that ends at `position` was ended by `MAX_LENGTH`: nobody knows then where the URL ends."""
    return position - start >= MAX_LENGTH and not _is_whole(text, position, end)


def _has_host(url: str) -> bool:
    host = _HOST.match(url)
    if host is None:
        return False
    if host["ip"]:
        return True
    name = host["name"]
    if "_" in name and any("_" in segment for segment in name.split(".")[-2:]):
        return False
    # "以http://开头" speaks of addresses, and is none.
    if not name.isascii() and "." not in name:
        return False
    return not _is_www(url) or _WWW.match(name) is not None


def _has_impossible_host(text: str, start: int, end: int) -> bool:
    """Tell early that no URL starts here: read to its end, "www.a_" again and again takes quadratic time."""
    host = _WHOLE_HOST.match(text, start, end)
    return host is not None and (host.end() - start >= _MAX_HOST or not _has_host(host.group()))


def _is_www(url: str) -> bool:
    return url[: len("www.")].lower() == "www."


def _is_in_brackets(text: str, position: int) -> bool:
    """Tell whether an open bracket stands before: cmark-gfm reads no bare URL in there."""
    nearest = max(0, position - MAX_LENGTH)
    return text.rfind("[", nearest, position) > text.rfind("]", nearest, position)


def _without_links(url: str, references: Container[str]) -> str:
    """Cut a URL at the first bracket that is unbalanced or may belong to a link: it must not change the markup."""
    opened: list[int] = []
    host = _HOST.match(url)
    for bracket in _BRACKET.finditer(url, host.end() if host else 0):
        position = bracket.start()
        if bracket.group() == "[":
            opened.append(position)
        elif not opened:
            return url[:position]
        elif _may_be_link(url, opened[-1], position, references):
            return url[: opened[0]]
        else:
            opened.pop()
    return url[: opened[0]] if opened else url


def _may_be_link(url: str, opening: int, closing: int, references: Container[str]) -> bool:
    """Tell whether brackets hold the label of a link, of a reference that is defined, or of a footnote."""
    if url[closing + 1 : closing + 2] in ("(", "[") or url[opening + 1] == "^":
        return True
    return normalizeReference(url[opening + 1 : closing]) in references
