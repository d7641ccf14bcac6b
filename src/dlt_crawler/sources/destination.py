"""A written destination: where it is in the text, and the URL that it resolves to."""

from __future__ import annotations

import re
import unicodedata

from markdown_it.common.normalize_url import normalizeLink

_HOST = re.compile(r"(https?://)([^/?#]*)", re.IGNORECASE)
_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""How Python shows bytes that are no text (the error handler "surrogateescape")."""
_WEB = re.compile(r"https?://", re.IGNORECASE)


def resolve(destination: str) -> str:
    """Return a destination (escapes and entities already decoded) with the percent-encoding of a renderer.

    A host in other scripts becomes its IDNA form, as markdown-it writes it into an href, but after the mapping of
    case and width that browsers do first (UTS 46): markdown-it makes another host of `BÜCHER.example`. Bytes that are
    no text are percent-encoded as they are: U+FFFD in their place would be an address that nobody wrote.
    """
    written = _UNDECODABLE.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", destination)
    host = _HOST.match(written)
    if host is not None and not host[2].isascii():
        written = host[1] + unicodedata.normalize("NFKC", host[2]).lower() + written[host.end() :]
    return normalizeLink(written)


def without_doubled_parentheses(href: str) -> str:
    """Return the web address of `[text]((https://example.org))`, and any other href as it is.

    CommonMark takes the inner parentheses as part of the destination; a reader means what is between them.
    """
    inner = href
    while inner.startswith("(") and inner.endswith(")") and _wraps(inner):
        inner = inner[1:-1]
    return resolve(inner) if inner != href and _WEB.match(inner) else href


def _wraps(text: str) -> bool:
    """Tell whether the first parenthesis is closed by the last one."""
    depth = 0
    for character in text[:-1]:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return False
    return True
