"""How a job is watched on a terminal, or in a log: talk goes to stderr, bars only where a person looks.

Elsewhere there is a line when a stage begins, and one every half minute while it lasts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import TaskID

from dlt_crawler.language import N_, told
from dlt_crawler.report import discreet
from dlt_crawler.terminal.bars import Bars, counts, duration, hosts

if TYPE_CHECKING:
    # As in `bars`.
    from dlt_crawler.pipeline import Crawling

log = logging.getLogger("dlt_crawler.progress")

INTERVAL = 30.0
"""Seconds between two lines about one stage, where there are no bars."""


@dataclass(slots=True)
class _Stage:
    name: str
    total: int
    bar: TaskID
    began: float
    told: float
    """When a line was written about it last."""
    done: int = 0


class Watch:
    """A `pipeline.Progress`: bars on a terminal, a line a stage elsewhere, only failures when quiet."""

    def __init__(self, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that have passed since some time or other."""
        self._clock = clock
        self._console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._failures: dict[str, None] = {}
        self._quiet = quiet
        self._bars = Bars(self._console, disable=quiet or not self._console.file.isatty())
        self._stage: _Stage | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        if kind is KeyboardInterrupt:
            self.say("interrupted: what was done until now is kept, and the same command goes on from there")

    def stop(self) -> None:
        """End the bars: what is printed from now on stands below them."""
        self._end()
        self._bars.stop()

    def begin(self, stage: str, total: int) -> None:
        """Show a new bar; where there are no bars, a line."""
        self._end()
        now = self._clock()
        self._stage = _Stage(stage, total, TaskID(self._bars.add_stage(told(stage), total)), now, now)
        if self._bars.disable and not self._quiet:
            fields = {"event": "stage_began", "stage": stage, "total": total}
            log.info(N_("%s: %d"), discreet(stage), total, extra={"fields": fields})

    def advance(self, steps: int = 1) -> None:
        """Move the bar of the present stage."""
        if self._stage is not None:
            self._stage.done += steps
            self._bars.advance(self._stage.bar, steps)
            self._tell_now_and_then(self._stage)

    def crawling(self, now: Crawling) -> None:
        """Show below the bar what was seen, and who is waited for."""
        self._bars.now = now

    def say(self, sentence: str) -> None:
        """Print a line above the bars."""
        if not self._bars.disable:
            self._console.print(discreet(told(sentence)))
        elif not self._quiet:
            log.info("%s", sentence)

    def fail(self, sentence: str) -> None:
        """Print a line above the bars, even when quiet; once, in however many stages it fails."""
        if sentence in self._failures:
            return
        self._failures[sentence] = None
        if self._bars.disable:
            log.error("%s", sentence)
        else:
            self._console.print(discreet(f"dlt-crawl: {told(sentence)}"))

    @property
    def failures(self) -> tuple[str, ...]:
        """Which parts of the work could not be done, a sentence each."""
        return tuple(self._failures)

    def _tell_now_and_then(self, stage: _Stage) -> None:
        now = self._clock()
        if self._quiet or not self._bars.disable or now - stage.told < INTERVAL or stage.done >= stage.total:
            return
        stage.told = now
        crawl = self._bars.now
        left = (now - stage.began) / stage.done * (stage.total - stage.done)
        left = max(left, crawl.seconds if crawl else 0.0)
        line = f"{stage.name}: {stage.done:,} of {stage.total:,}, about {duration(left)} left"
        if crawl is not None:
            line = "; ".join(filter(None, (line, counts(crawl), hosts(crawl))))
        fields = {"event": "stage_goes_on", "stage": stage.name, "done": stage.done, "total": stage.total}
        log.info("%s", discreet(line), extra={"fields": {**fields, "seconds_left": round(left)}})

    def _end(self) -> None:
        stage, self._stage, self._bars.now = self._stage, None, None
        if stage is None or self._quiet or not self._bars.disable:
            return
        seconds = round(self._clock() - stage.began, 3)
        counts = {"stage": stage.name, "done": stage.done, "total": stage.total, "seconds": seconds}
        # People see that the next stage begins.
        extra = {"fields": {"event": "stage_ended", **counts}, "for_programs": True}
        log.info("%s: %d of %d done", discreet(stage.name), stage.done, stage.total, extra=extra)
