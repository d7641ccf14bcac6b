"""Which contents of files are committed: what the history of a file can have changed by."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.commits import head
from dlt_crawler.git.running import run

log = logging.getLogger(__name__)

Files = Mapping[bytes, tuple[bytes, str]]

_SHALLOW = "shallow:"
_LENGTH = 64
"""Characters that a state has at most: those of an id in SHA-256. Of a marked one fewer are enough."""


class Committed:
    """The blobs of files in the latest commits of their repositories. Git is asked a few times a repository.

    Not at all outside of one: whether a directory lies in a work tree is told by its `.git` or that of one above it.
    """

    def __init__(self) -> None:
        self._roots: dict[str, tuple[str, str | None]] = {}
        """Of directories: where they really are, and the root of the work tree."""
        self._files: dict[str, tuple[Files, str] | None] = {}
        """Of work trees; and how what is said of them is marked."""

    def state(self, path: Path) -> str | None:
        """Return the id of what HEAD has of a file, marked in a shallow clone, which may learn more of the same file.

        Empty where HEAD has none, and outside of a work tree. None, with the reason in the debug log, when git cannot
        tell.
        """
        directory, name = os.path.split(os.path.realpath(path) if path.is_symlink() else path)
        place, root = self._place(directory)
        if root is None:
            return ""
        if root not in self._files:
            self._files[root] = _files(Path(root))
        known = self._files[root]
        if known is None:
            return None
        files, mark = known
        _mode, blob = files.get(os.fsencode(os.path.relpath(f"{place}/{name}", root)), (b"", ""))
        return f"{mark}{blob}"[:_LENGTH] if blob else ""

    def _place(self, directory: str) -> tuple[str, str | None]:
        if directory not in self._roots:
            place = Path(os.path.realpath(directory))
            above = (each for each in (place, *place.parents) if os.path.lexists(each / ".git"))
            root = next(above, None)
            self._roots[directory] = str(place), None if root is None else str(root)
        return self._roots[directory]


def _files(root: Path) -> tuple[Files, str] | None:
    try:
        is_shallow = run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
        return head(root).files, _SHALLOW * is_shallow
    except (GitError, OSError, subprocess.SubprocessError) as error:
        log.debug("git does not know what is committed: %s", error)
        return None
