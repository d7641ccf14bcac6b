"""Whether a file has changes that are not committed.

Git compares a file with what is committed as its filters make it (gitattributes(5)): those of line ends and encodings,
which are its own, and programs that the configuration names. The latter are not run, so that of such a file nobody can
tell.
"""

from __future__ import annotations

from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.running import ask, work_tree

_NO_DRIVER = frozenset({b"unspecified", b"unset", b"set"})
"""What git says of an attribute that has no value: no program. But a driver may have such a name …"""
_NO_PROGRAM = tuple(
    part
    for name in sorted(_NO_DRIVER)
    for key, value in (("clean", ""), ("process", ""), ("required", "false"))
    for part in ("-c", f"filter.{name.decode()}.{key}={value}")
)
"""… so that those are overridden."""


def has_changes(path: Path) -> bool:
    """Tell whether a file is modified, staged, in conflict, or untracked and not ignored, in the work tree it lies in.

    False outside of a work tree, and where there is no git. Raises GitError when git cannot tell.
    """
    place = path.resolve()
    try:
        root = work_tree(place)
    except OSError:
        return False
    if root is None:
        return False
    told = ask(place.parent, "check-attr", "-z", "filter", "--", place.name)
    value = told.split(b"\0")[2]
    if value not in _NO_DRIVER:
        name = value.decode(errors="replace")
        raise GitError(f"{path}: git filters it by a program ({name!r}), which is not run: it may have changes")
    # Its own filters alone. Asked of this file only, so that no other is compared, and no program run for it.
    status = ("status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--no-renames")
    return bool(ask(place.parent, *_NO_PROGRAM, *status, "--", place.name))
