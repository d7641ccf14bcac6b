"""What was done with a part of the list, and what the parts were put together from."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.language import _, ngettext
from dlt_crawler.model import Shard
from dlt_crawler.pipeline import Merged, Sharded
from dlt_crawler.summary import counting
from dlt_crawler.summary.rows import laid_out
from dlt_crawler.summary.stages import of_lookups, of_remarks


def of_shard(sharded: Sharded) -> str:
    """Say what a run of a shard did, and what comes next."""
    fetched = sharded.fetched
    headline = _(
        "Run {run} of shard {shard}: {own} of {links} in {documents}; {checked} checked and {again} looked at again"
    ).format(
        run=fetched.run.id,
        shard=sharded.shard,
        own=f"{sharded.own:,}",
        links=counting.links(sharded.links),
        documents=counting.documents(sharded.documents),
        checked=fetched.checked,
        again=fetched.looked_again,
    )
    lines = [
        *((_("looked up"), line) for line in of_lookups(fetched)),
        *((_("fetched"), line) for line in of_remarks(fetched.remarks)),
        (
            _("next"),
            ngettext(
                "nothing is reported or repaired before `dlt-crawl merge`",
                "nothing is reported or repaired before all {number} shards are done, and `dlt-crawl merge`",
                sharded.shard.of,
            ).format(number=sharded.shard.of),
        ),
    ]
    return laid_out(headline, lines)


def of_merge(merged: Merged) -> str:
    """Say what was brought, from which shards, and which are missing, in a line."""
    said = _("{checks} brought from shards {shards}").format(
        checks=counting.checks(merged.checks), shards=_listed(merged.shards)
    )
    if merged.absent:
        said = _("{brought}; missing: {shards}, whose links are what they were").format(
            brought=said, shards=_listed(merged.absent)
        )
    return said + "\n"


def _listed(shards: Iterable[Shard]) -> str:
    return ", ".join(map(str, shards))
