"""PDFs on the web: their titles, what they may cost, and the process that reads them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from multiprocessing import active_children
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dlt_crawler.fetch import Crawler
from dlt_crawler.fetch.link.reading import PageReading
from dlt_crawler.fetch.visit import documents
from dlt_crawler.fetch.visit.documents import DocumentBudget, DocumentReader
from dlt_crawler.model import Outcome, Page
from tests.fetch_support import ends, memory_peak, observe, settings
from tests.pdf_files import COSTLY, HOSTILE, article, paper

TITLE = "A Method for the Stochastic Optimization of Everything"
PAGE = b"<!DOCTYPE html><title>Page not found</title><h1>Page not found</h1>"
ENDLESS = HOSTILE["4,000,000 operators"]()
"""Takes a minute."""


@asynccontextmanager
async def reader(**limits: Any) -> AsyncIterator[DocumentReader]:
    """One whose process is ended: in a crawling process only its own end does that."""
    made = DocumentReader(**limits)
    yield made
    await made._end()


async def title_read(made: DocumentReader, document: bytes) -> str | None:
    title, _ = await made.read(document)
    return title


async def read(*documents: bytes, **limits: Any) -> list[str | None]:
    async with reader(**limits) as made:
        return [await title_read(made, document) for document in documents]


def readers_of(parent: int) -> list[int]:
    """The processes that read PDFs for this one."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [int(pid) for pid in found if b"document_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def computed(pid: int) -> float:
    """Seconds of processor time that a process has used (proc_pid_stat(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _watched(reading: asyncio.Future[Any], look: Callable[[], object]) -> None:
    while not reading.done():
        await asyncio.wait([reading], timeout=0.01)
        with suppress(OSError, ValueError):
            look()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.at_length) if name in COSTLY else name for name in HOSTILE]
)
def test_hostile_document_costs_no_more_than_it_may(name: str) -> None:
    peaks, times = [0], [0.0]

    async def cost() -> str | None:
        document = HOSTILE[name]()
        before = set(readers_of(os.getpid()))
        async with reader(seconds=4) as made:
            assert await title_read(made, article()) == TITLE
            (pid,) = set(readers_of(os.getpid())) - before
            began = computed(pid)
            reading = asyncio.ensure_future(title_read(made, document))
            await _watched(reading, lambda: (peaks.append(memory_peak(pid)), times.append(computed(pid) - began)))
            return await title_read(made, article())

    assert asyncio.run(cost()) == TITLE
    assert max(times) < 5
    assert max(peaks) < 400


@pytest.mark.at_length
def test_document_that_takes_too_long_or_too_much_has_no_title_and_the_next_one_has() -> None:
    # With more memory it would have its title, some seconds later.
    large = paper(bytes(70_000_000), packed=True, title=b"(A Title of Its Own)")
    assert asyncio.run(read(ENDLESS, article(), seconds=4)) == [None, TITLE]
    assert asyncio.run(read(large, article(), seconds=20, memory=250_000_000)) == [None, TITLE]
    assert asyncio.run(read(b"%PDF-1.4 nothing else", paper(), article())) == [None, None, TITLE]


def test_loop_is_free_while_a_document_is_read() -> None:
    # Of this thread's own time: on a busy machine others may have the processor between two looks.
    looks = [time.thread_time()]

    async def busy() -> None:
        async with reader(seconds=1) as made:
            reading = asyncio.ensure_future(title_read(made, ENDLESS + b" " * 5_000_000))
            await _watched(reading, lambda: looks.append(time.thread_time()))

    asyncio.run(busy())
    assert len(looks) > 20
    assert max(after - before for before, after in pairwise(looks)) < 0.5


@pytest.mark.parametrize(("patience", "title"), [(60, TITLE), (0.5, None)])
def test_documents_wait_for_one_another_but_not_for_ever(
    patience: float, title: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_PATIENCE", patience)

    async def titles() -> list[str | None]:
        async with reader(seconds=1.5) as made:
            await title_read(made, article())
            return await asyncio.gather(*(title_read(made, document) for document in (ENDLESS, article(), article())))

    assert asyncio.run(titles()) == [None, title, title]


def test_answer_that_nobody_waits_for_is_not_taken_for_the_next_one() -> None:
    before = set(readers_of(os.getpid()))

    async def titles() -> str | None:
        async with reader(seconds=20) as made:
            await title_read(made, article())
            (pid,) = set(readers_of(os.getpid())) - before
            abandoned = asyncio.ensure_future(title_read(made, ENDLESS))
            await _watched(abandoned, lambda: computed(pid) > 0.8 and abandoned.cancel())
            return await title_read(made, article("Another Title of Another Paper"))

    assert asyncio.run(titles()) == "Another Title of Another Paper"


def test_process_that_does_not_start_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert asyncio.run(read(article(), article())) == [None, None]
    (said,) = (record for record in caplog.records if record.name.startswith("dlt_crawler"))
    assert said.levelname == "WARNING"


PROGRAM = """
import asyncio, sys
from dlt_crawler.fetch.visit.documents import DocumentReader
from tests.pdf_files import HOSTILE, article

async def main():
    reader = DocumentReader(seconds=60)
    await reader.read(article())
    print("ready", flush=True)
    await (reader.read(HOSTILE["4,000,000 operators"]()) if sys.argv[1] == "busy" else asyncio.sleep(60))

