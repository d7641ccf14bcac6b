"""What a job did, in words for a person.

- `stages.py`: a night, and each stage of it alone.
- `narrowed.py`: a run about nothing but what was added.
- `shards.py`: a part of the list, and all of them put together.
- `broken.py`: the places of what is broken.
- `ignores.py`: what is left out on request, and which requests should be looked at.
- `repairs.py`: which edits were made, on what evidence, which were not, and why; `edits.py`: one of them.
- `counting.py`: numbers of things; `rows.py`: how the lines below a headline are laid out.
"""

from dlt_crawler.summary.edits import of_question
from dlt_crawler.summary.narrowed import of_fetch_since, of_narrowed
from dlt_crawler.summary.repairs import of_commit, of_repair, of_undo
from dlt_crawler.summary.shards import of_merge, of_shard
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
    "of_fetch_since",
    "of_held",
    "of_merge",
    "of_narrowed",
    "of_night",
    "of_question",
    "of_repair",
    "of_reread",
    "of_resolve",
    "of_shard",
    "of_states",
    "of_undo",
]
