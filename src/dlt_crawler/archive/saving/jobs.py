"""Captures as jobs: asking for one, and asking what became of all of them at once."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.memento import Memento
from dlt_crawler.archive.saving.account import Account, account_of, keys_of
from dlt_crawler.archive.saving.refusals import Concern, Refused, refusal, text
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveUnavailable
from dlt_crawler.urls import why_private

_OPTIONS = {
    # No "is it the first capture?" look-up, and no time for scripts that scroll and click: faster, easier on them.
    # Not delay_wb_availability, which would be easier still: for twelve hours nobody could see whether there is a copy.
    "skip_first_archive": "1",
    "js_behavior_timeout": "0",
}
_RECENT = re.compile(r"\bsnapshot had been made\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The archive has taken the job, under this number."""

    job: str


@dataclass(frozen=True, slots=True)
class Recent:
    """There is a capture already that is young enough; which one, the archive does not say."""

    said: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The request went out and nothing sensible came back: it may be captured all the same (wayback#297)."""

    why: str


@dataclass(frozen=True, slots=True)
class Captured:
    """The capture was made. `timestamp`: its 14 digits, a date, UTC; None when the report of it cannot be read."""

    timestamp: str | None


Submission = Accepted | Recent | Refused | Unanswered


class SavePageNow:
    """Captures for the account whose keys the settings hold; there is no anonymous way that can be relied on.

    Every method raises ArchiveError when nothing was asked or answered, and when the keys are not accepted.
    """

    def __init__(self, transport: Transport, settings: ArchiveSettings) -> None:
        """Without keys every method raises ConfigError, and nothing is sent."""
        self._transport = transport
        self._settings = settings
        self._url = settings.save_url.rstrip("/")

    def account(self, now: datetime) -> Account:
        """Return what the account may still ask for."""
        # With something that changes, or the answer may be an old one (documentation, "User status").
        url = f"{self._url}/status/user?_t={now.timestamp() * 1000:.0f}"
        reply = _reply(self._transport.get(Pool.STATUS, url, self._headers()))
        account = account_of(reply) if isinstance(reply, Mapping) else None
        if account is None:
            raise ArchiveUnavailable("Save Page Now does not say what the account may ask for")
        return account

    def submit(self, url: str, *, max_age: timedelta, plain: bool) -> Submission:
        """Ask for a capture of `url`, if the archive has none that is younger than `max_age`.

        `plain`: it is a file and no page, for which the archive needs no browser. Asked once: after a failure nobody
        knows whether it is under way. Raises ArchiveError for an address that is nobody else's business.
        """
        headers = self._headers()
        if why := why_private(url, captured=True):
            raise ArchiveError(f"it is not sent to a public archive: its {why}")
        form = {"url": url, **_OPTIONS, "if_not_archived_within": f"{max_age.total_seconds():.0f}"}
        if plain:
            form["force_get"] = "1"
        sent = self._transport.sent[Pool.SAVE]
        try:
            reply = _reply(self._transport.post(Pool.SAVE, self._url, form, headers))
        except ArchiveUnavailable as trouble:
            if self._transport.sent[Pool.SAVE] == sent:
                raise
            return Unanswered(str(trouble))
        return _submission(reply) if isinstance(reply, Mapping) else Unanswered("the answer is a list")

    def poll(self, jobs: Collection[str]) -> Mapping[str, Captured | Refused]:
        """Return what became of those of these jobs that have ended, asked for in one request.

        A job that the archive has forgotten, as it does after an hour, looks like one that is still under way
        (agude/wayback-machine-archiver#28).
        """
        form = {"job_ids": ",".join(jobs)}
        reply = _reply(self._transport.post(Pool.STATUS, f"{self._url}/status", form, self._headers()))
        ended: dict[str, Captured | Refused] = {}
        for each in _statuses(reply):
            job, outcome = text(each, "job_id"), _outcome(each)
            if job is not None and job in jobs and outcome is not None:
                ended[job] = outcome
        return ended

    def _headers(self) -> Mapping[str, str]:
        return {"Accept": "application/json", "Authorization": keys_of(self._settings)}


def _submission(reply: Mapping[str, object]) -> Submission:
    refused = refusal(reply)
    if refused is not None:
        return refused
    job, said = text(reply, "job_id"), text(reply, "message") or "the archive gave no reason"
    # The number is sent back in a list with commas.
    if job is not None and re.fullmatch(r"[\w-]+", job, re.ASCII):
        return Accepted(job)
    return Recent(said) if _RECENT.search(said) else Refused(Concern.NOW, said)


def _statuses(reply: object) -> Iterator[Mapping[str, object]]:
    """Yield the statuses of several jobs: a list of objects; of one job, the object itself."""
    for each in reply if isinstance(reply, list) else [reply]:
        if isinstance(each, Mapping):
            yield each


def _outcome(status: Mapping[str, object]) -> Captured | Refused | None:
    """Return how a job has ended; None while it has not."""
    if status.get("status") != "success":
        return refusal(status) if status.get("status") == "error" else None
    timestamp = text(status, "timestamp") or ""
    return Captured(None if moment_of(timestamp) is None else timestamp)


def moment_of(timestamp: str) -> datetime | None:
    """Return the moment that the 14 digits of a capture name; None for what is none, as 20261131000000."""
    return Memento(timestamp, "").at if re.fullmatch(r"\d{14}", timestamp, re.ASCII) else None


def _reply(answer: Answer) -> object:
    """Return the JSON value of an answer: a list or an object. Raises ArchiveError for bad keys or when it is none."""
    if answer.status == 401:
        raise ArchiveError("Save Page Now does not accept the keys: check archive.access_key and archive.secret_key")
    try:
        reply = json.loads(answer.body)
    except ValueError:
        reply = None
    if not isinstance(reply, list | dict):
        where = answer.url.partition("?")[0]
        raise ArchiveUnavailable(f"Save Page Now answered {answer.status} and no JSON to {where}")
    return reply
