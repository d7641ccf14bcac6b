"""The bad nights of hosts: in which runs several links of one host failed alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, MutableMapping
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, func, select

from dlt_crawler.model import BadNight, Outcome, RunId
from dlt_crawler.store.checks import is_last_look
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import checks, resources
from dlt_crawler.store.tables.seen import failed
from dlt_crawler.urls import authority_of

_SEEN = (checks.c.run_id, checks.c.outcome, checks.c.status)


def bad_nights(connection: Connection, outcomes: Collection[Outcome], least: int) -> frozenset[BadNight]:
    """Return where at least so many links of one host and port saw one of these outcomes alike at their last look.

    Memory holds the failures of one run at a time, and the links that ever failed with others of their slot.
    """
    # First by slot, which the database knows: a slot is one host, or several.
    of_slot = func.count().over(partition_by=(*_SEEN, resources.c.slot)).label("of_slot")
    alike = (
        select(*_SEEN, checks.c.resource_id, of_slot)
        .join_from(checks, resources)
        .where(failed(), checks.c.outcome.in_(outcomes), is_last_look())
        .subquery()
    )
    query = (
        select(alike.c.run_id, alike.c.outcome, alike.c.status, alike.c.resource_id)
        .where(alike.c.of_slot >= least)
        .order_by(alike.c.run_id, alike.c.outcome, alike.c.status)
    )
    hosts: dict[int, str] = {}
    found: set[BadNight] = set()
    for night, links in groupby(connection.execute(query), key=itemgetter(0, 1, 2)):
        numbers = [link[3] for link in links]
        _learn_hosts(connection, hosts, numbers)
        run, outcome, status = night
        failed_alike = Counter(hosts[number] for number in numbers)
        several = (host for host, many in failed_alike.items() if many >= least)
        found.update(BadNight(RunId(run), host, outcome, status) for host in several)
    return frozenset(found)


def _learn_hosts(connection: Connection, hosts: MutableMapping[int, str], wanted: Iterable[int]) -> None:
    for batch in batches(number for number in wanted if number not in hosts):
        query = select(resources.c.id, resources.c.url).where(resources.c.id.in_(batch))
        hosts.update((number, authority_of(url)) for number, url in connection.execute(query))
