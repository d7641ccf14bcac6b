"""Before an older database is upgraded a copy is made beside it, and nothing that happens meanwhile harms either."""

from __future__ import annotations

import logging
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import closing
from pathlib import Path

import pytest

from dlt_crawler.errors import LockHeld, StoreError
from dlt_crawler.store import Store, lock, schema, soundness
from dlt_crawler.store.schema import HEAD
from tests.test_store_migration import ROWS, dump, make

OPEN = "import sys; from dlt_crawler.store import Store; Store.open(sys.argv[1]).close(); print('opened')"
KILLS = int(os.environ.get("KILLS", "4"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database as the first release left it."""
    return make(tmp_path / "links.db", "0001", ROWS)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found)


def copies(database: Path) -> list[Path]:
    return sorted(database.parent.glob("*.backup"))


def test_the_old_database_is_kept_beside_the_new_one_and_people_are_told(
    old: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = dump(old)
    old.chmod(0o640)
    Store.open(url_of(old)).close()
    (copy,) = copies(old)
    assert (copy.name, version(copy), version(old)) == (f"links.db.before-{HEAD}.backup", "0001", HEAD)
    assert dump(copy) == before
    assert copy.stat().st_mode & 0o777 == 0o640
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == f"{old} is upgraded from schema 0001 to {HEAD}; as it was, it is kept in {copy}"
    caplog.clear()
    Store.open(url_of(old)).close()
    assert (copies(old), caplog.records) == ([copy], [])


def test_a_new_database_has_no_copy(tmp_path: Path) -> None:
    Store.open(url_of(tmp_path / "links.db")).close()
    assert copies(tmp_path / "links.db") == []


def test_an_earlier_copy_that_holds_something_else_is_never_overwritten(old: Path) -> None:
    other = old.with_name(f"links.db.before-{HEAD}.backup")
    other.write_bytes(b"something of great value")
    Store.open(url_of(old)).close()
    second = old.with_name(f"links.db.before-{HEAD}.2.backup")
    assert copies(old) == [second, other]
    assert other.read_bytes() == b"something of great value"
    assert version(second) == "0001"


def test_an_upgrade_that_fails_again_and_again_leaves_one_copy(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE occurrences SET document_id = 99 WHERE position = 1")
    for _ in range(3):
        with pytest.raises(StoreError, match="is damaged: occurrences names a row of documents"):
            Store.open(url_of(old))
    assert len(copies(old)) == 1
    assert version(old) == "0001"


def test_without_room_for_the_copy_nothing_is_done(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = namedtuple("disk", ("f_bavail", "f_frsize"))(3, 4096)
    monkeypatch.setattr(soundness.os, "statvfs", lambda _path: disk)
    with pytest.raises(StoreError, match=r"links\.db is to be upgraded, and there is no room .* 0\.0 MB are free"):
        Store.open(url_of(old))
    assert (copies(old), version(old)) == ([], "0001")


def test_kill_9_in_the_middle_leaves_the_old_schema_or_the_new_one_and_whole_copies(tmp_path: Path) -> None:
    """The kills are spread over the time that an upgrade takes."""
    fresh = make(tmp_path / "fresh.db", "0001", ROWS)
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", OPEN, url_of(fresh)], check=True, capture_output=True)
    takes = time.monotonic() - started
    chance = random.Random(5)
    found: set[str] = set()
    for number in range(KILLS):
        path = make(tmp_path / f"{number}.db", "0001", ROWS)
        before = dump(path)
        with subprocess.Popen([sys.executable, "-c", OPEN, url_of(path)], stderr=subprocess.DEVNULL) as upgrade:
            time.sleep(takes * (0.5 + chance.random() / 2))
            upgrade.kill()
        found.add(version(path))
        left = [copy for copy in copies(path) if copy.name.startswith(f"{number}.")]
        assert [dump(copy) for copy in left] == [before] * len(left)
        with Store.open(url_of(path)) as store:
            assert len(store.report().links) == 2
        assert version(path) == HEAD
        (copy,) = [copy for copy in copies(path) if copy.name.startswith(f"{number}.")]
        assert dump(copy) == before
        assert not list(tmp_path.glob(f"{number}.db*unfinished"))
    assert found <= {"0001", HEAD}


def test_several_that_open_it_at_once_upgrade_it_once(old: Path) -> None:
    command = [sys.executable, "-c", OPEN, url_of(old)]
    openers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [opener.communicate() for opener in openers]
    assert [out for out, _ in said] == ["opened\n"] * 3, said
    assert (len(copies(old)), version(old)) == (1, HEAD)


def test_nobody_upgrades_a_database_under_a_job(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "WAIT_FOR_UPGRADE", 0.01)
    with lock(url_of(old), "dlt-crawl run"):
        with pytest.raises(LockHeld, match=f"dlt-crawl run, process {os.getpid()}"):
            Store.open(url_of(old), create=False)
        assert (copies(old), version(old)) == ([], "0001")
        # The job itself does.
        Store.open(url_of(old), alone=True).close()
        assert version(old) == HEAD
        # And then everybody may look.
        Store.open(url_of(old), create=False).close()


def test_a_damaged_database_is_not_upgraded(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_checks_resource_id_at_id'"
        ).fetchone()
    data = bytearray(old.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\x0d" + b"\xa5" * 4095
    old.write_bytes(data)
    with pytest.raises(StoreError, match=r"links\.db is damaged \(.*\): restore it from a copy"):
        Store.open(url_of(old))
    assert copies(old) == []
