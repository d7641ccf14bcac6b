"""arXiv identifiers and DOIs that are written as such, in text and in BibTeX, and not as a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dlt_crawler.model import LinkKind
from dlt_crawler.sources.bare import trimmed
from dlt_crawler.sources.found import FoundLink

# Identifiers since April 2007, then those before it (arXiv, "Understanding the arXiv identifier"). The marks before
# them: "arXiv:1706.03762"; dblp's "CoRR, abs/1706.03762"; BibTeX's eprint = {1706.03762}.
_ARXIV = re.compile(
    r"""(?<![\w/.])(?:arxiv\s?:\s?|abs/|eprint\s*=\s*[{"]\s*(?:arxiv:)?)"""
    r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)(?!\w)",
    re.IGNORECASE,
)
# Crossref, "DOIs and matching regular expressions"; not inside a URL.
_DOI = re.compile(r"(?<![\w/.%=-])(?P<id>10\.\d{4,9}/[-._;()/:a-z0-9]+)", re.IGNORECASE)


def implied_links(text: str) -> Iterator[FoundLink]:
    """Yield the identifiers in `text` with the URL that each implies."""
    for match in _ARXIV.finditer(text):
        yield FoundLink(LinkKind.IMPLIED, *match.span("id"), f"https://arxiv.org/abs/{match['id']}", "")
    for match in _DOI.finditer(text):
        doi = trimmed(match["id"])
        start = match.start("id")
        yield FoundLink(LinkKind.IMPLIED, start, start + len(doi), f"https://doi.org/{doi}", "")


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
