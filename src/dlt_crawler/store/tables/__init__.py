"""The tables as this version of the program sees them; the migrations make a database so.

    documents ─< occurrences >─ resources ─< checks >─ runs        pages: what resources say of themselves
        ├───< lints                │ ├─ verdicts (0..1)                   resources, checks >─ pages
        └──── proofs (0..1)        │ │
                                   │ ├─< transitions (a log) >─ runs      checks >─ evidence
                                   │ ├─ validators (0..1)
                                   ├─── snapshots (0..1)         robots: what origins rule, for a day
                                   ├─── keeping (0..1)           payloads: bodies that our own WARC files hold
                                   └──< repairs (a log)          marks: what holds for the database as a whole

Checks, transitions and repairs are only ever added, until `prune` thins old checks out. What a check saw is never
changed; what that means (its outcome, with detail, signals and warnings) is said anew when it is read by other rules.
Verdicts, snapshots and keeping hold the latest judgement and answer.

`waiting`, `pauses` and `turns` are what several machines share while a run goes on; `parts` says which runs of others
were brought into runs of this database.

Beside them stand views for people and triggers (`store.derived`), and the index of the search (`store.search`).
"""

from dlt_crawler.store.tables.base import SHA256, Values, metadata
from dlt_crawler.store.tables.judged import keeping, marks, repairs, snapshots, tallies, transitions, verdicts
from dlt_crawler.store.tables.searched import search_pending
from dlt_crawler.store.tables.seen import checks, evidence, pages, payloads, robots, runs, validators, works
from dlt_crawler.store.tables.shared import parts, pauses, turns, waiting
from dlt_crawler.store.tables.web import documents, lints, occurrences, proofs, resources

__all__ = [
    "SHA256",
    "Values",
    "checks",
    "documents",
    "evidence",
    "keeping",
    "lints",
    "marks",
    "metadata",
    "occurrences",
    "pages",
    "parts",
    "pauses",
    "payloads",
    "proofs",
    "repairs",
    "resources",
    "robots",
    "runs",
    "search_pending",
    "snapshots",
    "tallies",
    "transitions",
    "turns",
    "validators",
    "verdicts",
    "waiting",
    "works",
]
