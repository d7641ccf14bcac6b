"""How many links are left out because somebody asked for it, and which of these requests should be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dlt_crawler.language import N_, _, ngettext
from dlt_crawler.model import IgnoreTrouble, Report

_SHOWN = 5
"""Requests of one kind of trouble that are named; the report says of all what to do."""

_TROUBLES: Final[Mapping[IgnoreTrouble, tuple[str, str]]] = {
    IgnoreTrouble.EXPIRED: (N_("{number} has expired: {where}"), N_("{number} have expired: {where}")),
    IgnoreTrouble.NEEDLESS: (N_("{number} is needless: {where}"), N_("{number} are needless: {where}")),
    IgnoreTrouble.BAD_DATE: (
        N_("{number} has no last day that is understood: {where}"),
        N_("{number} have no last day that is understood: {where}"),
    ),
}
"""In words, to be translated where they are said."""


def of_ignores(report: Report) -> list[str]:
    """Say both, in a line for the links and one for each kind of trouble; none where there is nothing to say."""
    links = sum(report.ignored.values())
    said = ngettext(
        "{number} link that does not answer is not told of, as the configuration says",
        "{number} links that do not answer are not told of, as the configuration says",
        links,
    ).format(number=f"{links:,}")
    return [*([said] if links else []), *filter(None, (_stale(report, trouble) for trouble in IgnoreTrouble))]


def _stale(report: Report, trouble: IgnoreTrouble) -> str:
    places = [each.ignore.where for each in report.ignores if each.trouble is trouble]
    if not places:
        return ""
    shown = ", ".join(places[:_SHOWN])
    if len(places) > _SHOWN:
        shown = _("{some} and {number} more").format(some=shown, number=f"{len(places) - _SHOWN:,}")
    return ngettext(*_TROUBLES[trouble], len(places)).format(number=f"{len(places):,}", where=shown)
