"""Which of the known walls answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from dlt_crawler.page.walls.chinese import CHINESE
from dlt_crawler.page.walls.firewalls import FIREWALLS
from dlt_crawler.page.walls.look import REFUSALS, Look
from dlt_crawler.page.walls.services import SERVICES
from dlt_crawler.page.walls.signature import Signature

SIGNATURES = (*SERVICES, *FIREWALLS, *CHINESE)


def mitigator_of(look: Look) -> Signature | None:
    """Return who says in the header that the answer is his and not the page's: that holds for every status."""
    return next((signature for signature in SIGNATURES if _has_field(look, signature.mitigates)), None)


def wall_seen_in(look: Look) -> Signature | None:
    """Return whose page it is by all that it shows, and only by that."""
    if look.gone:
        return None
    return next((signature for signature in SIGNATURES if _is_page_of(signature, look)), None)


def owner_of(look: Look, *, is_wall: bool) -> Signature | None:
    """Return whose a wall is that is known to be one, or whose a refusal is, if that can be told."""
    if look.gone or not (is_wall or look.status in REFUSALS):
        return None
    return next((signature for signature in SIGNATURES if _is_behind(signature, look)), None)


def _is_page_of(signature: Signature, look: Look) -> bool:
    if _has_url(look.final_url, signature) and not _has_url(look.url, signature):
        return True
    if look.refuses or look.thin:
        # The whole title with its punctuation, or a part without.
        if look.title in signature.titles or not look.titles.isdisjoint(signature.titles):
            return True
        if _has_marker(look, signature.challenges):
            return True
        if not look.headings.isdisjoint(signature.titles):
            return True
    if (look.refuses or look.brief(800)) and look.tells(signature.texts):
        return True
    return look.empty and _has_marker(look, signature.sensors)


def _is_behind(signature: Signature, look: Look) -> bool:
    return (
        _has_marker(look, signature.sensors)
        or _has_field(look, signature.fields)
        or any(cookie.startswith(signature.cookies) for cookie in look.cookies if signature.cookies)
        or any(brand in text for brand in signature.brands for text in (look.title, look.text, *look.headings))
    )


def _has_url(url: str, signature: Signature) -> bool:
    address = url.partition("://")[2]
    return any(_compiled(pattern).search(address) for pattern in signature.urls)


def _has_marker(look: Look, markers: Iterable[tuple[str, str]]) -> bool:
    return any(name in look.markers for name, _ in markers)


def _has_field(look: Look, fields: Iterable[tuple[str, str]]) -> bool:
    return any(
        name == known and _compiled(values).fullmatch(value.strip())
        for known, values in fields
        for name, value in look.fields
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def markers() -> Iterator[tuple[str, str]]:
    """Yield names and strings of the markers of all."""
    for signature in SIGNATURES:
        yield from signature.challenges
        yield from signature.sensors


def fields() -> Iterator[str]:
    """Yield the names of the header fields that tell of any."""
    for signature in SIGNATURES:
        yield from (name for name, _ in (*signature.mitigates, *signature.fields))
