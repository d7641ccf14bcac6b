"""`repair` and `undo` through the program: what is asked, written, said, and the exit status."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.program import program


@pytest.fixture(scope="module")
def a_night(tmp_path_factory: pytest.TempPathFactory, internet: Internet) -> Path:
    """A directory whose two lists have three dead links, two of them with a snapshot; nobody changes it."""
    maintainer = Maintainer.begin(tmp_path_factory.mktemp("night"), internet)
    first, second, lost = (internet.http_url(path) for path in ("/status/404?a", "/status/410?b", "/status/404?lost"))
    maintainer.write("a.md", f"[第一]({first})", f"[lost]({lost})")
    maintainer.write("b.md", f"[second]({second})")
    maintainer.archive(first, "20200102030405")
    maintainer.archive(second, "20210102030405")
    maintainer.run("run")
    return maintainer.directory


@pytest.fixture
def maintainer(a_night: Path, tmp_path: Path, internet: Internet) -> Maintainer:
    """After that night: a copy of one's own."""
    shutil.copytree(a_night, tmp_path, dirs_exist_ok=True)
    return Maintainer(tmp_path, internet)


def lists(maintainer: Maintainer) -> str:
    """Which documents lead to a snapshot."""
    files = sorted((maintainer.directory / "lists").iterdir())
    return " ".join(path.stem for path in files if "/web/20" in path.read_text())


def asked(maintainer: Maintainer, answers: str, *arguments: str) -> tuple[str, str]:
    """Run `repair --interactive` with somebody who answers so; return what they got, and what they saw."""
    command = ("repair", "--interactive", *arguments)
    status, out, err = program().run(command, maintainer.directory, os.environ, timeout=60, answers=answers)
    assert status == 0, err
    return out, err


def test_every_edit_is_shown_with_its_evidence_and_can_be_taken_back(maintainer: Maintainer) -> None:
    before = {path: path.read_bytes() for path in (maintainer.directory / "lists").iterdir()}
    said = maintainer.run("repair", "--in-place")
    gone = maintainer.internet.http_url("/status/404?a")
    web = maintainer.internet.http_url("/web/")
    assert said.startswith(f"lists/a.md:1:6: snapshot\n    “第一”\n  - {gone}\n  + {web}20200102030405/{gone}\n    ")
    assert "lists/b.md:1:10: snapshot\n" in said
    assert "Without a snapshot, and left as they are:\n\nlists/a.md:2:8\n" in said
    assert "\nrepaired     2  2 snapshots; in 2 of 2 documents\nno snapshot  1  " in said
    assert said.endswith("\nWritten to:\n  lists/a.md\n  lists/b.md\nTo take it back: dlt-crawl undo 1\n")

    again = maintainer.run("repair", "--in-place").splitlines()
    assert "repaired     0  in 2 documents" in again
    assert lists(maintainer) == "a b"

    patch = maintainer.run("undo", "--diff")
    assert lists(maintainer) == "a b"
    taken_back = maintainer.run("undo", "1")
    # From the documents, and from the copies that the night has written.
    assert "\nlists/b.md:1:10: return\n" in taken_back
    assert "\ntaken back  4  of run 1, in 4 files\n" in taken_back
    assert {path: path.read_bytes() for path in (maintainer.directory / "lists").iterdir()} == before
    assert all(f"+{data.decode().splitlines()[0]}\n" in patch for data in before.values())

    assert "nothing to take back" in maintainer.run("undo")
    assert "there is no run 99" in maintainer.run("undo", "99", status=2)
    assert "\nDisputed, and left as they are:\n\nlists/a.md:1:6\n" in maintainer.run("repair", "--in-place")
    assert lists(maintainer) == ""
    assert "2 snapshots; in 2 of 2" in maintainer.run("repair", "--in-place", "--disputed")


