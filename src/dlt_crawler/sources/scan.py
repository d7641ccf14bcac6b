"""The plain scan: web and FTP addresses in text that is not or could not be parsed, whatever is around them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from markdown_it.common.utils import unescapeAll

from dlt_crawler.model import LinkKind, NoSpan
from dlt_crawler.sources.bare import CJK_PUNCTUATION, MAX_LENGTH, address, url_at, urls_in_code, with_scheme
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.found import FoundLink

# Before "www." stands what GFM allows there (section 6.9), or CJK punctuation.
_START = re.compile(rf"(?<![a-z])(?:https?|ftp)://|(?<![^\s*_~({CJK_PUNCTUATION}])www\.", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^\s/?#<]{1,300}")
"""A host name has at most 253 characters (RFC 1035, section 2.3.4)."""
# A scheme inside an address begins another one behind a separator or foreign text, and not behind "/" or "=".
_PAIR_OR_MARK = re.compile(
    r"\[[^\[\]()\s]{0,64}\](?![(\[])|[(){}]|[\s<>\"`\[\]]|\\(?!_)|(?<=[,;|\x80-\U0010ffff])(?:https?|ftp)://",
    re.IGNORECASE,
)

# A destination without brackets around it (CommonMark 0.31.2, section 6.3), its parentheses two deep at most.
_NO_MARK = r"(?:\\[!-/:-@\[-`{-~]|[^\s\\()<>])"
_DESTINATION = re.compile(rf"(?:{_NO_MARK}|\((?:{_NO_MARK}|\({_NO_MARK}*+\))*+\))++(?=[\s)])")
_CLOSING = {
    "<": re.compile(r"[^\s<>]++(?=>)"),
    '"': re.compile(r'[^\s<>"]++(?=")'),
    "'": re.compile(r"[^\s<>']++(?=')"),
}
"""Mark before an address → the address up to the mark that closes it."""


def scan(
    text: str, start: int, end: int, *, double_encoded: bool = False, marked_up: bool = False
) -> Iterator[FoundLink]:
    """Yield the addresses between two offsets of `text`, in order, each as a bare link without a span.

    They end where a bare URL ends, and before a bracket that may belong to the markup around them, as in
    `](https://a.example)text` and `url = {https://a.example}`. In text that is `marked_up` they end where the marks
    around them say, if there are any. Linear in the length, whatever is written there.
    """
    position = start
    while found := _START.search(text, position, end):
        authority = _AUTHORITY.match(text, found.end(), end)
        # The host first: looking at all that follows each of a million schemes would not be linear.
        url = url_at(text, found.start(), authority.end(), double_encoded=double_encoded) if authority else None
        if url is not None:
            url = url_at(text, found.start(), _extent(text, found.end(), end), double_encoded=double_encoded)
        if url is None:
            position = found.end()
            continue
        position = found.start() + len(url)
        if marked_up and (whole := _delimited(text, found.start(), end)) and whole[0] > position:
            yield _link(found.start(), whole[0], resolve(whole[1]), text[found.start() : whole[0]])
            position = whole[0]
            continue
        # Nobody knows where a longer one ends.
        if len(url) < MAX_LENGTH:
            yield _link(found.start(), position, resolve(address(url)), url)


def links_in_code(text: str, start: int, end: int) -> Iterator[FoundLink]:
    """Yield the addresses in code or a comment, where nothing is escaped, with their spans."""
    for first, last in urls_in_code(text, start, end):
        yield FoundLink(LinkKind.CODE, first, last, resolve(text[first:last]), "", renders=False)


def _link(start: int, end: int, href: str, written: str) -> FoundLink:
    return FoundLink(LinkKind.BARE, start, end, href, "", written=written, no_span=NoSpan.SCANNED)


def _delimited(text: str, start: int, end: int) -> tuple[int, str] | None:
    """Return the end of the address at `start` and what it means, if marks around it say where it ends.

    Cut short at what ends a bare URL it would be an address that nobody wrote. Read are `](destination`, with its
    escapes, `<address>` and the quoted values of attributes.
    """
    behind = min(end, start + MAX_LENGTH)
    if text.startswith("](", start - 2) and (found := _DESTINATION.match(text, start, behind)):
        return found.end(), with_scheme(unescapeAll(found[0]))
    mark = text[start - 1 : start]
    # Quotes around prose hold its punctuation, too; those of an attribute do not.
    closing = _CLOSING.get(mark) if mark == "<" or text[start - 2 : start - 1] == "=" else None
    if closing and (found := closing.match(text, start, behind)):
        return found.end(), with_scheme(html.unescape(found[0]))
    return None


def _extent(text: str, start: int, end: int) -> int:
    """Return where an address that began before `start` ends at the latest."""
    end = min(end, start + MAX_LENGTH)
    depth = 0
    for mark in _PAIR_OR_MARK.finditer(text, start, end):
        match mark[0]:
            case "(" | "{":
                depth += 1
            case ")" | "}" if depth:
                depth -= 1
            case pair if pair[0] == "[" and len(pair) > 1:
                continue
            case _:
                return mark.start()
    return end
