"""The repairs that were made, each once, and who took some back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dlt_crawler.language import _, told
from dlt_crawler.model import LinkOccurrence, LoggedRepair, Report
from dlt_crawler.report.escapes import link, words
from dlt_crawler.report.markdown.places import Places
from dlt_crawler.report.markdown.tables import Part
from dlt_crawler.report.paper import day


@dataclass(frozen=True, slots=True)
class Edit:
    """One URL that was written over another."""

    place: LinkOccurrence
    """With the path of its document from the root of the repository, where it was committed."""
    new: str
    why: str


def made(repairs: Sequence[LoggedRepair]) -> Sequence[Edit]:
    """Return what was committed to the newest branch, in the files of its repository; else all that was written."""
    committed = [(each, *to) for each in repairs if (to := _committed(each)) is not None]
    written = [(each.repair, each.repair.occurrence.file) for each in repairs]
    if committed:
        # One of this name may have been made, and thrown away, before.
        last, newest, _path = committed[-1]
        written = [(each.repair, path) for each, branch, path in committed if (branch, each.at) == (newest, last.at)]
    found: dict[tuple[str, int, int, str], Edit] = {}
    for edit, file in written:
        place = replace(edit.occurrence, file=file)
        at = (file, place.line, place.column, edit.replacement)
        found.setdefault(at, Edit(place, edit.replacement, edit.evidence))
    return [found[at] for at in sorted(found)]


def repaired(edits: Sequence[Edit], places: Places) -> Part:
    """Tell of each edit where it stands, what it puts in place of what, and on what grounds."""
    return Part.of(
        _("Repaired"),
        (_("where"), _("old"), _("new"), _("why")),
        edits,
        lambda edit: (
            places.place(edit.place),
            link(edit.place.url or edit.place.raw),
            link(edit.new),
            words(told(edit.why)),
        ),
    )


def disputed(report: Report, places: Places) -> Part:
    """Tell of the repairs that somebody took back."""
    found = [
        (status, status.dispute) for status in report.links.of(lambda kind: kind.disputed) if status.dispute is not None
    ]
    return Part.of(
        _("Disputed: somebody took the repair back"),
        (_("where"), _("link"), _("what was taken back")),
        found,
        lambda each: (places.all_of(each[0]), link(each[0].url), f"{link(each[1].replacement)}, {day(each[1].at)}"),
    )


def _committed(logged: LoggedRepair) -> tuple[str, str] | None:
    """Return to which branch a repair was committed, and in which file; None when it was written into a directory.

    "BRANCH:PATH" has no colon in the first (git-check-ref-format(1)), and in the second the document's path, from the
    root of the repository instead of from where we are.
    """
    branch, colon, path = logged.written_to.partition(":")
    file = logged.repair.occurrence.file
    is_committed = colon and (path == file or file.endswith(f"/{path}") or path.endswith(f"/{file}"))
    return (branch, path) if is_committed else None
