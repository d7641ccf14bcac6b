"""How far a job is: bars with what a crawl waits for on a terminal, and lines now and then elsewhere."""

from __future__ import annotations

import io
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from dlt_crawler.model import Outcome
from dlt_crawler.pipeline import Crawling
from dlt_crawler.terminal import LogFormat, Watch, configure
from dlt_crawler.terminal.bars import Bars

NOW = Crawling({Outcome.OK: 1_203, Outcome.NOT_FOUND: 9}, {"github.com": 120, "arxiv.org": 7}, 75)


@dataclass
class Clock:
    """Says a time that passes by hand."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_shows_the_bar_the_outcomes_and_the_hosts_that_are_waited_for() -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=100, force_terminal=True, color_system=None, legacy_windows=False)
    bars = Bars(console, disable=False)
    bars.add_stage("fetch", 2_000)
    bars.advance(bars.task_ids[0], 1_212)
    bars.now = NOW
    for renderable in bars.get_renderables():
        console.print(renderable)
    bar, counted, waiting = screen.getvalue().splitlines()
    assert bar.startswith("fetch ")
    assert "1212/2000" in bar
    assert counted == "ok 1,203 · not_found 9"
    assert waiting == "waiting for github.com (120), arxiv.org (7)"


def test_a_host_cannot_write_on_the_terminal() -> None:
    screen = io.StringIO()
    bars = Bars(Console(file=screen, width=100), disable=False)
    bars.now = Crawling({Outcome.OK: 1}, {"a\x1b]0;title\x07.example": 1}, 0)
    for renderable in bars.get_renderables():
        bars.console.print(renderable)
    assert "\x1b" not in screen.getvalue()


def test_where_no_terminal_is_a_line_is_written_every_half_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    caplog.set_level(logging.INFO, logger="dlt_crawler.progress")
    monkeypatch.setattr(logging.getLogger("dlt_crawler.progress"), "propagate", True)
    with Path(os.devnull).open("w", encoding="utf-8") as stderr, monkeypatch.context() as patched:
        patched.setattr("sys.stderr", stderr)
        with Watch(clock=clock) as watch:
            watch.begin("fetch", 1_000)
            for _ in range(9):
                clock.now += 10
                watch.advance(100)
                watch.crawling(NOW)
    crawl = "about 0:01:15 left; ok 1,203 · not_found 9; waiting for github.com (120), arxiv.org (7)"
    assert [record.getMessage() for record in caplog.records if not hasattr(record, "for_programs")] == [
        "fetch: 1000",
        f"fetch: 300 of 1,000, {crawl}",
        f"fetch: 600 of 1,000, {crawl}",
        f"fetch: 900 of 1,000, {crawl}",
    ]


def test_a_job_that_is_interrupted_says_that_nothing_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    configure(LogFormat.TEXT)

    def interrupted(watch: Watch) -> None:
        with watch:
            watch.begin("fetch", 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted(Watch())
    said = "interrupted: what was done until now is kept, and the same command goes on from there\n"
    assert capsys.readouterr().err == f"fetch: 2\n{said}"
    with pytest.raises(KeyboardInterrupt):
        interrupted(Watch(quiet=True))
    assert capsys.readouterr().err == ""


def test_on_a_narrow_terminal_a_bar_takes_one_line() -> None:
    screen, clock = io.StringIO(), Clock()
    console = Console(file=screen, width=40, force_terminal=True, color_system=None, legacy_windows=False)
    bars = Bars(console, disable=False)
    bars.get_time = clock
    bars.add_stage("extract", 2_000)
    for _ in range(3):
        clock.now += 5
        bars.advance(bars.task_ids[0], 100)
    assert bars.tasks[0].time_remaining is not None
    for renderable in bars.get_renderables():
        console.print(renderable)
    (line,) = screen.getvalue().splitlines()
    assert len(line) <= 40
