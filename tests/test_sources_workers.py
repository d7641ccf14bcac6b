"""Many documents at once, in real processes, which really die."""

from __future__ import annotations

import inspect
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, Extraction, LintKind, SourceDocument
from dlt_crawler.sources import (
    Extracted,
    Limits,
    Options,
    extract,
    extract_all,
    extract_files,
    read,
    workers,
)

SLOW = b"[a" * 65_000
"""Takes seconds."""


def _list(name: str, lines: int = 1) -> SourceDocument:
    return SourceDocument(name, f"- [a](https://{name}.example/)\n".encode() * lines, "")


@dataclass(frozen=True)
class _Process:
    number: int
    parent: int
    group: int
    seconds: float
    """That it has computed."""


def _processes() -> dict[int, _Process]:
    """All living processes."""
    found = {}
    for directory in Path("/proc").iterdir():
        with suppress(OSError):
            if directory.name.isdigit():
                fields = (directory / "stat").read_text().rpartition(")")[2].split()
                seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                if fields[0] != "Z":
                    number = int(directory.name)
                    found[number] = _Process(number, int(fields[1]), int(fields[2]), seconds)
    return found


def _wait_for_worker(program: int, seconds: float, besides: Collection[int] = ()) -> int:
    """Return a worker of this program that has computed for so long: a child of its child that forks them."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        processes = _processes()
        for process in processes.values():
            parent = processes.get(process.parent)
            is_worker = parent is not None and parent.parent == program and process.number not in besides
            if is_worker and process.seconds >= seconds:
                return process.number
    raise AssertionError(f"no worker computed for {seconds} s")


@pytest.mark.parametrize("processes", [1, 3])
def test_what_workers_find_is_what_is_written_in_the_given_order(processes: int) -> None:
    documents = [_list(f"d{number}", 3_000 // (1 + number)) for number in range(12)]
    found = list(extract_all(iter(documents), Options(), Limits(processes=processes)))
    assert sum(len(document.data) for document in documents) > workers.IN_THIS_PROCESS
    assert found == [(document, extract(document)) for document in documents]


def test_documents_are_drawn_when_they_are_needed() -> None:
    drawn = 0

    def documents() -> Iterator[SourceDocument]:
        nonlocal drawn
        for number in range(10_000):
            drawn += 1
            yield _list(f"d{number}", 40)

    found = extract_all(documents(), Options(), Limits(processes=2))
    for number in range(200):
        assert next(found)[0].path == f"d{number}"
        assert drawn <= number + 40
    found.close()


def test_every_file_has_its_answer_and_unchanged_ones_are_not_parsed(tmp_path: Path) -> None:
    names = ["a.md", "gone.md", "known.md", "utf-16.md", "z.md"]
    for name in ("a.md", "z.md"):
        (tmp_path / name).write_bytes(_list(name, 10_000).data)
    (tmp_path / "known.md").write_bytes(_list("known").data)
    (tmp_path / "utf-16.md").write_bytes(_list("b").data.decode().encode("utf-16"))
    known = Extraction(())

    def unchanged(document: SourceDocument) -> Extraction | None:
        return known if document.path.endswith("known.md") else None

    files = [tmp_path / name for name in names]
    found = list(extract_files(files, Options(), Limits(processes=2), unchanged))
    a, z = (Extracted(path, read(path), extract(read(path))) for path in (files[0], files[4]))
    assert found[0] == a
    assert isinstance(found[1], SourceError)
    assert str(found[1]) == f"{tmp_path}/gone.md: cannot be read: No such file or directory"
    assert found[2] == Extracted(files[2], read(files[2]), known)
    assert isinstance(found[3], SourceError)
    assert str(found[3]) == f"{tmp_path}/utf-16.md: is UTF-16; save it as UTF-8"
    assert found[4] == z


def test_a_parser_that_fails_does_not_lose_the_document() -> None:
    document = SourceDocument("deep.md", b"> " * 60 + b"<https://a.example/>\n", "")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        ((_document, found),) = extract_all([document], Options(), Limits())
    finally:
        sys.setrecursionlimit(limit)
    assert isinstance(found, Extraction)
    assert [(link.url, link.span) for link in found.links] == [("https://a.example/", None)]
    assert [lint.kind for lint in found.lints] == [LintKind.NOT_PARSED]
    assert found.lints[0].message.endswith("; brackets are nested too deeply to be read")


def test_a_worker_that_is_killed_costs_only_its_document() -> None:
    documents = [_list("a"), SourceDocument("slow", b"https://a.example/ " + SLOW, ""), _list("b"), _list("c")]
    found: list[Extraction | SourceError] = []

    def run() -> None:
        found.extend(extraction for _document, extraction in extract_all(documents, Options(), Limits(processes=1)))

    thread = Thread(target=run)
    # What other tests have started forks, too.
    before = _processes().keys()
    thread.start()
    os.kill(_wait_for_worker(os.getpid(), 0.5, before), signal.SIGSEGV)
    thread.join()
    a, slow, b, c = found
    assert [a, b, c] == [extract(document) for document in documents if document.path != "slow"]
    assert isinstance(slow, Extraction)
    assert [(link.url, link.span) for link in slow.links] == [("https://a.example/", None)]
    assert slow.lints[0].message.endswith("the process that parsed it crashed (Segmentation fault): please report this")


def test_extract_names_the_document_whatever_fails() -> None:
    with pytest.raises(SourceError, match=r"^bad\.md: is UTF-16"):
        extract(SourceDocument("bad.md", "[a](https://a.example/)".encode("utf-16"), ""))
    with pytest.raises(SourceError, match=r"^bad\.ipynb: "):
        extract(SourceDocument("bad.ipynb", b"{", "", DocumentFormat.NOTEBOOK))


# ── The program ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "to_all", "busy", "status"),
    [
        pytest.param(signal.SIGINT, True, 0, 130, marks=pytest.mark.at_length),
        (signal.SIGINT, True, 0.3, 130),
        (signal.SIGTERM, False, 0.3, 130),
        pytest.param(signal.SIGTERM, True, 0.3, 130, marks=pytest.mark.at_length),
        pytest.param(signal.SIGKILL, False, 0, -signal.SIGKILL, marks=pytest.mark.at_length),
        (signal.SIGKILL, False, 0.3, -signal.SIGKILL),
    ],
)
def test_whatever_ends_the_program_ends_its_workers_and_nothing_is_said(
    tmp_path: Path, number: int, to_all: bool, busy: float, status: int
) -> None:
    """`busy`: seconds that a worker has computed before."""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_bytes(SLOW)
    command = [sys.executable, "-m", "dlt_crawler", "--quiet", "extract", "."]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as program:
        _wait_for_worker(program.pid, busy)
        (os.killpg if to_all else os.kill)(program.pid, number)
        out, err = program.communicate(timeout=60)
    deadline = time.monotonic() + 60
    while left := [process for process in _processes().values() if process.group == program.pid]:
        assert time.monotonic() < deadline, left
    assert (program.returncode, out, err) == (status, b"", b"")


@pytest.mark.at_length
def test_a_document_is_parsed_by_a_worker_where_standard_error_is_closed(tmp_path: Path) -> None:
    data = _list("a", 12_000).data
    assert len(data) > workers.IN_THIS_PROCESS
    (tmp_path / "big.md").write_bytes(data)
    command = f"exec {shlex.quote(sys.executable)} -m dlt_crawler extract big.md --format jsonl"
    opened, closed = (
        subprocess.run(["/bin/sh", "-c", command + redirection], cwd=tmp_path, stdout=subprocess.PIPE, check=True)
        for redirection in ("", " 2>&-")
    )
    assert opened.stdout.startswith(b'{"file": "big.md", "start": 6, ')
    assert closed.stdout == opened.stdout


def test_extract_imports_only_what_it_needs(tmp_path: Path) -> None:
    """It is a tool for editors and hooks: 0.4 s and not 1.3 s."""
    (tmp_path / "a.md").write_text("[a](https://a.example/)\n")
    program = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); sys.argv = sys.argv[1:]"
    )
    program += "; from dlt_crawler.__main__ import main; main()"
    command = [sys.executable, "-c", program, "dlt-crawl", "extract", "a.md"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "https://a.example/" in result.stdout
    imported = {module.partition(".")[0] for module in result.stderr.split()}
    assert {"dlt_crawler", "markdown_it"} <= imported
    assert not imported & {
        "scrapy",
        "twisted",
        "sqlalchemy",
        "alembic",
        "requests",
        "pebble",
        "tree_sitter",
        "apscheduler",
    }
