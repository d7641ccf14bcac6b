"""How the links of a list have fared, as runs have counted and seen them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from dlt_crawler.model import RunId, State, Tally, Trends
from dlt_crawler.store import strips, tallies
from dlt_crawler.store.database import Database


class StoredTrends:
    """Counts at the end of runs, and what they saw. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_tally(self, run: RunId, counts: Mapping[State, int], ignored: Mapping[State, int]) -> None:
        """Replace how many links were in each state at the end of a run, and how many of these are ignored."""
        with self._database.writing() as connection:
            tallies.save(connection, run, counts, ignored)

    def of_runs(self, runs: Collection[RunId]) -> Mapping[RunId, tuple[datetime, Tally | None]]:
        """Return when each of these runs began, and how many links were in each state at its end, if that is known.

        Runs that are not stored are left out.
        """
        with self._database.reading() as connection:
            return tallies.of_runs(connection, runs)

    def load(self, urls: Collection[str]) -> Trends:
        """Return the trends, with a strip for each of these links, by `LinkStatus.url`, that was checked lately."""
        with self._database.reading() as connection:
            nights = strips.nights(connection)
            return Trends(tallies.found(connection), nights, strips.strips(connection, nights, urls))
