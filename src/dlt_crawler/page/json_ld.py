"""What a page says of itself in JSON-LD (https://schema.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeGuard

_PAGE = re.compile(
    r"Article|Posting|Book|Chapter|Course|CreativeWork|Dataset|Page|Report|Thesis|Video|Code|Recipe|Product|Event"
    r"|Question|Software|Application|Review|Episode|Movie|Presentation|LearningResource|Audio|Podcast|HowTo"
)
"""Types whose name is the title of the page that describes one: not those of its site, its author, its place in it."""
_SITE = re.compile(r"WebSite|Organization|Publisher")
_MEMBERS = ("mainEntity", "mainEntityOfPage", "@graph")
_DEPTH = 4
_THINGS = 200
_NAMES = 20
_BEFORE = ("//", "<![CDATA[", "<!--")
_AFTER = ("//", "]]>", "-->", ";")
"""What old templates put around scripts."""
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half of a surrogate pair: with one left alone in it, a text can be neither stored nor sent."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the scripts of a page describe."""

    pages: tuple[Mapping[str, object], ...] = ()
    """Things that a page can be, the innermost main entity first."""
    sites: tuple[str, ...] = ()
    """Names of sites and publishers."""
    named: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Things by the identifiers that others name them with."""

    def resolved(self, value: object) -> object:
        """Return what a value names by its identifier alone; else the value."""
        if not isinstance(value, dict) or "name" in value or not isinstance(number := value.get("@id"), str):
            return value
        return self.named.get(number, value)

    def texts(self, *properties: str) -> Iterator[str]:
        """Yield the texts of the properties, all of the first one first."""
        for name in properties:
            for thing in self.pages:
                if (text := _text(thing.get(name))) is not None:
                    yield text


def described(scripts: Iterable[str]) -> Described:
    """Return what scripts describe; those that are no JSON describe nothing."""
    things = [thing for script in scripts for thing in _things(_parsed(script), _DEPTH)][:_THINGS]
    pages = [thing for thing in things if _PAGE.search(_type(thing))]
    named = [thing for thing in things if _SITE.search(_type(thing))]
    named += [owner for thing in pages for owner in (thing.get("publisher"), thing.get("isPartOf")) if _is_thing(owner)]
    names = (_text(thing.get("name")) for thing in named)
    # What holds another main entity is the page around it.
    pages.sort(key=lambda thing: _is_thing(thing.get("mainEntity")))
    by_id = {number: thing for thing in things if isinstance(number := thing.get("@id"), str) and "name" in thing}
    return Described(tuple(pages), tuple(islice((name for name in names if name is not None), _NAMES)), by_id)


def _parsed(script: str) -> object:
    try:
        # Not strict: raw control characters in strings are common (science.md, C1).
        parsed: object = json.loads(_unwrapped(script), strict=False)
        if _HALF.search(script):
            whole = json.dumps(parsed, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            parsed = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    return parsed


def _unwrapped(script: str) -> str:
    script = script.strip()
    for mark in _BEFORE:
        script = script.removeprefix(mark).lstrip()
    for mark in reversed(_AFTER):
        script = script.removesuffix(mark).rstrip()
    return script


def _things(data: object, depth: int) -> Iterator[Mapping[str, object]]:
    if depth == 0:
        return
    if isinstance(data, list):
        for entry in data[:_THINGS]:
            yield from _things(entry, depth - 1)
    elif isinstance(data, dict):
        yield data
        for name in _MEMBERS:
            yield from _things(data.get(name), depth - 1)


def _type(thing: Mapping[str, object]) -> str:
    return str(thing.get("@type"))[:500]


def _is_thing(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def _text(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) and value.strip() else None
