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
        """Return what is known of a document; None when nothing is."""
        columns = (proofs.c.basis, proofs.c.digest, proofs.c.fates)
        with self._database.reading() as connection:
            found = connection.execute(
                select(*columns).join_from(proofs, documents).where(documents.c.path == path)
            ).one_or_none()
        return None if found is None else Proven(found.basis, found.digest, tuple(json.loads(found.fates)))

    def keep(self, path: str, proven: Proven) -> None:
        """Replace what is known of a document, if that is stored."""
        # Lost with the power, it is proven again.
        with self._database.writing(durable=False) as connection:
            number = connection.scalar(select(documents.c.id).where(documents.c.path == path))
            if number is not None:
                row = {"document_id": number, "basis": proven.basis, "digest": proven.digest}
                connection.execute(
                    upsert(connection, proofs, "document_id"), [{**row, "fates": json.dumps(proven.fates)}]
                )
