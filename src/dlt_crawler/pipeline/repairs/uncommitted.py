"""What keeps a document from being written in place: changes that are in no commit, with which ours would be mixed."""

from __future__ import annotations

from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git import has_changes


def uncommitted(document: Path) -> str | None:
    """Say why a document is not to be written into: git has changes of it in no commit, or cannot tell.

    None when it may be: it is as it was committed, or lies in no work tree, or git is told to ignore it, or there is no
    git. A `Guard`.
    """
    try:
        changed = has_changes(document)
    except GitError as error:
        return f"{error}; --force writes it all the same"
    return "has changes that are not committed; commit them, or use --force" if changed else None
