"""Finding, reading and replacing documents: real files."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import resource
import signal
from pathlib import Path

import pytest

from dlt_crawler.errors import RepairError, SourceError
from dlt_crawler.model import SourceDocument
from dlt_crawler.sources import Options, find, read, write


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with lists in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("b.md", "a.markdown", "notes.log", "sub/deep/C.MD", ".git/hidden.md", "sub/.hidden.md", "sub/d.md"):
        path = tmp_path / "lists" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[a](https://a.com)\n")
    (tmp_path / "lists" / "empty").mkdir()
    return tmp_path


EVERYTHING = ["lists/a.markdown", "lists/b.md", "lists/sub/d.md", "lists/sub/deep/C.MD"]


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["lists"], EVERYTHING),
        (["lists/notes.log"], ["lists/notes.log"]),
        (["lists/**/*.md"], ["lists/b.md", "lists/sub/d.md"]),
        (["lists/s*"], ["lists/sub/d.md", "lists/sub/deep/C.MD"]),
        (["lists/b.md", "lists", "lists/../lists/b.md", "./lists/?.md"], EVERYTHING),
        ([], []),
    ],
)
@pytest.mark.usefixtures("lists")
def test_documents_are_found_once_and_sorted(patterns: list[str], expected: list[str]) -> None:
    assert find(patterns) == [Path(name) for name in expected]


@pytest.mark.usefixtures("lists")
def test_a_name_with_brackets_is_a_name_before_it_is_a_pattern() -> None:
    Path("lists/[x].md").write_text("")
    assert find(["lists/[x].md"]) == [Path("lists/[x].md")]


@pytest.mark.parametrize("pattern", ["gone.md", "gone/", "lists/*.rst", "lists/empty", "gone/**/*.md"])
@pytest.mark.usefixtures("lists")
def test_what_is_not_there_is_named(pattern: str) -> None:
    with pytest.raises(SourceError, match=rf"^{re.escape(pattern)}: no|^{re.escape(pattern)}: there is no"):
        find(["lists/b.md", pattern])


def test_a_document_is_named_from_the_working_directory(lists: Path) -> None:
    data = b"[a](https://a.com)\n"
    expected = SourceDocument("lists/b.md", data, hashlib.sha256(data).hexdigest())
    assert read(lists / "lists" / "sub" / ".." / "b.md") == expected == read(Path("lists/b.md"))


def test_a_document_elsewhere_is_named_in_full(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lists / "lists" / "sub")
    assert read(Path("../b.md")).path == (lists / "lists" / "b.md").as_posix()


@pytest.mark.parametrize(
    ("size", "said"), [(1_500_000, "1.5 MB"), (1_234_567, "1.234567 MB"), (1_000, "0.001 MB"), (10, "10 bytes")]
)
def test_a_document_of_the_largest_size_is_read_and_a_larger_one_is_refused(
    tmp_path: Path, size: int, said: str
) -> None:
    path = tmp_path / "large.md"
    limit = Options(max_file=size)
    path.write_bytes(b"x" * size)
    assert len(read(path, limit).data) == size
    path.write_bytes(b"x" * (size + 1))
    with pytest.raises(SourceError, match=rf"large\.md: is larger than {re.escape(said)}; .*extract\.max_file"):
        read(path, limit)


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    for name, message in (("pipe.md", "is not a regular file"), (".", "is not a regular file")):
        with pytest.raises(SourceError, match=message):
            read(tmp_path / name)
    with pytest.raises(SourceError, match=r"gone\.md: cannot be read: No such file or directory"):
        read(tmp_path / "gone.md")


def test_a_new_file_gets_the_usual_mode_and_its_directories(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    path = tmp_path / "repaired" / "seeds" / "a.md"
    write(path, b"new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert [file.name for file in path.parent.iterdir()] == ["a.md"]


def test_a_replaced_file_keeps_its_mode_and_whoever_reads_it_keeps_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with path.open("rb") as reader:
        write(path, b"new")
        assert (reader.read(), path.read_bytes(), oct(path.stat().st_mode)) == (b"old", b"new", "0o100640")


def test_a_symbolic_link_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "target.md").write_bytes(b"old")
    link = tmp_path / "link.md"
    link.symlink_to("target.md")
    with pytest.raises(RepairError, match=r"link\.md: is a symbolic link"):
        write(link, b"new")
    assert (link.is_symlink(), link.read_bytes()) == (True, b"old")


def test_what_cannot_be_written_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "directory").mkdir()
    for path in (tmp_path / "file" / "a.md", tmp_path / "directory"):
        with pytest.raises(RepairError, match=f"^{re.escape(str(path))}: cannot be written: "):
            write(path, b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["directory", "file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    document = tmp_path / "[list].md"
    names = ("[list].md", "[list].md", "l.md")
    left, in_use, other = (tmp_path / f".{name}.{str(number) * 16}.tmp" for number, name in enumerate(names))
    for path in (left, in_use, other):
        path.write_text("half a doc")
    with in_use.open() as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        write(document, b"whole\n")
    assert document.read_bytes() == b"whole\n"
    assert sorted(tmp_path.iterdir()) == sorted([document, in_use, other])


def test_links_are_not_followed_out_of_the_directory_that_was_named(lists: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "x.md").write_text("")
    (outside / "deep" / "y.md").write_text("")
    (lists / "lists" / "file.md").symlink_to(outside / "x.md")
    (lists / "lists" / "directory").symlink_to(outside / "deep")
    (lists / "lists" / "loop").symlink_to("..")
    (lists / "lists" / "0.md").symlink_to("b.md")
    said: list[str] = []

    assert find(["lists"], say=said.append) == [Path(name) for name in EVERYTHING]
    assert find(["lists/**/*.md"], say=said.append) == [Path("lists/b.md"), Path("lists/sub/d.md")]
    assert {"lists/file.md", "lists/directory/y.md"} <= {sentence.partition(":")[0] for sentence in said}
    assert f"{outside.resolve()}/x.md" in said[0]
    # Who names a link, or a directory that is one, means what it leads to.
    assert find(["lists/file.md", "lists/directory"]) == [Path("lists/directory/y.md"), Path("lists/file.md")]


def test_a_new_file_is_like_another_without_the_bits_that_only_its_owner_could_give(tmp_path: Path) -> None:
    like = tmp_path / "like.md"
    like.touch()
    for mode in (0o640, 0o600, 0o6755, 0o444):
        like.chmod(mode)
        write(tmp_path / f"{mode}.md", b"new", like=like)
        assert (tmp_path / f"{mode}.md").stat().st_mode & 0o7777 == mode & 0o777


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_replaced_file_keeps_its_owner_and_group(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.touch()
    os.chown(path, 12345, 54321)
    path.chmod(0o2750)
    write(path, b"new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (12345, 54321, 0o2750)


def test_other_names_of_a_file_keep_the_old_one(tmp_path: Path) -> None:
    path, other = tmp_path / "a.md", tmp_path / "b.md"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    write(path, b"new")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")


def test_the_last_check_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")

    def refuse() -> None:
        raise RepairError("it has changed")

    with pytest.raises(RepairError, match="it has changed"):
        write(path, b"new", check=refuse)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.md", b"old")]


def test_a_name_of_chinese_characters_may_be_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("论" * 84 + ".md")
    for data in (b"old", b"new"):
        write(path, data)
        assert path.read_bytes() == data


@pytest.mark.parametrize(
    ("name", "why"), [("file/a.md", "Not a directory|File exists"), ("directory", "Is a directory")]
)
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    with pytest.raises(RepairError, match=rf"{name}: cannot be written: (?:{why})"):
        write(tmp_path / name, b"new")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["directory", "file"]


def test_without_room_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(RepairError, match=r"a\.md: cannot be written: File too large"):
            write(path, b"new" * 10)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.md", b"old")]
