"""What pages say of themselves, and what answers showed beside that: each kept once, however often it was seen."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from dlt_crawler.model import SUCCESSES, Evidence, Observation, Page, Resource, RunId, Sibling
from dlt_crawler.store.records import CHECK, check_of, page_key
from dlt_crawler.store.resources import BATCH, ids_by_key
from dlt_crawler.store.tables import Values, checks, evidence, pages, resources

PAGE = (pages.c.title, pages.c.abstract, pages.c.language, pages.c.script)
"""What `Page` is made of."""


def page_ids(connection: Connection, wanted: Iterable[Page]) -> Mapping[Page, int | None]:
    """Return the ids of pages, at most a batch of them. New ones are added; a page that says nothing has none."""
    keys = {page: page_key(page) for page in dict.fromkeys(wanted) if page != Page()}
    known = ids_by_key(connection, pages, keys.values())
    new: list[Values] = [
        {
            "key": key,
            "title": page.title,
            "abstract": page.abstract,
            "language": page.language,
            "script": page.script,
        }
        for page, key in keys.items()
        if key not in known
    ]
    if new:
        connection.execute(insert(pages), new)
        known = ids_by_key(connection, pages, keys.values())
    return {Page(): None} | {page: known[key] for page, key in keys.items()}


def evidence_ids(connection: Connection, wanted: Iterable[Evidence | None]) -> Mapping[Evidence | None, int | None]:
    """Return the ids of what was shown, at most a batch of it. What is new is added."""
    facts = {each: evidence_text(each) for each in dict.fromkeys(wanted) if each is not None}
    keys = {each: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for each, text in facts.items()}
    known = ids_by_key(connection, evidence, keys.values())
    new: list[Values] = [{"key": key, "facts": facts[each]} for each, key in keys.items() if key not in known]
    if new:
        connection.execute(insert(evidence), new)
        known = ids_by_key(connection, evidence, keys.values())
    return {None: None} | {each: known[key] for each, key in keys.items()}


def remember_pages(
    connection: Connection, observations: Sequence[Observation], ids: Mapping[Resource, int]
) -> Mapping[Page, int | None]:
    """Keep the page of each observed resource, and return the ids of the observed pages.

    A title or an abstract that is missing now never hides the one that was there before, nor does that of a page which
    is not to be remembered (`Observation.remembered`).
    """
    before = _pages_of(connection, [ids[seen.resource] for seen in observations])
    now = dict(before)
    for seen in observations:
        if seen.remembered:
            number = ids[seen.resource]
            now[number] = seen.page.over(now.get(number, Page()))
    set_pages(connection, {number: page for number, page in now.items() if page != before.get(number, Page())})
    return page_ids(connection, (seen.page for seen in observations))


def disown_pages(connection: Connection, run: RunId, distrusted: Collection[RunId]) -> None:
    """Know of the pages that were seen in a distrusted run what the other runs saw of them.

    What no check says stays known: those that said it were thinned out. Takes as long as it takes to read the checks
    of what the run saw; memory stays bounded.
    """
    last = 0
    while ids := _seen_after(connection, run, last):
        last = ids[-1]
        before = _pages_of(connection, ids)
        told: defaultdict[int, Page] = defaultdict(Page)
        disowned: defaultdict[int, set[Page]] = defaultdict(set)
        seen = (
            select(checks.c.resource_id, *CHECK)
            .join_from(checks, resources)
            .join(pages, checks.c.page_id == pages.c.id)
            .where(checks.c.resource_id.in_(ids), checks.c.outcome.in_(SUCCESSES))
            .order_by(checks.c.resource_id, checks.c.at, checks.c.id)
        )
        for number, *row in connection.execute(seen):
            check = check_of(row)
            if check.run in distrusted:
                disowned[number].add(check.seen.page)
            elif check.seen.remembered:
                told[number] = check.seen.page.over(told[number])
        now = {number: told[number].over(page.without(disowned[number])) for number, page in before.items()}
        set_pages(connection, {number: page for number, page in now.items() if page != before[number]})


def set_pages(connection: Connection, changed: Mapping[int, Page]) -> None:
    """Replace what is known of the pages of these resources, at most a batch of them."""
    if not changed:
        return
    found = page_ids(connection, changed.values())
    rows: list[Values] = [{"resource": number, "page": found[page]} for number, page in changed.items()]
    connection.execute(
        update(resources).where(resources.c.id == bindparam("resource")).values(page_id=bindparam("page")), rows
    )


def evidence_text(shown: Evidence) -> str:
    """Return what was shown as a JSON object without what is the default."""
    facts = {field.name: value for field in fields(shown) if (value := getattr(shown, field.name)) != field.default}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def evidence_of(text: str) -> Evidence:
    """Return what `evidence_text` was made of. Raises ValueError or TypeError for anything else."""
    facts: dict[str, Any] = json.loads(text)
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    if "fields" in values:
        values["fields"] = tuple((name, value) for name, value in values["fields"])
    if "sibling" in values:
        values["sibling"] = Sibling(values["sibling"])
    return Evidence(**values)


def _seen_after(connection: Connection, run: RunId, last: int) -> Sequence[int]:
    """Return the next resources, by id, of which a page was seen in a run: a batch of them."""
    query = (
        select(checks.c.resource_id)
        .distinct()
        .where(checks.c.run_id == run, checks.c.resource_id > last)
        .where(checks.c.page_id.is_not(None), checks.c.outcome.in_(SUCCESSES))
        .order_by(checks.c.resource_id)
        .limit(BATCH)
    )
    return connection.scalars(query).all()


def _pages_of(connection: Connection, ids: Sequence[int]) -> dict[int, Page]:
    query = select(resources.c.id, *PAGE).join(pages, pages.c.id == resources.c.page_id).where(resources.c.id.in_(ids))
    return {number: Page(*says) for number, *says in connection.execute(query)}
