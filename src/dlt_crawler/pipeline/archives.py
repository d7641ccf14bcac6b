"""The archive as a stage asks it: with the limits that all processes share, or that the last one left."""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime
from typing import TYPE_CHECKING

from dlt_crawler.archive import Archive, Blocks, Clock
from dlt_crawler.sites import known_sites
from dlt_crawler.store import Store

if TYPE_CHECKING:
    from dlt_crawler.pipeline.job import Job

log = logging.getLogger(__name__)


def open_archive(job: Job, clock: Clock = time) -> Archive:
    """Return the archive, to be entered.

    Where several machines share the database, it takes its turns among all that ask; else it goes on with the pauses of
    the last process, and leaves its own.
    """
    settings, turns = job.settings, job.store.turns
    memory = StoredMemory(job.store) if turns is None else None
    sites = known_sites(settings.sites)
    return Archive(settings.archive, contact=settings.contact, clock=clock, memory=memory, turns=turns, sites=sites)


class StoredMemory:
    """An `archive.Memory` in the database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> Blocks | None:
        """Return what was kept; None when nothing was, or nothing that can be read."""
        text = self._store.archive_blocks()
        try:
            return None if text is None else _read(text)
        except (LookupError, TypeError, ValueError, AttributeError):
            log.warning("the limits of the last process cannot be read, and are forgotten: %r", text)
            return None

    def keep(self, blocks: Blocks) -> None:
        """Replace what is kept."""
        self._store.keep_archive_blocks(_written(blocks))


def _written(blocks: Blocks) -> str:
    return json.dumps(
        {
            "until": blocks.until and blocks.until.isoformat(),
            "refusals": blocks.refusals,
            "last": {pool: moment.isoformat() for pool, moment in blocks.last.items()},
        }
    )


def _read(text: str) -> Blocks:
    """Read what `_written` wrote. Raises LookupError, TypeError, ValueError or AttributeError for anything else."""
    found = json.loads(text)
    until = found["until"]
    return Blocks(
        until=None if until is None else _aware(until),
        refusals=int(found["refusals"]),
        last={pool: _aware(moment) for pool, moment in found["last"].items()},
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment
