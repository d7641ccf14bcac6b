"""CSL-JSON (citation-style-language/schema, csl-data.json 1.0): for Zotero, pandoc, citeproc and their like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from dlt_crawler.export.citations import Citation
from dlt_crawler.model import WAYBACK, Name

_KINDS = frozenset({
    "article", "article-journal", "article-magazine", "article-newspaper", "book", "broadcast", "chapter", "dataset",
    "entry", "entry-encyclopedia", "motion_picture", "paper-conference", "patent", "post", "post-weblog", "report",
    "review", "review-book", "software", "speech", "standard", "thesis",
})  # fmt: skip
_ARCHIVES = {WAYBACK: "Internet Archive", "arquivo": "Arquivo.pt", "software_heritage": "Software Heritage"}


def csl(citations: Sequence[Citation]) -> str:
    """Return an array with an item for each work."""
    return json.dumps([dict(_item(each)) for each in citations], ensure_ascii=False, indent=2) + "\n"


def _item(citation: Citation) -> Iterator[tuple[str, object]]:
    work = citation.work
    yield "id", citation.key
    yield "type", citation.kind if citation.kind in _KINDS else "webpage"
    yield "title", citation.title
    if work.authors:
        yield "author", [_name(name) for name in work.authors]
    if work.issued:
        yield "issued", {"date-parts": [[int(part) for part in work.issued.split("-")]]}
    if citation.accessed is not None:
        yield "accessed", {"date-parts": [[citation.accessed.year, citation.accessed.month, citation.accessed.day]]}
    arxiv = f"arXiv:{work.arxiv}" if work.arxiv else ""
    texts = {
        "container-title": work.container,
        "publisher": work.publisher or ("arXiv" if arxiv and not work.container else ""),
        "volume": work.volume,
        "issue": work.issue,
        "page": work.pages,
        "number": arxiv,
        "DOI": work.doi,
        "ISBN": work.isbn,
        "ISSN": work.issn,
        "URL": citation.url,
        "language": citation.language,
        "abstract": citation.abstract,
        "keyword": ", ".join(heading.replace(",", " ") for heading in citation.headings),
        "note": f"Published as: {work.reference}" if work.reference else "",
    }
    yield from ((name, value) for name, value in texts.items() if value)
    if citation.snapshot is not None:
        yield "archive", _ARCHIVES.get(citation.snapshot.source, citation.snapshot.source)
        yield "archive_location", citation.snapshot.url


def _name(name: Name) -> Mapping[str, str]:
    if name.literal or not name.given:
        return {"literal": name.literal or name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}
