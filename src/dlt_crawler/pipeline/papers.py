"""Which paper a link is about, by its address or its label, and where the living page of that is. Pure.

What an identifier looks like, `sources.implied` knows. Whether there is such a paper is for arXiv and doi.org to say:
what is returned here is to be checked as any link is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from dlt_crawler.archive.fallbacks import is_repository
from dlt_crawler.config import FallbackSettings
from dlt_crawler.model import Wanted, Work
from dlt_crawler.page.identifiers import arxiv_of, arxiv_of_doi, doi_of
from dlt_crawler.sources.implied import implied_links
from dlt_crawler.urls import host_of, normalise

ARXIV, DOI = "arxiv", "doi"
"""`Snapshot.source` of the living pages of papers."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The page at which a paper can be had."""

    url: str
    """Normalised."""
    source: str
    """`ARXIV` or `DOI`."""
    named_by: str
    """What of the link names the paper, as in "its … names it"."""


_IMPLIED = {ARXIV: "https://arxiv.org/abs/", DOI: "https://doi.org/"}
"""What the URLs of implied links begin with."""
_ARXIV_PLACES = frozenset({"abs", "pdf"})
"""Parts of paths before an identifier that say at every host that it is one."""
_ARXIV_NAME = re.compile(r"arxiv|ar5iv|^xxx\.(?:lanl|itp)\.", re.IGNORECASE)
"""In addresses of arXiv, its mirrors (cn.arxiv.org, xxx.lanl.gov, xxx.itp.ac.cn) and those who show its papers
(arxiv-vanity.com/papers/…, arxiv-sanity.com/…, …/arxiv/…)."""
_ARXIV_FILE = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?\.pdf", re.IGNORECASE | re.ASCII)
"""A file that is called as arXiv calls its own is a copy of one."""
_VERSION = re.compile(r"v\d+$")
_DOI_START = re.compile(r"(?<=[/=:?])10\.\d{4,9}/")
_DOI_END = re.compile(
    r"(?:/(?:abstract|epdf|epub|full|fulltext|html|meta|pdf|pdfdirect|references|summary)|\.(?:abstract|full|html?|pdf)"
    r"|(?<=\d)v\d+(?=\.full|$))+$",
    re.IGNORECASE | re.ASCII,
)
"""What publishers put behind a DOI in the addresses of a paper's parts, and bioRxiv for its versions."""
_OTHER_THING = re.compile(
    r"\b(?:code|data(?:sets?)?|demo|github|implementation|notebooks?|poster|project|slides?|supplement\w*|talk|tutorial"
    r"|video|website|weights)\b|代码|视频|演示|幻灯片|数据集|项目",
    re.IGNORECASE,
)
"""In labels of links that are not the paper, but about it."""
_OTHER_FILE = re.compile(r"\.(?!pdf$|ps$|html?$|aspx?$|php$|jsp$|cgi$|dvi$)[a-z]\w{1,4}$", re.IGNORECASE | re.ASCII)
"""Endings of paths to what is not the paper, but about it."""
_RESOLVER = re.compile(r"(?:dx|www)\.(?=doi\.org)|www\.", re.ASCII)


def landings_of(wanted: Wanted, settings: FallbackSettings) -> tuple[Landing, ...]:
    """Return where the paper of a link may have its page, the surest first; never the link itself."""
    beginnings = {ARXIV: settings.arxiv_url, DOI: settings.doi_url}
    found: dict[str, Landing] = {}
    for source, identifier, named_by in (*_in_address(wanted.url), *_in_labels(wanted)):
        url = normalise(f"{beginnings[source].rstrip('/')}/{identifier}")
        if url is not None and not is_same_page(url, wanted.url):
            found.setdefault(url, Landing(url, source, named_by))
    return tuple(found.values())


def is_landing(url: str, source: str, settings: FallbackSettings) -> bool:
    """Return whether a URL is what `landings_of` makes of some identifier, for `ARXIV` or `DOI`."""
    beginning = {ARXIV: settings.arxiv_url, DOI: settings.doi_url}[source].rstrip("/")
    named = _named(source, unquote(url.removeprefix(f"{beginning}/")), "address")
    return any(normalise(f"{beginning}/{identifier}") == url for _, identifier, _ in named)


def work_named_by(url: str) -> Work:
    """Return the identifiers of the paper that an address is one of; an empty work for any other."""
    named = {} if _OTHER_FILE.search(urlsplit(url).path) else {source: number for source, number, _ in _in_address(url)}
    doi = named.get(DOI, "")
    return Work(doi=doi_of(doi), arxiv=arxiv_of(named.get(ARXIV, "")) or arxiv_of_doi(doi))


def is_same_page(one: str, other: str) -> bool:
    """Return whether two URLs are one page in two spellings: of the scheme, of the resolver, of escapes, of case."""
    return _spelling(one) == _spelling(other)


def _in_address(url: str) -> Iterator[tuple[str, str, str]]:
    parts = urlsplit(url)
    place = unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    for start in _DOI_START.finditer(place):
        written = place[start.start() :].partition("?")[0].partition("&")[0]
        yield from _named(DOI, _DOI_END.sub("", written), "address")
    before, segments = host_of(url), unquote(parts.path).strip("/").split("/")
    for number, segment in enumerate(segments):
        last = segments[number - 1].lower() if number else ""
        if _ARXIV_NAME.search(before) or last in _ARXIV_PLACES or _ARXIV_FILE.fullmatch(segment):
            # Until 2007 an identifier has two parts: hep-th/9901001.
            yield from _named(ARXIV, "/".join(segments[number : number + 2]), "address")
        before = f"{before}/{segment}"


def _in_labels(wanted: Wanted) -> Iterator[tuple[str, str, str]]:
    """Yield the paper that the labels name, if it is one and the link seems to be to it."""
    labels = [text for text in wanted.texts if not _OTHER_THING.search(text)]
    named = {link.url for text in labels for link in implied_links(text)}
    if len(named) != 1 or is_repository(wanted) or _OTHER_FILE.search(urlsplit(wanted.url).path):
        return
    (url,) = named
    for source, beginning in _IMPLIED.items():
        if url.startswith(beginning):
            yield source, _plain(source, url.removeprefix(beginning)), "label"


def _named(source: str, written: str, named_by: str) -> Iterator[tuple[str, str, str]]:
    """Yield the identifier that a text begins with, if it does."""
    mark = "arXiv:" if source == ARXIV else ""
    link = next(implied_links(mark + written), None)
    if link is not None and link.start == len(mark) and link.url.startswith(_IMPLIED[source]):
        yield source, _plain(source, link.url.removeprefix(_IMPLIED[source])), named_by


def _plain(source: str, identifier: str) -> str:
    """Return an identifier for all versions of a paper: its page shows the latest, and leads to the others."""
    return _VERSION.sub("", identifier) if source == ARXIV else identifier


def _spelling(url: str) -> str:
    _, _, place = unquote(url).partition("://")
    return _RESOLVER.sub("", place, count=1).rstrip("/").casefold() if place else url
