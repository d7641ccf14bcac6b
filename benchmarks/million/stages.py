"""The stages of a night on one database, each measured as a process of its own, checked against the truth, and kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.million import documents, fill, log, truth
from benchmarks.million.law import List
from benchmarks.million.measuring import Command
from benchmarks.million.results import Results
from benchmarks.million.target import Target
from tests.internet.client import ROOT

ASKED_MOST = 20_000
"""Links that the bare loop asks for: its rate is what is wanted."""
DUE_EACH = 33
"""Of the links, 3 % are due in the last night."""
SECOND_LOOK = 0.1
"""Seconds to wait: what is measured is work."""


class EnoughSeen(Exception):
    """The stage after which nothing more was wanted is done."""


@dataclass
class Site:
    """Where it is all measured."""

    directory: Path
    listed: List
    results: Results
    speed: float
    delay: float
    stop_after: str | None = None
    filled: bool = False
    """Whether the first night is written down (`fill`), and nobody asked."""
    due_each: int = DUE_EACH
    """Each so manieth link is due in the last night."""

    def run(self, name: str, work: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Measure a stage, unless it is measured already; return its figures."""
        if name not in self.results:
            print(f"{datetime.now(UTC):%H:%M:%S}  {name}", file=sys.stderr, flush=True)
            self.results.keep(name, work())
        if name == self.stop_after:
            raise EnoughSeen
        return self.results[name]

    def configure(self) -> None:
        """Write the settings."""
        text = documents.settings(delay=self.delay, second_look=SECOND_LOOK)
        (self.directory / "dlt-crawl.toml").write_text(text, "utf-8")

    def reference(self, name: str, *arguments: object) -> Mapping[str, Any]:
        """Measure a reference, in the part of the same run that it is named for."""
        module = [sys.executable, "-m", "benchmarks.million.references", name, str(self.directory)]
        spent = Command([*module, *map(str, arguments)], Path.cwd()).end()
        return {"name": name.replace("_", " "), "seconds": spent.seconds, "cpu": spent.cpu, "peak_mb": spent.peak_mb}


