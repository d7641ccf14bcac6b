"""Writing into files that people work on: never where it is not allowed, nor over what somebody else has written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dlt_crawler.errors import RepairError, StaleSpan
from dlt_crawler.pipeline.repairs.destinations import Destination

_ATTEMPTS = 5
"""A file that changes between reading and writing is read again, so often in all."""

T = TypeVar("T")


def until_unchanged(path: Path, attempt: Callable[[], T]) -> T:
    """Return what the attempt to read and write a file does that is not cut short by StaleSpan.

    Raises RepairError when all of them are, and what they raise else.
    """
    for _ in range(_ATTEMPTS):
        try:
            return attempt()
        except StaleSpan:
            continue
    raise RepairError(f"{path}: changed each of the {_ATTEMPTS} times that it was to be written; it was left alone")


def require_allowed(destination: Destination, document: Path, target: Path) -> None:
    """Raise RepairError when nothing may be written to this target of a document, or when that cannot be told."""
    try:
        destination.check(document, target)
    except OSError as error:
        raise RepairError(f"{target}: cannot be written: {error.strerror}") from error
