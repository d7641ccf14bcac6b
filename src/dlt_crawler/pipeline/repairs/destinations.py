"""Where repaired documents are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Destination = Callable[[Path], Path | None]
"""From a document's path to where its repaired text is written; None: nowhere."""


def mirror(directory: Path) -> Callable[[Path], Path]:
    """Return the destination that keeps a document's path, as seen from the working directory, under `directory`."""

    def destination(path: Path) -> Path:
        absolute = path.resolve()
        here = Path.cwd()
        inside = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute.relative_to(absolute.anchor)
        return directory / inside

    return destination


def in_place(path: Path) -> Path:
    """Return the destination that is the document itself."""
    return path


def nowhere(_path: Path) -> None:
    """Return no destination: the repair is only shown."""
