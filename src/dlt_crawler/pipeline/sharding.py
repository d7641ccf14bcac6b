"""A run of one shard: the nightly job as far as one of several machines without a common database can do it.

Documents are extracted as a whole, so that every place is known; checked and judged is what is in the shard, so that it
is known what is due the next night. The rest is for whoever has all of it (`merging`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import Run, Shard
from dlt_crawler.pipeline.checks import Fetched, fetch
from dlt_crawler.pipeline.job import Job, Progress
from dlt_crawler.pipeline.links import store_links
from dlt_crawler.pipeline.verdicts import judge, plan
from dlt_crawler.store import Store, copy_database, database_file, identity_of, lock


@dataclass(frozen=True, slots=True)
class Sharded:
    """What a run of a shard did."""

    shard: Shard
    documents: int
    links: int
    """All that the documents lead to."""
    own: int
    """Those of them that are in the shard."""
    fetched: Fetched


def shard_file(database: Path, shard: Shard) -> Path:
    """Return the file of a shard, beside the database that it is merged into: links.db → links.shard-2-of-5.db."""
    return database.with_name(f"{database.stem}.shard-{shard.number}-of-{shard.of}{database.suffix or '.db'}")


@contextmanager
def open_shard(
    settings: Settings, shard: Shard, purpose: str, progress: Progress, *, named: bool = False
) -> Iterator[Job]:
    """Open the database of a shard for one job, alone. `named`: somebody has named it, and means this very file.

    Else it is the one of `shard_file`, which begins as a copy of the database that it is merged into, and begins so
    anew once all of its own runs were: what is known of all shards is known to each. Raises ConfigError for a database
    that is no file, and what `open_job` raises.
    """
    database = database_file(settings.database)
    if database is None:
        raise ConfigError(
            f"--shard {shard} is for machines without a common database, each with an SQLite file of its own; with "
            "PostgreSQL write `dlt-crawl run --distributed`, and start `dlt-crawl worker` on each machine"
        )
    file = database if named else shard_file(database, shard)
    url = f"sqlite:///{file}"
    with lock(url, purpose):
        if not named and database.exists() and not _has_runs_of_its_own(url, file, settings.database):
            progress.say(f"{file} begins as a copy of {database}")
            copy_database(database, file)
        with Store.open(url, alone=True) as store:
            yield Job(settings.model_copy(update={"database": url}), store, progress)


def run_shard(job: Job, shard: Shard, *, full: bool = False) -> Sharded:
    """Do what a run does up to its judgement, with what is in the shard. Raises what `pipeline.run` raises of it."""
    sharded = _checked(job, shard, full=full)
    judge(job)
    job.store.complete_run(sharded.fetched.run.id, now=job.now)
    return sharded


def fetch_shard(job: Job, shard: Shard, *, full: bool = False) -> Sharded:
    """Extract and check only: all that a run of a shard does before it judges. Raises the same."""
    sharded = _checked(job, shard, full=full)
    plan(job)
    job.store.complete_run(sharded.fetched.run.id, now=job.now)
    return sharded


def _checked(job: Job, shard: Shard, *, full: bool) -> Sharded:
    stored = store_links(job, ())
    # The copies of documents that are gone are for `merge` to remove.
    job.store.forget_documents(map(str, stored.forgotten))
    plan(job)
    fetched = fetch(job, stored.documents, full=full, shard=shard)
    own = job.store.number_of_links(shard)
    return Sharded(shard, len(stored.documents), job.store.number_of_links(), own, fetched)


def _has_runs_of_its_own(url: str, file: Path, merged: str) -> bool:
    """Tell whether a shard has a run that the merged database does not know all of."""
    if not file.exists():
        return False
    with closing(Store.open(url)) as shard, closing(Store.open(merged, create=False)) as store:
        there = store.parts.all()
        own: Sequence[Run] = [run for run in shard.parts.runs() if run.shard is not None]
    known = {identity for identity, part in there.items() if part.finished is not None}
    return any(identity_of(run) not in known for run in own)
