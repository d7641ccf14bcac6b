"""What the log and the memory of repairs make of a repaired document: the repairs that take it all back."""

from __future__ import annotations

from collections import defaultdict, deque

from dlt_crawler.model import LinkOccurrence, Repair, RepairKind
from dlt_crawler.repair import RepairedDocument
from tests.extraction_support import links_of
from tests.specifications.oracles import canonical


def returns_of(result: RepairedDocument) -> list[Repair]:
    """One return for each rewrite, with the link that stands there now: of those with one URL, in their order."""
    standing: defaultdict[str, deque[LinkOccurrence]] = defaultdict(deque)
    for link in links_of(result.document):
        standing[canonical(link.url or "")].append(link)
    made = []
    for repair, rewrite in result.rewrites:
        there = standing[canonical(repair.replacement)].popleft()
        made.append(
            Repair(there, str(repair.occurrence.url), "lives again", RepairKind.RETURN, repair.style, undoes=rewrite)
        )
    return made
