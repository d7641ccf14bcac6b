"""What is said of a link to programs and in test results: English always, one short sentence a fact."""

from __future__ import annotations

from collections.abc import Iterator

from dlt_crawler.model import Ignore, LinkStatus, NoSnapshot, Snapshot
from dlt_crawler.report.paper import day
from dlt_crawler.report.rules import DISPUTED, MOVED, Rule, warning_of
from dlt_crawler.report.wording import NO_SNAPSHOT, WARNINGS


def about(link: LinkStatus, rule: Rule) -> str:
    """Return what was found about the link itself, without the last full stop."""
    if (warning := warning_of(rule)) is not None:
        return WARNINGS[warning].format(address=link.last.seen.final_url if link.last else None)
    if rule is MOVED:
        return f"has moved for good to {link.verdict.moved_to}"
    if rule is DISPUTED and link.dispute is not None:
        return f"the old URL stands again in {link.dispute.file} since {day(link.dispute.at)}"
    return link.verdict.reason.rstrip(".")


def facts(link: LinkStatus) -> Iterator[str]:
    """Yield what else helps to mend the link: since when it fails, its snapshot, what is known of its site."""
    verdict = link.verdict
    if verdict.failing_since is not None:
        working = f"last seen working {day(verdict.last_ok)}" if verdict.last_ok else "never seen working"
        yield f"Failing since {day(verdict.failing_since)}, {working}."
    if isinstance(link.snapshot, Snapshot):
        yield f"Archived copy: {link.snapshot.url}"
    elif isinstance(link.snapshot, NoSnapshot):
        yield f"{NO_SNAPSHOT[link.snapshot.reason].capitalize()}."
    if link.dispute is not None:
        yield f"Not repaired so again: {link.dispute.replacement}"
    if link.note:
        yield f"{link.note.rstrip('.')}."
    if link.ignored is not None:
        yield f"{ignored(link.ignored)}."


def ignored(ignore: Ignore) -> str:
    """Say by whom, why and until when a link is not to be reported."""
    reason = f": {ignore.reason.rstrip('.')}" if ignore.reason else ""
    until = f" (until {ignore.until.isoformat()})" if ignore.until else ""
    return f"Ignored by {ignore.where}{reason}{until}"
