"""Somebody who has several machines: a directory with a list, a database, one coordinator and any number of workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.distributed_target import Target
from tests.postgres import connected

BEAT = 1.0
"""Seconds between heartbeats: a lease of 3.3 s, and TIMEOUT more until a worker counts as dead."""
TIMEOUT = 6.0
DELAY = 0.1

_CONFIGURATION = """
sources = ["list.md"]
exclude = []
database = "{database}"
[fetch]
allow_networks = ["127.0.0.0/8"]
delay = {delay}
timeout = {timeout}
second_look = 0.5
processes = 1
[network]
canaries = ["{canary}"]
[archive]
timegate_url = "http://127.0.0.1:9/web/"
cdx_url = "http://127.0.0.1:9/cdx"
timeout = 1
[archive.fallbacks]
papers = false
software_heritage = false
arquivo = false
"""


@dataclass
class Organisation:
    """Its documents in `directory`, its machines as processes of this one."""

    directory: Path
    database: str
    target: Target
    delay: float = DELAY
    beat: float = BEAT
    processes: list[subprocess.Popen[str]] = field(default_factory=list)
    _came: dict[int, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.configure(delay=self.delay)

    def configure(self, *, delay: float) -> None:
        text = _CONFIGURATION.format(
            database=self.database, delay=delay, timeout=TIMEOUT, canary=self.target.url(249, "/generate_204")
        )
        (self.directory / "dlt-crawl.toml").write_text(text)

    def write(self, *urls: str) -> None:
        lines = [f"- [link {number}]({url})" for number, url in enumerate(urls)]
        (self.directory / "list.md").write_text("\n".join(["# A list", "", *lines]) + "\n")

    def start(self, *arguments: str, contact: str = "coordinator") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "dlt_crawler", *arguments],
            cwd=self.directory,
            env={**os.environ, "DLT_CRAWL_BEAT": str(self.beat), "DLT_CRAWL_CONTACT": f"contact-{contact}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def worker(self, name: str, *arguments: str) -> subprocess.Popen[str]:
        return self.start("worker", *arguments, contact=name)

    def run(self, *arguments: str, status: int = 0) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == status, f"exit {process.returncode}\n{out}\n{err}"
        return out

    def beats(self) -> dict[int, bool]:
        """Return of each worker that is known whether it was heard of since it came."""
        query = "SELECT id, last_heartbeat FROM procrastinate_workers"
        with connected(self.database, autocommit=True) as connection:
            if connection.execute("SELECT to_regclass('procrastinate_workers')").fetchone() == (None,):
                return {}
            found = dict(connection.execute(query).fetchall())
        heard = {number: self._came.setdefault(number, at) != at for number, at in found.items()}
        return heard if len(heard) == sum(process.poll() is None for process in self.processes) else {}

    def close(self) -> None:
        """End whatever is still there."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def report(self) -> Any:
        """What the report says, but for times and for numbers that differ from run to run."""
        return comparable(json.loads(self.run("report", "--format", "json", "--all")))


def comparable(report: Any) -> Any:
    """Return a report without what is never the same twice."""
    volatile = {
        "started", "finished", "first_seen", "last_checked", "last_ok", "failing_since", "generated", "elapsed", "at",
        "id", "reason", "network_checked", "database", "since",
    }  # fmt: skip

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: strip(each) for name, each in value.items() if name not in volatile}
        if isinstance(value, list):
            return [strip(each) for each in value]
        return value

    return strip(report)
