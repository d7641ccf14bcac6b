"""Documents that got another name: what the log has of them goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from dlt_crawler.model import LinkOccurrence, LoggedRepair
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.memory import reading_of, recall


@dataclass(frozen=True, slots=True)
class Missing:
    """Documents in which something stands by the log, and which are not there any more."""

    job: Job
    standing: dict[str, list[LoggedRepair]] = field(default_factory=dict)
    """What stands in each."""
    of_url: dict[str, set[str]] = field(default_factory=dict)
    """In which of them links read so."""

    @classmethod
    def of(cls, job: Job) -> Self:
        """Find them."""
        missing = cls(job)
        for name in sorted(job.store.repairs.documents()):
            if Path(name).exists():
                continue
            standing = [each for each in job.store.repairs.of(name) if each.stands]
            missing.standing.update({name: standing} if standing else {})
            for entry in standing:
                missing.of_url.setdefault(reading_of(entry.repair.replacement), set()).add(name)
        return missing

    def carry_over(self, new: str, links: Sequence[LinkOccurrence]) -> None:
        """Give a document that was never seen the log of a missing one, if at least half of that stands in it."""
        urls = {unquote(link.url) for link in links if link.url is not None} if self.of_url else ()
        for name in sorted({name for url in urls for name in self.of_url.get(url, ())}):
            standing = self.standing.get(name, [])
            found = recall(standing, links, self.job.now).standing
            if found and 2 * len(found) >= len(standing):
                self.job.store.repairs.rename(name, new)
                del self.standing[name]
                return
