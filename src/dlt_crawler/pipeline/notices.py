"""Changes to messages: who wants to know is told what runs have changed."""

from __future__ import annotations

from dlt_crawler.config import trust_store
from dlt_crawler.errors import NotifyError
from dlt_crawler.notify import require_targets, send
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import notice_of


def require_addressees(job: Job) -> None:
    """Raise ConfigError when one of `notify.urls` cannot be understood: at the beginning of a night, not at its end."""
    if job.settings.notify.urls:
        require_targets(job.settings.notify.urls, trust=trust_store())


def notify(job: Job) -> None:
    """Tell what the runs changed of which nobody was told yet, the last seven days at most, and remember it.

    Nothing is sent when none of `notify.changes` is among it. When somebody cannot be told, the job fails in that part,
    and the next one tells it again, to all: everybody is told at least once.
    """
    chosen, untold = job.settings.notify, job.store.untold(job.now)
    if not untold.runs:
        return
    if chosen.urls and untold.transitions:
        notice = notice_of(job.store.report().links, untold.runs, untold.transitions, chosen.changes)
        if notice is not None:
            try:
                send(
                    chosen.urls,
                    title=notice.title,
                    head=notice.head,
                    links=notice.links,
                    total=notice.total,
                    trust=trust_store(),
                )
            except NotifyError as error:
                job.progress.fail(f"not everybody was told what has changed: {error}; the next run tries it again")
                return
    job.store.told(untold.runs, now=job.now)
