"""Verdicts and snapshots to repaired documents, and back.

- `proposals.py` says which links of a document are to be repaired, and which dead ones stay as they are.
- `memory.py` says of a document which earlier repairs stand in it, and which somebody took back.
- `documents.py` applies that, document by document, and writes.
- `destinations.py` says where.
- `commits.py` writes none: what the latest commit holds is repaired, and committed on a branch of its own.
- `uncommitted.py` keeps changes that are not committed from being written over.
- `renamed.py` carries over what is known of a document to its new name.
- `writing.py` keeps from writing over what somebody else has written, or where it is not allowed.
- `undo.py` takes back what a run's repairs wrote.
"""

from dlt_crawler.pipeline.repairs.commits import Committed, commit
from dlt_crawler.pipeline.repairs.destinations import (
    Destination,
    Guard,
    are_sources,
    in_place,
    in_place_by_force,
    mirror,
    nowhere,
)
from dlt_crawler.pipeline.repairs.documents import Accept, Edited, Repaired, diff, everything, repair
from dlt_crawler.pipeline.repairs.proposals import Choice, Left, LeftBecause
from dlt_crawler.pipeline.repairs.undo import Kept, Undone, undo

__all__ = [
    "Accept",
    "Choice",
    "Committed",
    "Destination",
    "Edited",
    "Guard",
    "Kept",
    "Left",
    "LeftBecause",
    "Repaired",
    "Undone",
    "are_sources",
    "commit",
    "diff",
    "everything",
    "in_place",
    "in_place_by_force",
    "mirror",
    "nowhere",
    "repair",
    "undo",
]
