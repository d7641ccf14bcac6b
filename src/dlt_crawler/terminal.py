"""How a job is watched on a terminal, or in a log: talk goes to stderr, bars only where a person looks."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from dlt_crawler.report import discreet


class Watch:
    """A `pipeline.Progress`: bars on a terminal, a line a stage elsewhere, only failures when quiet."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False, markup=False, soft_wrap=True)
        self._errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._failures: dict[str, None] = {}
        self._bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
        )
        self._stage: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, stage: str, total: int) -> None:
        """Show a new bar; where there are no bars, a line."""
        if self._bars.disable:
            self.say(f"{stage}: {total}")
        self._stage = self._bars.add_task(stage, total=total)

    def advance(self, steps: int = 1) -> None:
        """Move the bar of the present stage."""
        if self._stage is not None:
            self._bars.advance(self._stage, steps)

    def say(self, sentence: str) -> None:
        """Print a line above the bars."""
        self._console.print(discreet(sentence))

    def fail(self, sentence: str) -> None:
        """Print a line above the bars, even when quiet; once, in however many stages it fails."""
        if sentence not in self._failures:
            self._failures[sentence] = None
            (self._errors if self._bars.disable else self._console).print(discreet(f"dlt-crawl: {sentence}"))

    @property
    def failed(self) -> bool:
        """Whether a part of the work could not be done."""
        return bool(self._failures)
