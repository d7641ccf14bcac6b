"""Links as the export sees them: what is written, and what is known of the works that they lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dlt_crawler.export import Citation, cited
from dlt_crawler.model import (
    LinkKind,
    LinkOccurrence,
    LinkStatus,
    Name,
    Page,
    Resource,
    Snapshot,
    Span,
    State,
    Verdict,
    Work,
)

SEEN = datetime(2026, 11, 20, 3, tzinfo=UTC)
ATTENTION = Work(
    kind="article",
    authors=(Name("Vaswani", "Ashish"), Name("van der Berg", "Jan", "Jr."), Name(literal="周志华")),
    issued="2017-06-12",
    arxiv="1706.03762",
    category="cs.CL",
)
JOURNAL = Work(
    kind="article-journal",
    authors=(Name("Noether", "Emmy"), Name(literal="The L Collaboration")),
    issued="2018-07",
    container="Annals of L & M",
    publisher="Springer",
    volume="7",
    issue="2",
    pages="1-9",
    doi="10.1000/l_7",
    issn="0028-0836",
)


def written(url: str, *, line: int = 1, kind: LinkKind = LinkKind.INLINE, **changes: Any) -> LinkOccurrence:
    span = Span(100 * line, 100 * line + len(url))
    plain = LinkOccurrence("list.md", span, line, 3, kind, url, url, "A label", Resource(url), headings=("Papers",))
    return replace(plain, **changes)


def link(url: str, title: str | None = "A Title", *places: LinkOccurrence, **changes: Any) -> LinkStatus:
    known = LinkStatus(
        url=url,
        verdict=Verdict(State.ALIVE, "it answers", SEEN, SEEN, checks=1),
        last=None,
        page=Page(title),
        first_seen=SEEN,
        snapshot=None,
        occurrences=places or (written(url),),
    )
    return replace(known, **changes)


def dead(url: str, title: str | None = "A Title", *, source: str = "wayback") -> LinkStatus:
    copy = Snapshot(url, "20200102030405", f"https://web.archive.org/web/20200102030405/{url}", 200, "playback", source)
    return link(url, title, verdict=Verdict(State.DEAD, "gone", SEEN, None, SEEN, 3), snapshot=copy)


def citations(*links: LinkStatus, works: dict[str, Work] | None = None) -> tuple[Citation, ...]:
    return cited(links, lambda each: (works or {}).get(each.url, Work()))


def citation(
    title: str = "A Title", work: Work | None = None, url: str = "https://a.example/x", **changes: Any
) -> Citation:
    (made,) = citations(link(url, title), works={url: work or Work()})
    return replace(made, **changes)
