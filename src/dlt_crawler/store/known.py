"""What is known of links: of resources with all that is stored about them, and of what is not checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from dlt_crawler.model import (
    Alternative,
    ArchiveAnswer,
    Check,
    Dispute,
    LinkOccurrence,
    LinkStatus,
    Page,
    Resource,
    SkipReason,
    State,
    Verdict,
)
from dlt_crawler.store import checks, judgements
from dlt_crawler.store import repairs as logged_repairs
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.tables import pages, resources

_UNCHECKED = Verdict(State.UNCHECKED, "not checked yet")

WHY_SKIPPED: Mapping[SkipReason, str] = {
    SkipReason.EMPTY: "not checked: the link is empty",
    SkipReason.FRAGMENT: "not checked: it points into its own document",
    SkipReason.RELATIVE: "not checked: it points to a file beside its document, not to the web",
    SkipReason.MAILTO: "not checked: it is a mail address",
    SkipReason.SCHEME: "not checked: it is not an http or https link",
    SkipReason.EXCLUDED: "not checked: the configuration excludes it",
    SkipReason.IGNORED: "not checked: a comment in the document says so (dlt-crawl: ignore, or disable)",
    SkipReason.INVALID: "no browser can open it: the URL is malformed",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about some resources."""

    basics: Mapping[Resource, tuple[datetime, Page]]
    verdicts: Mapping[Resource, Verdict]
    latest: Mapping[Resource, Check]
    answers: Mapping[Resource, tuple[ArchiveAnswer, datetime]]
    disputes: Mapping[Resource, Dispute]

    def status_of(self, resource: Resource, occurrences: Sequence[LinkOccurrence], at: datetime | None) -> LinkStatus:
        """Return what is known of a link: of the resource, by which these occurrences, written then, are judged."""
        first_seen, page = self.basics[resource]
        answer = self.answers.get(resource)
        return LinkStatus(
            url=resource.url,
            verdict=self._verdict(resource, occurrences),
            last=self.latest.get(resource),
            page=page,
            first_seen=first_seen,
            snapshot=answer[0] if answer else None,
            occurrences=tuple(occurrences),
            alternatives=self.alternatives_to(resource, occurrences),
            original=self._original_of(resource, occurrences),
            dispute=self.disputes.get(resource),
            written=at,
        )

    def alternatives_to(
        self, reading: Resource | SkipReason, occurrences: Sequence[LinkOccurrence]
    ) -> tuple[Alternative, ...]:
        """Return the readings of these occurrences that are not the one they are judged by."""
        others = dict.fromkeys(
            other
            for link in occurrences
            if link.alternative is not None
            for other in (link.target, link.alternative)
            if isinstance(other, Resource) and other != reading
        )
        return tuple(map(self._known_of, others))

    def _original_of(self, resource: Resource, occurrences: Sequence[LinkOccurrence]) -> Alternative | None:
        """Return the page that an archive holds under this URL: the same wherever the link is written."""
        originals = (link.original for link in occurrences if link.target == resource)
        return next((self._known_of(original) for original in originals if original is not None), None)

    def _known_of(self, other: Resource) -> Alternative:
        return Alternative(other.url, self.verdicts.get(other, _UNCHECKED))

    def _verdict(self, resource: Resource, occurrences: Sequence[LinkOccurrence]) -> Verdict:
        verdict = self.verdicts.get(resource, _UNCHECKED)
        given_up = dict.fromkeys(
            f"{link.url} ({self._state(link.target)})" for link in occurrences if link.target != resource
        )
        if not given_up:
            return verdict
        sentence = f"{verdict.reason.rstrip('.')}; GitHub reads this where {' or '.join(given_up)} is written"
        return replace(verdict, reason=sentence)

    def _state(self, target: Resource | SkipReason) -> State:
        return self.verdicts[target].state if isinstance(target, Resource) else State.INVALID


def known_of(connection: Connection, condition: ColumnElement[bool]) -> Known:
    """Return what is stored about the resources that meet the condition."""
    basics = (
        select(resources.c.url, resources.c.first_seen, *PAGE)
        .join_from(resources, pages, isouter=True)
        .where(condition)
    )
    known = {Resource(url): (first_seen, Page(*says)) for url, first_seen, *says in connection.execute(basics)}
    return Known(
        known,
        judgements.verdicts_on(connection, condition),
        {
            check.seen.resource: _sharing(check, known[check.seen.resource][1])
            for check in checks.latest(connection, condition)
        },
        judgements.answers_for(connection, condition),
        logged_repairs.disputes(connection, condition),
    )


def _sharing(check: Check, page: Page) -> Check:
    """Return the check with the page of its resource, if it saw that: abstracts are most of a report."""
    return replace(check, seen=replace(check.seen, page=page)) if check.seen.page == page else check


def not_checked(
    url: str,
    reason: SkipReason,
    first_seen: datetime,
    occurrences: Sequence[LinkOccurrence],
    alternatives: tuple[Alternative, ...],
) -> LinkStatus:
    """Return what is known of a link that is not checked for this reason."""
    state = State.INVALID if reason is SkipReason.INVALID else State.SKIPPED
    return LinkStatus(
        url=url,
        verdict=Verdict(state, WHY_SKIPPED[reason]),
        last=None,
        page=Page(),
        first_seen=first_seen,
        snapshot=None,
        occurrences=tuple(occurrences),
        alternatives=alternatives,
        ignored=next((each.ignored for each in occurrences if each.ignored is not None), None),
    )
