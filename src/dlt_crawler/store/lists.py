"""What the store knows of lists: their documents, what stands in them, and since when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from dlt_crawler.model import Extraction, LinkOccurrence, Resource, SourceDocument
from dlt_crawler.store import citations, documents
from dlt_crawler.store.citations import Cited
from dlt_crawler.store.database import Database
from dlt_crawler.store.dates import Dates
from dlt_crawler.store.proofs import Proofs


class Lists:
    """The part of `Store` that is about documents. Apart from it as `Nights` is."""

    _database: Database

    def extraction_of(
        self,
        document: SourceDocument,
        fingerprint: str,
        *,
        now: datetime | None = None,
        not_parsed: bool = False,
    ) -> Extraction | None:
        """Return what was found in a document, when it has the same bytes and format as then, and the same fingerprint.

        `fingerprint` is of everything else that decides what is found. None: it has to be parsed, because something
        changed, or one of its ignores has expired `now`, or, without `not_parsed`, because it could not be parsed the
        last time, which may have been bad luck.
        """
        with self._database.reading() as connection:
            current = documents.is_current(connection, document, fingerprint, now=now, not_parsed=not_parsed)
            return documents.extraction(connection, document.path) if current else None

    def extraction(self, path: str) -> Extraction:
        """Return what is stored of a document, whatever it holds today."""
        with self._database.reading() as connection:
            return documents.extraction(connection, path)

    def links_of(self, path: str) -> tuple[LinkOccurrence, ...]:
        """Return the links that are stored of a document, in its order."""
        return self.extraction(path).links

    def digests(self) -> Mapping[str, str]:
        """Return the SHA-256 of the bytes of each document as its links were stored."""
        with self._database.reading() as connection:
            return documents.digests(connection)

    def is_current(self, document: SourceDocument, fingerprint: str, *, now: datetime | None = None) -> bool:
        """Tell whether `extraction_of` has an answer."""
        with self._database.reading() as connection:
            return documents.is_current(connection, document, fingerprint, now=now)

    def save_extraction(
        self, document: SourceDocument, fingerprint: str, extraction: Extraction, *, now: datetime
    ) -> None:
        """Replace what is stored of a document. Resources that were never seen are first seen `now`.

        A document for which `extraction_of` has an answer costs one read and no write.
        """
        with self._database.reading() as connection:
            current = documents.is_current(connection, document, fingerprint, now=now)
        if not current:
            # Lost with the power, it is parsed again.
            with self._database.writing(durable=False) as connection:
                documents.save(connection, document, fingerprint, extraction, now)

    def documents(self) -> tuple[str, ...]:
        """Return the paths of all documents, sorted."""
        with self._database.reading() as connection:
            return documents.paths(connection)

    def forget_documents(self, paths: Iterable[str]) -> None:
        """Delete documents and what was found in them. Resources stay, with their checks and verdicts."""
        with self._database.writing() as connection:
            documents.forget(connection, paths)

    def cited(self, wanted: Collection[Resource]) -> Mapping[Resource, Cited]:
        """Return how these resources are written, and what they led to; those that were never seen are left out."""
        with self._database.reading() as connection:
            return citations.cited(connection, wanted)

    @property
    def dates(self) -> Dates:
        """When links were written."""
        return Dates(self._database)

    @property
    def proofs(self) -> Proofs:
        """What became of the edits of documents."""
        return Proofs(self._database)
