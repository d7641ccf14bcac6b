"""Verdicts and snapshots to repaired documents, and back.

- `proposals.py` says which links of a document are to be repaired, and which dead ones stay as they are.
- `memory.py` says of a document which earlier repairs stand in it, and which somebody took back.
- `documents.py` applies that, document by document, and writes.
- `destinations.py` says where.
"""

from dlt_crawler.pipeline.repairs.destinations import Destination, in_place, mirror, nowhere
from dlt_crawler.pipeline.repairs.documents import Accept, Repaired, diff, everything, repair
from dlt_crawler.pipeline.repairs.proposals import Choice, Left, LeftBecause

__all__ = [
    "Accept",
    "Choice",
    "Destination",
    "Left",
    "LeftBecause",
    "Repaired",
    "diff",
    "everything",
    "in_place",
    "mirror",
    "nowhere",
    "repair",
]
