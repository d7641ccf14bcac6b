"""What the stages did, in words for a person."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from dlt_crawler.model import LinkWarning, NoSnapshotReason, Report
from dlt_crawler.pipeline import Archived, Fetched, Held, Nightly, Remarks, Reread, Resolved
from dlt_crawler.report import CHANGES, changes_of, discreet, held_back
from dlt_crawler.summary.counting import count
from dlt_crawler.summary.repairs import of_edits

_NOT_ASKED = "{links} not asked for (a host kept failing, or wanted a pause): no proof; they come first the next time"
_WARNED = {
    LinkWarning.ALTERNATIVE_ADDRESS: "{links} only answered at another address (https or http, with or without www)",
    LinkWarning.TLS_UNVERIFIED: "{links} answered with a certificate that could not be verified",
    LinkWarning.FRAGMENT_MISSING: "{links} with a section (#…) that the page does not have",
    LinkWarning.DRIFTED: "{links} to a page that seems to be about something else than before",
    LinkWarning.WITHDRAWN: "{links} to a withdrawn paper",
    LinkWarning.ARCHIVED: "{links} to an archived repository",
}

_WHY_NONE = {
    NoSnapshotReason.NEVER_ARCHIVED: "never archived",
    NoSnapshotReason.ONLY_BAD_CAPTURES: "only bad captures",
    NoSnapshotReason.EXCLUDED: "excluded",
}


def of_night(nightly: Nightly, storage: Path) -> str:
    """Say what a nightly job did, for a person."""
    report = nightly.report
    run = nightly.fetched.run
    took = (run.finished - run.started).total_seconds() if run.finished else 0
    headline = (
        f"Run {run.id}: {count(len(report.links), 'link')} in {count(len(nightly.repaired), 'document')}, "
        f"written {count(report.occurrences, 'time')}; {nightly.fetched.checked} checked and "
        f"{nightly.fetched.looked_again} looked at again in {_duration(took)}"
    )
    lines = [
        headline,
        f"  links      {of_states(report)}",
        *(f"  held       {line}" for line in of_held(nightly.held)),
        f"  changed    {of_changes(report)}",
        *(f"  looked up  {line}" for line in of_lookups(nightly.fetched)),
        *(f"  fetched    {line}" for line in of_remarks(nightly.fetched.remarks)),
        *([f"  lints      {of_lints(report)}"] if report.lints else []),
        f"  archive    {of_resolve(nightly.resolved)}",
        *([f"  saved      {of_archive(nightly.archived)}"] if nightly.archived else []),
        *(f"  {label:<10} {line}" for label, line in of_edits(nightly.repaired, storage / "repaired")),
        f"  reports    {storage / 'reports' / 'report.txt'}, {storage / 'reports' / 'report.json'}",
    ]
    return "".join(discreet(line) + "\n" for line in lines)


def of_fetch(fetched: Fetched) -> str:
    """Say what was checked, and what is remarkable about it."""
    lines = [
        f"run {fetched.run.id}: {count(fetched.checked, 'link')} checked, {fetched.looked_again} looked at again",
        *(f"  looked up {line}" for line in of_lookups(fetched)),
        *(f"  {line}" for line in of_remarks(fetched.remarks)),
    ]
    return "".join(f"{line}\n" for line in lines)


def of_lookups(fetched: Fetched) -> list[str]:
    """Say how many links were looked up where, and how many of those that were asked for had to be fetched, in a line.

    No line where nothing was asked for.
    """
    asked = {name: each for name, each in fetched.looked_up.items() if each.asked}
    left = sum(each.asked - each.known for each in asked.values())
    known = " · ".join(f"{name} {each.known}" for name, each in asked.items())
    return [known + (f"; {left} not known there, and fetched as pages" if left else "")] if asked else []


def of_remarks(remarks: Remarks) -> list[str]:
    """Say what is remarkable about a run, a sentence each."""
    lines = [_NOT_ASKED.format(links=count(remarks.not_asked, "link"))] if remarks.not_asked else []
    return lines + [
        sentence.format(links=count(remarks.warnings[warning], "link"))
        for warning, sentence in _WARNED.items()
        if remarks.warnings.get(warning)
    ]


def of_reread(reread: Reread) -> str:
    """Say how many checks were read by the rules of today, and for how many of them that makes a difference."""
    return f"{count(reread.read, 'check')} read again by the rules of today: {reread.changed} changed\n"


def of_states(report: Report) -> str:
    """Say how many links are in which state, the states that occur only."""
    return " · ".join(f"{state} {count}" for state, count in report.counts.items() if count) or "none"


def of_changes(report: Report) -> str:
    """Say how many links the latest run has changed in which way, for each way."""
    changes = changes_of(report.links, report.transitions)
    return " · ".join(f"{CHANGES[change]} {len(found)}" for change, found in changes.items())


def of_held(held: Held) -> list[str]:
    """Say that links were not judged dead because they would be too many at once, in a line; none when none was."""
    return [held_back(held.links)] if held.links else []


def of_lints(report: Report) -> str:
    """Say how many odd places there are, and of which kinds, the most frequent first."""
    kinds = Counter(lint.kind.value for lint in report.lints).most_common()
    return f"{len(report.lints)}: {' · '.join(f'{kind} {count}' for kind, count in kinds)}"


def of_resolve(result: Resolved) -> str:
    """Say what the archives answered, and what asking the Wayback Machine cost a link."""
    others = " · ".join(f"{source} {count}" for source, count in result.elsewhere.items() if count)
    reasons = {_WHY_NONE[why]: count for why, count in result.none.items() if count and why in _WHY_NONE}
    parts = [
        f"{count(result.found, 'snapshot')} found",
        *([f"{sum(result.elsewhere.values())} elsewhere ({others})"] if others else []),
        f"{sum(reasons.values())} asked and there is none"
        + (f" ({' · '.join(f'{why} {count}' for why, count in reasons.items())})" if reasons else ""),
        *([f"{result.private} not asked for, as their addresses look private"] if result.private else []),
        f"{result.could_not_ask} could not be asked",
    ]
    return ", ".join(parts) + _cost(result)


def _cost(result: Resolved) -> str:
    if not result.asked:
        return ""
    playback, cdx = result.calls.playback, result.calls.cdx
    a_link = f"{playback / result.asked:.1f} and {cdx / result.asked:.1f} a link"
    return f"; {playback} playback and {cdx} CDX calls, {a_link}"


def of_archive(result: Archived) -> str:
    """Say what became of the captures that the archive was asked for; what did not occur is left out."""
    counts = [
        f"{count(result.saved, 'link')} saved",
        *([f"{count(result.confirmed, 'copy', 'copies')} confirmed"] if result.confirmed else []),
        *([f"{result.waiting} waiting for confirmation"] if result.waiting else []),
        *([f"{result.refused} refused"] if result.refused else []),
        *([f"{result.failed} failed"] if result.failed else []),
        *([f"{result.left} left for the next run: {result.why}"] if result.left else []),
    ]
    return ", ".join(counts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
