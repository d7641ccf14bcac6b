"""Judge what is read in a document by parsers that are not ours."""

from __future__ import annotations

import codecs
import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence

from markdown_it.common.utils import unescapeAll

from dlt_crawler.model import LinkKind, LinkOccurrence, SourceDocument
from tests.extraction_support import links_of
from tests.specifications.forms import text_of
from tests.specifications.oracles import Page, canonical, cmark, markdown_it

_NOT_READ_AS_WRITTEN = (LinkKind.REFERENCE, LinkKind.FRONT_MATTER, LinkKind.BARE)
"""Kinds of links that are no rendered link of markdown-it-py by themselves."""


class Wrong(AssertionError):
    """Something was invented, missed, or edited that must not be: the arguments say what."""


def need(condition: object, *about: object) -> None:
    """Raise Wrong unless the condition holds."""
    if not condition:
        raise Wrong(*about)


def read(data: bytes, encoding: str = "utf-8") -> tuple[LinkOccurrence, ...]:
    """Return the links of a document, when each span is exact, in order, and apart from the others."""
    links = links_of(SourceDocument("list.md", data, ""))
    end = 0
    for link in links:
        need(link.span is not None or link.no_span is not None, "no span without a reason", link)
        if link.span is not None:
            need(end <= link.span.start <= link.span.end <= len(data), "spans overlap", link)
            end = link.span.end
            need(data[link.span.start : link.span.end].decode(encoding, "replace") == link.raw, "span is wrong", link)
    return links


def judge_reading(data: bytes, encoding: str = "utf-8", skip: int = 0) -> tuple[LinkOccurrence, ...]:
    """Return the links when they are all that markdown-it-py reads; raise Wrong if one is missed or invented.

    The first `skip` lines are front matter. Where markdown-it-py is known to be wrong it is not asked.
    """
    links = read(data, encoding)
    page = markdown_it(text_of(data, encoding, skip))
    if page.is_misread:
        return links
    slots = list(zip(page.urls, page.labels, page.shown, strict=True))
    written = [url for url, label, is_shown in slots if label is None and is_shown]
    hidden = [url for url, label, is_shown in slots if label is None and not is_shown]
    used = {label: url for url, label, is_shown in slots if label is not None and is_shown}
    definitions = [link for link in links if link.kind is LinkKind.REFERENCE]
    others = [link for link in links if link.kind not in _NOT_READ_AS_WRITTEN]
    _same("rendered links", written, (link for link in others if link.renders))
    _same("hidden links", [*hidden, *page.in_alternatives], (link for link in others if not link.renders))
    _same("definitions", page.definitions, definitions)
    _same("used definitions", used.values(), (link for link in definitions if link.renders))
    return links


def judge_bare_urls(data: bytes, links: Sequence[LinkOccurrence], encoding: str = "utf-8", skip: int = 0) -> None:
    """Raise Wrong unless cmark-gfm reads the same bare URLs, or one that runs on into the text behind ours.

    Where the version of cmark-gfm that we have reads other links otherwise, too, it says nothing from there on.
    """
    page = cmark(text_of(data, encoding, skip))
    if not _is_in_order(followed(markdown_it(text_of(data, encoding, skip))), followed(page)):
        return
    ours = deque(_without_mail(followed(cmark(text_of(bracketed(data, links), encoding, skip)))))
    doubtful = {canonical(link.url or "") for link in links if not is_shown_by_cmark(data, link)}
    for number, theirs in enumerate(page.urls):
        expected = ours[0] if ours else None
        if not theirs or theirs.startswith("mailto:") or (theirs in doubtful and theirs != expected):
            continue
        if expected is None or not as_read(theirs).startswith(as_read(expected)):
            need(not page.look(number)[0], "bare URL is missed", theirs, ours)
            return
        if as_read(theirs) != as_read(ours.popleft()):
            return  # What it has run on into is read otherwise, and so may be all that follows.
    need(not ours, "bare URL is invented", ours)


def bracketed(data: bytes, links: Sequence[LinkOccurrence]) -> bytes:
    """Return the document with its bare URLs in angle brackets, which every parser reads alike."""
    for link in reversed(links):
        if link.kind is LinkKind.BARE and link.span and link.url and is_shown_by_cmark(data, link):
            url = link.url.replace("&", "%26").encode()
            data = data[: link.span.start] + b"<" + url + b">" + data[link.span.end :]
    return data


def is_shown_by_cmark(data: bytes, link: LinkOccurrence) -> bool:
    """Tell whether cmark-gfm links this place, too, if it renders: always unless the URL is bare.

    It does not behind a bracket that is still open, as the version that we have is older than GitHub's, and "www." only
    behind ASCII. Behind a backslash it does, but there no angle bracket can be written; and behind "](" what is written
    may make a destination of it.
    """
    if link.kind is not LinkKind.BARE or link.span is None:
        return link.renders
    before = data[: link.span.start].removeprefix(codecs.BOM_UTF8)
    before = re.split(rb"\n[ \t>]*\n", before.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))[-1]
    marks = re.findall(rb"\\.|[\[\]`]", before)
    depth = 0
    for mark in marks:
        depth = max(0, depth + (mark == b"[") - (mark == b"]"))
    if depth or (b"`" in marks and b"[" in marks) or re.search(rb"\\\Z|\]\(\s*\S*\Z", before):
        return False
    return not link.raw.lower().startswith("www") or before[-1:].isascii()


def as_rendered(link: LinkOccurrence) -> str:
    """Return the destination as renderers take it: we look into `(https://…)` and the like, they do not."""
    url = link.url or ""
    if url.lower().startswith("http") and not link.raw[:1].isalnum():
        for raw in (link.raw, link.raw.replace("\\|", "|")):  # a cell of a table has its pipes escaped first
            written = unescapeAll(raw)
            if canonical(url) in canonical(written):
                return written
    return url


def as_read(url: str) -> str:
    """Return a bare URL as a reader sees it: GFM takes these two escapes literally."""
    return url.replace("&amp;", "&").replace("\\_", "_")


def followed(page: Page) -> list[str]:
    """Return the URLs of a page as they are read, without empty ones, which cmark-gfm leaves out."""
    return [as_read(url) for url in page.urls if url]


def _without_mail(urls: Iterable[str]) -> list[str]:
    """Leave out mail addresses, which cmark-gfm finds in any text."""
    return [url for url in urls if not url.startswith("mailto:")]


def _is_in_order(some: Iterable[str], urls: Iterable[str]) -> bool:
    """Tell whether `some` are among the URLs, in this order."""
    remaining = iter(urls)
    return all(url in remaining for url in some)


def _same(what: str, theirs: Iterable[str], ours: Iterable[LinkOccurrence]) -> None:
    expected = Counter(theirs)
    found = Counter(canonical(as_rendered(link)) for link in ours)
    need(found == expected, what, "missed:", dict(expected - found), "invented:", dict(found - expected))
