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
from dlt_crawler.git.committed import Committed
from dlt_crawler.git.revisions import Base, base_of, require_revision
from dlt_crawler.git.running import TIMEOUT, WorkTrees

__all__ = [
    "TIMEOUT",
    "Base",
    "Blame",
    "Blobs",
    "Changes",
    "Commit",
    "Committed",
    "Head",
    "WorkTrees",
    "base_of",
    "blame",
    "branch",
    "create_branch",
    "head",
    "reference",
    "require_revision",
    "write_commit",
    "write_tree",
]
