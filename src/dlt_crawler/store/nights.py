"""What the store knows of nights: runs, what is due in them, what was seen, and what hosts and origins do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from dlt_crawler.model import (
    BadNight,
    Check,
    Network,
    Observation,
    Outcome,
    Resource,
    RobotsRecord,
    Run,
    RunId,
    Shard,
)
from dlt_crawler.store import bad_nights, checks, robots, runs
from dlt_crawler.store.checks import Remarks
from dlt_crawler.store.database import Database
from dlt_crawler.store.frontier import StoredFrontier
from dlt_crawler.store.neighbours import Neighbours
from dlt_crawler.store.payloads import Payloads
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.rereading import Rereading
from dlt_crawler.store.sharing import Sharing
from dlt_crawler.store.trends import StoredTrends


class Nights:
    """The half of `Store` that a crawl works with. Apart from it only so that either can be read in one sitting."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_run(
        self, now: datetime, *, full: bool = False, since: str | None = None, shard: Shard | None = None
    ) -> Run:
        """Add a run and return it. Its network counts as working until `finish_run` says otherwise.

        `since`: the git revision to whose changes it is narrowed down; `shard`: the shard. It is no night then.
        """
        with self._database.writing() as connection:
            return runs.begin(connection, now, full=full, since=since, shard=_name(shard))

    def finish_run(self, run: RunId, *, now: datetime, network: Network, trouble: str | None = None) -> Run:
        """Write that everything is checked in a run, and return it. Raises StoreError when there is no such run.

        What has a check in it is to be judged: from now on its failures prove something, or for good they do not. With
        a network that was down (`trouble` says how, as a sentence) nothing of the run is left to do or to tell.
        """
        with self._database.writing() as connection:
            return runs.finish(connection, run, now, network, trouble)

    def complete_run(self, run: RunId, *, now: datetime) -> Run:
        """Write that nothing is left to do of a run, and return it. Raises StoreError when there is no such run."""
        with self._database.writing() as connection:
            return runs.complete(connection, run, now)

    def last_run(self) -> Run | None:
        """Return the latest run; None before the first."""
        with self._database.reading() as connection:
            return runs.last(connection)

    def last_night(self) -> Run | None:
        """Return the latest run that was not narrowed down, to changes or to a shard; None before the first."""
        with self._database.reading() as connection:
            return runs.last(connection, whole=True)

    def run_to_go_on_with(self, since: str | None = None, shard: Shard | None = None) -> Run | None:
        """Return the run in which something is left to do, as it is under way or was cut off; None: there is none.

        That is the latest night; with `since` or `shard` the latest run, if it was narrowed down to the changes since
        then, or to that shard.
        """
        with self._database.reading() as connection:
            return runs.to_go_on_with(connection, since, _name(shard))

    def distrusted_runs(self) -> frozenset[RunId]:
        """Return the runs whose failures are no evidence: our own network was down, or they never ended.

        Only the canaries at the end of a run vouch for its failures: one that was cut off may have seen an outage.
        """
        with self._database.reading() as connection:
            return runs.distrusted(connection)

    def add_checks(self, run: RunId, look: int, observations: Sequence[Observation]) -> None:
        """Add one check for each observation, all or none of them.

        The resources are to be judged, and what is known of their pages is kept up to date: what they say of themselves
        and what they can be asked for with again (`Due.validators`). Raises StoreError when a resource already has this
        look in this run: nothing is ever overwritten.
        """
        with self._database.writing() as connection:
            checks.add(connection, run, look, observations)

    def last_look(self, run: RunId, outcomes: Collection[Outcome], *, look: int | None = None) -> datetime | None:
        """Return when one of these outcomes was seen last in a run, at that look or at any; None: never."""
        with self._database.reading() as connection:
            return checks.last_look(connection, run, outcomes, look)

    def remarks(self, run: RunId) -> Remarks:
        """Return how many links of a run were not asked for, and how many got which warning, at their last look."""
        with self._database.reading() as connection:
            return checks.remarks(connection, run)

    def newest_check(self) -> datetime | None:
        """Return the latest time at which a check was made, by the clock of then; None: there is none."""
        with self._database.reading() as connection:
            return checks.newest(connection)

    @contextmanager
    def frontier(
        self,
        run: RunId,
        look: int,
        documents: Iterable[str],
        outcomes: Collection[Outcome] = (),
        *,
        due_by: datetime | None = None,
        conditional: bool = False,
        only: Collection[Resource] | None = None,
        shard: Shard | None = None,
    ) -> Iterator[StoredFrontier]:
        """Draw up what the links of these documents lead to, and may lead to, as far as this look is due for it.

        With `only` it is these resources that are drawn up, in whatever document they are written; with `shard`, of all
        those that are in it.

        The first look is due for what has no check in the run, and is due by then, or at any time without `due_by`, or
        is written with a fragment since it was last asked for; another one for what has all the looks before it and saw
        one of `outcomes` at the last of them. Memory stays bounded however much it is.

        `conditional`: at the first look, a page may be asked whether it has changed, four times in a row.
        """
        with self._database.connected() as transaction:
            yield StoredFrontier(
                transaction, run, look, documents, outcomes, due_by=due_by, conditional=conditional, only=only,
                shard=shard,
            )  # fmt: skip

    def history(self, resource: Resource) -> tuple[Check, ...]:
        """Return every check of a resource, oldest first; none for an unknown one."""
        with self._database.reading() as connection:
            return checks.history(connection, resource_key(resource))

    def histories_of(self, wanted: Iterable[Resource]) -> Mapping[Resource, tuple[Check, ...]]:
        """Return the checks of these resources, oldest first; without those that have none."""
        with self._database.reading() as connection:
            return checks.histories_of(connection, wanted)

    def histories(self, *, unjudged: bool = False) -> Iterator[tuple[Resource, tuple[Check, ...]]]:
        """Return the history of every resource that is written in a document or has a check, oldest check first.

        Written is what a link leads to, and what it leads to when it is read otherwise. With `unjudged`, only of those
        that are not judged by all that is known of them now.

        Memory stays bounded however many there are. No transaction is open between two of them, so that the caller
        may read and write meanwhile.
        """
        last = 0
        while True:
            with self._database.reading() as connection:
                last, page = checks.histories_after(connection, last, unjudged=unjudged)
            if not page:
                return
            yield from page.items()

    def bad_nights(self, outcomes: Collection[Outcome], least: int, *, unjudged: bool = False) -> frozenset[BadNight]:
        """Return when which hosts failed as a whole.

        That is in every run in which at least so many links of one host and port saw the same of these outcomes, with
        the same status, at their last look. With `unjudged`, only those that matter to what is to be judged
        (`histories`). Takes no time where nothing fails.
        """
        with self._database.reading() as connection:
            return bad_nights.bad_nights(connection, outcomes, least, unjudged=unjudged)

    def neighbours(self, run: RunId, outcomes: Collection[Outcome]) -> Neighbours:
        """Return what saw one of these outcomes in a run, none of them a success, and what stands beside it."""
        return Neighbours(self._database, run, outcomes)

    @property
    def sharing(self) -> Sharing:
        """What several machines share while a run goes on."""
        return Sharing(self._database)

    @property
    def rereading(self) -> Rereading:
        """Checks with what they saw, to be read by other rules than those of their night."""
        return Rereading(self._database)

    @property
    def trends(self) -> StoredTrends:
        """How the links have fared from run to run."""
        return StoredTrends(self._database)

    @property
    def payloads(self) -> Payloads:
        """Bodies that our own WARC files hold."""
        return Payloads(self._database)

    def robots(self, origin: str, now: datetime) -> RobotsRecord | None:
        """Return what an origin answered to the question for its robots.txt; None when that was over 24 hours ago."""
        with self._database.reading() as connection:
            return robots.find(connection, origin, now)

    def save_robots(self, records: Sequence[RobotsRecord], *, now: datetime) -> None:
        """Replace what these origins answered, and forget all answers that are over 24 hours old."""
        with self._database.writing(durable=False) as connection:
            robots.save(connection, records, now)


def _name(shard: Shard | None) -> str | None:
    return None if shard is None else str(shard)
