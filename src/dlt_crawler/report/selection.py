"""Reports narrowed down, to what was added and to what a baseline does not have: a report in, a report out.

`Report.only` says to what, in English sentences of the templates here: for people it goes through `language.told`.
First comes the baseline, so that what is fixed is told of it as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from dlt_crawler.errors import ConfigError
from dlt_crawler.language import N_
from dlt_crawler.model import BROKEN_STATES, LinkOccurrence, LinkStatus, Lint, Report, Resource, State, links_of
from dlt_crawler.report.json import SCHEMA, sound
from dlt_crawler.urls import masked

SINCE: Final = N_("Only links added or changed since {revision}.")
WITHOUT_ONE: Final = N_("Left out: {known} link that {file} has as broken.")
WITHOUT: Final = N_("Left out: {known} links that {file} has as broken.")

_Written = tuple[str, str]
"""The name of a document, and the URL of a link in it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to documents, or changed in them, since a git revision."""

    since: str
    """The revision, as somebody named it."""
    links: frozenset[LinkOccurrence]
    lints: frozenset[Lint]

    @property
    def resources(self) -> frozenset[Resource]:
        """What these links lead to, may lead to when they are read otherwise, and show."""
        readings = (each for link in self.links for each in (link.target, link.alternative, link.original))
        return frozenset(each for each in readings if isinstance(each, Resource))


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was broken in an earlier report."""

    file: str
    """That it was read from."""
    broken: frozenset[_Written]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a report, and what a baseline has to do with that."""

    report: Report
    known: int = 0
    """Links of the baseline that are broken still, and are left out: one for each document they are written in."""
    fixed: int = 0
    """Links of the baseline that answer, or are written no more, counted likewise."""


def read_baseline(path: Path) -> Baseline:
    """Return what was broken in a report that `report --format json` wrote. Raises ConfigError for any other file."""
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: the baseline is not JSON: {error}; {_ADVICE}") from error
    if not isinstance(found, dict) or "schema" not in found or not isinstance(found.get("links"), list):
        raise ConfigError(f"{path}: the baseline is JSON, and no report: it has no `schema` or no `links`; {_ADVICE}")
    if found["schema"] != SCHEMA or isinstance(found["schema"], bool):
        raise ConfigError(f"{path}: the baseline has schema {found['schema']!r}, and this is for {SCHEMA}; {_ADVICE}")
    broken: set[_Written] = set()
    for number, link in enumerate(found["links"]):
        try:
            broken.update(_written_in(link))
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"{path}: links[{number}] of the baseline is no link of a report; {_ADVICE}") from error
    return Baseline(str(path), frozenset(broken))


def narrowed_to(report: Report, added: Added) -> Report:
    """Return the report about nothing but what was added: links, their occurrences, changes and lints."""
    links = tuple(
        replace(link, occurrences=occurrences)
        for link in report.links.within({each.file for each in added.links})
        if (occurrences := tuple(each for each in link.occurrences if each in added.links))
    )
    lints = tuple(lint for lint in report.lints if lint in added.lints)
    places = {f"{lint.file}:{lint.line}:{lint.column}" for lint in lints}
    only = f"{report.only} {SINCE.format(revision=added.since)}".lstrip()
    return replace(
        _with_links(report, links, only),
        lints=lints,
        ignores=tuple(each for each in report.ignores if each.ignore.where in places),
    )


def without(report: Report, baseline: Baseline) -> Kept:
    """Return the report without the broken links that the baseline has, each by the document that it is written in.

    A link that is broken by now and stands in another document, too, is shown there. Fixed is what answers, or is
    written no more.
    """
    links: list[LinkStatus] = []
    left: set[_Written] = set()
    known: set[_Written] = set()
    for link in report.links:
        url = sound(masked(link.url))
        files = {each.file: (sound(each.file), url) for each in link.occurrences}
        if link.verdict.state is not State.ALIVE:
            left.update(files.values())
        if not link.is_broken or baseline.broken.isdisjoint(files.values()):
            links.append(link)
            continue
        known.update(baseline.broken.intersection(files.values()))
        if others := tuple(each for each in link.occurrences if files[each.file] not in baseline.broken):
            links.append(replace(link, occurrences=others))
    fixed = baseline.broken - left
    said = (WITHOUT_ONE if len(known) == 1 else WITHOUT).format(file=baseline.file, known=f"{len(known):,}")
    return Kept(_with_links(report, tuple(links), said), len(known), len(fixed))


def selected(report: Report, *, added: Added | None = None, baseline: Baseline | None = None) -> Kept:
    """Return what is wanted of a report: what the baseline leaves of it, and of that what was added."""
    kept = Kept(report) if baseline is None else without(report, baseline)
    return kept if added is None else replace(kept, report=narrowed_to(kept.report, added))


def broken(report: Report) -> int:
    """Return how many links are shown that are broken: what `--exit-code` fails on."""
    return report.broken


_ADVICE = "write one with `dlt-crawl report --format json --output FILE`"


def _with_links(report: Report, links: tuple[LinkStatus, ...], only: str) -> Report:
    """Return the report with these links, and with what it tells of others left out: those are charts of all links."""
    shown = {link.url for link in links}
    return replace(
        report,
        links=links_of(links),
        transitions=tuple(each for each in report.transitions if each.url in shown),
        trends=None,
        only=only,
    )


def _written_in(link: Mapping[str, Any]) -> Collection[_Written]:
    """Return in which documents a link of a report in JSON was broken."""
    if State(link["state"]) not in BROKEN_STATES or link.get("ignored"):
        return ()
    url, files = link["url"], [each["file"] for each in link["occurrences"]]
    if not all(isinstance(text, str) for text in (url, *files)):
        raise TypeError
    return {(file, url) for file in files}
