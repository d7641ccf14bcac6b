"""Which contents of files are committed: what the history of a file can have changed by."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.commits import head

log = logging.getLogger(__name__)

Files = Mapping[bytes, tuple[bytes, str]]


class Committed:
    """The blobs of files in the latest commits of their repositories. Git is asked a few times a repository.

    Not at all outside of one: whether a directory lies in a work tree is told by its `.git` or that of one above it.
    """

    def __init__(self) -> None:
        self._roots: dict[str, tuple[str, str | None]] = {}
        """Of directories: where they really are, and the root of the work tree."""
        self._files: dict[str, Files | None] = {}
        """Of work trees."""

    def blob(self, path: Path) -> str | None:
        """Return the id of what HEAD has of a file; empty where it has none, and outside of a work tree.

        None, with the reason in the debug log, when git cannot tell.
        """
        directory, name = os.path.split(os.path.realpath(path) if path.is_symlink() else path)
        place, root = self._place(directory)
        if root is None:
            return ""
        if root not in self._files:
            self._files[root] = _files(Path(root))
        files = self._files[root]
        if files is None:
            return None
        _mode, blob = files.get(os.fsencode(os.path.relpath(f"{place}/{name}", root)), (b"", ""))
        return blob

    def _place(self, directory: str) -> tuple[str, str | None]:
        if directory not in self._roots:
            place = Path(os.path.realpath(directory))
            above = (each for each in (place, *place.parents) if os.path.lexists(each / ".git"))
            root = next(above, None)
            self._roots[directory] = str(place), None if root is None else str(root)
        return self._roots[directory]


def _files(root: Path) -> Files | None:
    try:
        return head(root).files
    except GitError as error:
        log.debug("git does not know what is committed: %s", error)
        return None
