"""Bodies that our own WARC files hold: what each URL answered last, and which record has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select

from dlt_crawler.model.payloads import Payload
from dlt_crawler.store.database import Database
from dlt_crawler.store.resources import batches, upsert
from dlt_crawler.store.tables import Values, payloads


class Payloads:
    """As many as there are answers to tell apart: whatever a URL answered before its last answer is forgotten.

    An answer is named by any string: its URL, say.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def with_digest(self, digest: str) -> tuple[Payload, ...]:
        """Return the records that have a body, one for each file."""
        # One of each file is enough: what many pages answer is in many rows.
        of_files = select(func.min(payloads.c.key)).where(payloads.c.digest == digest).group_by(payloads.c.file)
        return self._found(payloads.c.key.in_(of_files))

    def of_answer(self, answer: str) -> Payload | None:
        """Return the body of an answer; None: there is none."""
        return next(iter(self._found(payloads.c.key == _key(answer))), None)

    def save(self, answers: Mapping[str, Payload]) -> None:
        """Replace the bodies of these answers. Lost with the power, they are written into the files once more."""
        rows: list[Values] = [
            {"key": _key(answer), "digest": body.digest, "url": body.url, "at": body.at, "file": body.file}
            for answer, body in answers.items()
        ]
        for batch in batches(rows):
            with self._database.writing(durable=False) as connection:
                connection.execute(upsert(connection, payloads, "key"), batch)

    def _found(self, condition: ColumnElement[Any]) -> tuple[Payload, ...]:
        columns = payloads.c.digest, payloads.c.url, payloads.c.at, payloads.c.file
        query = select(*columns).where(condition).order_by(payloads.c.file)
        with self._database.reading() as connection:
            return tuple(Payload(*row) for row in connection.execute(query))


def _key(answer: str) -> str:
    return hashlib.sha256(answer.encode()).hexdigest()
