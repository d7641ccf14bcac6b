"""From an HTML file to its links: its URL attributes, with what a browser makes of the elements around them."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from itertools import chain

from dlt_crawler.model import MAX_HEADING, LinkKind
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.directives import Comments, mentioned
from dlt_crawler.sources.found import Found, FoundDirective, FoundLink, FoundLint, Reading
from dlt_crawler.sources.html.attributes import UrlAttribute, url_attributes
from dlt_crawler.sources.html.tags import Comment, Tag, scan
from dlt_crawler.sources.implied import with_implied
from dlt_crawler.sources.scan import links_in_code
from dlt_crawler.sources.text import on_one_line

_HEADING = re.compile(r"h[1-6]")
_HEADING_END = re.compile(r"</?h[1-6]\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"<(/?)template\b", re.IGNORECASE)
_MARKUP = re.compile(r"<!--.*?(?:-->|$)|<[^>]*>", re.DOTALL)
_MAX_MARKUP = 1000
"""Characters of markup that are read for the text of a heading."""

_NOT_FOLLOWED = frozenset({"base", "head", "link", "script"})
"""Elements whose URLs are for the browser: it neither shows what is there nor takes a reader to it."""
_NOT_SHOWN = frozenset({"cite", "longdesc", "manifest", "ping"})
"""Attributes that lead no reader anywhere, by the HTML standard or because they are obsolete."""


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of an HTML file: the URLs of its attributes, and nothing that only looks like one in its text.

    A link does not render if its element or attribute is for the browser alone (`link`, `script`, `cite`), or if it
    stands in a `template`. With `code`, URLs in comments, too; with `implied`, the identifiers in the file.
    """
    links: Iterator[Found] = _links(reading.text)
    if reading.code:
        links = chain(links, _in_comments(reading.text))
    if mentioned(reading.text):
        links = chain(links, _directives(reading.text))
    return with_implied(links, reading.text, implied=reading.implied)


def _links(text: str) -> Iterator[FoundLink]:
    urls = url_attributes(text)
    url = next(urls, None)
    headings: dict[int, str] = {}
    path: tuple[str, ...] = ()
    template_end = 0
    for tag in scan(text):
        if not isinstance(tag, Tag):
            continue
        if _HEADING.fullmatch(tag.name):
            level = int(tag.name[1])
            headings = {above: name for above, name in headings.items() if above < level}
            headings[level] = _heading(text, tag.end)
            path = tuple(filter(None, headings.values()))
        elif tag.name == "template" and tag.end > template_end:
            template_end = _template_end(text, tag)
        while url is not None and url.start < tag.end:
            renders = tag.end > template_end and _is_followed(tag, url)
            yield FoundLink(
                LinkKind.HTML, url.start, url.end, resolve(url.url), url.label, renders=renders, headings=path
            )
            url = next(urls, None)


def _is_followed(tag: Tag, url: UrlAttribute) -> bool:
    names = (attribute.name for attribute in tag.attributes if attribute.start <= url.start <= attribute.end)
    return tag.name not in _NOT_FOLLOWED and next(names, "") not in _NOT_SHOWN


def _heading(text: str, start: int) -> str:
    """Return the text of the heading whose content begins at `start`."""
    limit = start + _MAX_MARKUP
    end_tag = _HEADING_END.search(text, start, limit)
    content = text[start : end_tag.start() if end_tag else limit]
    return on_one_line(entities.unescape(_MARKUP.sub("", content)))[:MAX_HEADING]


def _template_end(text: str, tag: Tag) -> int:
    """Return where the content of a template ends; nothing of it is shown, unless it is a shadow root."""
    if tag.value("shadowrootmode"):
        return 0
    depth = 1
    for mark in _TEMPLATE.finditer(text, tag.end):
        depth += -1 if mark[1] else 1
        if depth == 0:
            return mark.start()
    return len(text)


def _directives(text: str) -> Iterator[FoundDirective | FoundLint]:
    comments = Comments(text)
    for comment in scan(text):
        if isinstance(comment, Comment):
            written = text[comment.start : comment.end]
            yield from comments.of_html(comment.start, comment.end, written)


def _in_comments(text: str) -> Iterator[FoundLink]:
    for comment in scan(text):
        if isinstance(comment, Comment):
            yield from links_in_code(text, comment.start, comment.end)