def test_only_what_somebody_agrees_to_is_written(maintainer: Maintainer) -> None:
    got, saw = asked(maintainer, "?\nn\ny\n", "--in-place")
    assert saw.count("Make this edit? [y,n,a,d,q,?] ") == 3
    assert "lists/a.md:1:6: snapshot (1 of 1 in this document)\n    “第一”\n    dead, failing since " in saw
    assert lists(maintainer) == "b"
    assert [line.split()[:2] for line in got.splitlines() if "declined" in line or "repaired " in line] == [
        ["repaired", "1"],
        ["declined", "1"],
    ]
    got, saw = asked(maintainer, "", "--diff", "lists/b.md")
    assert (got, saw.splitlines()[-1]) == ("", "There is nothing to ask: no edit is proposed.")


def test_the_end_of_the_answers_ends_the_questions(maintainer: Maintainer) -> None:
    got, saw = asked(maintainer, "y\n", "--diff")
    assert got.startswith("--- a/lists/a.md\n+++ b/lists/a.md\n")
    assert "b.md" not in got
    assert saw.endswith("\nNothing was written.\n")
    assert lists(maintainer) == ""


def test_a_stdin_that_is_closed_answers_nothing(maintainer: Maintainer) -> None:
    # Descriptor 0 is that of the first file to be opened: here one that would agree.
    (maintainer.directory / "agrees").write_text("y\n" * 9)
    code = "import os, runpy; os.open('agrees', os.O_RDONLY); runpy.run_module('dlt_crawler', run_name='__main__')"
    command = f"exec {shlex.quote(sys.executable)} -c {shlex.quote(code)} repair --interactive --in-place <&-"
    done = subprocess.run(
        ["sh", "-c", command], cwd=maintainer.directory, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr.count("Make this edit?")) == (0, 1), done.stderr
    assert lists(maintainer) == ""


def test_copies_among_the_sources_are_said(maintainer: Maintainer) -> None:
    for output, expected in (("lists/out", True), ("out", False)):
        command = ("repair", "--output", output)
        status, _out, err = program().run(command, maintainer.directory, os.environ, timeout=60)
        assert (status, f"{output}: lies among the sources" in err) == (0, expected)


def test_nothing_more_is_written_when_somebody_interrupts(maintainer: Maintainer) -> None:
    command = [sys.executable, "-m", "dlt_crawler", "repair", "--in-place", "--interactive"]
    with subprocess.Popen(
        command, cwd=maintainer.directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"y\n")
        process.stdin.flush()
        said = b""
        while said.count(b"Make this edit?") < 2:
            said += process.stderr.read1()  # type: ignore[attr-defined]
        process.send_signal(signal.SIGINT)
        out, _err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert lists(maintainer) == "a"
    assert out.decode().endswith("Written to:\n  lists/a.md\nTo take it back: dlt-crawl undo 1\n")


def test_what_is_not_committed_is_left_alone_unless_forced(maintainer: Maintainer) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=maintainer.directory, check=True)
    subprocess.run(["git", "add", "lists"], cwd=maintainer.directory, check=True)
    status, out, err = program().run(("repair", "--in-place"), maintainer.directory, os.environ, timeout=60)
    assert status == 3
    assert out.startswith("Not done:\n\nlists/a.md: ")
    assert "--force" in err
    assert "not done  2  other documents; hence exit status 3\n" in out
    assert lists(maintainer) == ""
    maintainer.run("repair", "--in-place", "--force")
    assert lists(maintainer) == "a b"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--diff", "--in-place"], "--in-place and --diff exclude each other"),
        (["--commit", "--output", "x", "--diff"], "--output, --diff and --commit exclude each other"),
        (["--force"], "--force is for --in-place"),
        (["--branch", "x", "--in-place"], "--branch is for --commit"),
    ],
)
def test_options_that_contradict_one_another_are_named(maintainer: Maintainer, arguments: list[str], said: str) -> None:
    assert said in maintainer.run("repair", *arguments, status=2)
    assert lists(maintainer) == ""
