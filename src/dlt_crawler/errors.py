"""Every exception of dlt-crawl, under one root.

A dead link is never an exception: it is an `Outcome`. An exception says that *we* could not do our work.

    DltCrawlError                   exit status
    ├── ConfigError                 2    the configuration or the command line is wrong
    ├── SourceError                 2    a document cannot be read
    ├── LockHeld                    75   another run works on the same database
    ├── NetworkDown                 3    our own network is down: nothing may be judged
    ├── StoreError                  3    the database failed
    │   ├── SchemaDiffers                it is of another version of the program
    │   └── SchemaMissing                nothing was ever stored in it
    ├── NotifyError                 3    somebody could not be told what has changed
    ├── ShardMissing                3    not all shards of a night are there to be merged
    ├── CrawlError                  3    the crawl ended without an observation for every resource
    ├── ReportError                 3    a report could not be written
    ├── RepairError                 3    a document could not be written
    │   ├── StaleSpan                    the document is not the one the spans were measured in
    │   └── MeaningChanged               an edit would change more than the URL it names
    ├── GitError                    3    git cannot tell, or do, what it was asked for
    └── ArchiveError                3    the archive could not be asked: never "there is no snapshot"
        ├── ArchiveExcluded              the archive withholds what it may have of a URL
        ├── ArchiveUnavailable           no answer, or an answer that cannot be trusted
        └── ArchiveRateLimited           the archive asked us to wait
"""


class DltCrawlError(Exception):
    """The root. `exit_status` is what the command line exits with (sysexits.h names 75 EX_TEMPFAIL)."""

    exit_status = 3


class ConfigError(DltCrawlError):
    """The configuration names an unknown key, holds a bad value, or contradicts itself."""

    exit_status = 2


class SourceError(DltCrawlError):
    """A document is missing, unreadable, or not text."""

    exit_status = 2


class LockHeld(DltCrawlError):
    """Another process holds the lock of this database; the message names it."""

    exit_status = 75


class NetworkDown(DltCrawlError):
    """Our own network, its names, or our clock are not to be trusted: whatever fails now says nothing of the links."""


class StoreError(DltCrawlError):
    """The database cannot be opened, migrated, read or written."""


class ShardMissing(DltCrawlError):
    """A night cannot be put together: shards of it were not checked, or their databases are not there."""


class SchemaDiffers(StoreError):
    """The schema of the database is that of another version of the program, and not to be upgraded now."""


class SchemaMissing(StoreError):
    """The database is empty, and not to be filled now."""


class NotifyError(DltCrawlError):
    """Somebody who was to be told what a run has changed could not be told."""


class CrawlError(DltCrawlError):
    """The crawl broke off: some resources that were asked for have no observation."""


class ReportError(DltCrawlError):
    """A report could not be written where it was asked for."""


class RepairError(DltCrawlError):
    """A repaired document cannot be produced or written; the original is untouched."""


class StaleSpan(RepairError):
    """The bytes at a span are not the URL that was found there."""


class MeaningChanged(RepairError):
    """Extracting again after an edit shows more than the named URL changed.

    `reached` says how far the comparison came: the step, and the place in it. What is larger is further.
    """

    def __init__(self, why: str, near: int | None = None, reached: tuple[int, int] = (0, 0)) -> None:
        super().__init__(why)
        self.near = near
        """About where the first difference is, in bytes of the original document; None if that is not known."""
        self.reached = reached


class GitError(DltCrawlError):
    """What was asked of the git repository of a document cannot be told, or be done; the repository is as it was."""


class ArchiveError(DltCrawlError):
    """The archive could not be asked. Says nothing about whether a snapshot exists."""


class ArchiveExcluded(ArchiveError):
    """The archive withholds the captures of a URL, or of its whole site, and will do so tomorrow."""


class ArchiveUnavailable(ArchiveError):
    """No answer in time, a server error, or an answer that is not what the interface promises."""


class ArchiveRateLimited(ArchiveError):
    """The archive asked us to slow down. `retry_after`: seconds until it may be asked again; None: not in this run."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
