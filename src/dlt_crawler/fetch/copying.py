"""The calling side of our own WARC files: what the crawling processes record is kept, and what they ask is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.frontier import Batch, Frontier
from dlt_crawler.fetch.messages import Kept, PayloadKnown, PayloadWanted, Recorded
from dlt_crawler.model import Due, HandedOn, Observation, SlotLoad
from dlt_crawler.model.payloads import Payload


class Copies(Protocol):
    """Where copies of what is fetched are kept from run to run."""

    @property
    def directory(self) -> Path:
        """Where they lie; it exists."""

    def payload(self, digest: str | None, answer: str) -> Payload | None:
        """Return the record that has this body, or, without a digest, the last body of an answer; None: there is none.

        An answer is named by its URL, or by status and URL where the status is not 200.
        """

    def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        """Write records, whole members of gzip; `payload` is the body of this answer, in them (no file) or before them.

        Raises CrawlError when they cannot be written.
        """


def hear(children: Children, number: int, word: PayloadWanted | Recorded, copies: Copies | None) -> None:
    """Do what a child asks for."""
    match word:
        case PayloadWanted(question, digest, answer):
            known = None if copies is None else copies.payload(digest, answer)
            children.tell(number, PayloadKnown(question, known))
        case Recorded(question, records, answer, payload):
            if copies is not None:
                copies.keep(records, answer, payload)
            children.tell(number, Kept(question))


class CopiedFrontier:
    """A frontier whose pages are asked for with conditions only where we have a copy that a 304 can refer to."""

    def __init__(self, frontier: Frontier, copies: Copies) -> None:
        self._frontier = frontier
        self._copies = copies

    def loads(self) -> Iterable[SlotLoad]:
        """Return what waits (Frontier)."""
        return self._frontier.loads()

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out resources of a slot (Frontier)."""
        return [self._as_copied(due) for due in self._frontier.claim(slot, count)]

    def _as_copied(self, due: Due) -> Due:
        if due.validators is None or self._copies.payload(None, due.validators.url) is not None:
            return due
        return replace(due, validators=None)


class CopiedBatch(CopiedFrontier):
    """The same of a batch (Batch)."""

    def __init__(self, batch: Batch, copies: Copies) -> None:
        super().__init__(batch, copies)
        self._batch = batch

    def record(self, observations: Sequence[Observation]) -> None:
        """Store what was seen (Batch)."""
        self._batch.record(observations)

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        """Give links to other sites (Batch)."""
        self._batch.hand_on(handed)

    def release(self) -> None:
        """Give back what was not begun (Batch)."""
        self._batch.release()