@dataclass
class Database:
    """One database, and the program on it."""

    site: Site
    name: str
    """Of its stages."""
    url: str
    size: Callable[[], int]
    """Its bytes."""

    @property
    def storage(self) -> Path:
        return self.site.directory / f"storage-{self.name}"

    def program(self, *arguments: str) -> list[str]:
        """Return the command line of the program."""
        return [sys.executable, "-m", "dlt_crawler", "--database", self.url, "--quiet", *arguments]

    @property
    def load(self) -> list[str]:
        """The command line of the stage that no command of the program is alone."""
        return [sys.executable, "-m", "benchmarks.million.load", self.url]

    def measure(
        self, stage: str, command: Sequence[str], *, reference: tuple[object, ...] = (), output: str = ""
    ) -> Mapping[str, Any]:
        """Measure a command that asks nobody."""

        def work() -> Mapping[str, Any]:
            against = self.site.reference(*map(str, reference)) if reference else None
            file = self.site.directory / output if output else None
            spent = Command(command, self.site.directory, environment=self.environment, output=file).end()
            figures = {**asdict(spent), "database_mb": self.size() / 1e6, "reference": against}
            return figures | ({"output_mb": file.stat().st_size / 1e6} if file else {})

        return self.site.run(f"{self.name}: {stage}", work)

    def crawl(self, stage: str, command: Sequence[str], check: Callable[[], object]) -> Mapping[str, Any]:
        """Measure a command that asks the target, see that it is true and was polite, and what the target saw."""

        def work() -> Mapping[str, Any]:
            against = self._bare_loop() if stage == "fetch" else None
            file = self.site.directory / f"requests-{self.name}.bin"
            with Target(file, speed=self.site.speed) as target:
                target.served()
                spent = Command(command, self.site.directory, environment=self.environment).end(target.cpu)
                served = target.served()
            check()
            seen = log.manners(log.read(file), self.site.delay)
            require_polite(seen)
            return {
                **asdict(spent),
                "database_mb": self.size() / 1e6,
                "target_cpu": served.cpu,
                "connections": served.connections,
                "archive_calls": served.archive,
                "reference": against,
                "manners": asdict(seen),
            }

        return self.site.run(f"{self.name}: {stage}", work)

    def fill(self) -> Mapping[str, Any]:
        """Measure writing the first night down, and see that it is true."""

        def work() -> Mapping[str, Any]:
            specimens, crawled = self._crawl_specimens()
            listed = self.site.listed
            module = [sys.executable, "-m", "benchmarks.million.fill"]
            command = [*module, self.url, str(listed.links), str(listed.seed), specimens]
            spent = Command(command, self.site.directory, environment=self.environment).end()
            truth.check_outcomes(listed, self.url)
            return {**asdict(spent), "database_mb": self.size() / 1e6, "reference": None, "specimens": crawled}

        return self.site.run(f"{self.name}: fill", work)

    def _crawl_specimens(self) -> tuple[str, Mapping[str, Any]]:
        """Crawl a small list; return the URL of its database, and what that cost."""
        listed = List(fill.SPECIMENS, self.site.listed.seed)
        small = replace(self.site, directory=self.site.directory / "specimens", listed=listed)
        documents.write(listed, small.directory)
        small.configure()
        file = small.directory / "sqlite.db"
        for left in small.directory.glob(f"{file.name}*"):
            left.unlink()
        database = Database(small, "specimens", f"sqlite:///{file}", lambda: file.stat().st_size)
        with Target(small.directory / "requests.bin", speed=small.speed) as target:
            fetch = Command(database.program("fetch"), small.directory, environment=database.environment)
            spent = fetch.end(target.cpu)
        truth.check_outcomes(listed, database.url)
        return database.url, {**asdict(spent), "links": listed.links}

    def _bare_loop(self) -> Mapping[str, Any]:
        listed, most = self.site.listed, min(ASKED_MOST, self.site.listed.links)
        with Target(self.site.directory / "requests-reference.bin", speed=self.site.speed):
            return {**self.site.reference("ask", listed.links, listed.seed, most), "links": most}

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program finds in its environment, beside ours: it works in another directory than we do."""
        path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT))))
        return {"DLT_CRAWL_STORAGE": str(self.storage), "PYTHONPATH": path}


def require_polite(seen: log.Manners) -> None:
    """Raise Wrong where the target saw anything else."""
    per_host = 2  # the default
    if seen.at_once > per_host or seen.too_close or seen.shared:
        raise truth.Wrong(f"the target says that it was not polite: {seen}")


def whole_night(database: Database) -> None:
    """Measure every stage, one after the other."""
    site, listed = database.site, database.site.listed
    site.configure()
    run = database.program
    database.measure("extract", run("extract", "--format", "jsonl"), reference=("read_and_find",), output="links.jsonl")
    database.measure("load", database.load, reference=("insert",))
    if site.filled:
        database.fill()
    else:
        database.crawl("fetch", run("fetch"), lambda: truth.check_outcomes(listed, database.url))
    _judge(database)
    _resolve(database)
    after_the_night(database)


def _judge(database: Database) -> None:
    database.measure("judge", database.program("judge"), reference=("read_checks", database.url))
    truth.check_verdicts(database.site.listed, database.url)


def after_the_night(database: Database) -> None:
    """Measure what can be done at any time after a night, and the nights that follow."""
    site, listed, run = database.site, database.site.listed, database.program
    for made, name in (("json", "report.json"), ("html", "report.html"), ("text", "report.txt")):
        every = ["--all"] if made == "json" else []
        rows = ("read_rows", database.url)
        database.measure(f"report {made}", run("report", "--format", made, *every), reference=rows, output=name)
    if f"{database.name}: judge" not in site.results:
        _judge(database)
    database.measure("repair", run("repair"), reference=("copy",))
    truth.check_repairs(listed, site.directory, database.storage / "repaired")
    _later_nights(database)


def _resolve(database: Database) -> None:
    gone = sum(1 for _ in database.site.listed.gone())
    figures = database.crawl(
        "resolve", database.program("resolve"), lambda: truth.check_snapshots(database.site.listed, database.url)
    )
    if figures["archive_calls"] < gone:
        raise truth.Wrong(f"the archive was asked {figures['archive_calls']} times about {gone} links")


def _later_nights(database: Database) -> None:
    """Measure whole runs: the end of the first night, one with nothing due, and one with 3 % of the links."""
    site = database.site
    now = datetime.now(UTC)

    def night(stage: str, due: Callable[[], int]) -> None:
        name = f"{database.name}: {stage}"
        if name in site.results:
            return
        expected, before = due(), truth.count_checks(database.url)

        def check() -> None:
            made = truth.count_checks(database.url) - before
            if not expected <= made <= expected * 2:
                raise truth.Wrong(f"{made} checks of {expected} links that were due")
            truth.check_verdicts(site.listed, database.url)

        database.crawl(stage, database.program("run"), check)

    def one_in_some() -> int:
        truth.make_due(database.url, now + timedelta(days=7))
        return truth.make_due(database.url, now - timedelta(days=1), link_each=site.due_each)

    def none() -> int:
        truth.make_due(database.url, now + timedelta(days=7))
        return 0

    night("first night, its end", none)
    night("night, nothing due", none)
    night(f"night, {100 / site.due_each:.1g} % due", one_in_some)
