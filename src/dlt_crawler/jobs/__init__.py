"""Who works on which site: jobs in the database, for workers on any machine. The only user of Procrastinate.

A job is the turn of one site for one look of one run. `lock` and `queueing_lock` are the site: at most one job of a
site is under way, anywhere, and at most one waits. What is left to look at is never asked of jobs: a job that is lost
costs time and no link, one too many finds nothing to do.

- `schema.py`: Procrastinate's tables in the database of the run, and which version of them is there.
- `statements.py`: what is done to them in one transaction each, where Procrastinate would take several.
- `queue.py`: the door: jobs in, jobs out, and the workers who are alive.
"""

from dlt_crawler.jobs.pulse import Pulse
from dlt_crawler.jobs.queue import Counts, Queue, Turn

__all__ = ["Counts", "Pulse", "Queue", "Turn"]
