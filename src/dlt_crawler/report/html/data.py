"""What the script of the page makes its table of: columns, and dictionaries of what is said often. JSON in HTML.

Half as long as the same links as objects, and parsed as fast. What is given away is that a person can read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import Change, Kind, Links, LinkStatus, Report, Trends, kind_of
from dlt_crawler.report import wording
from dlt_crawler.report.changes import changes_of, is_first
from dlt_crawler.report.html.category import CATEGORIES, category_meaning, category_of, category_word
from dlt_crawler.report.html.facts import HEADINGS, facts_of
from dlt_crawler.report.html.nights import legend, strip_code
from dlt_crawler.report.html.words import words
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.json import Json
from dlt_crawler.report.view import View
from dlt_crawler.urls import host_of

ROOM: Final = 20_000
"""Links that one page holds: some 10 MB, which a phone still opens."""

_COLUMNS: Final = (
    *("url", "title", "abstract", "category", "host", "reason", "outcome", "status", "flags", "checks"),
    *("written", "first", "checked", "worked", "failing", "strip", "places", "facts"),
)
"""`written` to `failing`: days since 1970 (UTC), `checked` minutes; 0: never, or not known. `places`: file, line,
column, section and label of each, one behind the other, the label 0 where it is the title. `facts`: heading, sentence
and URL or 0 of each, likewise. Category, outcome and strip are places in lists or dictionaries, as are host, reason,
file, section and sentence."""

_FLAGS: Final = ("warnings", "moved", "disputed", "changed")
"""Bits of the column `flags`, the lowest first."""

_ACTIVE: Final = re.compile("[<\u2028\u2029\ud800-\udfff]")
"""What could end a script element (HTML, 13.2.5.4) or a line of a script, and what is half a character."""


def listed(report: Report, view: View) -> Links:
    """Return the links that the page holds, at most ROOM: what the view lists, then what somebody has to look at.

    Reads none.
    """
    order = {category: place for place, category in enumerate(CATEGORIES)}

    def rank(kind: Kind, is_changed: bool) -> int:
        is_flagged = kind.warned or kind.moved or kind.disputed or is_changed
        return (0 if view.wants(kind) else 2 * len(order)) + 2 * order[category_of(kind)] + (not is_flagged)

    return report.links.ordered(rank, _changes(report), ROOM)


def data_of(report: Report, links: Sequence[LinkStatus]) -> str:
    """Return the data block of a page that holds these links: JSON that is safe within a script element."""
    trends = report.trends or Trends()
    columns = _Columns(_changes(report), trends)
    rows = [columns.row(link) for link in links]
    everything: Json = {
        "words": words(),
        "categories": [[name, category_word(name), category_meaning(name)] for name in CATEGORIES],
        "headings": [_(heading) for heading in HEADINGS],
        "legend": {code: list(meaning) for code, meaning in legend().items()},
        "nights": [run.started.astimezone(UTC).strftime("%Y-%m-%d %H:%M") for run in trends.nights],
        "flags": list(_FLAGS),
        "total": len(report.links),
        **columns.dictionaries,
        "columns": dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        if rows
        else {name: [] for name in _COLUMNS},
    }
    text = json.dumps(everything, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _ACTIVE.sub(_escaped, text)


class _Dictionary:
    """Texts, each once; they are named by their places."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self._places.setdefault(text, len(self._places))

    @property
    def texts(self) -> Sequence[str]:
        return [discreet(text) for text in self._places]


class _Columns:
    """Makes rows of links, and keeps the dictionaries that these refer to."""

    def __init__(self, changes: Mapping[str, Change], trends: Trends) -> None:
        self._changes, self._strips = changes, trends.strips
        self._files, self._hosts, self._reasons = _Dictionary(), _Dictionary(), _Dictionary()
        self._sentences, self._sections, self._nights = _Dictionary(), _Dictionary(), _Dictionary()

    @property
    def dictionaries(self) -> Mapping[str, Json]:
        return {
            "files": self._files.texts,
            "hosts": self._hosts.texts,
            "reasons": self._reasons.texts,
            "sentences": self._sentences.texts,
            "sections": self._sections.texts,
            "strips": self._nights.texts,
        }

    def row(self, link: LinkStatus) -> Sequence[Json]:
        """Return the link's value in each of _COLUMNS."""
        verdict, seen = link.verdict, link.last.seen if link.last else None
        change = self._changes.get(link.url)
        return (
            discreet(link.url),
            discreet(link.page.title or ""),
            discreet(link.page.abstract or ""),
            CATEGORIES.index(category_of(kind_of(link))),
            self._hosts.place(_host(link.url)),
            self._reasons.place(wording.reason(verdict)),
            strip_code([seen.outcome]) if seen else "",
            (seen.status if seen else None) or 0,
            _flags(link, change),
            verdict.checks,
            _day(link.written),
            _day(link.first_seen),
            _minute(verdict.last_checked),
            _day(verdict.last_ok),
            _day(verdict.failing_since),
            self._nights.place(strip_code(self._strips.get(link.url, ()))),
            self._places(link),
            [
                part
                for fact in facts_of(link, change)
                for part in (
                    fact.heading,
                    self._sentences.place(fact.sentence),
                    discreet(fact.url) if fact.url is not None else 0,
                )
            ],
        )

    def _places(self, link: LinkStatus) -> Sequence[Json]:
        return [
            part
            for written in link.occurrences
            for part in (
                self._files.place(written.file),
                written.line,
                written.column,
                self._sections.place(" › ".join(written.headings)),
                0 if written.text in (link.page.title, link.url, written.raw, "") else discreet(written.text),
            )
        ]


def _changes(report: Report) -> Mapping[str, Change]:
    if is_first(report):
        return {}
    return {
        each.url: change for change, found in changes_of(report.links, report.transitions).items() for each in found
    }


def _flags(link: LinkStatus, change: Change | None) -> int:
    is_warned = any(wording.warnings(link))
    bits = is_warned, link.verdict.moved_to is not None, link.dispute is not None, change is not None
    return sum(bit << place for place, bit in enumerate(bits))


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:  # Two brackets that hold no address.
        return ""


def _day(at: datetime | None) -> int:
    return int(at.timestamp() // 86_400) if at else 0


def _minute(at: datetime | None) -> int:
    return int(at.timestamp() // 60) if at else 0


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
