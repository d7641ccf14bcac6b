"""How many links are left out because somebody asked for it, and which of these requests should be looked at."""

from __future__ import annotations

from dlt_crawler.language import ngettext, told
from dlt_crawler.model import Report


def of_ignores(report: Report) -> list[str]:
    """Say both, in a line for the links and one for each request; none where there is nothing to say."""
    links = sum(link.ignored is not None for link in report.links)
    said = ngettext(
        "{number} link that does not answer is not told of, as the configuration says",
        "{number} links that do not answer are not told of, as the configuration says",
        links,
    ).format(number=f"{links:,}")
    return [*([said] if links else []), *(f"{each.ignore.where}: {told(each.sentence)}" for each in report.ignores)]
