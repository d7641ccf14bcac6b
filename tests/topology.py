"""All that docs/operations.md sets up, as processes: a scheduler, workers and metrics on one PostgreSQL database.

    python -m tests.topology

waits until the night's minute has come, has two workers ask for what it finds, and reads the metrics meanwhile; it ends
each process as a supervisor does, and prints what was seen. It takes two minutes, and is no part of the suite.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from prometheus_client.parser import text_string_to_metric_families

from tests.distributed_kills import links
from tests.distributed_support import DELAY, Organisation
from tests.distributed_target import Target
from tests.postgres import server

SITES, LINKS = 12, 40
PATIENCE = 180.0
"""Seconds for whatever is waited for."""

_Found = TypeVar("_Found")


def until(come: Callable[[], _Found]) -> _Found:
    """Return what comes, when it does."""
    deadline = time.monotonic() + PATIENCE
    while not (found := come()):
        if time.monotonic() > deadline:
            raise TimeoutError(come)
        time.sleep(0.1)
    return found


def read(url: str) -> dict[str, float]:
    """Return every sample by name and labels."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    samples = [sample for family in families for sample in family.samples]
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value for sample in samples
    }


def health(url: str) -> int:
    try:
        with urllib.request.urlopen(url.replace("/metrics", "/healthz"), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def ended(process: subprocess.Popen[str], by: signal.Signals) -> tuple[int, float]:
    """Ask a process to end; return its exit status, and how many seconds it took."""
    began = time.monotonic()
    process.send_signal(by)
    process.communicate(timeout=PATIENCE)
    return process.returncode, round(time.monotonic() - began, 1)


def main() -> int:
    with tempfile.TemporaryDirectory() as directory, Target(250) as target:
        organisation = Organisation(Path(directory), server().new(), target)
        try:
            organisation.write(*links(target, SITES, LINKS))
            told = night(organisation, target)
        finally:
            organisation.close()
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    good = (
        told["succeeded"]
        and all(told["requests of each"].values())
        and not told["two workers at one site"]
        and told["queue at the end"] == 0
    )
    return 0 if good and told["ends"] == told["ends promised"] else 1


def night(organisation: Organisation, target: Target) -> dict[str, Any]:
    """Have the scheduler begin a night by itself, and return what was seen of it."""
    first, second = (organisation.worker(name, "--sites", "4") for name in ("w0", "w1"))
    metrics = organisation.start("metrics", "--listen", "127.0.0.1:0")
    assert metrics.stderr is not None
    url = metrics.stderr.readline().removeprefix("metrics at ").strip()
    before = health(url)
    at = datetime.now(UTC) + timedelta(seconds=75)
    scheduler = organisation.start("schedule", "--distributed", "--cron", f"{at.minute} {at.hour} * * *")
    until(lambda: read(url).get("dlt_crawl_queue_links{shared}"))
    workers = until(lambda: (found := read(url).get("dlt_crawl_workers")) == 2 and found)
    waited = read(url)["dlt_crawl_queue_links{shared}"]
    until(lambda: "dlt_crawl_last_success_timestamp_seconds" in read(url))
    after, healthy = read(url), health(url)
    statuses = [organisation.start(*of, "--status").wait(60) for of in (["schedule"], ["worker"])]
    ends = {
        "worker": ended(first, signal.SIGTERM),
        "worker, SIGINT": ended(second, signal.SIGINT),
        "scheduler": ended(scheduler, signal.SIGTERM),
        "metrics": ended(metrics, signal.SIGTERM),
    }
    return {
        "health before and after": [before, healthy],
        "workers alive": workers,
        "links that waited": waited,
        "queue at the end": after["dlt_crawl_queue_links{shared}"],
        "checks": sum(value for name, value in after.items() if name.startswith("dlt_crawl_checks_total")),
        "succeeded": after["dlt_crawl_last_success_timestamp_seconds"]
        >= at.replace(second=0, microsecond=0).timestamp(),
        "requests of each": {name: sum(each.contact.endswith(name) for each in target.asked) for name in ("w0", "w1")},
        "two workers at one site": list(target.meetings(DELAY)),
        "scheduler and worker alive (--status)": statuses,
        "ends": {name: status for name, (status, _) in ends.items()},
        "ends promised": {"worker": 0, "worker, SIGINT": 130, "scheduler": 130, "metrics": 130},
        "seconds to end": {name: seconds for name, (_, seconds) in ends.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
