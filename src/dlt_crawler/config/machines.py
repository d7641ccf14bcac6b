"""What a machine among several does for them, and what it tells of itself."""

from __future__ import annotations

from pathlib import Path

from pydantic import NonNegativeInt

from dlt_crawler.config.kinds import Section


class WorkerSettings(Section):
    """What `worker` takes on."""

    sites: NonNegativeInt = 0
    """Registrable domains that are worked on at once; 0: as many as `fetch.concurrency`."""


class MetricsSettings(Section):
    """What is told to who watches the machines."""

    file: Path | None = None
    """Where the metrics are kept up to date while a job is at work, for the textfile collector of Prometheus'
    node_exporter; not set: nowhere."""
