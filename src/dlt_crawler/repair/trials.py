"""Which of the edits that are asked for can be proven together: found by trying, with few proofs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import SourceDocument, Span
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.proof import Proof
from dlt_crawler.repair.splice import Edit, spliced


def settle(
    document: SourceDocument, proof: Proof, plans: Sequence[Plan]
) -> tuple[Mapping[Span, Edit], Mapping[Span, str]]:
    """Return the edits that can be proven together, by their span, and for each of the other plans why it cannot.

    The plans are in the order of the document and do not overlap. A proof reads the whole document, so what counts is
    how many there are: one where all hold, and about one more for each way that does not.
    """
    trials = _Trials(document, proof, plans)
    trials.settle()
    kept = {plan.span: edit for plan, edit in zip(plans, trials.chosen, strict=True) if edit is not None}
    reasons = {plan.span: why for number, plan in enumerate(plans) if (why := trials.refused(number)) is not None}
    return kept, reasons


class _Trials:
    """Which way is chosen for each plan, and why it is not an earlier one."""

    def __init__(self, document: SourceDocument, proof: Proof, plans: Sequence[Plan]) -> None:
        self._document = document
        self._proof = proof
        self._plans = plans
        self.chosen: list[Edit | None] = [plan.ways[0] for plan in plans]
        self._why: dict[int, str] = {}
        """What was wrong with the first way of a plan, by its number."""

    def refused(self, number: int) -> str | None:
        """Return why none of the ways of a plan can be proven; None if one is chosen."""
        if self.chosen[number] is not None:
            return None
        return f"no way to write the new URL leaves the rest as it is: {self._why[number]}"

    def settle(self) -> None:
        """Choose a way for each plan, or none.

        All at once with the first way of each, which nearly always holds. Where it does not, the first difference
        tells which plan to write in another way. Where that does not help, the halves are settled one after the other.
        In the end what was refused is tried again if something has changed beside it.
        """
        fault = self._fault(self.chosen) if self._plans else None
        while fault is not None and (mended := self._mended(fault)):
            fault = mended[0]
        if fault is not None:
            asked = [number for number, edit in enumerate(self.chosen) if edit is not None]
            before, self.chosen = self.chosen, [None] * len(self._plans)
            self._settle_half(asked, before)
        for number, edit in enumerate(self.chosen):
            if edit is None and self._is_changed_beside(number):
                self._settle_one(number)

    def _mended(self, fault: MeaningChanged) -> tuple[MeaningChanged | None] | None:
        """Write one of the plans next to a fault in its next way, or leave it out, so that more of the document holds.

        Return what is wrong then, at a later place; None in place of all that if no change of one plan helps.
        """
        for number in self._suspects(fault):
            for way in self._next_ways(number):
                found = self._fault([*self.chosen[:number], way, *self.chosen[number + 1 :]])
                if found is None or found.reached > fault.reached:
                    self.chosen[number] = way
                    self._why.setdefault(number, str(fault))
                    return (found,)
        return None

    def _suspects(self, fault: MeaningChanged) -> Sequence[int]:
        """Return the plans next to a fault, the likeliest first: the last before it, the next, the last but one."""
        if fault.near is None:
            return ()
        asked = [number for number, edit in enumerate(self.chosen) if edit is not None]
        behind = bisect_right(asked, fault.near, key=lambda number: self._plans[number].span.start)
        return [asked[place] for place in (behind - 1, behind, behind - 2) if 0 <= place < len(asked)]

    def _next_ways(self, number: int) -> Sequence[Edit | None]:
        ways = self._plans[number].ways
        place = next(place for place, way in enumerate(ways) if way is self.chosen[number])
        return [*ways[place + 1 :], None]

    def _settle_half(self, asked: Sequence[int], wanted: Sequence[Edit | None]) -> None:
        """Add to what is chosen each of these plans that can be proven beside it, if it can as it is `wanted`."""
        if len(asked) == 1:
            self._settle_one(asked[0])
        elif asked:
            together = list(self.chosen)
            for number in asked:
                together[number] = wanted[number]
            if self._fault(together) is None:
                self.chosen = together
                return
            half = len(asked) // 2
            self._settle_half(asked[:half], wanted)
            self._settle_half(asked[half:], wanted)

    def _settle_one(self, number: int) -> None:
        """Choose the first way of a plan that can be proven beside what is chosen."""
        for way in self._plans[number].ways:
            found = self._fault([*self.chosen[:number], way, *self.chosen[number + 1 :]])
            if found is None:
                self.chosen[number] = way
                return
            self._why.setdefault(number, str(found))

    def _is_changed_beside(self, number: int) -> bool:
        """Tell whether a plan next to this one is not written in its first way."""
        beside = (other for other in (number - 1, number + 1) if 0 <= other < len(self._plans))
        return any(self.chosen[other] is not self._plans[other].ways[0] for other in beside)

    def _fault(self, edits: Sequence[Edit | None]) -> MeaningChanged | None:
        made = [edit for edit in edits if edit is not None]
        try:
            self._proof.check(spliced(self._document, made), made)
        except MeaningChanged as changed:
            return changed
        return None
