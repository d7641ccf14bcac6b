"""What a run about nothing but what was added did, in words for a person."""

from __future__ import annotations

from dlt_crawler.language import _, told
from dlt_crawler.pipeline import Fetched, Narrowed
from dlt_crawler.summary import counting
from dlt_crawler.summary.broken import of_broken, report_command
from dlt_crawler.summary.ignores import of_ignores
from dlt_crawler.summary.rows import Whole, laid_out
from dlt_crawler.summary.stages import (
    of_fetch,
    of_held,
    of_lints,
    of_lookups,
    of_remarks,
    of_resolve,
    of_states,
)


def of_narrowed(narrowed: Narrowed, *, baseline: str | None = None) -> str:
    """Say it; `narrowed.report` is narrowed down by then, also to what the file `baseline` lacks. Ends in a line feed.

    Broken links come with their places: a commit that is stopped for them shows this and nothing else.
    """
    report, fetched = narrowed.report, narrowed.fetched
    links, times = counting.links(len(report.links)), counting.times(report.occurrences)
    if fetched is None:
        headline = _("Nothing to check: {links}, written {times}. {only}").format(
            links=links, times=times, only=told(report.only)
        )
    else:
        headline = _(
            "Run {run}: {links}, written {times}; {checked} checked and {again} looked at again. {only}"
        ).format(
            run=fetched.run.id,
            links=links,
            times=times,
            checked=fetched.checked,
            again=fetched.looked_again,
            only=told(report.only),
        )
    lines = [
        (_("links"), of_states(report)),
        *of_broken(report),
        *((_("held"), line) for line in of_held(narrowed.held)),
        *((_("looked up"), line) for line in (of_lookups(fetched) if fetched else ())),
        *((_("fetched"), line) for line in (of_remarks(fetched.remarks) if fetched else ())),
        *([(_("lints"), of_lints(report))] if report.lints else []),
        *((_("ignored"), line) for line in of_ignores(report)),
        (_("archive"), of_resolve(narrowed.resolved)),
        (_("report"), Whole(report_command(since=narrowed.added.since, baseline=baseline))),
    ]
    return laid_out(headline, lines)


def of_fetch_since(fetched: Fetched | None) -> str:
    """Say what was checked of what was added; None: there was nothing to check."""
    return _("Nothing to check: no link was added or changed.") + "\n" if fetched is None else of_fetch(fetched)
