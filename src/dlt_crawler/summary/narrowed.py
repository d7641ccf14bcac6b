"""What a run about nothing but what was added did, in words for a person."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from dlt_crawler.language import _, told
from dlt_crawler.pipeline import Fetched, Narrowed
from dlt_crawler.model import Report
from dlt_crawler.report import discreet, place
from dlt_crawler.report.paper import column
from dlt_crawler.summary import counting
from dlt_crawler.report.wording import reason, state_word
from dlt_crawler.summary.ignores import of_ignores
from dlt_crawler.summary.stages import (
    LABEL_WIDTH,
    of_fetch,
    of_held,
    of_lints,
    of_lookups,
    of_remarks,
    of_resolve,
    of_states,
)

_LISTED = 50
"""Places of broken links that are told; the report has all."""


def of_narrowed(narrowed: Narrowed) -> str:
    """Say it; `narrowed.report` is narrowed down by then. Ends in a line feed.

    Broken links come with their places: a commit that is stopped for them shows this and nothing else.
    """
    report, fetched = narrowed.report, narrowed.fetched
    links = _("{only}: {links}, written {times}").format(
        only=told(report.only), links=counting.links(len(report.links)), times=counting.times(report.occurrences)
    )
    if fetched is None:
        headline = _("Nothing to check. {links}").format(links=_capital(links))
    else:
        headline = _("Run {run}. {links}; {checked} checked and {again} looked at again").format(
            run=fetched.run.id, links=_capital(links), checked=fetched.checked, again=fetched.looked_again
        )
    lines = [
        (_("links"), of_states(report)),
        *_broken(report),
        *((_("held"), line) for line in of_held(narrowed.held)),
        *((_("looked up"), line) for line in (of_lookups(fetched) if fetched else ())),
        *((_("fetched"), line) for line in (of_remarks(fetched.remarks) if fetched else ())),
        *([(_("lints"), of_lints(report))] if report.lints else []),
        *((_("ignored"), line) for line in of_ignores(report)),
        (_("archive"), of_resolve(narrowed.resolved)),
        (_("report"), f"dlt-crawl report --since {shlex.quote(narrowed.added.since)}"),
    ]
    rows = (f"  {column(label, LABEL_WIDTH)} {discreet(line)}" for label, line in lines)
    return "".join(f"{line}\n" for line in (discreet(headline), *rows))


def _broken(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the state and the place of each broken link, and why it is called so; of many only the first."""
    broken = [(link, written) for link in report.links if link.is_broken for written in link.occurrences]
    for link, written in broken[:_LISTED]:
        yield state_word(link.verdict.state), f"{place(written)}: {link.url} ({reason(link.verdict)})"
    if len(broken) > _LISTED:
        yield "", _("and {number} more").format(number=f"{len(broken) - _LISTED:,}")


def of_fetch_since(fetched: Fetched | None) -> str:
    """Say what was checked of what was added; None: there was nothing to check."""
    return _("Nothing to check: no link was added or changed.") + "\n" if fetched is None else of_fetch(fetched)


def _capital(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
