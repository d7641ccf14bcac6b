"""What the stages did, in words for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dlt_crawler.language import N_, _, told
from dlt_crawler.model import LinkWarning, NoSnapshotReason, Report
from dlt_crawler.pipeline import Archived, Fetched, Held, Nightly, Remarks, Reread, Resolved
from dlt_crawler.report import CHANGES, changes_of, held_back
from dlt_crawler.report.changes import listed
from dlt_crawler.report.wording import state_word
from dlt_crawler.summary import counting
from dlt_crawler.summary.broken import of_broken, report_command
from dlt_crawler.summary.ignores import of_ignores
from dlt_crawler.summary.repairs import of_edits
from dlt_crawler.summary.rows import Whole, laid_out

_NOT_ASKED = N_(
    "{links} not asked for (a host kept failing, or wanted a pause): no proof; they come first the next time"
)
_WARNED = {
    LinkWarning.ALTERNATIVE_ADDRESS: N_(
        "{links} only answered at another address (https or http, with or without www)"
    ),
    LinkWarning.TLS_UNVERIFIED: N_("{links} answered with a certificate that could not be verified"),
    LinkWarning.FRAGMENT_MISSING: N_("{links} with a section (#…) that the page does not have"),
    LinkWarning.DRIFTED: N_("{links} to a page that seems to be about something else than before"),
    LinkWarning.WITHDRAWN: N_("{links} to a withdrawn paper"),
    LinkWarning.ARCHIVED: N_("{links} to an archived repository"),
}

_WHY_NONE = {
    NoSnapshotReason.NEVER_ARCHIVED: N_("never archived"),
    NoSnapshotReason.ONLY_BAD_CAPTURES: N_("only bad captures"),
    NoSnapshotReason.EXCLUDED: N_("excluded"),
}


def of_night(nightly: Nightly, storage: Path, *, places: bool = False, baseline: str | None = None) -> str:
    """Say what a nightly job did, for a person.

    `places`: with those of broken links. `baseline`: the file without whose links `nightly.report` is.
    """
    report = nightly.report
    run = nightly.fetched.run
    took = (run.finished - run.started).total_seconds() if run.finished else 0
    headline = _(
        "Run {run}: {links} in {documents}, written {times}; {checked} checked and {again} looked at again in "
        "{duration}"
    ).format(
        run=run.id,
        links=counting.links(len(report.links)),
        documents=counting.documents(len(nightly.repaired)),
        times=counting.times(report.occurrences),
        checked=nightly.fetched.checked,
        again=nightly.fetched.looked_again,
        duration=_duration(took),
    )
    if report.only:
        headline = _("{sentence}. {only}").format(sentence=headline, only=told(report.only))
    lines = [
        (_("links"), of_states(report)),
        *(of_broken(report) if places else ()),
        *((_("held"), line) for line in of_held(nightly.held)),
        (_("changed"), of_changes(report)),
        *((_("looked up"), line) for line in of_lookups(nightly.fetched)),
        *((_("fetched"), line) for line in of_remarks(nightly.fetched.remarks)),
        *([(_("lints"), of_lints(report))] if report.lints else []),
        *((_("ignored"), line) for line in of_ignores(report)),
        (_("archive"), of_resolve(nightly.resolved)),
        *([(_("saved"), of_archive(nightly.archived))] if nightly.archived else []),
        *of_edits(nightly.repaired, storage / "repaired"),
        *_files(nightly.files),
        *([(_("report"), Whole(report_command(baseline=baseline)))] if baseline else []),
    ]
    return laid_out(headline, lines)


def _files(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield a row for each file that the report was written into."""
    if not files:
        yield _("reports"), _("none could be written")
    for number, file in enumerate(files):
        yield "" if number else _("reports"), Whole(file)


