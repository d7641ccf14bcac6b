"""Judge generated documents."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.fuzz.grammar import Generated, document
from tests.fuzz.reduction import reduced
from tests.specifications.editing import REPLACEMENTS, judge_editing
from tests.specifications.reading import Wrong, judge_bare_urls, judge_reading

BATCH = 25
"""Documents that a worker of the fuzz judges before it reports."""


@dataclass(slots=True)
class Tally:
    """What was counted: documents, links, edits made and refused, and documents that failed."""

    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        self.counts.update(other.counts)
        self.refusals.update(other.refusals)


def fault(generated: Generated, tally: Tally | None = None) -> str | None:
    """Return what is wrong with how we read and edit a document: "crash" or "wrong" and more; None if nothing."""
    counted = tally or Tally()
    data, encoding, skip = generated.data, generated.encoding, generated.front_matter
    counted.counts["documents"] += 1
    try:
        links = judge_reading(data, encoding, skip)
        counted.counts["links"] += len(links)
        counted.counts["links without a span"] += sum(link.span is None for link in links)
        judged = [judge_editing(data, links, new, encoding, skip) for new in REPLACEMENTS.values()]
        if all(one.compared_with_cmark for one in judged):
            judge_bare_urls(data, links, encoding, skip)
    except Wrong as wrong:
        return f"wrong: {wrong.args[0]}"
    except Exception:  # noqa: BLE001 (whatever it is, the document has to be kept)
        return f"crash: {traceback.format_exc()}"
    for one in judged:
        counted.counts["edited"] += one.edited
        counted.counts["refused"] += len(one.refused)
        counted.counts["judged by cmark-gfm, too"] += one.compared_with_cmark
        counted.refusals.update(refusal.why.partition(":")[0] for refusal in one.refused)
    return None


def judged(first: int) -> tuple[Tally, list[tuple[int, str]]]:
    """Judge the documents of a batch of seeds. Return the tally, and each seed that failed with its fault."""
    tally = Tally()
    faults = ((seed, fault(document(Random(seed)), tally)) for seed in range(first, first + BATCH))
    return tally, [(seed, why) for seed, why in faults if why is not None]


def smallest(generated: Generated, why: str) -> Generated:
    """Return a document made smaller, as long as its fault is the same."""
    return reduced(generated, lambda smaller: fault(smaller) == why)