asyncio.run(main())
"""


@pytest.mark.parametrize("busy", ["busy", "idle"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_process_ends_with_its_caller(busy: str, number: int) -> None:
    command = [sys.executable, "-c", PROGRAM, busy]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"ready\n"
        (worker,) = readers_of(program.pid)
        deadline = time.monotonic() + 60
        while busy == "busy" and computed(worker) < 0.8:
            assert time.monotonic() < deadline
            assert not ends(worker, 0.02)
        program.send_signal(number)
        assert ends(worker, 30)


# ── Reading from the web ────────────────────────────────────────────────────────────────────────────────────────────


Answers = Mapping[str, tuple[str | None, bytes]]


@contextmanager
def serving(answers: Answers) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content_type, body = answers.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in answers else 404)
            if content_type is not None:
                self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_title_of_a_pdf_is_in_its_observation() -> None:
    answers: Answers = {
        "/paper": ("application/pdf", article()),
        "/x-pdf": ("application/x-pdf", article()),
        "/download/paper.pdf": ("application/octet-stream", article()),
        "/untyped.pdf": (None, article()),
        "/long": ("application/pdf", article(filled=3_000_000)),
        "/too-long": ("application/pdf", article(filled=6_000_000)),
        "/broken": ("application/pdf", b"%PDF-1.4\n\x00\x01"),
        "/soft-404.pdf": ("application/pdf", PAGE),
        "/archive.zip": ("application/octet-stream", b"PK\x03\x04" + bytes(5_000)),
        "/empty": ("application/pdf", b""),
    }
    with serving(answers) as base, Crawler(settings(processes=1, timeout=20)) as running:
        seen = {
            url.removeprefix(base): found for url, found in observe(running, [base + path for path in answers]).items()
        }

    titles = {path: found.page.title for path, found in seen.items()}
    with_title = ("/paper", "/x-pdf", "/download/paper.pdf", "/untyped.pdf", "/long", "/too-long")
    assert titles == dict.fromkeys(answers) | dict.fromkeys(with_title, TITLE) | {
        "/soft-404.pdf": titles["/soft-404.pdf"]
    }
    assert all(seen[path].outcome is Outcome.OK for path in answers if path != "/soft-404.pdf")
    # What it is, the rules for pages say: it is read as one.
    assert titles["/soft-404.pdf"] is None or "not found" in titles["/soft-404.pdf"].lower()


def test_crawl_goes_on_beside_hostile_documents_and_their_process_ends_with_it() -> None:
    answers: Answers = {"/0.pdf": ("application/pdf", ENDLESS)}
    answers |= {f"/{number}": ("text/html", b"<title>A page of mine</title>") for number in range(50)}
    answers |= {"/last.pdf": ("application/pdf", article())}
    with serving(answers) as base, Crawler(settings(processes=1, timeout=20)) as running:
        others = {process.pid for process in active_children()}
        seen = observe(running, [base + path for path in answers], robots=False)
        (worker,) = (pid for parent in others if parent is not None for pid in readers_of(parent))

    assert ends(worker, 30)
    assert {found.outcome for found in seen.values()} == {Outcome.OK}
    assert seen[f"{base}/0.pdf"].page == Page()
    assert seen[f"{base}/last.pdf"].page.title == TITLE
    pages = sorted(found.at for url, found in seen.items() if not url.endswith(".pdf"))
    assert (pages[-1] - pages[0]).total_seconds() < 4


def test_no_process_is_started_where_there_is_no_pdf() -> None:
    with serving({"/": ("text/html", PAGE)}) as base, Crawler(settings(processes=1)) as running:
        observe(running, [f"{base}/"])
        assert [pid for process in active_children() for pid in readers_of(process.pid or 0)] == []


# ── Memory ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _grow(budget: DocumentBudget, piece: bytes, pieces: int) -> int:
    """Return how many pieces of a body are taken until it is said to be enough."""
    async with budget.bounding(PageReading(10_000)) as reading:
        assert reading(200, "application/pdf") == reading.limit == 10_000
        body = bytearray()
        for number in range(1, pieces + 1):
            body += piece
            if reading.enough(body):
                return number
            # The others' bodies grow, too.
            await asyncio.sleep(0)
    return pieces + 1


def test_documents_at_once_keep_within_the_budget_and_give_it_back() -> None:
    async def grown() -> list[list[int]]:
        budget, piece = DocumentBudget(20_000), b"%PDF-1.4" + b" " * 992
        return [list(await asyncio.gather(*(_grow(budget, piece, 9) for _ in range(count)))) for count in (1, 4, 2)]

    alone, four, two = asyncio.run(grown())
    assert (alone, two) == ([10], [10, 10])
    # 20,000 bytes are five pieces for each; who is refused makes room for the others.
    assert min(four) == 6
    assert max(four) == 10


@pytest.mark.at_length
def test_memory_stays_bounded_while_many_large_documents_come_at_once() -> None:
    answers: Answers = {f"/{number}": ("application/pdf", article(filled=4_800_000)) for number in range(40)}
    with serving(answers) as base, Crawler(settings(processes=1, timeout=60, per_host=60)) as running:
        seen = observe(running, [base + path for path in answers], robots=False)
        (process,) = (process for process in active_children() if process.name == "dlt-crawl fetch")
        peak = memory_peak(process.pid or 0)

    assert {found.outcome for found in seen.values()} == {Outcome.OK}
    assert sum(found.page.title == TITLE for found in seen.values()) >= 10
    # Megabytes: 60 for the process itself, 64 of bodies, and as much for copies on their way.
    assert peak < 250
