"""Changes to messages: who wants to know is told what has changed."""

from __future__ import annotations

from dlt_crawler.config import trust_store
from dlt_crawler.errors import NotifyError
from dlt_crawler.model import Change, Report
from dlt_crawler.notify import digest_of, require_targets, send
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import Notice, notice_of
from dlt_crawler.store import Told


def require_addressees(job: Job) -> None:
    """Raise ConfigError when one of `notify.urls` cannot be understood: at the beginning of a night, not at its end."""
    if job.settings.notify.urls:
        require_targets(job.settings.notify.urls, trust=trust_store())


def notify(job: Job, report: Report) -> None:
    """Tell each target what has changed since it was told last, in the last seven days at most, and remember it.

    `report` is the latest.

    Nothing is sent when none of `notify.changes` is among it, and not more deaths are held back than it was told of.
    When some cannot be told, the job fails in that part, and the next one tells those: each is told at least once.
    """
    news: dict[Told, tuple[Notice | None, Told]] = {}
    failures: list[str] = []
    for number, url in enumerate(job.settings.notify.urls):
        target = digest_of(url)
        so_far = job.store.told(target)
        if so_far not in news:
            news[so_far] = _news(job, report, so_far)
        notice, afterwards = news[so_far]
        try:
            if notice is not None:
                send(
                    url,
                    f"notify.urls[{number}]",
                    title=notice.title,
                    head=notice.head,
                    links=notice.links,
                    total=notice.total,
                    trust=trust_store(),
                )
        except NotifyError as error:
            failures.append(str(error))
        else:
            if afterwards != so_far:
                job.store.keep_told(target, afterwards)
    if failures:
        told_later = f"{'; '.join(failures)}; the next run tries it again"
        job.progress.fail(f"not everybody was told what has changed: {told_later}")


def _news(job: Job, report: Report, so_far: Told) -> tuple[Notice | None, Told]:
    """Return what to tell somebody who was told so far, and how far that is then."""
    wanted = job.settings.notify.changes
    untold = job.store.untold(so_far, job.now)
    held = job.store.held() if Change.DEAD in wanted else 0
    # Most nights it is a few more or a few less of the same: that there are fewer is no news.
    afterwards = Told(untold.last, max(held, so_far.held) if held else 0)
    if not untold.transitions and held <= so_far.held:
        return None, afterwards
    notice = notice_of(report.run, report.links, untold.transitions, wanted, held=held)
    return (notice if notice and (notice.total or held > so_far.held) else None), afterwards
