"""What walls leave in the source of a page, and how it is looked for in little time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dlt_crawler.page.marking import Marking
from dlt_crawler.page.walls import known
from dlt_crawler.page.walls.login import PASSWORDS
from dlt_crawler.page.walls.robots import COOKIE_SETTERS, WIDGETS

MARKERS: Mapping[str, str] = MappingProxyType(dict((*known.markers(), *WIDGETS, *COOKIE_SETTERS, *PASSWORDS)))
"""Name of a marker → what stands in the source of the page, in lower case."""

markers_in = Marking(
    MARKERS,
    ("captcha", "waf", "challenge", "error", "incapsula", "yun", "safe", "_ts", "kpsdk", "alic", "password"),
).found_in
"""Yields the names of the markers that stand in the source of a page, which is in lower case."""
