"""A web that a test makes up, in the place of the crawler (`Job.web`): no network, no waiting, and the test's own time.

What its servers answer is really read (`page`) and really judged (`fetch.meaning`), so that a page that answers 200 and
is gone has to be seen through here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from dlt_crawler.config import Settings
from dlt_crawler.fetch import Answered, Frontier, ListFrontier, meaning
from dlt_crawler.fetch.dialogue import Record
from dlt_crawler.model import Due, Observation, Outcome, Redirect, Resource, SlotLoad, Validators
from dlt_crawler.page import Response, Shown
from dlt_crawler.page.reading import Content, read_response
from dlt_crawler.sites import Sites
from dlt_crawler.sites.lookups import Service
from dlt_crawler.store import Store

_AT_ONCE = 5
"""Observations that are handed over together."""


class HandClock:
    """The time of a test, which moves when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.wrong = timedelta()
        """By how much this machine is mistaken."""

    def __call__(self) -> datetime:
        """Return what this machine takes for the time."""
        return self.now + self.wrong

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Shows:
    """A server's answer, at the end of `hops`: status and where to (absolute)."""

    status: int
    body: str
    hops: tuple[tuple[int, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    """By which the page can be asked for again."""


@dataclass(frozen=True, slots=True)
class Fails:
    """No answer."""

    outcome: Outcome
    why: str
    nxdomain: bool = False
    asked: bool = True


Answer = Shows | Fails


class SimulatedWeb:
    """Who asks, and what `answers` says of each URL, at the time of `clock`: the web of a Job."""

    def __init__(self, clock: HandClock, answers: Callable[[str], Answer]) -> None:
        self._clock = clock
        self._answers = answers
        self.asked: list[Due] = []
        """Everything that was asked for, canaries included."""
        self.unchanged = 0
        """How often 304 was the answer."""

    @contextmanager
    def open(self, _settings: Settings, _store: Store, _clock: Callable[[], datetime]) -> Iterator[SimulatedWeb]:
        """Be the `Job.web`."""
        yield self

    def check(self, frontier: Frontier | Sequence[Resource], record: Record, *, robots: bool = True) -> None:
        source: Frontier = ListFrontier(frontier) if isinstance(frontier, Sequence) else frontier
        seen: list[Observation] = []
        for load in list(source.loads()):
            while batch := source.claim(load.slot, _AT_ONCE):
                for due in batch:
                    seen.append(self._seen(due))
                    if len(seen) == _AT_ONCE:
                        record(seen)
                        seen = []
        if seen:
            record(seen)

    def look_up(
        self, waiting: Callable[[Service], Iterable[Due]], record: Record, *, loads: Iterable[SlotLoad]
    ) -> Mapping[str, Answered]:
        return {}

    def _seen(self, due: Due) -> Observation:
        self.asked.append(due)
        self._clock.tick()
        answer = self._answers(due.resource.url)
        if isinstance(answer, Fails):
            return Observation(
                due.resource, self._clock(), 0.1, answer.outcome, answer.why, nxdomain=answer.nxdomain,
                asked=answer.asked,
            )  # fmt: skip
        return self._shown(due, answer)

    def _shown(self, due: Due, answer: Shows) -> Observation:
        url = due.resource.url
        urls = [url, *(location for _, location in answer.hops)]
        final_url = urls[-1]
        hops = tuple(Redirect(asked, status, to) for asked, (status, to) in zip(urls[:-1], answer.hops, strict=True))
        asked_with = due.validators
        if asked_with is not None and asked_with.url == final_url and asked_with.etag == answer.etag:
            self.unchanged += 1
            return Observation(
                due.resource, self._clock(), 0.1, Outcome.REDIRECTED if hops else Outcome.OK,
                "The page has not changed.", status=304, final_url=final_url, redirects=hops, validators=asked_with,
                server_time=self._clock.now,
            )  # fmt: skip
        content = _read(final_url, answer)
        shown = Shown(url, final_url, answer.status, hops, content.page, content.evidence, due.known)
        meant = meaning(shown, Sites())
        is_well = meant.lives and answer.status == 200 and not meant.signals and not meant.warnings
        return Observation(
            due.resource, self._clock(), 0.1, meant.finding.outcome, meant.finding.detail, status=answer.status,
            final_url=final_url, redirects=hops, content_type="text/html", page=content.page,
            evidence=content.evidence, signals=meant.signals, warnings=meant.warnings, asked=meant.finding.asked,
            validators=Validators(final_url, answer.etag) if answer.etag and is_well else None,
            server_time=self._clock.now,
        )  # fmt: skip


@cache
def _read(url: str, answer: Shows) -> Content:
    """Read what a server shows. It is the same each time: a world of some hundred pages is read for years."""
    fields = (("content-type", "text/html"), *answer.fields)
    return read_response(Response(url, answer.status, fields, answer.body.encode()))


def page(title: str, text: str = "", *, status: int = 200, **more: object) -> Shows:
    """Return an answer with a page of this title; a living page has some text of its own."""
    words = text or " ".join(f"This sentence is about {title}, and is the {number}th of them." for number in range(30))
    return Shows(status, f"<html><title>{title}</title><h1>{title}</h1><p>{words}</p></html>", **more)  # type: ignore[arg-type]
