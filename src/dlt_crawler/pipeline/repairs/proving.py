"""Documents with the edits that are asked of them, proven once: what stays as it is, is not proven anew each night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from dlt_crawler import sources
from dlt_crawler.model import Proven, Repair
from dlt_crawler.repair import Reader, Refusal, RepairedDocument, apply
from dlt_crawler.sources import Extracted
from dlt_crawler.store import Proofs

EDITOR_VERSION: Final = 1
"""Raised with every change of what is made of the same document and the same edits, or of how that is proven (`repair`,
`sources.rendering`): all of it is made and proven again then. What finds links has a version of its own, which counts
as well (`sources.options`)."""


@dataclass(frozen=True, slots=True)
class Prover:
    """Makes the edits of documents, and remembers what became of them.

    To prove an edit is to read the document, as people see it, before and after: a fifth of a second for 500 links, and
    most of what a repair costs. What was proven of these bytes and edits holds for the bytes that were made of them.
    """

    proofs: Proofs
    options: sources.Options
    reader: Reader

    def recalled(self, extracted: Extracted, edits: Sequence[Repair], there: bytes | None) -> RepairedDocument | None:
        """Return the document with these edits where `there` is what was made of them before; otherwise None.

        Its `rewrites` are empty: there is nothing to write.
        """
        document = extracted.document
        known = self.proofs.of(document.path) if edits and there is not None else None
        if there is None or known is None or known.basis != self._basis(extracted, edits):
            return None
        if len(known.fates) != len(edits) or sha256(there).hexdigest() != known.digest:
            return None
        told = list(zip(edits, known.fates, strict=True))
        made = tuple(edit for edit, why in told if why is None)
        refused = tuple(Refusal(edit, why) for edit, why in told if why)
        return RepairedDocument(replace(document, data=there, digest=known.digest), made, refused)

    def edited(self, extracted: Extracted, edits: Sequence[Repair]) -> RepairedDocument:
        """Return the document with these edits, as `apply` does, and remember what became of each."""
        result = apply(extracted.document, edits, self.reader)
        if edits:
            made, refused = set(result.applied), {each.repair: each.why for each in result.refused}
            fates = tuple(None if edit in made else refused.get(edit, "") for edit in edits)
            digest = sha256(result.document.data).hexdigest()
            self.proofs.keep(extracted.document.path, Proven(self._basis(extracted, edits), digest, fates))
        return result

    def _basis(self, extracted: Extracted, edits: Sequence[Repair]) -> str:
        """Return the SHA-256 of all that decides what becomes of these edits. Their evidence does not."""
        # The day decides which links are to be left alone, and so when the first of these comments expires.
        document = (extracted.document.digest, extracted.extraction.until)
        asked = [replace(edit, evidence="") for edit in edits]
        said = repr((EDITOR_VERSION, self.options.fingerprint, document, asked))
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
