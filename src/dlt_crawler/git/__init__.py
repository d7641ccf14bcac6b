"""What git knows of documents, and commits of repaired ones. The only user of git."""

from dlt_crawler.git.blame import Blame, blame
from dlt_crawler.git.blobs import Blobs
from dlt_crawler.git.changes import Changes
from dlt_crawler.git.commits import (
    Commit,
    Head,
    branch,
    create_branch,
    head,
    reference,
    write_commit,
    write_tree,
)
from dlt_crawler.git.running import WorkTrees

__all__ = [
    "Blame",
    "Blobs",
    "Changes",
    "Commit",
    "Head",
    "WorkTrees",
    "blame",
    "branch",
    "create_branch",
    "head",
    "reference",
    "write_commit",
    "write_tree",
]
