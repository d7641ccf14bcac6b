"""What became of earlier repairs of a document: told from the log and from the links that stand there now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dlt_crawler.model import LinkOccurrence, LoggedRepair


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one document."""

    standing: tuple[tuple[LinkOccurrence, LoggedRepair], ...] = ()
    """Links of the document that we have put there, each with the latest log entry that says so."""
    refused: tuple[LoggedRepair, ...] = ()
    """Repairs that somebody took back (`REFUSED`), whenever that was."""
    changed: tuple[LoggedRepair, ...] = ()
    """Log entries that say something new, to be kept (`Repairs.keep`)."""
    reverted: tuple[LoggedRepair, ...] = ()
    """Those of `changed` that were seen to be taken back just now: their links are to be checked anew."""


def recall(log: Sequence[LoggedRepair], links: Sequence[LinkOccurrence], now: datetime) -> Memory:
    """Return what the log of a document, oldest first, means in view of the links that stand in it now."""
    return Memory()
