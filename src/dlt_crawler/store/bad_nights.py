"""The bad nights of hosts: in which runs several links of one host failed as hosts do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, MutableMapping
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, and_, func, select, true, tuple_

from dlt_crawler.model import BadNight, Outcome, RunId
from dlt_crawler.store.arrays import elements, nested, whole_number
from dlt_crawler.store.checks import is_last_look
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import checks, resources
from dlt_crawler.store.tables.seen import failed
from dlt_crawler.urls import authority_of


def bad_nights(
    connection: Connection, outcomes: Collection[Outcome], least: int, *, unjudged: bool = False
) -> frozenset[BadNight]:
    """Return where at least so many links of one host and port saw one of these outcomes at their last look.

    With `unjudged`, of hosts that have a resource that is to be judged, and of runs in which such a one failed: no
    other matters to its verdict. Memory holds the failures of one run at a time, and the links that ever failed with
    others of their slot.
    """
    # First by slot, which the database knows: a slot is one host, or several.
    of_slot = func.count().over(partition_by=(checks.c.run_id, resources.c.slot)).label("of_slot")
    wanted = _beside_the_unjudged(connection, outcomes, least) if unjudged else true()
    together = (
        select(checks.c.run_id, checks.c.resource_id, of_slot)
        .join_from(checks, resources)
        # In this order: whether it is a last look is the dearest question.
        .where(failed(), checks.c.outcome.in_(outcomes), wanted, is_last_look())
        .subquery()
    )
    query = (
        select(together.c.run_id, together.c.resource_id).where(together.c.of_slot >= least).order_by(together.c.run_id)
    )
    hosts: dict[int, str] = {}
    found: set[BadNight] = set()
    for run, links in groupby(connection.execute(query), key=itemgetter(0)):
        numbers = [link[1] for link in links]
        _learn_hosts(connection, hosts, numbers)
        failures = Counter(hosts[number] for number in numbers)
        found.update(BadNight(RunId(run), host) for host, many in failures.items() if many >= least)
    return frozenset(found)


def _beside_the_unjudged(connection: Connection, outcomes: Collection[Outcome], least: int) -> ColumnElement[bool]:
    """Return the condition that in the run of a check something that is to be judged failed in its slot.

    Slots with too few links for a bad night are left out.
    A query with it goes by what failed in these runs and never reads a whole slot, which may have 100,000 links.
    """
    beside = resources.alias("beside")
    last_that_makes_enough = select(beside.c.id).where(beside.c.slot == resources.c.slot).offset(least - 1).limit(1)
    of_large = select(resources.c.id, resources.c.slot).where(
        resources.c.unjudged == true(), last_that_makes_enough.scalar_subquery().is_not(None)
    )
    nights: set[tuple[int, str]] = set()
    for batch in batches(connection.execute(of_large)):
        # By resource, of which there are few: not by what has failed in all the years.
        slot_of = dict(map(tuple, batch))
        failures = select(checks.c.run_id, checks.c.resource_id).where(
            checks.c.resource_id.in_(slot_of), checks.c.outcome.in_(outcomes)
        )
        nights.update((run, slot_of[number]) for run, number in connection.execute(failures))
    # Each as one parameter: a statement takes a limited number of them.
    runs = elements(connection, sorted({run for run, _ in nights}))
    pairs = elements(connection, sorted(nights))
    run, slot = (nested(connection, pairs.c.value, place) for place in range(2))
    own = resources.alias("own")
    # Not the slot of the join, or SQLite would begin with the slots.
    slot_of_check = select(own.c.slot).where(own.c.id == checks.c.resource_id).scalar_subquery()
    return and_(
        checks.c.run_id.in_(select(whole_number(connection, runs.c.value))),
        tuple_(checks.c.run_id, slot_of_check).in_(select(whole_number(connection, run), slot)),
    )


def _learn_hosts(connection: Connection, hosts: MutableMapping[int, str], wanted: Iterable[int]) -> None:
    for batch in batches(number for number in wanted if number not in hosts):
        query = select(resources.c.id, resources.c.url).where(resources.c.id.in_(batch))
        hosts.update((number, authority_of(url)) for number, url in connection.execute(query))
