"""How a job is watched on a terminal, or in a log: talk goes to stderr, bars only where a person looks."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from dlt_crawler.report import discreet

log = logging.getLogger("dlt_crawler.progress")


@dataclass(slots=True)
class _Stage:
    name: str
    total: int
    bar: TaskID
    began: float
    done: int = 0


class Watch:
    """A `pipeline.Progress`: bars on a terminal, a line a stage elsewhere, only failures when quiet."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._failures: dict[str, None] = {}
        self._quiet = quiet
        self._bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=quiet or not self._console.file.isatty(),
            # A result is for stdout, wherever that leads, and not for a line above the bars.
            redirect_stdout=False,
        )
        self._stage: _Stage | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the bars: what is printed from now on stands below them."""
        self._end()
        self._bars.stop()

    def begin(self, stage: str, total: int) -> None:
        """Show a new bar; where there are no bars, a line."""
        self._end()
        self._stage = _Stage(stage, total, self._bars.add_task(stage, total=total), time.monotonic())
        if self._bars.disable and not self._quiet:
            fields = {"event": "stage_began", "stage": stage, "total": total}
            log.info("%s: %d", discreet(stage), total, extra={"fields": fields})

    def advance(self, steps: int = 1) -> None:
        """Move the bar of the present stage."""
        if self._stage is not None:
            self._stage.done += steps
            self._bars.advance(self._stage.bar, steps)

    def say(self, sentence: str) -> None:
        """Print a line above the bars."""
        if not self._bars.disable:
            self._console.print(discreet(sentence))
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
            self._console.print(discreet(f"dlt-crawl: {sentence}"))

    @property
    def failures(self) -> tuple[str, ...]:
        """Which parts of the work could not be done, a sentence each."""
        return tuple(self._failures)

    def _end(self) -> None:
        stage, self._stage = self._stage, None
        if stage is None or self._quiet or not self._bars.disable:
            return
        seconds = round(time.monotonic() - stage.began, 3)
        counts = {"stage": stage.name, "done": stage.done, "total": stage.total, "seconds": seconds}
        # People see that the next stage begins.
        extra = {"fields": {"event": "stage_ended", **counts}, "for_programs": True}
        log.info("%s: %d of %d done", discreet(stage.name), stage.done, stage.total, extra=extra)
