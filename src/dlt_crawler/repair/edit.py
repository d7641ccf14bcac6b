"""Make the edits of a document that can be proven, all at once if they can, and refuse the rest one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlt_crawler.errors import RepairError, StaleSpan
from dlt_crawler.model import LinkOccurrence, Repair, RepairKind, RepairStyle, Rewrite, SourceDocument, Span
from dlt_crawler.repair.append import Appending
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.proof import Proof
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.replace import replacement
from dlt_crawler.repair.splice import Edit, spliced
from dlt_crawler.repair.takeback import takeback
from dlt_crawler.repair.trials import settle

_NO_PLACE = "the exact place of this URL in the file is not known"
_OTHER_EDIT = "another repair writes something else there"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A repair that was not made, and a sentence that says why."""

    repair: Repair
    why: str


@dataclass(frozen=True, slots=True)
class RepairedDocument:
    """The document after its repairs.

    Proven: it differs from the original in the URLs of `applied` alone, or in the second links appended or taken away
    for them. A repair in neither tuple had nothing to change, because the URL is the replacement already, or because
    a link to a copy stands behind it; without any change `document` is the original.
    """

    document: SourceDocument
    applied: tuple[Repair, ...]
    refused: tuple[Refusal, ...]
    rewrites: tuple[tuple[Repair, Rewrite], ...] = ()
    """What is to be written for each of `applied`, in their order; several for one that is appended in several places.
    Empty where all of it stands there already (`pipeline.repairs.proving`)."""


def apply(document: SourceDocument, repairs: Sequence[Repair], reader: Reader) -> RepairedDocument:
    """Return `document` with every repair made that changes what it names and nothing else.

    A repair that cannot be made is refused with its reason, and the others are made; one that is appended in several
    places is made where it can be. Raises what `reader` raises, which is not asked when no repair says where its URL
    is: so it is where the document could not be parsed.
    """
    refused = {number: _NO_PLACE for number, repair in enumerate(repairs) if repair.occurrence.span is None}
    if len(refused) == len(repairs):
        return RepairedDocument(document, (), tuple(Refusal(repairs[number], why) for number, why in refused.items()))
    before = reader.links(document)
    planned = _planned(document, before, repairs, reader, refused)
    plans = _apart(planned, refused)
    kept, reasons = settle(document, Proof(document, before, reader), plans)
    rewrites: list[tuple[Repair, Rewrite]] = []
    applied: list[Repair] = []
    for number, asked in planned.items():
        if number in refused or not asked:
            continue
        made = [kept[plan.span] for plan in asked if plan.span in kept]
        if made:
            applied.append(repairs[number])
            rewrites += [(repairs[number], _rewrite(document, edit)) for edit in made]
        else:
            refused[number] = next((reasons[plan.span] for plan in asked if plan.span in reasons), _OTHER_EDIT)
    refusals = tuple(Refusal(repairs[number], refused[number]) for number in sorted(refused))
    return RepairedDocument(spliced(document, kept.values()), tuple(applied), refusals, tuple(rewrites))


def _planned(
    document: SourceDocument,
    before: Sequence[LinkOccurrence],
    repairs: Sequence[Repair],
    reader: Reader,
    refused: dict[int, str],
) -> Mapping[int, tuple[Plan, ...]]:
    """Return what each repair asks for, by its number; what none can be made of is added to `refused`."""
    links = {link.span: link for link in before if link.span is not None}
    appending = Appending(document, links, reader)
    planned: dict[int, tuple[Plan, ...]] = {}
    by_link: dict[Span, tuple[Plan, ...]] = {}
    for number, repair in enumerate(repairs):
        span = repair.occurrence.span
        if span is None:
            continue
        try:
            there = _still_there(links.get(span), repair.occurrence)
            if repair.kind is RepairKind.RETURN:
                plans = takeback(document, there, span, repair)
            elif repair.style is RepairStyle.APPEND:
                plans = appending.plans(there, span, repair)
            else:
                plans = replacement(document, there, span, repair)
        except RepairError as error:
            refused[number] = str(error)
            continue
        planned[number] = plans
        if by_link.setdefault(span, plans) != plans:
            refused[number] = _OTHER_EDIT
    return planned


def _still_there(there: LinkOccurrence | None, named: LinkOccurrence) -> LinkOccurrence:
    if there is None or (there.kind, there.raw) != (named.kind, named.raw):
        raise StaleSpan("the document has changed: this URL is no longer where it was found")
    if not there.raw:
        raise RepairError("an empty link has no URL to replace")
    return there


def _apart(planned: Mapping[int, tuple[Plan, ...]], refused: dict[int, str]) -> list[Plan]:
    """Return the plans of all repairs that are not refused, in order; of those that overlap the first ones."""
    asked = [(number, plan) for number, plans in planned.items() if number not in refused for plan in plans]
    end = 0
    apart: dict[Span, tuple[int, Plan]] = {}
    for number, plan in sorted(asked, key=lambda one: (one[1].span.start, one[1].span.end)):
        if plan.span.start < end and plan.span not in apart:
            refused[number] = _OTHER_EDIT
        else:
            apart.setdefault(plan.span, (number, plan))
            end = max(end, plan.span.end)
    return [plan for number, plan in apart.values() if number not in refused]


def _rewrite(document: SourceDocument, edit: Edit) -> Rewrite:
    return Rewrite(document.data[edit.span.start : edit.span.end], edit.data)
