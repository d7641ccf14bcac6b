"""A written destination: where it is in the text, and the URL that it resolves to."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import unescapeAll

from dlt_crawler.sources.invisible import IGNORED

# Letters, digits and what else markdown-it leaves as it is: most URLs. A longer host than DNS has is left to it.
_RESOLVED = re.compile(
    r"https?://(?=[^/?#]{1,255}(?:[/?#]|$))[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]+)?"
    r"(?:[/?#](?:[!#$&-;=?@A-Z_a-z~]++|%[0-9A-Fa-f]{2})*+)?"
)
_HOST = re.compile(r"(https?://)([^/?#]*)", re.IGNORECASE)
_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""How Python shows bytes that are no text (the error handler "surrogateescape")."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_IGNORED = dict.fromkeys(map(ord, IGNORED))
_PARENTHESIS = re.compile(r"[()]")
_LINK = re.compile(r"%5B(?:(?!%5B|%5D).)*+%5D\((?P<url>.+)\)")

_WRAPPERS = tuple(
    (quote(opening, safe="*'"), quote(closing, safe="*'"))
    for opening, closing in zip("\"'`*[{<“‘（「『《【«", "\"'`*]}>”’）」』》】»", strict=True)
)
"""What stands around a URL by mistake, as an href spells it."""

_MAX_WRAPPERS = 4
"""Wrappers of different kinds, one inside the other, that are taken off."""


def resolve(destination: str) -> str:
    """Return a destination (escapes and entities already decoded) with the percent-encoding of a renderer.

    A host in other scripts becomes its IDNA form, as markdown-it writes it into an href, but after the mapping of
    case and width that browsers do first (UTS 46): markdown-it makes another host of `BÜCHER.example`. Bytes that are
    no text are percent-encoded as they are: U+FFFD in their place would be an address that nobody wrote.
    """
    if _RESOLVED.fullmatch(destination):
        return destination
    written = _UNDECODABLE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", destination)
    host = _HOST.match(written)
    if host is not None and not host[2].isascii():
        name = unicodedata.normalize("NFKC", host[2].translate(_IGNORED)).lower()
        written = host[1] + name + written[host.end() :]
    return normalizeLink(written)


def reads_as(written: str, href: str) -> bool:
    """Tell whether a renderer makes `href` of the destination `written`: proves a place by what stands there."""
    return resolve(unescapeAll(written)) == href


def unwrapped(href: str) -> str:
    """Return the web address that is wrapped once more in an href, and any other href as it is.

    Readers mean what is between the inner parentheses of `[text]((https://example.org))`; CommonMark takes them as a
    part of the destination, which is no address then. So it is with quotes, brackets, code and emphasis, and with a
    whole link: `[text]([https://example.org](https://example.org))`.
    """
    inner: str | None = href
    for _ in range(_MAX_WRAPPERS):
        if inner is None or _WEB.match(inner):
            break
        inner = _inside(inner)
    return resolve(inner) if inner and inner is not href and _WEB.match(inner) else href


def _inside(text: str) -> str | None:
    if text.startswith("("):
        depth = len(text) - len(text.lstrip("("))
        inner = text[depth:-depth]
        return inner if text.endswith(")" * depth) and _closes_only_its_own(inner) else None
    if link := _LINK.fullmatch(text):
        return link["url"]
    for opening, closing in _WRAPPERS:
        if text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)]
    return None


def _closes_only_its_own(text: str) -> bool:
    depth = 0
    for parenthesis in _PARENTHESIS.findall(text):
        depth += 1 if parenthesis == "(" else -1
        if depth < 0:
            return False
    return True