def of_fetch(fetched: Fetched) -> str:
    """Say what was checked, and what is remarkable about it."""
    headline = _("run {run}: {links} checked, {again} looked at again").format(
        run=fetched.run.id, links=counting.links(fetched.checked), again=fetched.looked_again
    )
    lines = [
        headline,
        *("  " + _("looked up {where}").format(where=line) for line in of_lookups(fetched)),
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
    if asked and left:
        return [_("{known}; {left} not known there, and fetched as pages").format(known=known, left=left)]
    return [known] if asked else []


def of_remarks(remarks: Remarks) -> list[str]:
    """Say what is remarkable about a run, a sentence each."""
    lines = [_(_NOT_ASKED).format(links=counting.links(remarks.not_asked))] if remarks.not_asked else []
    return lines + [
        _(sentence).format(links=counting.links(remarks.warnings[warning]))
        for warning, sentence in _WARNED.items()
        if remarks.warnings.get(warning)
    ]


def of_reread(reread: Reread) -> str:
    """Say how many checks were read by the rules of today, and for how many of them that makes a difference."""
    sentence = _("{checks} read again by the rules of today: {changed} changed")
    return sentence.format(checks=counting.checks(reread.read), changed=reread.changed) + "\n"


def of_states(report: Report) -> str:
    """Say how many links are in which state, the states that occur only; an ignored link is counted as that alone."""
    ignored = report.ignored
    counts = {state_word(state): count - ignored.get(state, 0) for state, count in report.counts.items()}
    counts[_("ignored")] = sum(ignored.values())
    return " · ".join(f"{word} {count}" for word, count in counts.items() if count) or _("none")


def of_changes(report: Report) -> str:
    """Say how many links the latest run has changed in which way, for each way."""
    changes = changes_of(report.links, report.transitions)
    return " · ".join(f"{_(CHANGES[change])} {len(found)}" for change, found in changes.items())


def of_held(held: Held) -> list[str]:
    """Say that links were not judged dead because they would be too many at once, in a line; none when none was."""
    return [held_back(held.links)] if held.links else []


def of_lints(report: Report) -> str:
    """Say how many odd places there are, and of which kinds, the most frequent first."""
    kinds = Counter(lint.kind.value for lint in report.lints).most_common()
    shown = " · ".join(f"{kind} {count}" for kind, count in kinds)
    return _("{number}: {kinds}").format(number=len(report.lints), kinds=shown)


def of_resolve(result: Resolved) -> str:
    """Say what the archives answered, and what asking the Wayback Machine cost a link."""
    others = " · ".join(f"{source} {count}" for source, count in result.elsewhere.items() if count)
    reasons = {_WHY_NONE[why]: count for why, count in result.none.items() if count and why in _WHY_NONE}
    none = _("{number} asked and there is none").format(number=sum(reasons.values()))
    if reasons:
        why = " · ".join(f"{_(reason)} {count}" for reason, count in reasons.items())
        none = _("{none} ({reasons})").format(none=none, reasons=why)
    parts = [_("{snapshots} found").format(snapshots=counting.snapshots(result.found))]
    if elsewhere := sum(result.elsewhere.values()):
        parts.append(_("{number} elsewhere ({sources})").format(number=elsewhere, sources=others))
    parts.append(none)
    if result.private:
        parts.append(_("{number} not asked for, as their addresses look private").format(number=result.private))
    parts.append(_("{number} could not be asked").format(number=result.could_not_ask))
    return listed(parts) + _cost(result)


def _cost(result: Resolved) -> str:
    if not result.asked:
        return ""
    playback, cdx = result.calls.playback, result.calls.cdx
    return _("; {playback} playback and {cdx} CDX calls, {playback_each} and {cdx_each} a link").format(
        playback=playback,
        cdx=cdx,
        playback_each=f"{playback / result.asked:.1f}",
        cdx_each=f"{cdx / result.asked:.1f}",
    )


def of_archive(result: Archived) -> str:
    """Say what became of the captures that the archive was asked for; what did not occur is left out."""
    parts = [_("{links} saved").format(links=counting.links(result.saved))]
    if result.confirmed:
        parts.append(_("{copies} confirmed").format(copies=counting.copies(result.confirmed)))
    if result.waiting:
        parts.append(_("{number} waiting for confirmation").format(number=result.waiting))
    if result.refused:
        parts.append(_("{number} refused").format(number=result.refused))
    if result.failed:
        parts.append(_("{number} failed").format(number=result.failed))
    if result.left:
        sentence = _("{number} left for the next run: {why}")
        parts.append(sentence.format(number=result.left, why=told(result.why)))
    return listed(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
