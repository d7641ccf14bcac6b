"""Text for people out of text from anywhere: one line, nothing invisible, not too long."""

from __future__ import annotations

import html
import re
import unicodedata

LOOKED_AT = 20_000
"""Characters: enough for any abstract, and a bound for the work on a title of 5 MB."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories: control, format (bidirectional overrides, zero width), surrogate, private use, unassigned."""
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|bold|code|em|i|italic|mark|s|sc|small|span|strong|sub|sup|tt|u|xref)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9:\-]{0,40}(?:\s[^<>]{0,300})?/?>|<!--.{0,300}?-->", re.IGNORECASE | re.DOTALL)


def one_line(text: str, limit: int, *, markup: bool = False) -> str | None:
    """Return `text` on one line, NFC, without what cannot be seen, cut to `limit` characters; None if nothing is left.

    Tags of inline formatting are always taken out: publishers put them into citation_title. With `markup` all tags are,
    because the text is known to hold HTML now and then (bioRxiv's citation_abstract).
    """
    text = html.unescape(text[:LOOKED_AT])
    text = _INLINE_TAG.sub("", text)
    if markup:
        text = _ANY_TAG.sub(" ", text)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    text = "".join(character for character in text if unicodedata.category(character) not in _INVISIBLE)
    text = " ".join(text.split())
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None
