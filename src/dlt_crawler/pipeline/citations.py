"""What a careful editor would look for in an archive: the page as it was when its link was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlt_crawler.model import Resource, Wanted
from dlt_crawler.pipeline.job import Job


def wanted(job: Job, resources: Sequence[Resource]) -> Mapping[Resource, Wanted]:
    """Return what is wanted for each of these resources."""
    verdicts = job.store.verdicts()
    latest = job.settings.archive.prefer == "latest"
    return {
        resource: Wanted(
            resource,
            resource.url,
            None if latest else job.store.first_seen(resource),
            verdicts[resource].failing_since if resource in verdicts else None,
        )
        for resource in resources
    }
