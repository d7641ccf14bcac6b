"""What is drawn on a terminal while a job is at work: a bar, and below it what a crawl has seen and waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from dlt_crawler.language import _, chosen, told
from dlt_crawler.report import discreet
from dlt_crawler.report.wording import outcome_word

if TYPE_CHECKING:
    # The command line is to answer --help before the stages are loaded.
    from dlt_crawler.model import Outcome
    from dlt_crawler.pipeline import Crawling

_SETTLED = 5.0
"""Seconds until the speed of a stage says something about its rest."""

_NAME = 12
"""Cells of a terminal that the names of all stages fit into."""
_WIDE = 60
"""Cells of a terminal that have room for everything."""


class Bars(Progress):
    """Bars of the stages, the latest with an estimate; and of a crawl two lines more."""

    def __init__(self, console: Console, *, disable: bool) -> None:
        self.now: Crawling | None = None
        """Where the crawl stands, while there is one."""
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            TimeElapsedColumn(table_column=Column(no_wrap=True)),
            # On a narrow terminal the estimate would be broken into two lines, and the next would be drawn below them.
            *([_Left(self)] if console.width >= _WIDE else []),
            console=console,
            disable=disable,
            # A result is for stdout, wherever that leads, and not for a line above the bars.
            redirect_stdout=False,
        )

    def add_stage(self, stage: str, total: int) -> int:
        """Draw a new bar, and return its number."""
        name = discreet(stage)
        return int(self.add_task(name + " " * (_NAME - cell_len(name)), total=total))

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is drawn, from the top."""
        yield from super().get_renderables()
        if self.now is not None:
            for line in (_counts(self.now), told(hosts(self.now))):
                yield Text(line, no_wrap=True, overflow="ellipsis")


class _Left(ProgressColumn):
    """How long the latest stage will take: as it went so far, and no less than its slowest host takes."""

    def __init__(self, bars: Bars) -> None:
        super().__init__()
        self._bars = bars

    def render(self, task: Task) -> Text:
        """Return the estimate; nothing where there is none."""
        if task.finished or task.time_remaining is None or (task.elapsed or 0) < _SETTLED:
            return Text()
        least = self._bars.now.seconds if self._bars.now else 0.0
        return Text(_("{time} left").format(time=duration(max(task.time_remaining, least))))


def counts(now: Crawling, word: Callable[[Outcome], str] = attrgetter("value")) -> str:
    """Return what a crawl has seen, in links by outcome, called as in JSON or by `word`, the most frequent first."""
    ranked = sorted(now.outcomes.items(), key=lambda item: (-item[1], item[0]))
    return " · ".join(f"{word(outcome)} {links:,}" for outcome, links in ranked)


def _counts(now: Crawling) -> str:
    return counts(now) if chosen() == "en" else counts(now, outcome_word)


def hosts(now: Crawling) -> str:
    """Return which hosts are waited for, and for how many links of each; nothing when none is."""
    if not now.waiting:
        return ""
    # What a name of a host holds comes from documents.
    waiting = ", ".join(f"{discreet(host)} ({links:,})" for host, links in now.waiting.items())
    return f"waiting for {waiting}"


def duration(seconds: float) -> str:
    """Return a time as 0:00:00."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
