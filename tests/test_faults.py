"""A machine that fails, at every single operation: the database is whole, documents are old or new, a rerun mends it.

Each job is run in forks (`tests.forks`) with the N-th operation going wrong. FAULTS=all does it for every N in every
way of `tests.faulty`, over the program with a real crawl, too (`.ci/nightly`). Otherwise each N goes wrong in one way,
another for each of the jobs: every N of the shortest, every fourth one of the others, from another one on in each. A
few are tried over the real crawl.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from dlt_crawler.store import Store
from tests.faulty import DEATHS, REQUEST, WAYS
from tests.forks import Done, Forks, done
from tests.internet.client import ROOT, Internet
from tests.internet.namespace import Namespace, _privileges
from tests.nightly import Maintainer
from tests.survivors import MARK, left_after
from tests.wholeness import End, checks_of, documents_of, end_of, half_written, integrity

MINOR = frozenset({"mkdir", "unlink", "open", "fchmod", "ftruncate"})
"""Operations that are only tried with FAULTS=all, and in the shortest job."""

ALL = os.environ.get("FAULTS") == "all"
EVERY = 16
"""Of the operations of the longer jobs, without that: one of so many."""

PAGES = ("/ok", "/status/404", "/redirect-to/301?/ok", "/bot-wall/403", "/status/500", "/status/410", "/soft-404", "/a")
MORE_PAGES = ("/page/1", "/status/404", "/page/2")

WEB = {
    "/status/404": "gone",
    "/status/410": "gone",
    "/soft-404": "soft",
    "/bot-wall/403": "walled",
    "/status/500": "broken",
    "/a": "away",
}
NEXT_WEB = {**WEB, "/status/410": "alive", "/page/1": "gone"}
"""On the next night one has come back, and another one has died."""


@dataclass(frozen=True)
class Job:
    """What is done, from where, on which web."""

    name: str
    arguments: tuple[str, ...]
    begins: str
    web: Mapping[str, str]


JOBS = (
    Job("first start", ("fetch", "lists/more"), "new", WEB),
    Job("first night", ("run",), "created", WEB),
    Job("next night", ("run",), "night", NEXT_WEB),
    Job("in place", ("repair", "--in-place"), "night", WEB),
    Job("judge", ("judge",), "policy", WEB),
)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


@pytest.fixture(scope="module")
def archive() -> Iterator[Internet]:
    """An internet for this module: what the archive holds stays."""
    with Internet() as running:
        yield running


@pytest.fixture(scope="module")
def beginnings(forks: Forks, archive: Internet, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Maintainer]:
    """Directories to begin in, by name."""
    new = Maintainer.begin(tmp_path_factory.mktemp("new"), archive)
    configuration = new.directory / "dlt-crawl.toml"
    text = configuration.read_text().replace("second_look = 0.1", "second_look = 0.001")
    # One after the other: the operations of a run come in one order.
    configuration.write_text(text.replace("[archive]\n", "[archive]\nworkers = 1\n"))
    for name, pages in (("list.md", PAGES), ("more/papers.md", MORE_PAGES)):
        new.write(name, "# A list", "", *(f"- [{page}]({archive.http_url(page)}) 论文" for page in pages))
    for page in ("/status/404", "/status/410", "/page/1"):
        new.archive(archive.http_url(page), "20190601120000")
    created = copied(new, tmp_path_factory.mktemp("created") / "created")
    Store.open(f"sqlite:///{created.database}").close()
    night = copied(new, tmp_path_factory.mktemp("beginnings") / "night")
    made = forks.run(night.directory, "run", web=WEB)
    assert made.status == 0, made.said
    night.nights_pass(1)
    policy = copied(night, night.directory.parent / "policy")
    configuration = policy.directory / "dlt-crawl.toml"
    configuration.write_text(f"{configuration.read_text()}\n[verdict]\nnot_found_looks = 3\n")
    return {"new": new, "created": created, "night": night, "policy": policy}


def copied(maintainer: Maintainer, directory: Path) -> Maintainer:
    shutil.copytree(maintainer.directory, directory)
    return Maintainer(directory, maintainer.internet)


@dataclass(frozen=True)
class Trial:
    """One job in a directory of its own, once with something going wrong and once without."""

    job: Job
    begin: Maintainer
    before: End
    undisturbed: End
    directory: Path

    def objections(self, number: int, way: str, done: Done, again: Done) -> list[str]:
        """Return what is wrong with how it went."""
        found = []
        expected = (-9,) if way in DEATHS else (0, 3)
        if done.status not in expected:
            found.append(f"exit status {done.status}")
        # Of a process that is gone its children may complain.
        if way not in DEATHS and ("this is a bug" in done.said or "Traceback" in done.said):
            found.append("a traceback")
        if again.status != 0:
            found.append(f"the rerun ended with {again.status}: {again.said}")
        elif differences := end_of(self.directory).differences(self.undisturbed):
            found.append(f"after the rerun {differences}")
        return [f"{number} {way} ({done.wrong}): {each}\n{done.said}" for each in found]

    def wholeness(self, number: int, way: str, done: Done) -> list[str]:
        """Return what is not whole after something went wrong."""
        found = []
        if (whole := integrity(self.directory / "storage/dlt-crawl.db")) != "ok":
            found.append(whole)
        if len(checks_of(self.directory / "storage/dlt-crawl.db")) < done.acknowledged:
            found.append(f"of {done.acknowledged} acknowledged checks some are lost")
        if half := half_written(self.directory, self.before, self.undisturbed, partly=done.wrong == REQUEST):
            found.append(f"half written: {half}")
        if done.status == 0 and done.wrong != REQUEST:
            differences = end_of(self.directory).differences(self.undisturbed)
            found += [f"it ended well with {differences}"] if differences else []
        return [f"{number} {way} ({done.wrong}): {each}\n{done.said}" for each in found]


def trials(job: Job, operations: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield what goes wrong, and how."""
    place = JOBS.index(job)
    for number, operation in enumerate(operations, 1):
        if ALL:
            yield from ((number, way) for way in WAYS)
        elif job.name == "in place":
            yield number, WAYS[(number + place) % len(WAYS)]
        elif operation not in MINOR and number % EVERY == place % EVERY:
            yield number, WAYS[(number // EVERY + place) % len(WAYS)]


@pytest.mark.parametrize(
    "job",
    [pytest.param(job, marks=pytest.mark.at_length) if job.name == "first start" else job for job in JOBS],
    ids=lambda job: job.name,
)
def test_whatever_operation_goes_wrong_nothing_is_lost_or_half_done(
    job: Job, forks: Forks, beginnings: Mapping[str, Maintainer], tmp_path: Path
) -> None:
    begin = beginnings[job.begins]
    run = partial(forks.run, web=job.web)
    undisturbed = copied(begin, tmp_path / "undisturbed").directory
    whole = run(undisturbed, *job.arguments)
    assert (whole.status, whole.wrong) == (0, None), whole.said
    before = end_of(begin.directory)
    objections: list[str] = []
    for number, way in trials(job, whole.operations):
        trial = Trial(job, begin, before, end_of(undisturbed), tmp_path / f"{number}-{way}")
        copied(begin, trial.directory)
        failed = run(trial.directory, *job.arguments, number=number, way=way)
        assert failed.wrong == whole.operations[number - 1]
        objections += trial.wholeness(number, way, failed)
        objections += trial.objections(number, way, failed, run(trial.directory, *job.arguments))
        shutil.rmtree(trial.directory)
    assert not objections, "\n\n".join(objections)


@pytest.mark.at_length
def test_the_real_program_survives_what_goes_wrong_at_random(
    beginnings: Mapping[str, Maintainer], tmp_path: Path
) -> None:
    begin = beginnings["new"]
    undisturbed = copied(begin, tmp_path / "undisturbed")
    operations = faulty(undisturbed, 0, "full").operations
    chance = random.Random(os.environ.get("SEED", "6"))
    every = [(number, way) for number in range(1, len(operations) + 1) for way in WAYS]
    objections: list[str] = []
    for number, way in every if ALL else chance.sample(every, 2):
        trial = Trial(JOBS[1], begin, end_of(begin.directory), end_of(undisturbed.directory), tmp_path / f"{number}")
        maintainer = copied(begin, trial.directory)
        mark = f"faulty-{number}-{way}-{os.getpid()}"
        failed = faulty(maintainer, number, way, mark)
        if failed.wrong is not None:
            objections += [f"{number} {way}: {each} is left" for each in left_after(mark, 2)]
            objections += trial.wholeness(number, way, failed)
            objections += trial.objections(number, way, failed, faulty(maintainer, 0, "full"))
        shutil.rmtree(trial.directory)
    assert not objections, "\n\n".join(objections)


def faulty(maintainer: Maintainer, number: int, way: str, mark: str = "") -> Done:
    """Run the real program, with its own crawl."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faulty", str(number), way, "--", "run"],
        cwd=maintainer.directory,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", MARK: mark},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done(ended.returncode, ended.stderr)


@pytest.mark.parametrize("begins", [pytest.param("new", marks=pytest.mark.at_length), "night"])
def test_a_disk_that_is_full_or_read_only_is_survived(
    begins: str, namespaces: type[Namespace], beginnings: Mapping[str, Maintainer], tmp_path: Path
) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    sizes = range(4, 700, 8) if ALL else (4, 40, 150, 300, 450)
    web = json.dumps(WEB if begins == "new" else NEXT_WEB)
    arguments = [beginnings[begins].directory, mount, web, 0, *sizes]
    inside = [
        "unshare",
        *(_privileges()[0] or ()),
        "--mount",
        sys.executable,
        "-m",
        "tests.small_disk",
        *map(str, arguments),
    ]
    ended = subprocess.run(inside, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == []


@pytest.mark.parametrize("seed", range(40 if ALL else 6))
def test_a_damaged_database_is_said_and_no_document_is_touched(
    seed: int, forks: Forks, beginnings: Mapping[str, Maintainer], tmp_path: Path
) -> None:
    begin, chance = beginnings["night"], random.Random(seed)
    maintainer = copied(begin, tmp_path / "damaged")
    before = documents_of(begin.directory)
    data = bytearray(maintainer.database.read_bytes())
    for _ in range(1 + seed * 4):
        place = chance.randrange(100, len(data))
        data[place : place + 60] = chance.randbytes(len(data[place : place + 60]))
    maintainer.database.write_bytes(data)
    ended = forks.run(maintainer.directory, "run", web=WEB)
    assert ended.status in (0, 3), ended
    assert "this is a bug" not in ended.said
    assert "Traceback" not in ended.said
    if ended.status == 3:
        assert "dlt-crawl.db" in ended.said
        assert documents_of(maintainer.directory) == before


@pytest.mark.parametrize(("seconds", "status"), [(1.5, 0), *([(90, 3)] if ALL else [])])
def test_a_locked_database_is_waited_for(
    seconds: float, status: int, forks: Forks, beginnings: Mapping[str, Maintainer], tmp_path: Path
) -> None:
    maintainer = copied(beginnings["night"], tmp_path / "locked")
    with closing(sqlite3.connect(maintainer.database, check_same_thread=False, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(seconds, other.rollback)
        release.start()
        ended = forks.run(maintainer.directory, "run", web=WEB)
        release.cancel()
        release.join()
    assert ended.status == status, ended.said
    assert "Traceback" not in ended.said
    assert integrity(maintainer.database) == "ok"
    assert forks.run(maintainer.directory, "run", web=WEB).status == 0
