"""One job at a time on a database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dlt_crawler.errors import LockHeld, StoreError
from dlt_crawler.store import lock

HOLDER = """
import sys
from dlt_crawler.store import lock
with lock(sys.argv[1], "dlt-crawl run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_told_who_holds_the_lock_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/storage/links.db"
    command = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockHeld) as refused, lock(url, "dlt-crawl report"):
            pass
        message = str(refused.value)
        assert f"{tmp_path}/storage/links.db is in use: dlt-crawl run, process {holder.pid} on " in message
        assert message.endswith(" UTC")
        assert refused.value.exit_status == 75
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with lock(url, "dlt-crawl report"):
            pass


def test_a_lock_is_held_against_its_own_process_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/links.db"
    ours = f"dlt-crawl report, process {os.getpid()} on "
    with lock(url, "dlt-crawl report"), pytest.raises(LockHeld, match=ours), lock(url, "dlt-crawl run"):
        pass


def test_a_lock_is_free_again_after_its_block_however_that_ends(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/links.db"
    with pytest.raises(KeyError), lock(url, "first"):
        raise KeyError
    with lock(url, "second"):
        pass


def test_a_database_has_one_lock_however_its_path_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "same").symlink_to("storage")
    (tmp_path / "links.db").symlink_to("storage/links.db")
    (tmp_path / "twice.db").symlink_to("links.db")
    for spelling in ("same/links.db", "links.db", "twice.db", "same/../storage/links.db"):
        with (
            lock(f"sqlite:///{tmp_path}/storage/links.db", "first"),
            pytest.raises(LockHeld, match=f"{spelling} is in use: first"),
            lock(f"sqlite:///{tmp_path}/{spelling}", "second"),
        ):
            pass


def test_databases_have_locks_of_their_own(tmp_path: Path) -> None:
    with lock(f"sqlite:///{tmp_path}/a.db", "one"), lock(f"sqlite:///{tmp_path}/b.db", "other"):
        pass


def test_a_lock_file_that_says_nothing_we_know_is_still_a_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/links.db"
    for content in (b"", b"\xff", b"[]", b'{"pid": 1}'):
        with lock(url, "first"):
            (tmp_path / "links.db.lock").write_bytes(content)
            with pytest.raises(LockHeld, match=r"links\.db is in use: another process"), lock(url, "second"):
                pass


def test_a_lock_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(StoreError, match=r"links\.db\.lock cannot be opened"),
        lock(f"sqlite:///{tmp_path}/file/links.db", "x"),
    ):
        pass
    with pytest.raises(StoreError, match="names no file"), lock("sqlite://", "x"):
        pass
