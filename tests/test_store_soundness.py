"""A database that is damaged, has no room, or is kept busy: said in words, and never a traceback."""

from __future__ import annotations

import logging
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Evidence, Network, Page, Repair, Snapshot, State, Verdict
from dlt_crawler.store import Store, soundness
from dlt_crawler.store.sqlite import SqliteDatabase
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, rewritten, save

PAGE_SIZE = 4096
LINKS = 60


def fill(path: Path, *, finished: bool = True) -> Path:
    """Make a database with something in it everywhere, all of it in the file itself."""
    with Store.open(f"sqlite:///{path}") as store:
        links = [occurrence("a.md"), occurrence("a.md", OTHER)]
        save(store, document("a.md"), links, now=NOW)
        for night in range(LINKS):
            run = store.begin_run(NOW + night * DAY).id
            seen = observation(at=NOW + night * DAY, page=Page(f"Title {night}", "words " * 100))
            store.add_checks(run, 1, [seen, observation(OTHER, at=NOW + night * DAY)])
            store.save_verdicts([(PAPER, Verdict(State.ALIVE, "fine"), NOW)], run=run, now=NOW)
            if finished or night < LINKS - 1:
                store.finish_run(run, now=NOW + night * DAY, network=Network.OK)
        store.save_answer(PAPER, Snapshot(PAPER.url, "20200101000000", "https://a.example/1", 200, "playback"), now=NOW)
        store.repairs.add(run, "out/a.md", rewritten(Repair(links[0], "https://a.example/1", "gone")), now=NOW)
    return path


