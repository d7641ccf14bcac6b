"""Which of the known walls answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from dlt_crawler.page.walls.chinese import CHINESE
from dlt_crawler.page.walls.firewalls import FIREWALLS
from dlt_crawler.page.walls.look import REFUSALS, Look
from dlt_crawler.page.walls.robots import CAPTCHA_TEXTS
from dlt_crawler.page.walls.services import SERVICES
from dlt_crawler.page.walls.signature import Signature

SIGNATURES = (*SERVICES, *FIREWALLS, *CHINESE)
"""Where several fit, the first one counts."""

_LONG_TITLE = 25
"""Characters of a title that nobody gives a page of another kind."""
_LONG_CHALLENGE = 10_000
"""Characters of one that has its arithmetic in its text (VeNoMouS/cloudscraper, fixtures of May 2020)."""

_Known = TypeVar("_Known")
_Fields = Mapping[str, Sequence[tuple[str, int]]]


def _index(known_by: Callable[[Signature], Iterable[_Known]]) -> Mapping[_Known, int]:
    """Return what signatures have, with the place in SIGNATURES of the first that has it, in the order of places."""
    index: dict[_Known, int] = {}
    for place, signature in enumerate(SIGNATURES):
        for known in known_by(signature):
            index.setdefault(known, place)
    return index


def _index_of_fields(known_by: Callable[[Signature], Iterable[tuple[str, str]]]) -> _Fields:
    """Return the names of header fields, with the patterns for their values and the places of these."""
    index: dict[str, list[tuple[str, int]]] = {}
    for (name, values), place in _index(known_by).items():
        index.setdefault(name, []).append((values, place))
    return index


_MITIGATES = _index_of_fields(lambda signature: signature.mitigates)
_URLS = tuple((pattern, place) for place, signature in enumerate(SIGNATURES) for pattern in signature.urls)
_TITLES = _index(lambda signature: signature.titles)
_CHALLENGES = _index(lambda signature: dict(signature.challenges))
_TEXTS = _index(lambda signature: signature.texts)
_SENSORS = _index(lambda signature: dict(signature.sensors))
_BRANDS = _index(lambda signature: signature.brands)
_FIELDS = _index_of_fields(lambda signature: signature.fields)
_COOKIES = _index(lambda signature: signature.cookies)


def mitigator_of(look: Look) -> Signature | None:
    """Return who says in the header that the answer is his and not the page's: that holds for every status."""
    return _first(_with_field(look, _MITIGATES))


def wall_seen_in(look: Look) -> Signature | None:
    """Return whose page it is by all that it shows, and only by that."""
    return None if look.gone else _first(_showing(look))


def owner_of(look: Look, *, is_wall: bool) -> Signature | None:
    """Return whose a wall is that is known to be one, or whose a refusal is, if that can be told."""
    if look.gone or not (is_wall or look.status in REFUSALS):
        return None
    return _first(_behind(look))


def _first(places: Iterable[int]) -> Signature | None:
    """Return the signature that comes first, of those at these places."""
    place = min(places, default=None)
    return None if place is None else SIGNATURES[place]


def _showing(look: Look) -> Iterator[int]:
    """Yield the places of the walls whose page this is."""
    if look.moved and (found := _at(look.final_url)):
        yield from found - _at(look.url)
    if look.refuses or look.thin:
        # The whole title with its punctuation, or a part without. Poems have the short ones, too.
        for name in _TITLES.keys() & {look.title, *look.titles, *look.headings}:
            if look.refuses or len(name) >= _LONG_TITLE or look.says_nothing_else():
                yield _TITLES[name]
        yield from _among(look.markers, _CHALLENGES)
    elif look.length <= _LONG_CHALLENGE and look.title in _TITLES and look.begins_with(CAPTCHA_TEXTS):
        yield _TITLES[look.title]
    if look.refuses or look.brief(800):
        yield from _first_told(look.text, _TEXTS)
    if look.empty:
        yield from _among(look.markers, _SENSORS)


def _behind(look: Look) -> Iterator[int]:
    """Yield the places of those whose wall it may be, if it is one."""
    yield from _among(look.markers, _SENSORS)
    yield from _with_field(look, _FIELDS)
    yield from (place for start, place in _COOKIES.items() if any(name.startswith(start) for name in look.cookies))
    yield from _first_told("\n".join((look.title, look.text, *look.headings)), _BRANDS)


def _among(seen: Iterable[str], known: Mapping[str, int]) -> Iterator[int]:
    return (known[each] for each in seen if each in known)


def _first_told(text: str, phrases: Mapping[str, int]) -> Iterator[int]:
    return islice((place for phrase, place in phrases.items() if phrase in text), 1)


def _at(url: str) -> set[int]:
    """Return the places of the walls that stand at this URL."""
    address = url.partition("://")[2]
    return {place for pattern, place in _URLS if _compiled(pattern).search(address)}


def _with_field(look: Look, known: _Fields) -> Iterator[int]:
    for name, value in look.fields:
        for values, place in known.get(name, ()):
            if _compiled(values).fullmatch(value.strip()):
                yield place


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
