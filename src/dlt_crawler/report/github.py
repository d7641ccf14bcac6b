"""The report as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

How they are read and escaped: actions/runner, `ActionCommand.TryParseV2`. Whatever a page or a document said stays on
its line and behind its command: no line of the report begins with anything but a command of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import LinkOccurrence, LinkStatus, Lint, Network, Report, Snapshot, StaleIgnore
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.region import region_of
from dlt_crawler.report.rules import DISPUTED, MOVED, Level, Rule, findings, level_of, warning_of
from dlt_crawler.report.view import View
from dlt_crawler.report.wording import WARNINGS, links, lint_meaning, no_snapshot, reason, since, snapshot_words

_COMMANDS: Mapping[Level, str] = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})

_SHOWN = 10
"""Annotations of one kind that GitHub shows of a step (actions/toolkit, docs/problem-matchers.md)."""

_PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)")


def report_github(report: Report, view: View) -> Iterator[str]:
    """Yield one command a line: first what it comes to, then ignores to look at, then what the view lists.

    Of each kind the worst come first, for GitHub shows the first ten of a kind; the log of the job has all.
    """
    yield _command(Level.NOTE, _summary(report, view), title="dlt-crawl")
    for stale in report.ignores:
        yield _stale(stale)
    for link, rule in _worst_first(report.links.of(view.wants), view):
        sentences = "\n".join(_sentences(link, rule))
        for written in link.occurrences:
            yield _at(level_of(rule, link), _(rule.title), written, sentences)
    for lint in report.lints if view.lints or view.all_links else ():
        yield _at(Level.NOTE, lint_meaning(lint.kind), lint, told(lint.message))


def _worst_first(known: Sequence[LinkStatus], view: View) -> Iterator[tuple[LinkStatus, Rule]]:
    for level in Level:
        for link in known:
            for rule in findings(link, view):
                if level_of(rule, link) is level:
                    yield link, rule


def _summary(report: Report, view: View) -> str:
    counts: Counter[Level] = Counter()
    for link in report.links.of(view.wants):
        for rule in findings(link, view):
            counts[level_of(rule, link)] += len(link.occurrences)
    lines = [links(len(report.links)), _broken(counts[Level.ERROR])]
    if report.run is not None and report.run.network is not Network.OK:
        lines.append(told(report.run.trouble or "Our own network was down in that run"))
    if report.only:
        lines.append(told(report.only))
    if any(count > _SHOWN for count in counts.values()):
        lines.append(_("GitHub shows the first ten annotations of a kind; the log of this step has all of them."))
    return "\n".join(lines)


def _broken(places: int) -> str:
    if not places:
        return _("No broken links.")
    return ngettext("A broken link in {number} place", "Broken links in {number} places", places).format(
        number=f"{places:,}"
    )


def _sentences(link: LinkStatus, rule: Rule) -> Iterator[str]:
    """Yield what is said of one finding, the URL first."""
    yield link.url
    if (warning := warning_of(rule)) is not None:
        yield _(WARNINGS[warning]).format(address=link.last.seen.final_url if link.last else None)
    elif rule is MOVED:
        yield _("moved for good to: {address}").format(address=link.verdict.moved_to)
    elif rule is DISPUTED and link.dispute is not None:
        yield _("the old URL stands again; not repaired so again: {address}").format(address=link.dispute.replacement)
    else:
        yield reason(link.verdict)
    yield from filter(None, [since(link.verdict), no_snapshot(link)])
    if isinstance(link.snapshot, Snapshot):
        yield _("{sentence}: {url}").format(sentence=snapshot_words(link.snapshot), url=link.snapshot.url)
    if link.note:
        yield told(link.note)
    if link.ignored is not None and link.ignored.reason:
        yield _("ignored: {reason}").format(reason=link.ignored.reason)


def _stale(stale: StaleIgnore) -> str:
    """Return a warning about an ignore, at its place if it has one in a document."""
    title, sentence = _("Stale ignore"), told(stale.sentence)
    if (found := _PLACE.fullmatch(stale.ignore.where)) is None:
        return _command(Level.WARNING, f"{stale.ignore.where}: {sentence}", title=title)
    return _command(Level.WARNING, sentence, file=found["file"], line=found["line"], col=found["column"], title=title)


def _at(level: Level, title: str, written: LinkOccurrence | Lint, message: str) -> str:
    """Return a command for one place; columns only where it is within a line, as GitHub wants it."""
    region = region_of(written)
    place = {"file": written.file, "line": str(region.line)}
    if region.end_line in (None, region.line):
        place["col"] = str(region.column)
        if region.end_column is not None:
            place["endColumn"] = str(region.end_column)
    else:
        place["endLine"] = str(region.end_line)
    return _command(level, message, **place, title=title)


def _command(level: Level, message: str, **properties: str) -> str:
    """Return a command as a line, in which nothing is read as the end of a property, of the line, or as another one."""
    shown = "\n".join(map(discreet, message.split("\n")))
    values = ((key, inert(value) if key == "file" else discreet(value)) for key, value in properties.items())
    told_of = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in values)
    return f"::{_COMMANDS[level]} {told_of}::{shown.translate(_DATA)}\n"
