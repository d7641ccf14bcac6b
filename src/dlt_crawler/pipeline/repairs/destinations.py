"""Where repaired documents are written, and where nothing may be written to."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from dlt_crawler import sources
from dlt_crawler.config import Settings
from dlt_crawler.errors import RepairError, SourceError
from dlt_crawler.pipeline.repairs.uncommitted import uncommitted

Guard = Callable[[Path], str | None]
"""Says why a document is not to be written into just now, as "FILE: …" goes on; None: it may be."""


class Destination(Protocol):
    """From a document's path to where its repaired text is written."""

    @property
    def directory(self) -> Path | None:
        """The directory of repaired copies; None where there are none."""

    def of(self, documents: Sequence[Path]) -> Destination:
        """Return it for one repair of these documents: what holds for all of them it finds out once."""

    def __call__(self, document: Path) -> Path | None:
        """Return where the repaired text of a document is written; None: nowhere."""

    def check(self, document: Path, target: Path) -> None:
        """Raise RepairError when nothing may be written to this target of a document, OSError when it cannot be told.

        Asked before each writing.
        """


@dataclass(frozen=True, slots=True)
class Mirror:
    """Keeps a document's path, as seen from the working directory, under `directory`."""

    directory: Path

    def of(self, documents: Sequence[Path]) -> Mirror:
        """Return this: it knows all."""
        return self

    def __call__(self, document: Path) -> Path:
        """Return a path below `directory`, wherever the document lies: `..` and links are resolved before."""
        absolute = document.resolve()
        here = Path.cwd()
        inside = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute.relative_to(absolute.anchor)
        return self.directory / inside

    def check(self, document: Path, target: Path) -> None:
        """Refuse what links lead out of the directory, what is the document itself, and what is another one's copy."""
        real = target.parent.resolve()
        if not real.is_relative_to(self.directory.resolve()):
            raise RepairError(f"{target}: a symbolic link leads from here to {real}, out of {self.directory}")
        if real / target.name == document.resolve():
            raise RepairError(f"{target}: is the document itself; to write into documents, say --in-place")
        inside = Path.cwd() / target.relative_to(self.directory)
        if inside.resolve() != document.resolve() and inside.is_file():
            raise RepairError(
                f"{target}: is where the copy of {inside} lies; name another directory for that of {document}"
            )


@dataclass(frozen=True, slots=True)
class InPlace:
    """The document itself."""

    guards: Callable[[Sequence[Path]], Guard] = lambda _documents: lambda _document: None
    """Gives the guard of these documents."""
    guard: Guard | None = None
    """That of all of them; None: each gets one of its own."""

    @property
    def directory(self) -> None:
        """There are no copies."""
        return None

    def of(self, documents: Sequence[Path]) -> InPlace:
        """Return it with the guard of these documents."""
        return replace(self, guard=self.guards(documents))

    def __call__(self, document: Path) -> Path:
        """Return the document."""
        return document

    def check(self, document: Path, target: Path) -> None:
        """Refuse what is reached through a link, is read-only, or has a guard who objects."""
        here = Path(os.path.abspath(target))  # noqa: PTH100 (resolve() would follow symbolic links)
        if (real := target.resolve()) != here:
            raise RepairError(f"{target}: is reached through a symbolic link; name the file itself, {real}")
        # Its directory would let us replace it all the same, and root may write anything.
        if not stat.S_IMODE(target.stat().st_mode) & 0o222 or not os.access(target, os.W_OK):
            raise RepairError(f"{target}: is read-only")
        guard = self.guard or self.guards([document])
        if (why := guard(document)) is not None:
            raise RepairError(f"{document}: {why}")


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The repair is only shown."""

    @property
    def directory(self) -> None:
        """There are no copies."""
        return None

    def of(self, documents: Sequence[Path]) -> Nowhere:
        """Return this."""
        return self

    def __call__(self, document: Path) -> None:
        """Return nothing."""

    def check(self, document: Path, target: Path) -> None:
        """Nothing is written."""


def are_sources(settings: Settings, copies: Iterable[Path]) -> bool:
    """Return whether any of these copies is among the configured sources: the next run reads it as a document."""
    documents: set[Path] = set()
    for pattern in settings.sources:
        # Where other documents were asked for, it does not matter here that one of the configured is missing.
        with suppress(SourceError):
            documents.update(path.resolve() for path in sources.documents(settings, [pattern]))
    return any(copy.resolve() in documents for copy in copies)


mirror = Mirror
in_place_by_force = InPlace()
"""Into the documents, whatever git says of them (`--force`)."""
in_place = InPlace(uncommitted)
"""Into the documents, but not where git knows of changes that nobody has committed."""
nowhere = Nowhere()
