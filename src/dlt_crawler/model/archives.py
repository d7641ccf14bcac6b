"""What archives are asked for, what they answer, and what they were asked to keep. All times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dlt_crawler.model.documents import Resource
from dlt_crawler.model.pages import Page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a careful editor would look for: the page at `url` as it was when the link was written.

    Everything but the URL only helps to tell the captures of the page from those of something else.
    """

    resource: Resource
    """The link that a snapshot is wanted for …"""
    url: str
    """… and whose captures are looked for: the resource's own URL, or, for a link into an archive, the original's."""
    at: datetime | None
    """When the link was written into the list; None: the last good capture before it died (`prefer = "latest"`)."""
    died: datetime | None
    """The first check that failed since the last success: what was captured after it is distrusted; None: unknown."""
    known: Page = Page()
    """What the page said of itself while it lived, as far as we saw it."""
    texts: tuple[str, ...] = ()
    """The labels under which documents have the link, each once; not where the label is the URL."""
    media_type: str | None = None
    """What it was served as while it lived, without parameters, in lower case; None: never seen alive."""


WAYBACK = "wayback"
"""`Snapshot.source` of the Wayback Machine."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One archived copy (a memento, RFC 7089) of `original`. `validated`: how we know that it is good ("playback")."""

    original: str
    """The URL whose capture it is: that of the link, or a variant of it under which the archive has the page."""
    timestamp: str
    """14 digits, YYYYMMDDhhmmss, UTC: when the archive captured it; for a living page, when it was seen to live."""
    url: str
    """The archive's URL for readers; `status` is the status code that the archive recorded."""
    status: int
    validated: str
    source: str = WAYBACK
    """Who has it: `WAYBACK`, or the name of the fallback that found it."""
    evidence: str = ""
    """Why it is this one, as a sentence for people."""


class NoSnapshotReason(StrEnum):
    """Why there is nothing from the archive. "Could not ask" is not among them: that is an `ArchiveError`."""

    NEVER_ARCHIVED = "never_archived"
    EXCLUDED = "excluded"
    ONLY_BAD_CAPTURES = "only_bad_captures"
    PRIVATE = "private"
    """Never asked: the address holds a secret, or is nobody else's business."""


@dataclass(frozen=True, slots=True)
class NoSnapshot:
    """Asked, and there is none; or never asked, on purpose."""

    original: str
    reason: NoSnapshotReason


ArchiveAnswer = Snapshot | NoSnapshot


class KeepState(StrEnum):
    """How far the archive has come with a copy of a living page that it was asked for."""

    SUBMITTED = "submitted"
    """Save Page Now has taken the job."""
    CAPTURED = "captured"
    """It says that the capture was made; playback may show it hours later."""
    CONFIRMED = "confirmed"
    """Playback has it."""
    FAILED = "failed"
    """It could not be captured this time."""
    REFUSED = "refused"
    """The archive does not capture this URL."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is known of the archive's copies of one living page."""

    resource: Resource
    newest: datetime | None = None
    """The newest capture that we know of; None: the archive had none …"""
    looked: datetime | None = None
    """… when it was asked last; None: never."""
    state: KeepState | None = None
    """Of the capture that was asked for last; None: none was."""
    job: str | None = None
    """Its number at Save Page Now, while it is under way …"""
    submitted: datetime | None = None
    """… and when it was asked for."""
    timestamp: str | None = None
    """14 digits, UTC: of that capture, once it was made."""
    detail: str = ""
    """What became of it, as a sentence."""
    failures: int = 0
    """Times in a row that it failed."""
