"""Writing repaired documents: what is written, what may not be, and what is never lost. Real files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from dlt_crawler import pipeline
from dlt_crawler.model import Repair, SourceDocument
from dlt_crawler.pipeline import Repaired
from tests.repairs_support import TIMESTAMP, Heard, Owner

GONE = "http://gone.example/papers/net.html"
COPY = f"https://web.archive.org/web/{TIMESTAMP}/{GONE}"
TEXT = f"- [net]({GONE})\n"
REPAIRED = TEXT.replace(GONE, COPY)


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    owner = Owner(home)
    owner.write("lists/a.md", TEXT)
    owner.dies(GONE)
    return owner


def contents(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


# ── Links ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_links_out_of_the_sources_are_not_followed_and_that_is_said(owner: Owner, tmp_path: Path) -> None:
    for name in ("secret.md", "elsewhere/b.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT)
    (owner.directory / "lists/file.md").symlink_to(tmp_path / "secret.md")
    (owner.directory / "lists/directory").symlink_to(tmp_path / "elsewhere")

    for paths in ((), ("lists",)):
        owner.heard.said.clear()
        done = owner.repair(pipeline.in_place, *paths)
        assert [one.original.path for one in done] == ["lists/a.md"]
        assert any(said.startswith("lists/file.md: passed over") for said in owner.heard.said)
    assert {path.read_text() for path in (tmp_path / "secret.md", tmp_path / "elsewhere/b.md")} == {TEXT}


def test_a_file_is_written_by_its_own_name_and_not_through_a_link(owner: Owner) -> None:
    (owner.directory / "lists/0.md").symlink_to("a.md")
    assert [one.original.path for one in owner.repair(pipeline.in_place)] == ["lists/a.md"]
    assert (owner.directory / "lists/0.md").is_symlink()
    assert (owner.directory / "lists/a.md").read_text() == REPAIRED


@pytest.mark.parametrize("name", ["link.md", "linked/a.md"])
def test_in_place_writes_through_no_link(owner: Owner, name: str) -> None:
    (owner.directory / "link.md").symlink_to("lists/a.md")
    (owner.directory / "linked").symlink_to("lists")
    assert owner.repair(pipeline.in_place, name) == []
    assert owner.heard.failed == [
        f"{name}: is reached through a symbolic link; name the file itself, {owner.directory}/lists/a.md"
    ]
    assert (owner.directory / "lists/a.md").read_text() == TEXT


@pytest.mark.parametrize("link", ["storage/repaired/lists", "storage/repaired", "storage/repaired/lists/a.md"])
def test_copies_are_not_written_through_links_that_lead_out_of_their_directory(
    owner: Owner, tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("mine")
    path = owner.directory / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside / "a.md" if link.endswith(".md") else outside)

    done = owner.repair(pipeline.mirror(Path("storage/repaired")))

    if link == "storage/repaired":
        # Who made that link said where the copies are to lie.
        assert (outside / "lists/a.md").read_text() == REPAIRED
    else:
        assert done == []
        assert "symbolic link" in owner.heard.failed[0]
        assert contents(outside) == {"a.md": "mine"}


# ── Where to ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_copies_keep_the_paths_of_documents_and_never_leave_their_directory(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(TEXT)
    os.chdir(owner.directory)
    owner.repair(pipeline.mirror(Path("out")), "lists/../lists/a.md", "../other.md", str(owner.directory / "lists"))
    inside = (tmp_path / "other.md").relative_to("/").as_posix()
    assert contents(owner.directory / "out") == {"lists/a.md": REPAIRED, inside: REPAIRED}
    assert not (owner.directory.parent / "lists").exists()


def test_copies_are_no_sources(owner: Owner) -> None:
    for _ in range(2):
        owner.repair(pipeline.mirror(Path("lists/out")))
    assert contents(owner.directory / "lists") == {"a.md": TEXT, "out/lists/a.md": REPAIRED}


@pytest.mark.parametrize("output", [".", "lists/.."])
def test_an_output_directory_in_which_the_copy_is_the_document_is_refused(owner: Owner, output: str) -> None:
    assert owner.repair(pipeline.mirror(Path(output))) == []
    assert "say --in-place" in owner.heard.failed[0]
    assert (owner.directory / "lists/a.md").read_text() == TEXT


def test_two_documents_never_share_a_copy(owner: Owner, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(f"outside\n{TEXT}")
    place = (tmp_path / "other.md").relative_to("/")
    owner.write(str(place), f"inside\n{TEXT}")
    owner.repair(pipeline.mirror(Path("out")), str(tmp_path / "other.md"), str(place))
    assert contents(owner.directory / "out") == {place.as_posix(): f"inside\n{REPAIRED}"}
    assert f"is where the copy of {owner.directory / place} lies" in owner.heard.failed[0]


@pytest.mark.parametrize(
    ("directory", "expected"), [("lists", True), ("lists/out", True), ("lists/.out", False), ("out", False)]
)
def test_copies_that_the_next_run_would_read_are_known(owner: Owner, directory: str, expected: bool) -> None:
    (one,) = owner.repair(pipeline.mirror(Path(directory)))
    assert one.written_to is not None
    assert pipeline.are_sources(owner.settings, [one.written_to]) is expected


# ── Uncommitted changes ─────────────────────────────────────────────────────────────────────────────────────────────


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=N", "-c", "user.email=n@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


def test_uncommitted_changes_keep_a_document_from_being_written_unless_forced(owner: Owner) -> None:
    owner.write("lists/b.md", TEXT)
    owner.write("lists/c.md", "nothing to repair\n")
    git(owner.directory, "init", "-q")
    git(owner.directory, "add", "lists")
    git(owner.directory, "commit", "-qm", "Lists")
    owner.write("lists/b.md", f"{TEXT}New.\n")
    owner.write("lists/c.md", "nothing to repair, and changed\n")

    done = owner.repair(pipeline.in_place)

    # What nothing is written into may be as it is.
    assert [one.original.path for one in done] == ["lists/a.md", "lists/c.md"]
    (failed,) = owner.heard.failed
    assert failed.startswith("lists/b.md: has changes that are not committed")
    assert contents(owner.directory / "lists")["b.md"] == f"{TEXT}New.\n"
    with owner.job() as job:
        assert [entry.repair.occurrence.file for entry in job.store.repairs.of("lists/b.md")] == []
    owner.repair(pipeline.in_place_by_force)
    assert contents(owner.directory / "lists")["b.md"] == f"{REPAIRED}New.\n"


# ── Documents that change meanwhile ─────────────────────────────────────────────────────────────────────────────────


class Editor:
    """Somebody who saves a document while it is repaired, so often."""

    def __init__(self, path: Path, times: int) -> None:
        self.path = path
        self.times = times
        self.saved = 0

    def __call__(self, _document: SourceDocument, repairs: Sequence[Repair]) -> Sequence[Repair]:
        if self.saved < self.times:
            self.saved += 1
            self.path.write_text(text_of(self.saved))
        return repairs


def text_of(times: int) -> str:
    return "New line.\n" * times + TEXT


@pytest.mark.parametrize("destination", [pipeline.in_place, pipeline.mirror(Path("storage/repaired"))])
def test_a_document_that_changes_is_read_again_and_repaired(owner: Owner, destination: pipeline.Destination) -> None:
    (one,) = owner.repair(destination, accept=Editor(owner.directory / "lists/a.md", 4))
    assert one.written_to is not None
    assert one.written_to.read_text() == text_of(4).replace(GONE, COPY)
    assert owner.heard.failed == []
    with owner.job() as job:
        assert len(job.store.repairs.of("lists/a.md")) == 1


def test_a_document_that_always_changes_is_left_alone_and_that_is_said(owner: Owner) -> None:
    path = owner.directory / "lists/a.md"
    owner.write("lists/b.md", TEXT)
    done = owner.repair(pipeline.in_place, accept=Editor(path, 99))
    assert [one.original.path for one in done] == ["lists/b.md"]
    assert owner.heard.failed == [
        "lists/a.md: changed each of the 5 times that it was to be written; it was left alone"
    ]
    assert path.read_text() == text_of(6)


def test_what_is_saved_in_the_last_moment_is_not_written_over(owner: Owner) -> None:
    path = owner.directory / "lists/a.md"
    (owner.directory / "other").hardlink_to(path)

    class Saves(Heard):
        """Is told of the other name when all is ready to be written, and saves the document then."""

        def say(self, sentence: str) -> None:
            if not self.said:
                path.write_text(text_of(1))
            super().say(sentence)

    owner.heard = Saves()
    (one,) = owner.repair(pipeline.in_place)
    assert len(owner.heard.said) == 2
    assert path.read_text() == one.result.document.data.decode() == text_of(1).replace(GONE, COPY)
    with owner.job() as job:
        *cut_off, entry = job.store.repairs.of("lists/a.md")
    assert (entry.stood is not None, entry.ended) == (True, None)
    assert [each.stood for each in cut_off] == [None]


def test_a_document_that_is_gone_meanwhile_is_said(owner: Owner) -> None:
    path = owner.directory / "lists/a.md"

    def remove(_document: SourceDocument, repairs: Sequence[Repair]) -> Sequence[Repair]:
        path.unlink()
        return repairs

    assert owner.repair(pipeline.in_place, accept=remove) == []
    assert "lists/a.md" in owner.heard.failed[0]
    assert not path.exists()


# ── Modes, other names, room ────────────────────────────────────────────────────────────────────────────────────────


def test_copies_get_the_permissions_of_their_documents(owner: Owner) -> None:
    for mode in (0o4755, 0o600):
        (owner.directory / "lists/a.md").chmod(mode)
        (one,) = owner.repair(pipeline.mirror(Path(f"out{mode}")))
        assert one.written_to is not None
        assert one.written_to.stat().st_mode & 0o7777 == mode & 0o777


def test_what_others_cannot_reach_they_cannot_reach_as_a_copy(owner: Owner) -> None:
    path = owner.write("lists/private/deep/s.md", TEXT)
    path.parent.parent.chmod(0o700)
    owner.repair(pipeline.mirror(Path("storage/repaired")))
    modes = {name: (owner.directory / "storage/repaired" / name).stat().st_mode & 0o777
             for name in ("lists", "lists/private", "lists/private/deep")}  # fmt: skip
    assert modes == {"lists": 0o755, "lists/private": 0o700, "lists/private/deep": 0o755}


def test_a_read_only_document_is_not_written_and_its_copy_is(owner: Owner) -> None:
    path = owner.directory / "lists/a.md"
    path.chmod(0o444)
    assert owner.repair(pipeline.in_place) == []
    assert owner.heard.failed == ["lists/a.md: is read-only"]
    assert path.read_text() == TEXT
    copies = pipeline.mirror(Path("storage/repaired"))
    owner.repair(copies)
    path.chmod(0o644)
    owner.write("lists/a.md", f"\n{TEXT}")
    path.chmod(0o444)
    (one,) = owner.repair(copies)
    assert one.written_to is not None
    assert one.written_to.read_text() == f"\n{REPAIRED}"


def test_other_names_of_a_file_keep_the_old_text_and_that_is_said(owner: Owner) -> None:
    other = owner.directory / "other"
    other.hardlink_to(owner.directory / "lists/a.md")
    owner.repair(pipeline.in_place)
    assert (other.read_text(), (owner.directory / "lists/a.md").read_text()) == (TEXT, REPAIRED)
    assert owner.heard.said == ["lists/a.md: has other names (hard links); what they lead to stays as it was"]


def test_a_file_that_has_these_bytes_is_not_touched(owner: Owner) -> None:
    def inodes() -> list[int]:
        return [path.stat().st_ino for path in sorted(owner.directory.rglob("*.md"))]

    owner.write("lists/b.md", "nothing to repair\n")
    copies = pipeline.mirror(Path("storage/repaired"))
    owner.repair(copies)
    before = inodes()
    owner.repair(copies)
    assert inodes() == before
    owner.repair(pipeline.in_place)
    after = inodes()
    owner.repair(pipeline.in_place)
    assert inodes() == after
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_a_pipe_in_the_place_of_a_copy_does_not_stop_anybody(owner: Owner) -> None:
    path = owner.directory / "storage/repaired/lists/a.md"
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    owner.repair(pipeline.mirror(Path("storage/repaired")))
    assert path.read_text() == REPAIRED


# ── Other names ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_log_has_of_a_document_goes_with_it_to_a_name_that_no_run_has_seen(owner: Owner) -> None:
    owner.repair(pipeline.in_place)
    (owner.directory / "lists/a.md").rename(owner.directory / "lists/b.md")
    for day in (1, 3):
        owner.sees(day, (GONE, ()))
    owner.repair(pipeline.nowhere)
    with owner.job() as job:
        assert job.store.repairs.of("lists/b.md") == ()
    owner.repair(pipeline.in_place)
    assert (owner.directory / "lists/b.md").read_text() == TEXT
    with owner.job() as job:
        assert [entry.written_to for entry in job.store.repairs.of("lists/b.md")] == ["lists/b.md"]


# ── Cost ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_log_is_not_asked_for_documents_that_are_not_in_it(owner: Owner) -> None:
    for number in range(30):
        owner.write(f"lists/{number}.md", f"[x](http://alive.example/{number})\n")
    copies = pipeline.mirror(Path("storage/repaired"))
    owner.repair(copies)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.extend([statement] if "FROM repairs" in statement else [])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert len(owner.repair(copies)) == 31
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    # Which documents are in it, what was refused, what lives again, and the one that is.
    assert len(asked) == 4


def test_the_result_of_each_document_says_where_it_was_written(owner: Owner) -> None:
    def where(done: Sequence[Repaired]) -> list[str]:
        return [str(one.written_to) for one in done]

    assert where(owner.repair(pipeline.nowhere)) == ["None"]
    assert where(owner.repair(pipeline.mirror(Path("out")))) == ["out/lists/a.md"]
    assert where(owner.repair(pipeline.in_place)) == ["lists/a.md"]
