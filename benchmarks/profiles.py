"""Where the processor time of the crawling processes goes: what they are at, asked every few milliseconds of it."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from types import FrameType
from unittest.mock import patch

from benchmarks.checkers import crawl
from benchmarks.costs import Cost, alone
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.crawl import child
from dlt_crawler.fetch.manners.lease import Lease

DIRECTORY = "DLT_BENCHMARK_PROFILES"
"""Environment variable: where the children write down what they were at."""

SAMPLE_SECONDS = 0.001
"""Of processor time; the kernel rounds it up to its tick, of 1 to 10 ms. cProfile makes everything five times slower,
and calls in Python more so than those in C."""

MODULES = 16
FUNCTIONS = 20

_main, _exit = child.main, os._exit


def show(urls: Sequence[str], settings: FetchSettings) -> None:
    """Crawl, and print which modules and functions took the most processor time of their own.

    What C code takes counts for the function that calls it.
    """
    with TemporaryDirectory() as directory:
        cost = alone(_crawl, directory, urls, settings)
        samples = [sample for path in Path(directory).iterdir() for sample in json.loads(path.read_text())]
    functions: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for file, function, count in samples:
        module = _module(file)
        modules[module] += count
        functions[f"{module}: {function}"] += count
    total = sum(modules.values())
    print(f"\nprofile: {cost.child_cpu / cost.links * 1e6:.0f} µs a link, start-up included; {total} samples")
    for title, counted, most in (("modules", modules, MODULES), ("functions", functions, FUNCTIONS)):
        print(f"  {title}, own time")
        for name, count in counted.most_common(most):
            print(f"  {count / total:6.1%} {count / total * cost.child_cpu / cost.links * 1e6:6.1f} µs  {name}")


def _crawl(directory: str, urls: Sequence[str], settings: FetchSettings) -> Cost:
    os.environ[DIRECTORY] = directory
    with patch.object(child, "main", profiled):
        return crawl(urls, settings)


def profiled(connection: Connection, peers: Sequence[socket | None], lease: Lease | None) -> None:
    """Stand in for the entry point of a crawling process."""
    samples: Counter[tuple[str, str]] = Counter()

    def note(_signal: int, frame: FrameType | None) -> None:
        if frame is not None:
            samples[frame.f_code.co_filename, frame.f_code.co_qualname] += 1

    def end(status: int) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        rows = [(*function, count) for function, count in samples.items()]
        Path(os.environ[DIRECTORY], str(os.getpid())).write_text(json.dumps(rows))
        _exit(status)

    signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)
    # How crawling processes end: at once, without what stands in `finally`.
    with patch.object(os, "_exit", end):
        _main(connection, peers, lease)


def _module(file: str) -> str:
    """Return our module, or the package that a file belongs to."""
    path = Path(file)
    roots = [root for root in map(Path, sys.path) if path.is_relative_to(root)]
    if not roots:
        return file
    parts = path.relative_to(max(roots, key=lambda root: len(root.parts))).with_suffix("").parts
    return ".".join(parts) if parts[0] == "dlt_crawler" else parts[0]
