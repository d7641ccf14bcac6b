"""Many documents beside their reference: markdown-it-py alone, parsing the same documents without positions.

    python -m benchmarks.extract_files [FILES] [KILOBYTES]

Prints the seconds of one round for the reference, for one process, for two, and for the extract stage of a nightly run
with its database: the first night, and the next, when nothing changed. All as times of the reference.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown_it import MarkdownIt

from dlt_crawler import pipeline, sources
from dlt_crawler.config import Settings
from dlt_crawler.terminal import Watch


def main(files: int = 400, kilobytes: int = 50) -> None:
    with TemporaryDirectory() as directory:
        paths = [Path(directory, f"{number:05}.md") for number in range(files)]
        for number, path in enumerate(paths):
            path.write_text(_text(number, kilobytes * 1000), newline="")
        size = sum(path.stat().st_size for path in paths)
        print(f"{files} documents, {size / 1_000_000:.1f} MB")
        parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        reference = _seconds(lambda: [parser.parse(path.read_text()) for path in paths])
        _show("markdown-it-py alone", reference, reference)
        for processes in (1, 2):
            limits = sources.Limits(processes=processes)
            _show(f"{processes} processes", _seconds(lambda limits=limits: _extract(paths, limits)), reference)
        storage = Path(directory, "storage")
        storage.mkdir()
        settings = Settings(sources=(directory,), storage=storage, database=f"sqlite:///{storage}/benchmark.db")
        with pipeline.open_job(settings, "benchmark", Watch(quiet=True)) as job:
            _show("the first night", _seconds(lambda: pipeline.store_links(job, ())), reference)
            _show("the next night", _seconds(lambda: pipeline.store_links(job, ())), reference)


def _text(number: int, size: int) -> str:
    """Return so many characters of the seeds, from another line on for each number."""
    lines = [line for path in sources.find(["seeds"]) for line in path.read_text().splitlines(keepends=True)]
    parts: list[str] = []
    for line in islice(cycle(lines), number * 37 % len(lines), None):
        parts.append(line)
        size -= len(line.encode())
        if size <= 0:
            return "".join(parts)
    raise AssertionError


def _extract(paths: Sequence[Path], limits: sources.Limits) -> int:
    """Keep nothing, as the command `extract` does."""
    found = sources.extract_files(paths, sources.Options(), limits)
    return sum(len(extracted.extraction.links) for extracted in found if isinstance(extracted, sources.Extracted))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _show(what: str, seconds: float, reference: float) -> None:
    print(f"{what:<22}{seconds:7.2f} s  {seconds / reference:5.2f} times the reference")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
