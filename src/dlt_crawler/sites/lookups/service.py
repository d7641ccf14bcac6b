"""What a look-up is: a documented interface for programs is asked for things, in the place of their pages.

Nothing in here does any I/O: a service is handed what asks for it (`Ask`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dlt_crawler.model import Due, LinkWarning, Observation, Outcome, Page, Redirect, Resource, Work


@dataclass(frozen=True, slots=True)
class Reply:
    """What an interface answered. Not that it is too busy, or broken: that is no reply."""

    url: str
    status: int
    at: datetime
    """When it was asked."""
    elapsed: float
    """Seconds that took."""
    body: bytes = b""
    """Of a success (2xx) only."""
    complete: bool = True
    """False: the body is longer than what was read of it."""
    location: str | None = None
    """Absolute URL of a redirect. Nobody has followed it."""


class Ask(Protocol):
    """Asks for one URL, at the turn of its host."""

    async def __call__(self, url: str, headers: Mapping[str, str], *, pause: float = 0.0) -> Reply | None:
        """Return what is answered; None: nothing usable now, whatever the reason.

        `headers`: sent to this URL only. `pause`: seconds that the host is left alone afterwards, at least.
        """

    def give_up(self, url: str, why: str) -> None:
        """Ask the host of this URL no more in this run: all that follows is None. `why`: a clause for people."""


class Service(Protocol):
    """One interface. Picklable; lives as long as a run."""

    name: str
    """As people call it."""
    url: str
    """Where it is: once the host of this is given up, nothing is looked up any more."""
    hosts: frozenset[str]
    """Those of the links that it may know."""
    batch: int
    """Links that are looked up together, at most."""

    def claims(self, resource: Resource) -> bool:
        """Return whether this is a link to what the interface is for."""

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        """Return what it says of claimed links, at most `batch` of them. The others are for the ordinary fetch."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a service says of one thing."""

    reply: Reply
    """The answer that says so."""
    outcome: Outcome
    detail: str
    page: Page = Page()
    warnings: tuple[LinkWarning, ...] = ()
    moved_to: str | None = None
    """URL of its page, when that has changed for good."""
    elapsed: float | None = None
    """Seconds of all requests it took; None: of `reply`."""
    described_by: Reply | None = None
    """The success that `page` is from, when that is not `reply`."""
    work: Work | None = None
    """What is said of it beside title and abstract."""

    def of(self, resource: Resource) -> Observation:
        """Return that as the observation of one link to the thing."""
        moved, status = self.moved_to, (self.described_by or self.reply).status
        return Observation(
            resource=resource,
            at=self.reply.at,
            elapsed=self.reply.elapsed if self.elapsed is None else self.elapsed,
            outcome=self.outcome,
            detail=self.detail,
            # Where a redirect leads, nobody has asked: there is no last answer.
            status=None if 300 <= status < 400 else status,
            final_url=resource.url if moved is None else moved,
            redirects=() if moved is None else (Redirect(resource.url, 301, moved),),
            page=self.page,
            warnings=self.warnings,
            work=None if self.work is None else self.work.as_of(self.reply.at),
        )


def json_object(body: bytes) -> Mapping[str, object] | None:
    """Return the JSON object that a body is; None when it is none."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
