"""What walls leave in the source of a page, and how it is looked for in little time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from dlt_crawler.page.walls import known
from dlt_crawler.page.walls.login import PASSWORDS
from dlt_crawler.page.walls.robots import COOKIE_SETTERS, WIDGETS

MARKERS: Mapping[str, str] = MappingProxyType(dict((*known.markers(), *WIDGETS, *COOKIE_SETTERS, *PASSWORDS)))
"""Name of a marker → what stands in the source of the page, in lower case."""

_COMMON = ("captcha", "waf", "challenge", "error", "incapsula", "yun", "safe", "_ts", "kpsdk", "alic", "password")
"""What many markers have in common: where that is not found, none of them is looked for."""


def markers_in(source: str) -> Iterator[str]:
    """Yield the names of the markers that stand in the source of a page, which is in lower case."""
    for common, markers in _groups():
        if common in source:
            yield from (name for name, written in markers if written in source)


@cache
def _groups() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the markers with what they have in common, which is nothing for most."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, written in MARKERS.items():
        common = next((part for part in _COMMON if part in written), "")
        groups.setdefault(common, []).append((name, written))
    return tuple((common, tuple(markers)) for common, markers in groups.items())
