"""arXiv identifiers and DOIs that are written as such, in text and in BibTeX, and not as a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dlt_crawler.model import LinkKind
from dlt_crawler.sources.bare import trimmed
from dlt_crawler.sources.found import Found, FoundLink

# arXiv, "Understanding the arXiv identifier": year, month and number, since April 2007 and before it. Marks before
# them: "arXiv:1706.03762", "arXiv preprint 1706.03762", "arxiv.org/abs/1706.03762"; dblp's "CoRR, abs/1706.03762";
# BibTeX's eprint = {1706.03762}.
_ARXIV_MARK = (
    r"arxiv(?:\s(?:pre|e-?)prints?)?[:,：]?\s{0,2}(?:arxiv:\s?)?|(?:www\.)?arxiv\.org/(?:abs|pdf|html)/|abs/"
    r'|eprint\s{0,9}=\s{0,9}[{"]{0,2}(?:arxiv:)?'
)
_MONTH = r"\d\d(?:0[1-9]|1[0-2])"
_ARXIV_ID = rf"(?:{_MONTH}\.\d{{4,5}}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{{2}})?/{_MONTH}\d{{3}})(?:v\d{{1,3}})?"
# Crossref, "DOIs and matching regular expressions", and the underscore as LaTeX writes it. None is that long.
_DOI = r"10\.\d{4,9}/(?:[-._;()/:a-z0-9]|\\_){1,300}+(?![-\w\\/])"
_NOT_IN_LABEL = r"(?![^\[\]<>\n]{0,300}(?:\][(\[]|</a))"
"""A link whose label shows the identifier has a destination that says it better."""

_IDENTIFIER = re.compile(
    # An identifier in a URL, in code perhaps, is no link of its own.
    r"(?:https?|ftp)://[!#-;=?-\[\]_a-z~]*"
    rf"|(?<![\w/.-])(?:{_ARXIV_MARK})(?P<arxiv>{_ARXIV_ID})(?!\w){_NOT_IN_LABEL}"
    rf"|(?<![\w/.-])(?:(?:dx\.)?doi\.org/)?(?P<doi>{_DOI}){_NOT_IN_LABEL}",
    re.IGNORECASE | re.ASCII,
)


def implied_links(text: str) -> Iterator[FoundLink]:
    """Yield the identifiers in `text`, in order, with the URL that each implies; those inside of URLs are none."""
    for match in _IDENTIFIER.finditer(text):
        if identifier := match["arxiv"]:
            yield _link(*match.span("arxiv"), f"https://arxiv.org/abs/{identifier}")
        elif match["doi"] and not (doi := trimmed(match["doi"])).endswith("/"):
            start = match.start("doi")
            yield _link(start, start + len(doi), "https://doi.org/" + doi.replace("\\_", "_"))


def outside(links: Iterable[FoundLink], identifiers: Iterable[FoundLink]) -> Iterator[FoundLink]:
    """Yield the identifiers that overlap no link and no other identifier."""
    taken = sorted((link.start, link.end) for link in links)
    index = end = 0
    for identifier in sorted(identifiers, key=lambda link: link.start):
        while index < len(taken) and taken[index][0] < identifier.end:
            end = max(end, taken[index][1])
            index += 1
        if identifier.start >= end:
            end = identifier.end
            yield identifier


def with_implied(found: Iterable[Found], text: str, *, implied: bool) -> Iterator[Found]:
    """Yield what was found in `text`; with `implied`, the identifiers outside of its links, too."""
    links: list[FoundLink] = []
    for item in found:
        if implied and isinstance(item, FoundLink):
            links.append(item)
        yield item
    if implied:
        yield from outside(links, implied_links(text))


def _link(start: int, end: int, url: str) -> FoundLink:
    return FoundLink(LinkKind.IMPLIED, start, end, url, "", renders=False)
