"""The nouns of dlt-crawl: frozen dataclasses and enums, standard library only.

The order is that of the data flow: a document holds occurrences, occurrences name resources (`documents`), a run
checks resources (`checks`) and keeps what they show (`pages`), verdicts judge checks, snapshots replace the dead,
repairs put them into the document (`verdicts`). What is known of single sites comes from files (`sites`). All times are
aware UTC. The one rule in here, `readings`, is which reading of a link its verdict is on.
"""

from dlt_crawler.model.checks import (
    ROBOTS_LIFE,
    Check,
    Due,
    LinkWarning,
    Network,
    Observation,
    Outcome,
    Redirect,
    RobotsRecord,
    Run,
    RunId,
    SlotLoad,
)
from dlt_crawler.model.documents import (
    MAX_HEADING,
    DocumentFormat,
    Extraction,
    LinkKind,
    LinkOccurrence,
    Lint,
    LintKind,
    NoSpan,
    Resource,
    SkipReason,
    SourceDocument,
    Span,
)
from dlt_crawler.model.pages import Evidence, Family, Page, Sibling, Signal, SignalKind
from dlt_crawler.model.readings import best_reading, has_gfm_reading
from dlt_crawler.model.sites import SiteRule
from dlt_crawler.model.verdicts import (
    BROKEN_STATES,
    Alternative,
    ArchiveAnswer,
    LinkStatus,
    NoSnapshot,
    NoSnapshotReason,
    Repair,
    Report,
    Snapshot,
    State,
    Verdict,
)

__all__ = [
    "BROKEN_STATES",
    "MAX_HEADING",
    "ROBOTS_LIFE",
    "Alternative",
    "ArchiveAnswer",
    "Check",
    "DocumentFormat",
    "Due",
    "Evidence",
    "Extraction",
    "Family",
    "LinkKind",
    "LinkOccurrence",
    "LinkStatus",
    "LinkWarning",
    "Lint",
    "LintKind",
    "Network",
    "NoSnapshot",
    "NoSnapshotReason",
    "NoSpan",
    "Observation",
    "Outcome",
    "Page",
    "Redirect",
    "Repair",
    "Report",
    "Resource",
    "RobotsRecord",
    "Run",
    "RunId",
    "Sibling",
    "Signal",
    "SignalKind",
    "SiteRule",
    "SkipReason",
    "SlotLoad",
    "Snapshot",
    "SourceDocument",
    "Span",
    "State",
    "Verdict",
    "best_reading",
    "has_gfm_reading",
]
