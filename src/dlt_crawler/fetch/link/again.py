"""Asking again: what came with a page that was well, and whether it is still the same (RFC 9110, section 13.1). Pure.

What servers send is sent back to them, at another time: only what is in every character what it claims to be is kept,
and it is looked at once more before it is sent.
"""

from __future__ import annotations

import re

from dlt_crawler.fetch.dates import moment_of
from dlt_crawler.fetch.link.meaning import Meaning
from dlt_crawler.fetch.visit.wish import Answer
from dlt_crawler.model import Validators
from dlt_crawler.page import Shown, place_of

_ETAG = re.compile(r'(?:W/)?"[!#-~\x80-\xff]{1,1000}"')
"""RFC 9110, section 8.8.3. One without quotes is none: "*" would stand for whatever there is. Nor does an empty one
tell two pages apart. Longer ones are not kept: they would be for each link, and most have fewer than 50 characters."""
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}"
    r" [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
"""The one form in which a date may be sent (RFC 9110, section 5.6.7)."""


def conditions(validators: Validators | None, url: str) -> tuple[tuple[str, str], ...]:
    """Return the header fields by which `url` is asked for only if it has changed; none for any other URL."""
    if validators is None or validators.url != url:
        return ()
    given = (
        ("If-None-Match", _matched(_ETAG, validators.etag)),
        ("If-Modified-Since", _matched(_DATE, validators.last_modified)),
    )
    return tuple((name, value) for name, value in given if value is not None)


def kept(answer: Answer, shown: Shown, meaning: Meaning) -> Validators | None:
    """Return what the page at the end of a chain can be asked for with again; None where it is to be seen whole.

    It is, unless the page was well: 200, all that was wanted of it has come, and nothing speaks against it. It is where
    the page sends its visitors on, because where that leads to may change. And it is where a link that names another
    page was redirected to it: that it stands for anything shows only when others come to it, too (`page.crowds`), and a
    page that is not seen is not compared.
    """
    if answer.status != 200 or not answer.complete or not meaning.lives or meaning.signals:
        return None
    if shown.evidence.refresh is not None or (shown.redirects and place_of(shown.url, shown.final_url) is not None):
        return None
    return _validators_of(answer)


def renewed(asked: Validators, answer: Answer) -> Validators:
    """Return what to ask with the next time, of a page that has not changed (RFC 9111, section 4.3.4)."""
    new = _validators_of(answer)
    if new is None:
        return asked
    return Validators(asked.url, new.etag or asked.etag, new.last_modified or asked.last_modified)


def _validators_of(answer: Answer) -> Validators | None:
    fields = dict(answer.fields)
    etag = _matched(_ETAG, fields.get("etag"))
    changed = _matched(_DATE, fields.get("last-modified"))
    if changed is not None and not _tells_versions_apart(changed, fields.get("date")):
        changed = None
    if etag is None and changed is None:
        return None
    # Nothing of the answer is to be stored (RFC 9111, section 5.2.2.5), or it depends on more than the request says
    # (RFC 9110, section 12.5.5).
    if "no-store" in _members(answer, "cache-control") or "*" in _members(answer, "vary"):
        return None
    return Validators(answer.url, etag, changed)


def _tells_versions_apart(changed: str, made: str | None) -> bool:
    """Return whether a page that last changed then was left alone until the answer was made.

    One that changes again within the second has the same date; one from the future never gets a later one (RFC 9110,
    sections 8.8.2.1 and 8.8.2.2).
    """
    moment, then = moment_of(changed), moment_of(made or "")
    return moment is not None and (then is None or moment < then)


def _members(answer: Answer, name: str) -> frozenset[str]:
    """Return the members of a list that a header field is, in lower case, without their arguments."""
    values = (value.split(",") for field, value in answer.fields if field == name)
    return frozenset(member.partition("=")[0].strip().lower() for members in values for member in members)


def _matched(pattern: re.Pattern[str], value: str | None) -> str | None:
    return value if value is not None and pattern.fullmatch(value) else None
