"""Edits of documents: what is proposed, what was written, and what became of it. All times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dlt_crawler.model.checks import RunId
from dlt_crawler.model.documents import LinkOccurrence


class RepairKind(StrEnum):
    """Why a URL is replaced."""

    SNAPSHOT = "snapshot"
    """The link is dead (or fails, where that is asked for), and there is a copy."""
    REDIRECT = "redirect"
    """It has moved for good."""
    RETURN = "return"
    """It was repaired and lives again, or somebody takes the repair back: what stood there comes back."""


class RepairStyle(StrEnum):
    """How the new URL gets into the document."""

    REPLACE = "replace"
    """In place of the old one."""
    APPEND = "append"
    """As a second link behind it."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The bytes that stood in one place of a document, and those that were written over them."""

    old: bytes
    """Empty for what was appended."""
    new: bytes
    """Holds the new URL and what was put around it (angle brackets, quotes, a whole second link)."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit: the URL of `occurrence` becomes `replacement`, because of `evidence` (a sentence)."""

    occurrence: LinkOccurrence
    replacement: str
    evidence: str
    kind: RepairKind = RepairKind.SNAPSHOT
    style: RepairStyle = RepairStyle.REPLACE
    label: str = "archived"
    """What the second link is called if it is appended: plain text without marks of markdown or
    HTML (as `config.RepairSettings.text` has it: a second link whose label has brackets is not known again)."""
    undoes: Rewrite | None = None
    """Of a return: what was written then. `occurrence` is the link that stands there now, `replacement` where that
    which comes back leads."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that can be made now, proven and written nowhere: what would stand in the place of its URL's bytes."""

    repair: Repair
    rewrite: Rewrite


@dataclass(frozen=True, slots=True)
class Proven:
    """What became of the edits that were asked of a document: they were tried, and what was made of it is proven."""

    basis: str
    """SHA-256, hexadecimal, of all that it follows from: the document, the edits, and the rules of both."""
    digest: str
    """That of the bytes of the edited document."""
    fates: tuple[str | None, ...]
    """Of each edit, in their order: None when it was made; otherwise why not, a sentence, or "" where there was nothing
    to change."""


class Ending(StrEnum):
    """How it ended that a repair stood in a document."""

    RETURNED = "returned"
    """The link lives again, and what stood there is back."""
    UNDONE = "undone"
    """It was taken back by `undo`."""
    REVERTED = "reverted"
    """The old URL stands there again, and the link was not known to live: somebody has put it back."""
    GONE = "gone"
    """Somebody has removed the link, or written another one."""


REFUSED = frozenset({Ending.UNDONE, Ending.REVERTED})
"""Endings by which somebody says that a repair was wrong: it is not proposed again (`Dispute`)."""


@dataclass(frozen=True, slots=True)
class LoggedRepair:
    """A repair as the log has it: when it was written, on the strength of which run, into which file."""

    at: datetime
    run: RunId | None
    written_to: str
    repair: Repair
    rewrite: Rewrite
    id: int
    stood: datetime | None = None
    """When it was first seen to stand in the document itself (`repair.occurrence.file`); None: never, because it was
    written into a copy. Only what stood can be reverted."""
    ended: datetime | None = None
    """When it was seen to stand there no more …"""
    ending: Ending | None = None
    """… and how that came about."""

    @property
    def stands(self) -> bool:
        """Whether it stood in the document itself when that was last looked at."""
        return self.stood is not None and self.ended is None

    @property
    def in_document(self) -> bool:
        """Whether it was written into the document itself, and not into a copy or a commit."""
        return self.written_to == self.repair.occurrence.file


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody has taken back a repair of a link: it is checked anew, and not repaired so again."""

    at: datetime
    """When it was noticed."""
    file: str
    """In which document."""
    replacement: str
    """What was taken back."""
