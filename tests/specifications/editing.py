"""Judge what is edited in a document by parsers that are not ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from dlt_crawler.model import LinkKind, LinkOccurrence, Repair, SourceDocument
from dlt_crawler.repair import Refusal, RepairedDocument, apply
from tests.extraction_support import READER
from tests.specifications.forms import text_of
from tests.specifications.oracles import Page, canonical, cmark, markdown_it
from tests.specifications.reading import Wrong, as_read, as_rendered, bracketed, followed, is_shown_by_cmark, need, read

REPLACEMENTS = {
    "snapshot": "https://web.archive.org/web/20200102030405/http://gone.example/{}/a_(b)",
    "hostile": "https://gone.example/{}/a_(b)*c*_d_|e?x=<y>,2x&copy;=1 \"z' 中\\`q`]~.)",
}
"""New URLs, with a place for a number."""

_WRITTEN_AS_TEXT = (LinkKind.AUTOLINK, LinkKind.BARE)
"""Kinds of links whose text is their URL."""


@dataclass(slots=True)
class Judged:
    """What was judged in a document."""

    edited: int = 0
    refused: list[Refusal] = field(default_factory=list)
    compared_with_cmark: bool = True
    """False if cmark-gfm reads the document otherwise than markdown-it, so that its HTML says nothing."""


def judge_editing(
    data: bytes, links: Sequence[LinkOccurrence], new: str, encoding: str = "utf-8", skip: int = 0
) -> Judged:
    """Replace the URLs of these links at once, each by a URL of its own, and judge what became of the document.

    Raise Wrong unless exactly those URLs change in what markdown-it-py makes of it, which reads no bare URLs, and in
    what cmark-gfm makes of it, which does, and of which only what it shows is known.
    """
    repairs = [Repair(link, new.format(number), "judged") for number, link in enumerate(links)]
    written = [repair for repair in repairs if repair.occurrence.kind is not LinkKind.BARE]
    shown = [repair for repair in repairs if is_shown_by_cmark(data, repair.occurrence)]
    if not repairs:
        return Judged()
    result = _edited(data, written, encoding)
    before = markdown_it(text_of(data, encoding, skip))
    if not before.is_misread:
        _only_these_changed(before, markdown_it(text_of(result.document.data, encoding, skip)), result)
    _front_matter_is_equal(data, result, encoding, skip)
    judged = Judged(len(result.applied), list(result.refused))
    if shown != written:
        result = _edited(data, shown, encoding)
        bare = [one for one in result.applied if one.occurrence.kind is LinkKind.BARE]
        judged.edited += len(bare)
        judged.refused += [one for one in result.refused if one.repair.occurrence.kind is LinkKind.BARE]
    judged.compared_with_cmark = _cmark_agrees(data, links, result, encoding, skip)
    return judged


def _cmark_agrees(
    data: bytes, links: Sequence[LinkOccurrence], result: RepairedDocument, encoding: str, skip: int
) -> bool:
    """Return False if cmark-gfm reads other links here than markdown-it does. Raise Wrong if it shows a wrong edit."""
    edited = result.document.data
    links_after = read(edited, encoding)
    with_brackets = [text_of(bracketed(data, links), encoding, skip)]
    with_brackets.append(text_of(bracketed(edited, links_after), encoding, skip))
    if not all(_are_alike(markdown_it(text), cmark(text)) for text in with_brackets):
        return False
    before, after = cmark(text_of(data, encoding, skip)), cmark(text_of(edited, encoding, skip))
    expected = followed(cmark(with_brackets[0]))
    if followed(before) != expected:
        # It reads a bare URL on into the text behind it: the new one is in brackets.
        autolinks = {canonical(link.url or "") for link in links_after if link.kind is LinkKind.AUTOLINK}
        named = [repair.occurrence for repair in result.applied if canonical(repair.replacement) in autolinks]
        before = cmark(text_of(bracketed(data, named), encoding, skip))
        if followed(before) != expected:
            return False
    _only_these_changed(before, after, result)
    return True


def _edited(data: bytes, repairs: Sequence[Repair], encoding: str) -> RepairedDocument:
    """Return the document with these repairs. Raise Wrong if a byte outside the URLs has changed."""
    result = apply(SourceDocument("list.md", data, ""), repairs, READER)
    written = {canonical(link.url or ""): link for link in read(result.document.data, encoding)}
    old = new = 0
    for repair in result.applied:  # in the order of the document, as the links were
        span, link = repair.occurrence.span, written.get(canonical(repair.replacement))
        if span is None or link is None or link.span is None:
            raise Wrong("the new URL is not there", repair.replacement)
        _same_bytes(data[old : span.start], result.document.data[new : link.span.start])
        old, new = span.end, link.span.end
    _same_bytes(data[old:], result.document.data[new:])
    return result


def _same_bytes(before: bytes, after: bytes) -> None:
    """Compare what is between two URLs: angle brackets and quotes may have come with them."""
    marked = (closing + before + opening for closing in (b"", b">", b'"') for opening in (b"", b"<", b'"'))
    need(after in marked, "bytes outside the URLs have changed", before, after)


def _are_alike(page: Page, with_mail: Page) -> bool:
    """Tell whether two pages have the same links, but for mail addresses in any text of the second one."""
    links, others = (
        [(url, page.look(number)) for number, url in enumerate(page.urls) if url] for page in (page, with_mail)
    )
    return links in (others, [link for link in others if not link[0].startswith("mailto:")])


def _only_these_changed(before: Page, after: Page, result: RepairedDocument) -> None:
    need(len(before.urls) == len(after.urls), "another number of links", before.urls, after.urls)
    numbers = {canonical(repair.replacement): number for number, repair in enumerate(result.applied)}
    changed: dict[int, list[int]] = {number: [] for number in numbers.values()}
    for place, (old, new) in enumerate(zip(before.urls, after.urls, strict=True)):
        if new in numbers:
            changed[numbers[new]].append(place)
        else:
            need(old == new, "another URL has changed", old, new)
    with_own_text: list[int] = []
    last: dict[str, int] = {}
    for number, repair in enumerate(result.applied):
        link, places = repair.occurrence, changed[number]
        if link.kind is LinkKind.FRONT_MATTER:
            continue
        need(any(before.shown[place] for place in places) == link.renders, "renders otherwise than it says", link)
        for place in places:
            old = before.urls[place]
            need(as_read(old) == as_read(canonical(as_rendered(link))), "another was edited", link, old)
        if link.kind is LinkKind.REFERENCE:
            labels = {before.labels[place] for place in places} - {None}
            used = [place for place, label in enumerate(before.labels) if label in labels]
            need(not labels or used == places, "some uses of a definition have changed, and others not", link)
        elif places:
            # Of equal URLs: the link around an image is rendered before it, though its URL is written behind.
            old = before.urls[places[0]]
            need(len(places) == 1 and places[0] > last.get(old, -1), "one at another place was edited", link, places)
            last[old] = places[0]
        if link.kind in _WRITTEN_AS_TEXT:
            with_own_text += places
    with_alternatives = all(repair.occurrence.renders for repair in result.applied)
    events = [page.events_but(with_own_text, alternatives=with_alternatives) for page in (before, after)]
    need(events[0] == events[1], "something else has changed", *events)


def _front_matter_is_equal(data: bytes, result: RepairedDocument, encoding: str, skip: int) -> None:
    """Compare all values of the front matter: only those of the repairs may differ."""
    new = {
        canonical(repair.replacement) for repair in result.applied if repair.occurrence.kind is LinkKind.FRONT_MATTER
    }
    values = (list(_values(text_of(file, encoding), skip)) for file in (data, result.document.data))
    changed = [after for before, after in zip(*values, strict=True) if before != after]
    need({canonical(str(value)) for value in changed} == new, "front matter has changed", changed)


def _values(text: str, lines: int) -> Iterator[Any]:
    front = "\n".join(text.split("\n")[1 : lines - 1]) if lines else ""
    for key, value in (yaml.safe_load(front) or {}).items():
        yield key
        yield from value if isinstance(value, list) else [value]
