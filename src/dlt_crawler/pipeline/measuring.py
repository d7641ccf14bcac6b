"""Measures for who watches the machines: as a text, and in a file that is kept up to date while a job is at work."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlt_crawler.config import Settings
from dlt_crawler.errors import DltCrawlError, RepairError, ReportError
from dlt_crawler.metrics import Known, exposition
from dlt_crawler.model import Measures, Stage, Turns
from dlt_crawler.pipeline.archives import StoredMemory
from dlt_crawler.sources import write
from dlt_crawler.store import Store

if TYPE_CHECKING:
    from dlt_crawler.pipeline.job import Crawling, Progress

log = logging.getLogger(__name__)

INTERVAL = 15.0
"""Seconds between two times that the file is written: as often as Prometheus asks by its example configuration."""


class Gauge:
    """What is measured of one database, again and again. Raises what `Store` raises. For one thread at a time."""

    def __init__(self, settings: Settings, store: Store) -> None:
        archive = settings.archive
        self._rates = {"cdx": archive.cdx_rate, "playback": archive.playback_rate, "save": archive.save_rate}
        self._store = store
        self._measuring = store.measuring(stalled=_stalled(settings, store))

    def read(self, at: datetime) -> Measures:
        """Return what is so `at` this moment."""
        measures = self._measuring.now(at)
        if self._store.turns is not None:
            return measures
        # Where one process asks at a time, it leaves what the next one has to know.
        left = StoredMemory(self._store).load()
        return measures if left is None else replace(measures, turns=Turns(left.last, left.until, left.refusals))

    def text(self, measures: Measures, *, stage: Stage | None = None, accept: str = "") -> tuple[bytes, str]:
        """Return measures as Prometheus reads them, and the media type (`metrics.exposition`)."""
        return exposition(Known(measures, self._rates, stage), accept)


def _stalled(settings: Settings, store: Store) -> float:
    """Return after how many seconds without a heartbeat a worker is dead; infinite where there can be none."""
    if store.turns is None:
        return math.inf
    # Procrastinate, 0.3 s, only where several machines may be at work.
    from dlt_crawler.pipeline.distributed import pulse_of  # noqa: PLC0415 - as above

    return pulse_of(settings).stalled


@contextmanager
def open_gauge(settings: Settings) -> Iterator[Gauge]:
    """Open a database that exists, to measure it, and leave its schema as it is. Raises StoreError."""
    with Store.open(settings.database, create=False, upgrade=False) as store:
        yield Gauge(settings, store)


def write_metrics(file: Path, data: bytes) -> None:
    """Replace a file of metrics: who collects it sees the old ones or the new ones. Raises ReportError."""
    try:
        write(file, data)
    except RepairError as error:
        raise ReportError(str(error)) from error


class Meter:
    """Keeps `metrics.file` up to date, if one is set. Never raises: a job goes on whether it is watched or not."""

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that have passed since some time or other. Writes the file at once."""
        self._file: Path | None = settings.metrics.file
        self._gauge = Gauge(settings, store)
        self._clock = clock
        self._complained = False
        self._stage: Stage | None = None
        self._due = 0.0
        self._write()

    def begin(self, name: str, total: int) -> None:
        """Note that a stage of `total` steps begins."""
        self._stage = Stage(name, total, 0, crawls=False)
        self.tick()

    def advance(self, steps: int) -> None:
        """Note that so many steps of the stage are done."""
        if self._stage is not None:
            self._stage = replace(self._stage, done=self._stage.done + steps)
        self.tick()

    def crawls(self) -> None:
        """Note that the steps of the stage are links."""
        if self._stage is not None and not self._stage.crawls:
            self._stage = replace(self._stage, crawls=True)
        self.tick()

    def tick(self) -> None:
        """Write the file if it is time to."""
        if self._file is not None and self._clock() >= self._due:
            self._write()

    def close(self) -> None:
        """Write the file for the last time."""
        self._stage = None
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        try:
            data, _ = self._gauge.text(self._gauge.read(datetime.now(UTC)), stage=self._stage)
            write_metrics(self._file, data)
        except DltCrawlError as error:
            if not self._complained:
                self._complained = True
                log.error("metrics: %s", error)  # noqa: TRY400 -- no bug, and no traceback
        self._due = self._clock() + INTERVAL


class Metered:
    """A `Progress` that tells a meter what it tells another one."""

    def __init__(self, behind: Progress, meter: Meter) -> None:
        self.behind = behind
        self._meter = meter

    def begin(self, stage: str, total: int) -> None:
        """Pass it on (Progress)."""
        self.behind.begin(stage, total)
        self._meter.begin(stage, total)

    def advance(self, steps: int = 1) -> None:
        """Pass it on (Progress)."""
        self.behind.advance(steps)
        self._meter.advance(steps)

    def crawling(self, now: Crawling) -> None:
        """Pass it on (Progress)."""
        self.behind.crawling(now)
        self._meter.crawls()

    def say(self, sentence: str) -> None:
        """Pass it on (Progress)."""
        self.behind.say(sentence)

    def fail(self, sentence: str) -> None:
        """Pass it on (Progress)."""
        self.behind.fail(sentence)


def meter_of(settings: Settings, store: Store) -> Meter:
    """Return a meter, which has begun; to be closed."""
    return Meter(settings, store)


@contextmanager
def metered(settings: Settings, store: Store, progress: Progress) -> Iterator[Progress]:
    """Keep `metrics.file` up to date while the block is at work; where none is set, `progress` is all there is."""
    if settings.metrics.file is None:
        yield progress
        return
    meter = Meter(settings, store)
    try:
        yield Metered(progress, meter)
    finally:
        meter.close()
