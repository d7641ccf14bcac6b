"""What in a page tells what it is: its metadata and headings, collected in one pass over its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse, islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own
from parsel import Selector

from dlt_crawler.page.cleaning import one_line
from dlt_crawler.page.json_ld import Described, described

_TEXT = 2_000
"""Characters of a heading or title that are looked at …"""
_NODES = 300
"""… and tags in it: a nested heading has the text of all that are in it …"""
_FEW_NODES = 75
_FIRST = 4
"""… and tags in headings after the first few, which can be a title with a <span> around every letter."""
_TITLES = 200
"""<title> elements of which those in an <svg> are left out …"""
_TITLES_READ = 20
"""… and so many others are given back."""
_DEEP = 64
"""Ancestors of a <title> among which an <svg> is looked for."""
_HEADINGS = 16
"""Headings that are looked at, with the empty ones."""
_SCRIPTS = 10
_SCRIPT_LENGTH = 200_000
_METAS = 2_000
_LISTS = frozenset({
    # Of <meta> that stand there once for each author.
    "article:author", "author", "bepress_citation_author", "book:author", "byl", "citation_author", "dc.creator",
    "dc.creator.personalname", "dc:creator", "dcterms.creator", "dcterms:creator", "eprints.creators_name",
    "eprints.creators", "parsely-author", "prism.author", "sailthru.author",
})  # fmt: skip
_LISTED = 100
"""Of one name."""
_NAMES = 4
"""Of one <meta>."""
_ADDRESSES = 5
_UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "rt", "rp", "button"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "big", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "mark", "math", "nobr",
    "q", "rb", "ruby", "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
"""Around all other elements words end."""
_ANCHORS = frozenset({"#", "¶", "§", "🔗", "\N{LINK SYMBOL}\ufe0f"})
"""Texts of links from a heading to itself."""
_OF_SITE = ("site-title", "site-name", "site_title", "sitename", "logo", "brand", "masthead", "blog-title")
_ADDRESS = re.compile(r"(?:https?:)?//(?P<host>[\w.\-]{1,253})", re.IGNORECASE)
_HOME = re.compile(rf"(?:{_ADDRESS.pattern}(?::\d+)?)?(?:/|\./|index\.\w{{1,5}}|/index\.\w{{1,5}})?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """One <h1> or <h2>."""

    text: str
    level: int
    of_site: bool
    """Whether it stands for the whole site: it leads to its home page, or is called a logo."""


@dataclass(frozen=True, slots=True)
class Head:
    """What was found, each in the order of the page."""

    metas: Mapping[str, str]
    """First non-empty content of every <meta>, by lower-case name, property or itemprop."""
    lists: Mapping[str, Sequence[str]]
    """All contents, at most 100, of those that name authors."""
    titles: tuple[str, ...]
    """What stands in <title>."""
    headings: tuple[Heading, ...]
    described: Described
    """In JSON-LD."""
    hosts: tuple[str, ...]
    """Of the addresses that the page calls its own."""
    root: Any
    """The page's first element, for what is seldom asked."""


def head_of(page: Selector) -> Head:
    """Return what tells what a page is."""
    metas: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    titles: list[Any] = []
    headings: list[Any] = []
    scripts: list[str] = []
    addresses: list[str] = []
    for element in page.root.iter("meta", "title", "h1", "h2", "script", "link"):
        tag = element.tag
        if tag == "meta":
            _note(metas, lists, element)
        elif tag == "script":
            if len(scripts) < _SCRIPTS and "ld+json" in element.get("type", "").lower():
                scripts.append((element.text or "")[:_SCRIPT_LENGTH])
        elif tag == "link":
            if element.get("rel", "").lower() == "canonical":
                addresses.append(element.get("href", ""))
        elif tag == "title":
            if len(titles) < _TITLES:
                titles.append(element)
        elif len(headings) < _HEADINGS:
            headings.append(element)
    addresses += [metas[name] for name in ("og:url", "twitter:url") if name in metas]
    hosts = (_host(address) for address in addresses[:_ADDRESSES])
    return Head(
        metas,
        lists,
        tuple(map(text_in, islice(filterfalse(_in_svg, titles), _TITLES_READ))),
        tuple(
            found
            for place, heading in enumerate(headings)
            if (found := _heading(heading, _NODES if place < _FIRST else _FEW_NODES)) is not None
        ),
        described(scripts),
        tuple(host for host in hosts if host),
        page.root,
    )


def text_in(element: Any, nodes: int = _NODES) -> str:
    """Return the beginning of the text that is seen of an element. `nodes`: tags in it that are looked at."""
    if not len(element):
        return (element.text or "")[:_TEXT]
    return "".join(_pieces(element, nodes))[:_TEXT]


def _pieces(element: Any, nodes: int) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    left = _TEXT
    for event, node in islice(walk, nodes):
        inline = node.tag in _INLINE or node.tag in _UNSEEN or not isinstance(node.tag, str)
        piece = ""
        if event == "start":
            if node.tag in _UNSEEN or (node.tag == "a" and (node.text or "").strip() in _ANCHORS):
                walk.skip_subtree()
            else:
                piece = node.text or ""
        elif node is not element:
            piece = node.tail or ""
        yield piece[:left] if inline else f" {piece[:left]}"
        left -= len(piece)
        if left <= 0:
            return


def _note(metas: dict[str, str], lists: dict[str, list[str]], element: Any) -> None:
    content = element.get("content")
    if content and len(metas) < _METAS:
        name = element.get("name") or element.get("http-equiv")
        # What is not HTML's own is a list of names (RDFa, microdata).
        names = [name.strip()] if name else (element.get("property") or element.get("itemprop") or "").split()[:_NAMES]
        if not content.isspace():
            for one in map(str.lower, names):
                metas.setdefault(one, content)
                if one in _LISTS and len(listed := lists.setdefault(one, [])) < _LISTED:
                    listed.append(content)


def _heading(element: Any, nodes: int) -> Heading | None:
    text = one_line(text_in(element, nodes), _TEXT)
    if text is None:
        return None
    return Heading(text, int(element.tag[1]), _stands_for_site(element))


def _stands_for_site(element: Any) -> bool:
    parent = element.getparent()
    names = [name for one in (element, parent) if one is not None for name in (one.get("class"), one.get("id")) if name]
    if any(word in name.lower() for name in names for word in _OF_SITE):
        return True
    link = parent if parent is not None and parent.tag == "a" else next(element.iter("a"), None)
    if link is None:
        return False
    return link.get("rel") == "home" or _HOME.match(link.get("href", "#").strip()) is not None


def _in_svg(element: Any) -> bool:
    return any(ancestor.tag == "svg" for ancestor in islice(element.iterancestors(), _DEEP))


def _host(address: str) -> str | None:
    found = _ADDRESS.match(address.strip())
    return found["host"].lower() if found else None
