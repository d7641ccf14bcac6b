"""Numbered files: rotated, gone on with, and whole after whatever ends their writer."""

from __future__ import annotations

import resource
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.warc.files import WarcFiles, mend
from dlt_crawler.warc.records import warcinfo
from tests.warc_support import records_of

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
RECORD = warcinfo("", {"description": "a record"})


def files(directory: Path, run: int = 7, size: int = 1_000_000) -> WarcFiles:
    return WarcFiles(directory, run, size=size, info={"software": "dlt-crawl"}, clock=lambda: NOW)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def name(number: int, run: int = 7) -> str:
    return f"dlt-crawl-run{run}-20261122023000-{number:05d}.warc.gz"


def test_a_file_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    begun = len(warcinfo(name(0), {"software": "dlt-crawl"}))
    kept = files(tmp_path, size=begun + len(RECORD) * 3 // 2)

    where = [kept.append(RECORD) for _ in range(5)]
    kept.close()

    assert where == [name(0), name(0), name(1), name(1), name(2)]
    assert names(tmp_path) == [name(0), name(1), name(2)]
    for number, count in enumerate((3, 3, 2)):
        first, *rest = records_of(tmp_path / name(number))
        assert first.fields["WARC-Filename"] == name(number)
        assert len(rest) == count - 1


def test_a_run_that_is_gone_on_with_begins_the_next_file(tmp_path: Path) -> None:
    for run in (7, 7, 71, 7):
        kept = files(tmp_path, run)
        kept.append(RECORD)
        kept.close()

    assert names(tmp_path) == [name(0), name(1), name(2), name(0, run=71)]


def test_nothing_is_written_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    files(tmp_path).close()

    assert names(tmp_path) == []


def killed(kept: WarcFiles, directory: Path, number: int = 0) -> None:
    """Leave what a killed writer leaves: a mark that nobody holds."""
    kept.close()
    (directory / f"{name(number)}.open").touch()


@pytest.mark.parametrize("lost", [0, 1, 8, len(RECORD) // 2, len(RECORD) - 1], ids=["all", "1", "8", "half", "most"])
def test_what_a_killed_writer_has_left_half_written_is_cut_off(tmp_path: Path, lost: int) -> None:
    kept = files(tmp_path)
    for _ in range(3):
        kept.append(RECORD)
    path = tmp_path / name(0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size - lost])
    killed(kept, tmp_path)

    following = files(tmp_path)
    following.append(RECORD)

    assert len(records_of(path)) == (4 if lost == 0 else 3)
    following.close()
    assert names(tmp_path) == [name(0), name(1)]


def test_what_a_living_writer_is_writing_is_left_alone(tmp_path: Path) -> None:
    # As of two lists with databases of their own and one storage.
    kept = files(tmp_path)
    kept.append(RECORD)
    path = tmp_path / name(0)
    with path.open("ab") as file:
        file.write(RECORD[:20])
    other = files(tmp_path)
    other.append(RECORD)
    mend(tmp_path)

    assert path.read_bytes().endswith(RECORD[:20])
    assert names(tmp_path) == [name(0), f"{name(0)}.open", name(1), f"{name(1)}.open"]

    with path.open("ab") as file:
        file.write(RECORD[20:])
    kept.close()
    other.close()
    assert names(tmp_path) == [name(0), name(1)]
    assert [len(records_of(tmp_path / name(number))) for number in (0, 1)] == [3, 2]


def test_files_that_two_writers_begin_at_once_have_two_names(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        kept = [files(tmp_path) for _ in range(16)]
        where = list(threads.map(lambda each: each.append(RECORD), kept))
    for each in kept:
        each.close()

    assert len(set(where)) == 16
    assert sorted(where) == names(tmp_path)
    assert all(len(records_of(tmp_path / each)) == 2 for each in where)


def test_a_file_that_has_no_whole_record_is_removed(tmp_path: Path) -> None:
    kept = files(tmp_path)
    kept.append(RECORD)
    (tmp_path / name(0)).write_bytes(RECORD[:20])
    killed(kept, tmp_path)

    mend(tmp_path)

    assert names(tmp_path) == []


def test_a_file_that_was_closed_is_not_looked_at_again(tmp_path: Path) -> None:
    kept = files(tmp_path)
    kept.append(RECORD)
    kept.close()
    path = tmp_path / name(0)
    path.write_bytes(path.read_bytes() + b"what somebody else has added")

    mend(tmp_path)

    assert path.read_bytes().endswith(b"added")


def test_a_disk_that_is_full_ends_the_work_and_leaves_whole_records(tmp_path: Path) -> None:
    kept = files(tmp_path)
    kept.append(RECORD)
    path = tmp_path / name(0)
    whole = path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole + len(RECORD) // 2, hard))
    try:
        with pytest.raises(CrawlError, match=f"{name(0)} cannot be written: File too large"):
            kept.append(RECORD)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert path.stat().st_size == whole
    kept.close()
    assert len(records_of(path)) == 2
