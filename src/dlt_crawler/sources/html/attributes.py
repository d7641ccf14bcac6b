"""The URLs in the attributes of an HTML fragment, with their places, as the HTML standard reads them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from dlt_crawler.sources.html.tags import SPACE, Tag, decoded, scan

_ANYWHERE = frozenset({"data-src", "href", "src", "xlink:href"})
"""Of the standard's index of attributes those that hold one URL in several elements, SVG's, and that of lazy loaders:
in other elements, too, for a template may make them what they say."""

_CELLS = frozenset({"body", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
_IN_ELEMENTS = {
    "action": frozenset({"form"}),
    "background": _CELLS,
    "cite": frozenset({"blockquote", "del", "ins", "q"}),
    "data": frozenset({"object"}),
    "formaction": frozenset({"button", "input"}),
    "longdesc": frozenset({"frame", "iframe", "img"}),
    "manifest": frozenset({"html"}),
    "poster": frozenset({"video"}),
}
_CANDIDATES = frozenset({"data-srcset", "imagesrcset", "srcset"})
_NO_PAGE = frozenset({"dns-prefetch", "preconnect"})
"""Link types whose address is a host to connect to: it need not have a page."""

_URL = re.compile(rf"[^{SPACE}]++")
# HTML standard, section 4.8.4.2.1, "parse a srcset attribute": a comma inside of a URL is a part of it, one inside of
# the parentheses of a descriptor ends nothing.
_CANDIDATE = re.compile(rf"[{SPACE},]*+(?P<url>[^{SPACE}]++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?)*+")
# HTML standard, section 4.2.5.3, "shared declarative refresh steps".
_REFRESH = re.compile(
    rf"[{SPACE}]*+(?:[0-9]++|(?=\.))[0-9.]*+(?=[;,{SPACE}])[{SPACE}]*+[;,]?+[{SPACE}]*+"
    rf"(?:url[{SPACE}]*+=[{SPACE}]*+)?+(?:'(?P<single>[^']+)|\"(?P<double>[^\"]+)|(?P<bare>[^'\"].*))",
    re.IGNORECASE | re.DOTALL,
)
_TABS_AND_NEWLINES = str.maketrans("", "", "\t\n\r")
_CONTROLS_AND_SPACE = "".join(map(chr, range(0x21)))
_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_WEB = re.compile(r"https?://", re.IGNORECASE)

_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z](?:\"[^\"]*+\"|'[^']*+'|[^>\"'])*+>", re.DOTALL)
_LINK_TAG = re.compile(rf"</?a(?=[{SPACE}/>])", re.IGNORECASE)
_MAX_LABEL = 1000
"""Characters behind an <a> that are read for its label."""


@dataclass(frozen=True, slots=True)
class UrlAttribute:
    """A URL in an attribute: its offsets in the fragment, what it says and what a reader sees of it."""

    start: int
    end: int
    url: str
    """Character references decoded, without the line breaks and tabs that browsers drop (URL standard), and made
    absolute where a <base> before it is."""
    label: str


def url_attributes(fragment: str) -> Iterator[UrlAttribute]:
    """Yield the URLs of all start tags of a fragment, in order."""
    base: str | None = None
    for tag in scan(fragment):
        if not isinstance(tag, Tag):
            continue
        label: str | None = None
        for start, end in _urls(fragment, tag):
            if label is None:
                label = _label(fragment, tag)
            url = decoded(fragment[start:end]).translate(_TABS_AND_NEWLINES).strip(_CONTROLS_AND_SPACE)
            yield UrlAttribute(start, end, url if base is None else _absolute(base, url), label)
        if tag.name == "base" and base is None and _WEB.match(tag.value("href").strip(_CONTROLS_AND_SPACE)):
            base = tag.value("href").strip(_CONTROLS_AND_SPACE)


def _urls(fragment: str, tag: Tag) -> Iterator[tuple[int, int]]:
    for attribute in tag.attributes:
        name, start, end = attribute.name, attribute.start, attribute.end
        if name in _ANYWHERE or tag.name in _IN_ELEMENTS.get(name, ()):
            if not (tag.name == "link" and _NO_PAGE.intersection(tag.value("rel").lower().split())):
                yield without_spaces(fragment, start, end)
        elif name in _CANDIDATES:
            yield from _candidates(fragment, start, end)
        elif name == "ping" and tag.name in ("a", "area"):
            yield from (found.span() for found in _URL.finditer(fragment, start, end))
        elif name == "content" and _is_refresh(tag) and (refresh := _REFRESH.match(fragment, start, end)):
            yield without_spaces(fragment, *refresh.span(refresh.lastgroup or 0))


def _is_refresh(tag: Tag) -> bool:
    return tag.name == "meta" and tag.value("http-equiv").lower() == "refresh"


def without_spaces(fragment: str, start: int, end: int) -> tuple[int, int]:
    """Return where the URL is in the value of an attribute, which white space may stand around."""
    value = fragment[start:end]
    start += len(value) - len(value.lstrip(" \t\n\f\r"))
    return start, start + len(value.strip(" \t\n\f\r"))


def _candidates(fragment: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while candidate := _CANDIDATE.match(fragment, start, end):
        written = candidate["url"]
        first = candidate.start("url")
        yield first, first + len(written.rstrip(","))
        start = candidate.end()
        if not written.endswith(",") and (descriptors := _DESCRIPTORS.match(fragment, start, end)):
            start = descriptors.end()


def _absolute(base: str, url: str) -> str:
    if not url or url.startswith("#") or _WITH_SCHEME.match(url):
        return url
    try:
        return urljoin(base, url)
    except ValueError:  # no address at all, such as "//["
        return url


def _label(fragment: str, tag: Tag) -> str:
    """Return the text of a link, or else the alternative text of the picture in it; of other elements, their own."""
    if tag.name == "a":
        content = fragment[tag.end : tag.end + _MAX_LABEL]
        closing = _LINK_TAG.search(content)
        shown = content[: closing.start()] if closing else ""
        if text := html.unescape(_MARKUP.sub("", shown)).strip():
            return text
        alternatives = (inner.value("alt") for inner in scan(shown) if isinstance(inner, Tag))
        return next(filter(None, alternatives), "")
    return tag.value("alt") or tag.value("title")
