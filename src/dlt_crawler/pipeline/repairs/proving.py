"""Documents with the edits that are asked of them, proven once: what stays as it is, is not proven anew each night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from dlt_crawler import sources
from dlt_crawler.model import Proven, Repair
from dlt_crawler.repair import Reader, Refusal, RepairedDocument, apply
from dlt_crawler.sources import Extracted
from dlt_crawler.store import Store

EDITOR_VERSION: Final = 1
"""Raised with every change of what is made of the same document and the same edits: all of them are proven again then.
(What reads documents has a version of its own: `sources.Options.fingerprint`.)"""


@dataclass(frozen=True, slots=True)
class Prover:
    """Makes the edits of documents, and remembers what became of them.

    To prove an edit is to read the document, as people see it, before and after: half a second for 500 links, and most
    of what a repair costs. What was proven of these very bytes and edits holds for the bytes that were made of them.
    """

    store: Store
    options: sources.Options
    reader: Reader

    def edited(self, extracted: Extracted, edits: Sequence[Repair], target: Path | None) -> RepairedDocument:
        """Return the document with these edits, as `apply` does.

        Where `target` has what was made of the same document and the same edits before, nothing is done, and
        `rewrites` is empty: there is nothing to write. Raises what `apply` raises.
        """
        document = extracted.document
        if target is None or not edits:
            return apply(document, edits, self.reader)
        basis = self._basis(extracted, edits)
        known = self.store.proofs.of(document.path)
        if known is not None and known.basis == basis:
            data = _bytes_of(target)
            if data is not None and sha256(data).hexdigest() == known.digest:
                made = replace(document, data=data, digest=known.digest)
                return RepairedDocument(made, *_told(edits, known.fates))
        result = apply(document, edits, self.reader)
        digest = sha256(result.document.data).hexdigest()
        self.store.proofs.keep(document.path, Proven(basis, digest, _fates(edits, result)))
        return result

    def _basis(self, extracted: Extracted, edits: Sequence[Repair]) -> str:
        """Return the SHA-256 of all that decides what becomes of these edits. Their evidence does not."""
        document = extracted.document
        # Which of its links are to be left alone may depend on the day.
        day = None if extracted.extraction.until is None else self.options.today
        place = (document.path, document.format, document.digest, day)
        asked = [replace(edit, evidence="") for edit in edits]
        said = repr((EDITOR_VERSION, self.options.fingerprint, place, asked))
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _fates(edits: Sequence[Repair], result: RepairedDocument) -> tuple[str | None, ...]:
    """Return what became of each edit (`Proven.fates`)."""
    made, refused = set(result.applied), {each.repair: each.why for each in result.refused}
    return tuple(None if edit in made else refused.get(edit, "") for edit in edits)


def _told(edits: Sequence[Repair], fates: Sequence[str | None]) -> tuple[tuple[Repair, ...], tuple[Refusal, ...]]:
    """Return the edits that were made, and those that were refused."""
    told = list(zip(edits, fates, strict=True))
    return tuple(edit for edit, why in told if why is None), tuple(Refusal(edit, why) for edit, why in told if why)


def _bytes_of(path: Path) -> bytes | None:
    """Return what a regular file holds; None where there is none that can be read."""
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None
