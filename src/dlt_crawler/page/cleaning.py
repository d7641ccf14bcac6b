"""Text for people out of text from anywhere: one line, nothing invisible, not too long."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter

LOOKED_AT = 20_000
"""Characters: enough for any abstract, and a bound for the work on a title of 5 MB."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories: control, format (bidirectional overrides, zero width), surrogate, private use, unassigned."""
_WINDOWS = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
"""What pages mean by the control characters U+0080 to U+009F: HTML standard, numeric character reference end state."""
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_WRITTEN_OF = re.compile(r"(?:\A|(?<=\w\s))&nbsp;(?=\s\w|[?,.]|\Z)|&lt;(?=[a-zA-Z/!])")
_LEFT = frozenset({"&nbsp;", "&lt;", "&gt;"})
"""What pages about HTML write in their titles, and what is left as it is if one of these stands like that."""
_INLINE_TAG = re.compile(
    r"<(?P<slash>/?)(?P<name>a|abbr|b|bold|code|em|font|i|italic|mark|s|sc|small|span|strong|sub|sup|tt|u|xref)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|wbr)\s{0,3}/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-z][a-z0-9:\-]{0,40}(?:\s[^<>]{0,300})?/?>|<!--.{0,300}?-->", re.IGNORECASE | re.DOTALL)


def one_line(text: str, limit: int, *, markup: bool = False) -> str | None:
    """Return `text` on one line, NFC, without what cannot be seen, cut to `limit` characters; None if nothing is left.

    Character references that were escaped twice are resolved, but not in "How to write &nbsp;". Tags of inline
    formatting are taken out where they come in pairs: publishers put them into citation_title. One alone is what the
    text is about ("<b>: an HTML element").
    With `markup` all tags are, because the text is known to hold HTML now and then (bioRxiv's citation_abstract).
    """
    text = text[:LOOKED_AT]
    if "&" in text:
        text = _resolved(text, markup=markup)
    if "<" in text:
        text = _without_tags(text, markup=markup)
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if not text.isprintable():
        meant = text.translate(_WINDOWS)
        text = " ".join("".join(one for one in meant if unicodedata.category(one) not in _INVISIBLE).split())
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None


def _resolved(text: str, *, markup: bool) -> str:
    resolved = _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text)
    if markup or not _WRITTEN_OF.search(text) or _without_tags(resolved, markup=False) != resolved:
        return resolved
    return _REFERENCE.sub(lambda found: found[0] if found[0].lower() in _LEFT else html.unescape(found[0]), text)


def _without_tags(text: str, *, markup: bool) -> str:
    text = _BREAK.sub(" ", text)
    if markup:
        return _ANY_TAG.sub(" ", _INLINE_TAG.sub("", text))
    sides = Counter((tag["name"].lower(), bool(tag["slash"])) for tag in _INLINE_TAG.finditer(text))
    pairs = {name for name, closes in sides if closes and sides[name, False]}
    return _INLINE_TAG.sub(lambda tag: "" if tag["name"].lower() in pairs else tag[0], text) if pairs else text


def key(text: str) -> str:
    """Return what two writings of one name have in common: letters and digits, without regard to case and width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
