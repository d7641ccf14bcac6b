"""What git knows of documents, and commits of repaired ones. The only user of git."""

from dlt_crawler.git.blame import Blame, blame
from dlt_crawler.git.changes import has_changes
from dlt_crawler.git.commits import (
    Commit,
    Head,
    branch,
    content,
    create_branch,
    head,
    reference,
    write_commit,
    write_tree,
)
from dlt_crawler.git.running import work_tree

__all__ = [
    "Blame",
    "Commit",
    "Head",
    "blame",
    "branch",
    "content",
    "create_branch",
    "has_changes",
    "head",
    "reference",
    "work_tree",
    "write_commit",
    "write_tree",
]
