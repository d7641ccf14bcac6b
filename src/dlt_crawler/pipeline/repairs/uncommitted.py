"""What keeps documents from being written in place: changes that are in no commit, with which ours would be mixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git import Changes


def uncommitted(documents: Sequence[Path]) -> Callable[[Path], str | None]:
    """Return what says why one of these documents is not to be written into: a `Guard`.

    It is not where git has changes of it in no commit, or cannot tell. None when it may be: it is as it was committed,
    or lies in no work tree, or git is told to ignore it.
    """
    changes = Changes(documents)

    def why(document: Path) -> str | None:
        try:
            changed = changes.has(document)
        except GitError as error:
            return f"{error}; --force writes it all the same"
        return "has changes that are not committed; commit them, or use --force" if changed else None

    return why
