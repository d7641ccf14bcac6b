"""Somebody who keeps lists, and whose database knows what became of the links: no web is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dlt_crawler import pipeline
from dlt_crawler.config import RepairSettings, Settings
from dlt_crawler.model import (
    ArchiveAnswer,
    Network,
    Observation,
    Outcome,
    Page,
    Redirect,
    Resource,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.pipeline import Accept, Choice, Destination, Job, Repaired

BEGAN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
TIMESTAMP = "20190304050607"


def snapshot_of(url: str, /, **changed: Any) -> Snapshot:
    """A good snapshot, as the archive of the default settings gives it."""
    found = Snapshot(url, TIMESTAMP, f"https://web.archive.org/web/{TIMESTAMP}/{url}", 200, "playback")
    return replace(found, **changed)


@dataclass
class Heard:
    """What a job has to say (`pipeline.Progress`)."""

    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def begin(self, stage: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...

    def crawling(self, now: pipeline.Crawling) -> None:
        """Hear where a crawl stands."""

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def fail(self, sentence: str) -> None:
        self.failed.append(sentence)


class Owner:
    """Keeps the documents of a directory, which is the working directory."""

    def __init__(self, directory: Path, sources: tuple[str, ...] = ("lists/**/*.md",), **changed: Any) -> None:
        self.directory = directory
        self.now = BEGAN
        self.heard = Heard()
        self.settings = Settings(sources=sources, database=f"sqlite:///{directory}/storage/links.db", **changed)
        (directory / "storage").mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    @contextmanager
    def job(self) -> Iterator[Job]:
        with pipeline.open_job(self.settings, "test", self.heard) as job:
            yield replace(job, clock=lambda: self.now)

    def knows(self, url: str, verdict: Verdict, answer: ArchiveAnswer | None = None) -> None:
        """Let this be the verdict on a link, and what the archive has answered for it."""
        with self.job() as job:
            job.store.save_verdicts([(Resource(url), verdict, None)], run=None, now=self.now)
            if answer is not None:
                job.store.save_answer(Resource(url), answer, now=self.now)

    def dies(self, *urls: str) -> None:
        """Let these links be dead, and the archive have a good snapshot of each."""
        for url in urls:
            self.knows(url, Verdict(State.DEAD, "404 Not Found; seen 2 times since 2026-02-27"), snapshot_of(url))

    def sees(self, day: float, *looks: tuple[str, Sequence[tuple[int, str]]], judge: bool = True) -> None:
        """Have a run on that day in which each of these links answers, after these redirects; and judge it."""
        self.now = BEGAN + timedelta(days=day)
        seen = []
        for url, hops in looks:
            urls = [url, *(place for _, place in hops)]
            redirects = tuple(Redirect(before, *hop) for before, hop in zip(urls, hops, strict=False))
            outcome = Outcome.REDIRECTED if hops else Outcome.OK
            page = Page(title="The work")
            seen.append(
                Observation(Resource(url), self.now, 0.1, outcome, "answered", 200, urls[-1], redirects, page=page)
            )
        with self.job() as job:
            run = job.store.begin_run(self.now)
            job.store.add_checks(run.id, 1, seen)
            job.store.finish_run(run.id, now=self.now, network=Network.OK)
            job.store.complete_run(run.id, now=self.now)
            if judge:
                pipeline.judge(job)

    def repair(
        self, destination: Destination, *paths: str, accept: Accept = pipeline.everything, **choice: Any
    ) -> list[Repaired]:
        """Repair, and return the documents that could be."""
        chosen = Choice.of(RepairSettings(), **choice)
        with self.job() as job:
            return list(pipeline.repair(job, paths, destination, chosen, accept))
