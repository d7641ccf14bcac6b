"""Which of several captures comes first, and why it was taken, in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler.archive.memento import Memento
from dlt_crawler.archive.playback import Played
from dlt_crawler.model import Wanted
from dlt_crawler.urls import host_of


@dataclass(frozen=True, slots=True)
class Aim:
    """The date that captures are to be near to, and the one after which they are distrusted."""

    at: datetime
    died: datetime | None
    cited: bool
    """Whether `at` is when the link was written."""

    @classmethod
    def of(cls, wanted: Wanted, now: datetime) -> Aim:
        """Return what is aimed at: when the link was written, but not after it died, and not in the future."""
        moment = min(moment for moment in (wanted.at, wanted.died, now) if moment is not None)
        return cls(moment, wanted.died, cited=wanted.at == moment)

    def is_late(self, moment: datetime | None) -> bool:
        """Return whether a capture was made after the link died, so that it may show something else."""
        return self.died is not None and moment is not None and moment > self.died

    def order(self, mementos: Iterable[Memento]) -> list[Memento]:
        """Return captures, the nearest first, of two equally near ones the earlier; those after death come last."""
        dated = [(moment, memento) for memento in mementos if (moment := memento.at) is not None]
        dated.sort(key=lambda each: (self.is_late(each[0]), abs(each[0] - self.at), each[0], each[1].url))
        return [memento for _, memento in dated]


def evidence(aim: Aim, wanted: Wanted, asked: str, chosen: Played, passed_over: Sequence[Played]) -> str:
    """Return why a capture was chosen, as a sentence. It says nothing in the words of a page."""
    moment = chosen.memento.at or aim.at
    clauses = [_when(aim, wanted, moment)]
    if asked != wanted.url:
        clauses.append(f"archived as {asked}")
    if chosen.final_url is not None:
        clauses.append(f"the archive has it at {chosen.final_url}, where it was redirected to")
    if aim.is_late(moment) or aim.is_late(chosen.shown_at):
        clauses.append("the link had died by then, and what the capture shows fits what is known of the page")
    if chosen.judgement.doubtful:
        clauses.append("something speaks against it, and nothing better was found")
    nearer = [played for played in passed_over if _is_nearer(aim, played, moment)]
    if nearer:
        nouns = Counter(str(played.judgement.rejection or "doubtful capture") for played in nearer)
        said = ", ".join(noun if count == 1 else f"{noun} ({count})" for noun, count in nouns.items())
        clauses.append(f"passed over, and nearer to that date: {said}")
    return "; ".join(clauses)


def _when(aim: Aim, wanted: Wanted, moment: datetime) -> str:
    distance = _span(abs(moment - aim.at))
    if aim.cited:
        # As far as anybody knows: git, or we who saw it first.
        is_copy = host_of(wanted.url) != host_of(wanted.resource.url)
        what = "the linked copy was made" if is_copy else "the link came into the list"
        where = f"{what} ({aim.at:%Y-%m-%d})"
    elif aim.died is not None:
        where = f"the link was found dead ({aim.at:%Y-%m-%d})"
    else:
        return "The latest good capture" if wanted.at is None else f"Captured on {moment:%Y-%m-%d}"
    if not distance:
        return f"Captured on the day when {where}"
    return f"Captured {distance} after {where}" if moment > aim.at else f"Captured {distance} before {where}"


def _is_nearer(aim: Aim, played: Played, moment: datetime) -> bool:
    at = played.memento.at
    return at is not None and abs(at - aim.at) <= abs(moment - aim.at)


def _span(distance: timedelta) -> str:
    """Return a time as people say it; empty for less than a day."""
    # Not "1 year" for 23 months.
    if (years := int(distance.days / 365.25)) > 1:
        return f"{years} years"
    if (months := int(distance.days / 30.44)) > 1:
        return f"{months} months"
    if (days := distance.days) > 1:
        return f"{days} days"
    return "1 day" if days == 1 else ""
