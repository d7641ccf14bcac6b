"""The rules of one robots.txt for our product. Pure."""

from __future__ import annotations

import re

from protego import Protego

from dlt_crawler.config import PRODUCT

_AGENT = re.compile(r"\s*user(?:-|\s+)?agent(?:\s*:|\s)\s*(\*(?=\s|#|$)|[a-z_-]*)", re.IGNORECASE)
"""A line that says whom the next rules are for, as freely spelled as Protego reads it. A product token is of letters,
hyphens and underscores, and ends before whatever follows (RFC 9309, section 2.2.1): "name/1.0" is "name"."""
_OURS, _EVERYBODY, _OTHERS = PRODUCT.lower(), "*", "others"


class Rules:
    """What a robots.txt says to us (RFC 9309, section 2.2)."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self.lines = len(lines)
        # All the products that are not ours under one name: Protego would take "dlt" for us, and keep the rules of a
        # group once for every name in it, which is 725 MB for a robots.txt of 100 KB with 2,000 names.
        self._parsed = Protego.parse("\n".join(map(_for_us, lines)))

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests; 0 when it does not say."""
        return self._parsed.crawl_delay(PRODUCT) or 0.0

    def allow(self, url: str) -> bool:
        """Return whether we may ask for a URL of the origin."""
        return bool(self._parsed.can_fetch(url, PRODUCT))


def decoded(body: bytes, limit: int) -> str:
    """Return the text of a robots.txt (UTF-8, section 2.3); of one that reaches `limit`, without its last line.

    That one is cut off somewhere: "Disallow: /private" may have become "Disallow: /".
    """
    if len(body) >= limit:
        body = body[: limit - len(re.split(rb"[\r\n]", body[:limit])[-1])]
    return body.decode("utf-8-sig", "replace")


def _for_us(line: str) -> str:
    found = _AGENT.match(line)
    if found is None:
        return line
    name = found[1].lower()
    return f"User-agent: {name if name in {_OURS, _EVERYBODY} else _OTHERS}"
