"""The real program, killed again and again at moments nobody chose, and interrupted: what it has done stays done.

KILLS=500 kills it more often, SEED=7 at other moments than the last time.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.survivors import MARK, left_after
from tests.wholeness import End, checks_of, end_of, half_written, integrity

KILLS = int(os.environ.get("KILLS", "11"))
SEED = int(os.environ.get("SEED", "20261122"))

PAGES = (
    "/ok", "/status/404", "/redirect-to/301?/ok", "/bot-wall/403", "/status/500", "/status/410", "/soft-404",
    "/switchable/comes-back", "/switchable/dies", "/switchable/dies-later", "/late/0.3/200", "/late/0.2/404", "/parked",
    *(f"/page/{number}" for number in range(12)),
)  # fmt: skip
NIGHTS = (
    (0.0, {"comes-back": "/status/404"}),
    (2.0, {"comes-back": "/ok", "dies": "/status/410"}),
    (2.6, {"dies-later": "/status/404"}),
)
"""Days since the night before, and what changes in the world. Less than a week: nothing else dies meanwhile."""

CHILDREN_END_WITHIN = 20.0
"""Seconds after the death of the program: those that were just starting notice when they have started."""


def begin(directory: Path, internet: Internet) -> Maintainer:
    directory.mkdir()
    maintainer = Maintainer.begin(directory, internet)
    lists = {"list.md": PAGES, "more/papers.md": PAGES[5:10], "more/others.md": ("/page/1", "/page/other")}
    for name, pages in lists.items():
        maintainer.write(name, "# A list", "", *(f"- [{page}]({internet.http_url(page)}) 论文" for page in pages))
    return maintainer


def fall(internet: Internet, night: int) -> None:
    for key, row in NIGHTS[night][1].items():
        internet.switch(key, row)


@pytest.fixture
def ends(internet: Internet, tmp_path: Path) -> Iterator[list[End]]:
    """What the nights of somebody whom nobody disturbs end with; the first is what they begin with."""
    for page in ("/status/404", "/status/410", "/switchable/comes-back", "/switchable/dies", "/switchable/dies-later"):
        internet.archive_add(Capture(internet.http_url(page), "20190601120000"))
    undisturbed = begin(tmp_path / "undisturbed", internet)
    found = [end_of(undisturbed.directory)]
    for night, (days, _) in enumerate(NIGHTS):
        fall(internet, night)
        if days:
            undisturbed.nights_pass(days)
        undisturbed.run("run")
        found.append(end_of(undisturbed.directory))
    undisturbed.run("repair", "--in-place")
    found.append(end_of(undisturbed.directory))
    yield found
    shutil.rmtree(undisturbed.directory)


@dataclass
class Murderer:
    """Starts the program, ends it at a random moment, and looks at what it leaves."""

    maintainer: Maintainer
    random: random.Random
    kills: int = 0
    finished: int = 0
    durations: list[float] = field(default_factory=lambda: [2.0])
    history: list[str] = field(default_factory=list)

    def strike(self, *command: str, before: End, after: End) -> None:
        """Kill a command once; `before` and `after` are what its documents may be like."""
        database = self.maintainer.database
        mark = f"{SEED}-{len(self.history)}-{os.getpid()}"
        # As often in its first half second as at any later moment, also when it has become quick or slow meanwhile.
        moment = self.random.choice((self.random.random() * 0.5, self.random.random() * max(self.durations[-5:])))
        began = time.monotonic()
        with self.maintainer.start(*command, **{MARK: mark}) as process:
            try:
                process.wait(moment)
            except subprocess.TimeoutExpired:
                acknowledged = checks_of(database)
                process.kill()
                self.kills += 1
            else:
                acknowledged = checks_of(database)
                self.durations.append(time.monotonic() - began)
                self.finished += 1
                assert process.returncode == 0, process.communicate()
        self.history.append(f"{' '.join(command)} for {moment:.3f} s")
        where = f"seed {SEED}, after {self.history}"
        assert left_after(mark, CHILDREN_END_WITHIN) == [], where
        assert integrity(database) == "ok", where
        assert not (acknowledged - checks_of(database)), f"acknowledged checks are lost; {where}"
        assert half_written(self.maintainer.directory, before, after, partly=True) == "", where

    def until(self, kills: int, *command: str, before: End, after: End) -> None:
        """Go on until there were so many kills, or the command has become too quick for that."""
        for _ in range(3 * (kills - self.kills)):
            if self.kills < kills:
                self.strike(*command, before=before, after=after)


def test_kills_at_any_moment_change_nothing_in_the_end(internet: Internet, ends: list[End], tmp_path: Path) -> None:
    internet.switch("dies", "/ok")
    internet.switch("dies-later", "/ok")
    maintainer = begin(tmp_path / "killed", internet)
    murderer = Murderer(maintainer, random.Random(SEED))
    for night, (days, _) in enumerate(NIGHTS):
        fall(internet, night)
        if days:
            maintainer.nights_pass(days)
        before, after = ends[night], ends[night + 1]
        murderer.until(KILLS * (night + 1) // (len(NIGHTS) + 1), "run", before=before, after=after)
        maintainer.run("run")
        differences = end_of(maintainer.directory).differences(after)
        assert not differences, f"night {night}: {differences}; seed {SEED}, after {murderer.history}"
    before, after = ends[-2], ends[-1]
    murderer.until(KILLS - 3, "repair", "--in-place", before=before, after=after)
    maintainer.run("repair", "--in-place")
    assert not end_of(maintainer.directory).differences(after)
    for number in range(3):
        murderer.until(KILLS - 2 + number, "judge", before=after, after=after)
    maintainer.run("judge")
    assert not end_of(maintainer.directory).differences(after)
    assert murderer.kills >= KILLS


@pytest.mark.parametrize("end", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.at_length)])
def test_an_interrupt_at_any_moment_ends_it_within_seconds_and_loses_nothing(
    end: signal.Signals, internet: Internet, tmp_path: Path
) -> None:
    chance = random.Random(SEED + end)
    undisturbed = begin(tmp_path / "undisturbed", internet)
    before = end_of(undisturbed.directory)
    began = time.monotonic()
    undisturbed.run("run")
    lasts = time.monotonic() - began
    after = end_of(undisturbed.directory)
    maintainer = begin(tmp_path / "interrupted", internet)
    for number in range(7):
        moment = chance.uniform(0.0, lasts) if number else 0.3
        where = f"seed {SEED}, {end.name} after {moment:.3f} s"
        mark = f"{end.name}-{number}-{os.getpid()}"
        with maintainer.start("run", **{MARK: mark}) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            acknowledged = checks_of(maintainer.database)
            process.send_signal(end)
            asked = time.monotonic()
            _, said = process.communicate(timeout=20)
            took = time.monotonic() - asked
        if has_begun(maintainer, process.pid):
            assert process.returncode in (0, 130), f"{where}: {process.returncode}\n{said}"
            assert "Traceback" not in said, where
        assert took < 15, where
        assert left_after(mark, CHILDREN_END_WITHIN) == [], where
        assert integrity(maintainer.database) == "ok", where
        assert not (acknowledged - checks_of(maintainer.database)), where
        assert half_written(maintainer.directory, before, after, partly=True) == "", where
    maintainer.run("run")
    assert not end_of(maintainer.directory).differences(after)


def has_begun(maintainer: Maintainer, process: int) -> bool:
    """Tell whether a process came so far as to hold the lock; before it is no more than Python that starts."""
    lock = Path(f"{maintainer.database}.lock")
    return lock.exists() and json.loads(lock.read_text() or "{}").get("pid") == process


def test_of_two_runs_at_once_one_works_and_one_says_who_does(internet: Internet, tmp_path: Path) -> None:
    maintainer = begin(tmp_path / "twice", internet)
    # Some links fail, and are looked at again so much later: the second one need not start as fast as the first.
    lasting = {"DLT_CRAWL_FETCH__SECOND_LOOK": "4"}
    with maintainer.start("run", **lasting) as first, maintainer.start("run", **lasting) as second:
        said = {process: process.communicate(timeout=60)[1] for process in (first, second)}
    assert sorted(process.returncode for process in said) == [0, 75], said
    (refused,) = (words for process, words in said.items() if process.returncode == 75)
    assert "is in use: " in refused
    assert integrity(maintainer.database) == "ok"
