"""What the tests of the resolve stage share: a list whose links are dead, and a run of the stage on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dlt_crawler import pipeline
from dlt_crawler.config import ArchiveSettings, Settings
from dlt_crawler.model import ArchiveAnswer, Resource, State, Verdict
from dlt_crawler.pipeline import Job, Resolved
from tests.internet.client import Internet

BEGAN = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)

FAST = {"cdx_rate": 60_000, "playback_rate": 60_000, "timeout": 20, "pause": 0.1, "longest_pause": 0.2, "patience": 2}
"""Settings of an archive that is asked without waiting."""
ALONE = {"papers": False, "software_heritage": False, "arquivo": False}
"""Settings of the fallbacks: nobody else is asked."""


@dataclass(slots=True)
class Onlooker:
    """A Progress that calls `step` at each step, and writes down what people are told."""

    step: Callable[[int], None] = lambda _done: None
    done: int = 0
    said: list[str] = field(default_factory=list)

    def begin(self, stage: str, total: int) -> None:
        self.done = 0

    def advance(self, steps: int = 1) -> None:
        self.done += steps
        self.step(self.done)

    def crawling(self, now: pipeline.Crawling) -> None:
        """Hear where a crawl stands."""

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def fail(self, sentence: str) -> None:
        self.said.append(sentence)


@dataclass(frozen=True)
class Resolver:
    """Somebody with a list of dead links in `directory`, first seen on BEGAN."""

    directory: Path
    internet: Internet

    def settings(self, **archive: object) -> Settings:
        urls = self.internet.archive_urls()
        used = {key: urls[key] for key in ("timegate_url", "cdx_url", "save_url")}
        return Settings(
            sources=(f"{self.directory}/*.md",),
            database=f"sqlite:///{self.directory}/storage/dlt-crawl.db",
            storage=self.directory / "storage",
            archive=ArchiveSettings.model_validate({**used, **FAST, "fallbacks": ALONE, **archive}),
        )

    @contextmanager
    def job(self, onlooker: Onlooker | None = None, *, day: float = 0, **archive: object) -> Iterator[Job]:
        """A job on that day, counted from BEGAN."""
        moment = BEGAN + timedelta(days=day)
        with pipeline.open_job(self.settings(**archive), "test", onlooker or Onlooker()) as job:
            yield replace(job, clock=lambda: moment)

    def write(self, urls: Iterable[str], state: State = State.DEAD) -> None:
        """Write a list with these links, and let them be in this state."""
        links = list(urls)
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "list.md").write_text("".join(f"- [page]({url})\n" for url in links))
        with self.job() as job:
            pipeline.store_links(job, ())
        self.judge(links, state)

    def judge(self, urls: Iterable[str], state: State) -> None:
        verdict = Verdict(state, "It is so in this test.", failing_since=BEGAN)
        with self.job() as job:
            job.store.save_verdicts(((Resource(url), verdict, None) for url in urls), run=None, now=BEGAN)

    def resolve(self, onlooker: Onlooker | None = None, *, day: float = 0, **archive: object) -> Resolved:
        with self.job(onlooker, day=day, **archive) as job:
            return pipeline.resolve(job)

    def answers(self) -> Mapping[str, ArchiveAnswer]:
        """Return what is stored."""
        with self.job() as job:
            return {resource.url: answer for resource, (answer, _) in job.store.answers().items()}
