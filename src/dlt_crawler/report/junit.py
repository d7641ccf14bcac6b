"""The report as JUnit's XML, which every CI server shows as test results: a suite a document, a test a written link.

Written so that both schemas hold that are in use: that of Apache Ant (windyroad/JUnit-Schema) and that of Jenkins
(xunit-plugin, junit-10.xsd). Neither knows `file` and `line` of a test: where it stands is in the text of its failure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from dlt_crawler import __version__
from dlt_crawler.model import BROKEN_STATES, LinkOccurrence, Links, LinkStatus, Lint, Report, State, links_of
from dlt_crawler.report.english import facts, ignored
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.place import place
from dlt_crawler.report.view import View

_NO_CHARACTER = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2), or normalises in attributes (3.3.3): `inert` leaves U+FFFE."""

_ENTITIES = {'"': "&quot;"}

REST = "all other links"
"""The test that stands for the links of a document that are not listed: without any test, CI servers fail."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Test:
    """One test, and what became of it."""

    name: str
    seconds: float = 0.0
    element: str = ""
    """`failure` or `skipped` as XML; empty for one that passed."""


def report_junit(report: Report, view: View) -> Iterator[str]:
    """Yield the links that the view lists as tests, and one more for the others of each document.

    Broken links fail, living ones pass, all else is skipped with its reason. A link is named by its URL, and from its
    second place in a document on by its number, too: so its history goes on when lines move.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    lints: dict[str, list[Lint]] = {}
    for lint in report.lints if view.lints or view.all_links else ():
        lints.setdefault(lint.file, []).append(lint)
    for number, (file, links) in enumerate(_documents(report.links, lints)):
        listed = [(link, each) for link in links.of(view.wants) for each in link.occurrences if each.file == file]
        document = _Document(listed, not all(map(view.wants, links.kinds())), lints.get(file, ()))
        yield from (f"{line}\n" for line in _suite(report, file, number, document))
    yield "</testsuites>\n"


def _documents(links: Links, others: Collection[str]) -> Iterator[tuple[str, Links]]:
    """Yield each document that has links, with these, and the others; without any, one that is none."""
    nobody = True
    for file, of_file in links.by_file():
        yield file, of_file
        others, nobody = set(others) - {file}, False
    yield from ((file, links_of(())) for file in sorted(others))
    if nobody and not others:
        yield "dlt-crawl", links_of(())


@dataclass(frozen=True, slots=True)
class _Document:
    """What is written in one document."""

    listed: Sequence[tuple[LinkStatus, LinkOccurrence]]
    others: bool
    """Whether there are links that are not listed."""
    lints: Sequence[Lint]


def _suite(report: Report, file: str, number: int, document: _Document) -> Iterator[str]:
    """Yield the lines of a suite: attributes and elements that a schema requires are there, if empty."""
    seen: Counter[str] = Counter()
    tests: list[_Test] = []
    for link, written in sorted(document.listed, key=lambda each: (each[1].line, each[1].column)):
        seen[link.url] += 1
        tests.append(_test(link, written, seen[link.url]))
    if document.others or not tests:
        tests.append(_Test(REST))
    failures = sum(test.element.startswith("<failure") for test in tests)
    skipped = sum(test.element.startswith("<skipped") for test in tests)
    name, package = _attribute(inert(file)), "dlt-crawl"
    yield (
        f'<testsuite name="{name}" id="{number}" package="{package}" hostname="localhost" timestamp="{_when(report)}" '
        f'tests="{len(tests)}" failures="{failures}" errors="0" skipped="{skipped}" '
        f'time="{sum(test.seconds for test in tests):.3f}">'
    )
    yield f'<properties><property name="dlt-crawl" value="{_attribute(__version__)}"/></properties>'
    for test in tests:
        start = f'<testcase classname="{name}" name="{_attribute(test.name)}" time="{test.seconds:.3f}"'
        yield f"{start}>{test.element}</testcase>" if test.element else f"{start}/>"
    said = "\n".join(_text(f"{place(lint)}: {lint.message} [{lint.kind.value}]") for lint in document.lints)
    yield f"<system-out>{said}</system-out>"
    yield "<system-err/>"
    yield "</testsuite>"


def _test(link: LinkStatus, written: LinkOccurrence, ordinal: int) -> _Test:
    name = discreet(link.url) + (f" ({ordinal})" if ordinal > 1 else "")
    seconds = link.last.seen.elapsed if link.last else 0.0
    return _Test(name, seconds, _element(link, written))


def _element(link: LinkStatus, written: LinkOccurrence) -> str:
    """Return what failed, where, and how it can be mended; or why it says nothing."""
    state = link.verdict.state
    if link.ignored is not None:
        return _skipped("ignored", ignored(link.ignored))
    if state in BROKEN_STATES:
        lines = [f"{link.verdict.reason.rstrip('.')}.", f"at {place(written)}", link.url, *facts(link)]
        message = _attribute(discreet(f"{state.value}: {link.verdict.reason}"))
        return f'<failure type="{state.value}" message="{message}">{_text(*lines)}</failure>'
    if state is State.ALIVE:
        return ""
    return _skipped(state.value, link.verdict.reason)


def _skipped(kind: str, why: str) -> str:
    return f'<skipped message="{_attribute(discreet(f"{kind}: {why}"))}"/>'


def _when(report: Report) -> str:
    """Return when the run began, UTC: the schema of Ant allows no zone, and requires a time."""
    at = (
        report.run.started if report.run else max((link.first_seen for link in report.links.outlines()), default=_EPOCH)
    )
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _attribute(text: str) -> str:
    return escape(_NO_CHARACTER.sub("\ufffd", text), _ENTITIES)


def _text(*lines: str) -> str:
    return "\n".join(_attribute(discreet(line)) for line in lines)
