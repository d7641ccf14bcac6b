"""Whether a file has changes that are not committed.

Git compares a file with what is committed as its filters make it (gitattributes(5)): those of line ends and encodings,
which are its own, and programs that the configuration names. The latter are not run, so that of such a file nobody can
tell.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.running import WorkTrees, ask

_NO_DRIVER = frozenset({b"unspecified", b"unset", b"set"})
"""What git says of an attribute that has no value: no program. But a driver may have such a name …"""
_NO_PROGRAM = tuple(
    part
    for name in sorted(_NO_DRIVER)
    for key, value in (("clean", ""), ("process", ""), ("required", "false"))
    for part in ("-c", f"filter.{name.decode()}.{key}={value}")
)
"""… so that those are overridden."""


class Changes:
    """Which of some files have such changes; what holds for many of them git is asked once."""

    def __init__(self, files: Iterable[Path]) -> None:
        """`files`: those that are asked about later."""
        self._files = tuple(files)
        self._work_trees = WorkTrees()
        self._filters: dict[Path, Mapping[Path, bytes]] = {}

    def has(self, path: Path) -> bool:
        """Tell whether a file is modified, staged, in conflict, or untracked and not ignored, in its work tree.

        False outside of a work tree. Raises GitError when git cannot tell, or cannot be run in a repository.
        """
        place = path.resolve()
        try:
            root = self._work_trees.of(place)
        except OSError as error:
            # A directory, or the file by which other work trees and submodules name theirs (gitrepository-layout(5)).
            if any(os.path.lexists(above / ".git") for above in place.parents):
                raise GitError(f"{path}: lies in a git repository, and git cannot be run: {error}") from error
            return False
        if root is None:
            return False
        value = self._filter(root, place)
        if value not in _NO_DRIVER:
            name = value.decode(errors="replace")
            raise GitError(f"{path}: git filters it by a program ({name!r}), which is not run: it may have changes")
        # Its own filters alone. Asked of this file only, so that no other is compared, and no program run for it; and
        # of each by itself, right before it is written.
        status = ("status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames")
        return bool(ask(place.parent, *_NO_PROGRAM, *status, "--", place.name))

    def _filter(self, root: Path, place: Path) -> bytes:
        """Return what is said of the attribute `filter` of a file in a work tree; asked once, of all files in it."""
        if root not in self._filters:
            self._filters[root] = _filters(root, (file.resolve() for file in self._files))
        known = self._filters[root]
        # A link may lead somewhere else by now.
        return known[place] if place in known else _filters(root, [place])[place]


def _filters(root: Path, files: Iterable[Path]) -> Mapping[Path, bytes]:
    within = [file for file in files if file.is_relative_to(root)]
    names = b"".join(os.fsencode(file.relative_to(root)) + b"\0" for file in within)
    # Path, attribute, value.
    told = ask(root, "check-attr", "-z", "--stdin", "filter", given=names).split(b"\0")[2::3]
    return dict(zip(within, told, strict=True))