def damage(path: Path, chance: random.Random) -> None:
    """Overwrite a part of some page but the first, as a failing disk does."""
    data = bytearray(path.read_bytes())
    page = chance.randrange(1, len(data) // PAGE_SIZE)
    start = page * PAGE_SIZE + chance.choice([0, 0, chance.randrange(PAGE_SIZE)])
    end = chance.randrange(start + 1, (page + 1) * PAGE_SIZE + 1)
    data[start:end] = chance.randbytes(end - start)
    path.write_bytes(data)


def damage_index(path: Path) -> None:
    """Overwrite an index that no job looks at when it begins."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_checks_failed'"
        (page,) = connection.execute(query).fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] = b"\xa5" * PAGE_SIZE
    path.write_bytes(data)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return fill(tmp_path_factory.mktemp("filled") / "links.db").read_bytes()


@pytest.mark.parametrize("seed", range(40))
def test_a_page_that_is_damaged_is_an_error_in_words_wherever_it_is_met(
    tmp_path: Path, filled: bytes, seed: int
) -> None:
    path = tmp_path / "links.db"
    path.write_bytes(filled)
    damage(path, random.Random(seed))
    for use in (
        lambda store: store.report(),
        lambda store: store.story(PAPER.url),
        lambda store: [*store.histories()],
        lambda store: [*store.rereading.histories()],
        lambda store: store.answers(),
        lambda store: store.repairs.written_to("out/a.md"),
        lambda store: store.retention.volume(),
        lambda store: store.add_checks(store.begin_run(NOW + 900 * DAY).id, 1, [observation(at=NOW + 900 * DAY)]),
        lambda store: store.finish_run(store.last_run().id, now=NOW, network=Network.OK),
        lambda store: store.retention.sweep(NOW + 900 * DAY, NOW + 900 * DAY),
        lambda store: store.retention.compact(),
    ):
        try:
            with Store.open(f"sqlite:///{path}") as store:
                use(store)
        except StoreError as error:
            assert str(error).startswith(str(path)), error  # noqa: PT017 - it need not fail


@pytest.mark.parametrize("finished", [True, False])
def test_before_a_job_all_of_the_database_is_looked_at(tmp_path: Path, finished: bool) -> None:
    """An index that is damaged is not met by the first queries."""
    path = fill(tmp_path / "links.db", finished=finished)
    damage_index(path)
    (tmp_path / "links.db.before-0005.backup").touch()
    with pytest.raises(StoreError) as refused:
        Store.open(f"sqlite:///{tmp_path}/links.db", alone=True)
    assert str(refused.value).startswith(f"{tmp_path}/links.db is damaged (")
    assert str(refused.value).endswith(
        "): restore it from a copy (links.db.before-0005.backup beside it, say), or move it away and start anew with "
        "dlt-crawl run, which checks every link again; the documents are not concerned"
    )


def job(path: Path) -> None:
    """Begin a job and end it."""
    Store.open(f"sqlite:///{path}", alone=True).close()


def _nothing(_path: Path) -> None: ...


def _copy_put_back(path: Path) -> None:
    path.unlink()
    shutil.copyfile(path.with_name("copy.db"), path)


def _copy_written_over(path: Path) -> None:
    shutil.copyfile(path.with_name("copy.db"), path)


def _cut_off(path: Path) -> None:
    """Have a job killed, and somebody read what it has left: then its log is gone."""
    killed = (
        "import os, sys; from dlt_crawler.store import Store, soundness; soundness.EACH_TIME = 0; "
        "Store.open(f'sqlite:///{sys.argv[1]}', alone=True).forget_documents(['a.md']); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", killed, str(path)], check=False).returncode == 9
    Store.open(f"sqlite:///{path}", create=False).close()


def _noted(change: Callable[[str, str], str]) -> Callable[[Path], None]:
    def happens(path: Path) -> None:
        note = Path(f"{path.resolve()}.vouched")
        note.write_text(change(*note.read_text().split()))

    return happens


def _passed(time: timedelta) -> Callable[[Path], None]:
    return _noted(lambda at, word: f"{(datetime.fromisoformat(at) - time).isoformat()} {word}")


def _met(path: Path) -> None:
    """Have a job meet what is damaged."""
    damage_index(path)
    with closing(SqliteDatabase(path)) as database:
        database.examine()
        with pytest.raises(StoreError), database.reading() as connection:
            connection.exec_driver_sql(
                "SELECT count(*) FROM checks INDEXED BY ix_checks_failed WHERE outcome NOT IN ('ok', 'redirected')"
            )


WHAT_HAPPENS: Mapping[str, tuple[Callable[[Path], None], bool]] = {
    "nothing": (_nothing, False),
    "six days": (_passed(soundness.EVERY - DAY), False),
    "seven days": (_passed(soundness.EVERY), True),
    "the clock is turned back": (_passed(-DAY), True),
    "a copy is put back": (_copy_put_back, True),
    "a copy is written over it": (_copy_written_over, True),
    "a job is killed": (_cut_off, True),
    "a job meets damage": (_met, True),
    "the note is cut off": (_noted(lambda at, _word: at), True),
    "the note says no time": (_noted(lambda _at, word: f"x {word}"), True),
    "the note says no zone": (_noted(lambda at, word: f"{at[:19]} {word}"), True),
    "the note says another word": (_noted(lambda at, word: f"{at} {word[1:]}"), True),
}


@pytest.mark.parametrize(
    ("what", "linked"), [*((what, False) for what in WHAT_HAPPENS), ("nothing", True), ("a job is killed", True)]
)
def test_a_large_database_is_looked_through_once_a_week_or_for_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: bytes, what: str, linked: bool
) -> None:
    monkeypatch.setattr(soundness, "EACH_TIME", 0)
    path = tmp_path / "links.db"
    path.write_bytes(filled)
    if linked:
        named = tmp_path / "named/links.db"
        named.parent.mkdir()
        named.symlink_to(path)
    job(named if linked else path)
    shutil.copyfile(path, tmp_path / "copy.db")
    job(named if linked else path)
    happens, is_looked_at = WHAT_HAPPENS[what]
    happens(path)
    if what != "a job meets damage":
        damage_index(path)
    for _ in range(2):
        if is_looked_at:
            with pytest.raises(StoreError, match="is damaged"):
                job(named if linked else path)
        else:
            job(named if linked else path)


def test_where_nothing_can_be_noted_no_job_begins(tmp_path: Path, filled: bytes) -> None:
    path = tmp_path / "links.db"
    path.write_bytes(filled)
    note = tmp_path / "links.db.vouched"
    note.mkdir()
    with pytest.raises(StoreError, match=f"^{note} cannot be removed: "):
        job(path)


@pytest.mark.alone
def test_to_look_through_a_database_can_be_broken_off(tmp_path: Path) -> None:
    path = tmp_path / "links.db"
    Store.open(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE large (row)")
        connection.executemany("INSERT INTO large VALUES (zeroblob(?))", [(4_000,)] * 50_000)
        connection.commit()
    with closing(SqliteDatabase(path)) as database:

        def look() -> float:
            began = time.monotonic()
            assert database.damage() is None
            return time.monotonic() - began

        whole = min(look() for _ in range(3))
        began = time.monotonic()
        with interrupted_after(whole / 10), pytest.raises(KeyboardInterrupt):
            database.damage()
        assert time.monotonic() - began < whole / 2
        assert database.damage() is None


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Have a signal come that raises KeyboardInterrupt, as Ctrl-C does."""

    def interrupt(_signal: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_of_a_small_database_nothing_is_noted(tmp_path: Path, filled: bytes) -> None:
    path = tmp_path / "links.db"
    path.write_bytes(filled)
    job(path)
    assert [each.name for each in tmp_path.iterdir()] == ["links.db"]


def test_a_sound_database_is_worked_on_after_a_job_that_was_cut_off(tmp_path: Path) -> None:
    path = fill(tmp_path / "links.db", finished=False)
    with Store.open(f"sqlite:///{path}", alone=True) as store:
        assert store.last_run().finished is None  # type: ignore[union-attr]


def test_people_are_told_when_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = fill(tmp_path / "links.db")
    Store.open(f"sqlite:///{path}", alone=True).close()
    assert caplog.records == []
    room = soundness.ROOM + path.stat().st_size - 1
    monkeypatch.setattr(soundness.os, "statvfs", lambda _path: namedtuple("disk", ("f_bavail", "f_frsize"))(room, 1))
    Store.open(f"sqlite:///{path}", alone=True).close()
    assert [(one.levelno, one.getMessage()) for one in caplog.records] == [
        (logging.WARNING, f"{path}: only {room / 1e6:.1f} MB free on its disk")
    ]


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_what_is_written_waits_for_the_disk_unless_it_can_be_had_again(
    tmp_path: Path, durable: bool, level: int
) -> None:
    with closing(SqliteDatabase(tmp_path / "links.db")) as database:
        for _ in range(2):
            with database.writing(durable=durable) as connection:
                # 2 is FULL, 1 is NORMAL (sqlite.org/pragma.html#pragma_synchronous).
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
            with database.writing(durable=not durable):
                pass


def test_a_job_waits_for_another_program_that_writes(tmp_path: Path) -> None:
    with (
        closing(SqliteDatabase(tmp_path / "links.db")) as database,
        closing(sqlite3.connect(database.path, check_same_thread=False, isolation_level=None)) as other,
    ):
        with database.writing() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 100")
        other.execute("BEGIN IMMEDIATE")
        # Longer than it waits at a time.
        done = threading.Timer(0.25, other.execute, ["ROLLBACK"])
        done.start()
        with database.writing(patience=600) as connection:
            connection.exec_driver_sql("CREATE TABLE a (b)")
        done.join()
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("a",)]


def test_evidence_that_is_none_is_an_error_in_words(tmp_path: Path) -> None:
    path = fill(tmp_path / "links.db")
    with Store.open(f"sqlite:///{path}") as store:
        run = store.begin_run(NOW + 100 * DAY).id
        store.add_checks(run, 1, [replace(observation(at=NOW + 100 * DAY), evidence=Evidence(title="a"))])
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute('UPDATE evidence SET facts = \'{"no": "such fact"}\'')
        with pytest.raises(StoreError, match="holds what this version of dlt-crawl cannot read"):
            list(store.rereading.histories())
