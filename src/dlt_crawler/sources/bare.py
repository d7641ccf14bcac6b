"""Where a bare URL ends, as its reader sees it.

GFM (section 6.9) ends one at white space or "<" and trims ASCII punctuation: Chinese, Japanese or Korean text behind it
is swallowed. Here a URL ends where GFM says or earlier, at what nobody takes for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from markdown_it.common.utils import normalizeReference

MAX_LENGTH = 4096
"""Characters of a bare URL: keeps one long line linear (markdown.md, section 6)."""

CJK_PUNCTUATION = "\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"

_GFM_EXTENT = re.compile(r"[^ \t-\r<]*")
_STOP = re.compile(
    f'[\u2000-\u206f{CJK_PUNCTUATION}\ufe10-\ufe1f\ufe30-\ufe4f\\x00-\\x20\\x7f-\\xa0\u00ab\u00bb`">]'
    r"|\\(?!_)"
    r"|[,;|]+(?=(?:https?|ftp)://)",
    re.IGNORECASE,
)
_SYMBOL = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
"""Arrows and emoji end a path. In a host they may be an internationalised name."""

_SCHEME = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:[^/?#\s]*@)?(?:[^\s!-/:-@\[-`{-~]|\[[0-9a-f:.]+\])", re.IGNORECASE)
_WWW_HOST = re.compile(r"www\.[^/?#:\s]*\.", re.IGNORECASE)
_AUTHORITY_END = re.compile(r"[/?#:]|$")
_TOP_LEVEL_DOMAIN = re.compile(r"\.[a-z]{2,}$", re.IGNORECASE)
_BRACKET = re.compile(r"[\[\]]")
_ENTITY_AT_END = re.compile(r"&[A-Za-z]+;$")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_IN_CODE = re.compile(r"(?:https?|ftp)://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)


def url_at(
    text: str, start: int, end: int, *, references: Container[str] = (), double_encoded: bool = False
) -> str | None:
    """Return the URL that starts at `start` with its scheme or "www.", before `end`; None if it has no host.

    `references` are the normalised labels that are defined: a bracketed part that is one of them is a link, not a part
    of the URL. In `double_encoded` text the URL ends before the first character that is not ASCII: what was
    punctuation has become letters there.
    """
    extent = _GFM_EXTENT.match(text, start, min(end, start + MAX_LENGTH))
    url = trimmed(extent.group()) if extent else ""
    if stop := _STOP.search(url):
        url = url[: stop.start()]
    url = _without_links(url, references)
    scheme = _SCHEME.match(url)
    host = scheme.end() if scheme else 0
    authority_end = _AUTHORITY_END.search(url, host)
    path = authority_end.start() if authority_end else len(url)
    if symbol := _SYMBOL.search(url, path):
        url = url[: symbol.start()]
    url = trimmed(_without_foreign_text(url, host, path, double_encoded=double_encoded))
    has_host = _AUTHORITY.match(url, host) if scheme else _WWW_HOST.match(url)
    return url if has_host else None


def trimmed(url: str) -> str:
    """Return a URL without the punctuation that GFM gives back to the sentence (extended autolink path validation)."""
    while url:
        if url[-1] in "?!.,:*_~'\"":
            url = url[:-1]
        elif url[-1] == ";":
            entity = _ENTITY_AT_END.search(url)
            url = url[: entity.start()] if entity else url[:-1]
        elif url[-1] == ")" and url.count(")") > url.count("("):
            url = url[:-1]
        else:
            break
    return url


def urls_in_code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where web and FTP addresses are in code or comments, where nothing is escaped."""
    for match in _IN_CODE.finditer(text, start, end):
        if url := url_at(text, match.start(), match.end()):
            yield match.start(), match.start() + len(url)


def _without_links(url: str, references: Container[str]) -> str:
    """Cut a URL at the first bracket that is unbalanced or may belong to a link: it must not change the markup."""
    opening = depth = 0
    for bracket in _BRACKET.finditer(url):
        position = bracket.start()
        if depth == 0:
            opening = position
        depth += 1 if bracket.group() == "[" else -1
        if depth < 0:
            return url[:position]
        if depth == 0 and _may_be_link(url, opening, position, references):
            return url[:opening]
    return url if depth == 0 else url[:opening]


def _may_be_link(url: str, opening: int, closing: int, references: Container[str]) -> bool:
    behind = url[closing + 1 : closing + 2]
    return behind in ("(", "[") or normalizeReference(url[opening + 1 : closing]) in references


def _without_foreign_text(url: str, host: int, path: int, *, double_encoded: bool) -> str:
    """Cut text in another script that follows without a space: "example.com中文", "/page中文"; not "/wiki/中文"."""
    foreign = _NOT_ASCII.search(url)
    if foreign is None:
        return url
    cut = foreign.start()
    if cut < path:
        runs_on = bool(_TOP_LEVEL_DOMAIN.search(url[host:cut]))
    else:
        runs_on = bool(re.match(r"[A-Za-z0-9)\]]", url[cut - 1]))
    return url[:cut] if double_encoded or runs_on else url
