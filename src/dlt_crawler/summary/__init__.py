"""What a job did, in words for a person.

- `stages.py`: a night, and each stage of it alone.
- `repairs.py`: which edits were made, on what evidence, which were not, and why.
"""

from dlt_crawler.summary.repairs import of_commit, of_question, of_repair, of_undo
from dlt_crawler.summary.stages import (
    of_archive,
    of_fetch,
    of_held,
    of_night,
    of_reread,
    of_resolve,
    of_states,
)

__all__ = [
    "of_archive",
    "of_commit",
    "of_fetch",
    "of_held",
    "of_night",
    "of_question",
    "of_repair",
    "of_reread",
    "of_resolve",
    "of_states",
    "of_undo",
]
