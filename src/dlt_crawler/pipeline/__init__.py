"""The stages of the nightly job and their order. The only package that knows several adapters.

    extract → fetch → judge → resolve → (archive) → repair → report

One module a stage. Each stage but `extract` begins and ends at the database, so that each can be run again alone, and
a job that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence

from dlt_crawler.pipeline.checks import Fetched, fetch
from dlt_crawler.pipeline.dating import date
from dlt_crawler.pipeline.explaining import explained
from dlt_crawler.pipeline.exports import citations_of
from dlt_crawler.pipeline.hands import hands_for
from dlt_crawler.pipeline.job import Crawling, Job, Progress, last_run, open_for_reading, open_job
from dlt_crawler.pipeline.keeping import Archived, archive, require_keys
from dlt_crawler.pipeline.links import Stored, forget, store_links
from dlt_crawler.pipeline.looking import prepare_for_looking
from dlt_crawler.pipeline.measuring import Gauge, open_gauge, write_metrics
from dlt_crawler.pipeline.merging import Merged, merge, open_merge
from dlt_crawler.pipeline.narrowed import Narrowed, fetch_since, report_since, run_since
from dlt_crawler.pipeline.night import Nightly, conclude
from dlt_crawler.pipeline.notices import require_addressees
from dlt_crawler.pipeline.pruning import Pruned, prune
from dlt_crawler.pipeline.repairs import (
    Accept,
    Choice,
    Committed,
    Destination,
    Edited,
    Kept,
    Left,
    LeftBecause,
    Repaired,
    Undone,
    are_sources,
    commit,
    diff,
    everything,
    in_place,
    in_place_by_force,
    mirror,
    nowhere,
    repair,
    undo,
)
from dlt_crawler.pipeline.reports import report_of, write_reports
from dlt_crawler.pipeline.rereading import Reread, reread_all
from dlt_crawler.pipeline.sharding import Sharded, fetch_shard, open_shard, run_shard
from dlt_crawler.pipeline.shards import Source
from dlt_crawler.pipeline.snapshots import Resolved, resolve
from dlt_crawler.pipeline.unread import MOST_TO_WARN, changed_since_read
from dlt_crawler.pipeline.verdicts import Held, judge, plan
from dlt_crawler.store import Remarks

__all__ = [
    "MOST_TO_WARN",
    "Accept",
    "Archived",
    "Choice",
    "Committed",
    "Crawling",
    "Destination",
    "Edited",
    "Fetched",
    "Gauge",
    "Held",
    "Job",
    "Kept",
    "Left",
    "LeftBecause",
    "Merged",
    "Narrowed",
    "Nightly",
    "Progress",
    "Pruned",
    "Remarks",
    "Repaired",
    "Reread",
    "Resolved",
    "Sharded",
    "Source",
    "Stored",
    "Undone",
    "archive",
    "are_sources",
    "changed_since_read",
    "citations_of",
    "commit",
    "diff",
    "everything",
    "explained",
    "fetch",
    "fetch_only",
    "fetch_shard",
    "fetch_since",
    "in_place",
    "in_place_by_force",
    "judge",
    "last_run",
    "merge",
    "mirror",
    "nowhere",
    "open_for_reading",
    "open_gauge",
    "open_job",
    "open_merge",
    "open_shard",
    "prune",
    "repair",
    "report_of",
    "report_since",
    "require_keys",
    "reread_all",
    "resolve",
    "run",
    "run_shard",
    "run_since",
    "store_links",
    "undo",
    "write_metrics",
    "write_reports",
]


def run(
    job: Job, paths: Sequence[str] = (), *, full: bool = False, yes: bool = False, distributed: bool = False
) -> Nightly:
    """Do the nightly job on the documents under `paths` (the configured sources when empty).

    `full`: everything is checked, not only what is due. `yes`: however many links die at once. `distributed`: links are
    asked for by workers, and not by this process. Raises NetworkDown after
    the links are stored and before anything is judged when our own network cannot be trusted, ConfigError for one of
    `notify.urls` that nobody understands.
    """
    require_addressees(job)
    stored = store_links(job, paths)
    forget(job, stored.forgotten, mirror(job.settings.storage / "repaired"))
    date(job)
    # Of a run that was cut off before it judged, and is too old to be gone on with.
    plan(job)
    with hands_for(job, distributed=distributed) as hands:
        fetched = fetch(job, stored.documents, full=full, hands=hands)
    return conclude(job, fetched, paths, yes=yes)


def fetch_only(job: Job, paths: Sequence[str] = (), *, full: bool = False, distributed: bool = False) -> Fetched:
    """Extract and check what is due: all that a run does before it judges. Raises what `run` raises."""
    stored = store_links(job, paths)
    forget(job, stored.forgotten, mirror(job.settings.storage / "repaired"))
    plan(job)
    with hands_for(job, distributed=distributed) as hands:
        fetched = fetch(job, stored.documents, full=full, hands=hands)
    plan(job)
    prepare_for_looking(job)
    job.store.complete_run(fetched.run.id, now=job.now)
    return fetched
