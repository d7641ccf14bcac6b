"""A maintainer's directory in the tests: a list, a configuration that points at the test internet, and the program."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from dlt_crawler.store.columns import UtcDateTime
from dlt_crawler.store.tables import metadata
from tests import databases, postgres
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.program import program

CONFIGURATION = """
database = "{database}"
sources = ["lists/**/*.md"]
exclude = []
[fetch]
allow_networks = ["127.0.0.0/8"]
delay = 0
timeout = 10
second_look = 0.1
[network]
canaries = ["{canary}"]
[archive]
timegate_url = "{origin}/web/"
cdx_url = "{origin}/cdx/search/cdx"
save_url = "{origin}/save"
cdx_rate = 6000
playback_rate = 6000
save_rate = 6000
timeout = 10
pause = 1
[archive.fallbacks]
papers = false
software_heritage = false
arquivo = false
"""

PAUSE = 0.02
"""Seconds between two looks at how far the program is: the processor is for the program."""


@dataclass(frozen=True)
class Maintainer:
    """Somebody who keeps lists in `directory` and runs dlt-crawl there."""

    directory: Path
    internet: Internet
    server: str | None = None
    """The URL of the database where that is on a server; else it is a file."""

    @classmethod
    def begin(cls, directory: Path, internet: Internet, *, canary: str = "/ok") -> Maintainer:
        """Set everything up. With TEST_DATABASE=postgresql the database is one of the PostgreSQL of the tests."""
        server = postgres.server().new() if databases.KINDS == ("postgresql",) else None
        origin = internet.http_url("").rstrip("/")
        database = server or "sqlite:///storage/dlt-crawl.db"
        text = CONFIGURATION.format(origin=origin, canary=internet.http_url(canary), database=database)
        (directory / "dlt-crawl.toml").write_text(text)
        return cls(directory, internet, server)

    @property
    def database_url(self) -> str:
        """The URL of the database for whoever works in another directory."""
        return self.server or f"sqlite:///{self.database}"

    def write(self, name: str, *lines: str) -> Path:
        path = self.directory / "lists" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "dlt_crawler", *arguments],
            cwd=self.directory,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0, **environment: str) -> str:
        """Run the program, expect an exit status, return what it printed: stdout when 0 or 1, else stderr.

        In a fork (`tests.program`): a start takes as much time as most runs.
        """
        ended, out, err = program().run(arguments, self.directory, {**os.environ, **environment}, timeout=60)
        assert ended == status, f"exit {ended}\n{out}\n{err}"
        return out if status in (0, 1) else err

    def run_anew(self, *arguments: str, status: int = 0) -> str:
        """Do the same in a Python of its own, which has to find and import whatever the command needs."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == status, f"exit {process.returncode}\n{out}\n{err}"
        return out if status in (0, 1) else err

    def report(self) -> dict[str, Any]:
        """Return what `report` prints now."""
        report: dict[str, Any] = json.loads(self.run("report", "--format", "json", "--all"))
        return report

    def reported(self) -> dict[str, Any]:
        """Return the report that the last run wrote: the same, as test_cli asserts, and no second start to wait for."""
        report: dict[str, Any] = json.loads((self.directory / "storage/reports/report.json").read_text())
        ((newest,),) = databases.rows(self.database_url, "SELECT max(id) FROM runs")
        assert report["run"]["id"] == newest, "the last run wrote no report"
        return report

    def links(self) -> dict[str, dict[str, Any]]:
        """Links of the last run's report by path on the test internet, or by URL elsewhere."""
        origin = self.internet.http_url("").rstrip("/")
        return {link["url"].removeprefix(origin): link for link in self.reported()["links"]}

    def states(self) -> dict[str, str]:
        return {url: link["state"] for url, link in self.links().items()}

    def nights_pass(self, nights: float) -> None:
        """Make everything that was stored so much older: what a test does instead of sleeping for days."""
        seconds = timedelta(days=nights).total_seconds()
        shift = (
            f""""{{0}}" - interval '{seconds} seconds'"""
            if self.server
            else f"""strftime('%Y-%m-%d %H:%M:%f', "{{0}}", '-{seconds} seconds')"""
        )
        databases.execute(
            self.database_url,
            *(
                f'UPDATE {table.name} SET "{column.name}" = {shift.format(column.name)}'
                for table in metadata.tables.values()
                for column in table.columns
                if isinstance(column.type, UtcDateTime)
            ),
        )

    def archive(self, url: str, timestamp: str) -> None:
        """Let the archive hold a good capture of `url`."""
        self.internet.archive_add(Capture(url, timestamp))

    def wait_for_requests(self, *targets: str) -> None:
        """Return when the test internet was asked for each of these."""
        deadline = time.monotonic() + 60
        while not set(targets) <= {request.target for request in self.internet.requests()}:
            assert time.monotonic() < deadline, f"nobody asked for {targets}"
            time.sleep(PAUSE)

    def recorded(self) -> set[str]:
        """Links that have a check in the database, while a run goes on or after it."""
        query = "SELECT url FROM checks JOIN resources ON resources.id = resource_id"
        if self.server:
            return {url for (url,) in databases.rows(self.server, query)}
        if not self.database.exists():
            return set()
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'checks'").fetchone():
                return set()
            return {url for (url,) in connection.execute(query)}

    def wait_for_records(self, number: int) -> set[str]:
        """Return the links that have a check when there are so many."""
        deadline = time.monotonic() + 60
        while len(recorded := self.recorded()) < number:
            assert time.monotonic() < deadline, f"only {len(recorded)} checks"
            time.sleep(PAUSE)
        return recorded

    @property
    def database(self) -> Path:
        """The file, where the database is one."""
        return self.directory / "storage" / "dlt-crawl.db"


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Return when the program has said this on stderr."""
    assert process.stderr is not None
    said: list[str] = []
    for line in process.stderr:
        said.append(line)
        if text in line:
            return
    raise AssertionError("".join(said))


def interrupt(process: subprocess.Popen[str]) -> None:
    """Press Ctrl-C."""
    process.send_signal(signal.SIGINT)
