"""Splice new URLs over the old ones, keep what can be proven, and refuse the rest one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from dlt_crawler.errors import MeaningChanged, RepairError, StaleSpan
from dlt_crawler.model import DocumentFormat, LinkOccurrence, Repair, Rewrite, SourceDocument, Span
from dlt_crawler.repair.proof import Edits, prove
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.spelling import Spelling, rfc3986, spellings

_DELIMITERS_FOLLOW = re.compile(rb"[^\r\n]*(?:\r\n?|\n)[ \t>]*[|:-][|: \t-]*(?=[\r\n]|\Z)")
"""A line of hyphens after this one: two lines are a table only with as many pipes in both (GFM 0.29, section 4.10)."""

_NO_PLACE = "the exact place of this URL in the file is not known"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A repair that was not made, and a sentence that says why."""

    repair: Repair
    why: str


@dataclass(frozen=True, slots=True)
class RepairedDocument:
    """The document after its repairs.

    Proven: it differs from the original in the URLs of `applied` alone. A repair in neither tuple had nothing to
    change, because the URL is the replacement already; without any change `document` is the original.
    """

    document: SourceDocument
    applied: tuple[Repair, ...]
    refused: tuple[Refusal, ...]
    rewrites: tuple[tuple[Repair, Rewrite], ...] = ()
    """What was written for each of `applied`, in their order; several for one that is appended in several places."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One span to write over, and the ways to write its new URL, best first."""

    span: Span
    spellings: tuple[Spelling, ...]


def apply(document: SourceDocument, repairs: Sequence[Repair], reader: Reader) -> RepairedDocument:
    """Return `document` with every repair made that changes the URL it names and nothing else.

    A repair that cannot be made is refused with its reason, and the others are made. Raises what `reader` raises,
    which is not asked when no repair says where its URL is: so it is where the document could not be parsed.
    """
    located = {number: span for number, repair in enumerate(repairs) if (span := repair.occurrence.span) is not None}
    refused = {number: _NO_PLACE for number in range(len(repairs)) if number not in located}
    if not located:
        return RepairedDocument(document, (), tuple(Refusal(repairs[number], refused[number]) for number in refused))
    before = reader.links(document)
    spans = {occurrence.span: occurrence for occurrence in before if occurrence.span is not None}
    plans: dict[Span, _Plan] = {}
    for number, span in located.items():
        try:
            plan = _plan(document, spans.get(span), span, repairs[number])
        except RepairError as error:
            refused[number] = str(error)
            continue
        if plan is not None and plans.setdefault(plan.span, plan) != plan:
            refused[number] = "another repair writes a different URL there"
    trial = _Trial(document, before, reader)
    kept, reasons = trial.settle(sorted(plans.values(), key=lambda plan: plan.span.start), {})
    applied: list[Repair] = []
    rewrites: list[tuple[Repair, Rewrite]] = []
    for number, span in located.items():
        if number in refused:
            continue
        if span in kept:
            applied.append(repairs[number])
            rewrites.append((repairs[number], Rewrite(document.data[span.start : span.end], kept[span].data)))
        elif span in reasons:
            refused[number] = reasons[span]
    refusals = tuple(Refusal(repairs[number], refused[number]) for number in sorted(refused))
    return RepairedDocument(trial.spliced(kept), tuple(applied), refusals, tuple(rewrites))


def _plan(document: SourceDocument, there: LinkOccurrence | None, span: Span, repair: Repair) -> _Plan | None:
    """Return how `repair` can be written over `span`, where `there` stands now; None if the URL is there already.

    Raises RepairError if it can never be.
    """
    named = repair.occurrence
    if there is None or (there.kind, there.raw) != (named.kind, named.raw):
        raise StaleSpan("the document has changed: this URL is no longer where it was found")
    if not there.raw:
        raise RepairError("an empty link has no URL to replace")
    may_be_row = document.format is DocumentFormat.MARKDOWN and "|" in there.raw
    if may_be_row and _DELIMITERS_FOLLOW.match(document.data, span.end):
        raise RepairError("the pipe in this URL counts for the columns of a table")
    url = rfc3986(repair.replacement)
    if there.url in (url, repair.replacement):
        return None
    ways = spellings(document, span, named.kind, url)
    if not ways:
        raise RepairError(f"a link of kind {named.kind} is never edited")
    return _Plan(span, ways)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A document on which edits are tried: each trial extracts again and proves."""

    document: SourceDocument
    before: tuple[LinkOccurrence, ...]
    reader: Reader

    def spliced(self, edits: Edits) -> SourceDocument:
        """Return the document with the edits written."""
        if not edits:
            return self.document
        pieces, end = [], 0
        for span in sorted(edits, key=lambda span: span.start):
            pieces += [self.document.data[end : span.start], edits[span].data]
            end = span.end
        data = b"".join([*pieces, self.document.data[end:]])
        return replace(self.document, data=data, digest=sha256(data).hexdigest())

    def settle(self, plans: Sequence[_Plan], kept: Edits) -> tuple[Edits, Mapping[Span, str]]:
        """Return `kept` with every plan that can be proven beside it, and for each of the others why it cannot.

        All at once with the first spelling of each, which nearly always holds: two extractions a document. Where it
        does not hold, the halves are settled one after the other.
        """
        if not plans:
            return kept, {}
        if len(plans) == 1:
            return self._settle_one(plans[0], kept)
        first_spellings = {**kept, **{plan.span: plan.spellings[0] for plan in plans}}
        if self._fault(first_spellings) is None:
            return first_spellings, {}
        half = len(plans) // 2
        kept, reasons = self.settle(plans[:half], kept)
        kept, more = self.settle(plans[half:], kept)
        return kept, {**reasons, **more}

    def _settle_one(self, plan: _Plan, kept: Edits) -> tuple[Edits, Mapping[Span, str]]:
        why = ""
        for spelling in plan.spellings:
            edits = {**kept, plan.span: spelling}
            fault = self._fault(edits)
            if fault is None:
                return edits, {}
            why = why or fault
        return kept, {plan.span: f"no way to write the new URL leaves the rest as it is: {why}"}

    def _fault(self, edits: Edits) -> str | None:
        edited = self.spliced(edits)
        try:
            prove(self.document, self.before, edited, self.reader.links(edited), edits)
        except MeaningChanged as changed:
            return str(changed)
        return None
