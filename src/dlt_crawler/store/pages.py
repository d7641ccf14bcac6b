"""What pages say of themselves, and what answers showed beside that: each kept once, however often it was seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from dlt_crawler.model import Evidence, Observation, Page, Resource, Sibling
from dlt_crawler.store.records import page_key
from dlt_crawler.store.resources import ids_by_key
from dlt_crawler.store.tables import Values, evidence, pages, resources

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


def _pages_of(connection: Connection, ids: Sequence[int]) -> dict[int, Page]:
    query = select(resources.c.id, *PAGE).join(pages, pages.c.id == resources.c.page_id).where(resources.c.id.in_(ids))
    return {number: Page(*says) for number, *says in connection.execute(query)}
