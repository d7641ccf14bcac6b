"""What became of the edits of documents, so that what stays as it is need not be proven again."""

from __future__ import annotations

import json

from sqlalchemy import select

from dlt_crawler.model import Proven
from dlt_crawler.store.database import Database
from dlt_crawler.store.resources import upsert
from dlt_crawler.store.tables import documents, proofs


class Proofs:
    """The latest of each document that is stored. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, path: str) -> Proven | None:
        """Return what is known of a document; None when nothing is, or nothing that makes sense."""
        columns = (proofs.c.basis, proofs.c.digest, proofs.c.fates)
        query = select(*columns).join_from(proofs, documents).where(documents.c.path == path)
        with self._database.reading() as connection:
            found = connection.execute(query).one_or_none()
        fates = _fates(found.fates) if found is not None else None
        return None if found is None or fates is None else Proven(found.basis, found.digest, fates)

    def keep(self, path: str, proven: Proven) -> None:
        """Replace what is known of a document, if that is stored."""
        # Lost with the power, it is proven again.
        with self._database.writing(durable=False) as connection:
            number = connection.scalar(select(documents.c.id).where(documents.c.path == path))
            if number is None:
                return
            said = {"basis": proven.basis, "digest": proven.digest, "fates": json.dumps(proven.fates)}
            connection.execute(upsert(connection, proofs, "document_id"), [{"document_id": number, **said}])


def _fates(text: str) -> tuple[str | None, ...] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    is_told = isinstance(found, list) and all(each is None or isinstance(each, str) for each in found)
    return tuple(found) if is_told else None
