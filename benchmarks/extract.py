"""Extraction beside its reference: markdown-it-py alone, parsing the same documents without positions.

    python -m benchmarks.extract

Prints the least time of several rounds for both and their ratio: what exact positions, labels, headings and lints cost.
Once for the seeds; once for a document of 10 MB, the seeds again and again, with the most memory that a process of its
own takes for extracting it.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks.timing import least
from dlt_crawler import sources
from dlt_crawler.model import SourceDocument

ROUNDS = 7
ROUNDS_OF_LARGE = 2
LARGE = 10_000_000
"""Bytes."""

_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in one unit of ru_maxrss (getrusage(2))."""


def main() -> None:
    documents = [sources.read(path) for path in sources.find(["seeds"])]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "large.md"
        seeds = b"\n\n".join(document.data for document in documents) + b"\n\n"
        path.write_bytes(seeds * (LARGE // len(seeds) + 1))
        # First of all: Linux counts the memory that this process has now as the new one's, too.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            peak = process.submit(peak_memory, path).result()
        compare(documents, ROUNDS)
        compare([sources.read(path)], ROUNDS_OF_LARGE)
        print(f"dlt-crawl extraction  {peak / 1e6:7.0f} MB at most")


def compare(documents: Sequence[SourceDocument], rounds: int) -> None:
    texts = [document.data.decode() for document in documents]
    reference = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    links = sum(len(sources.extract(document).links) for document in documents)
    ours = least(lambda: [sources.extract(document) for document in documents], rounds)
    theirs = least(lambda: [reference.parse(text) for text in texts], rounds)
    size = sum(len(document.data) for document in documents)
    print(f"{len(documents)} documents, {size / 1000:.0f} kB, {links} links")
    print(f"markdown-it-py alone  {theirs * 1000:7.1f} ms")
    print(f"dlt-crawl extraction  {ours * 1000:7.1f} ms  {ours / theirs:.2f} times the reference")


def peak_memory(path: Path) -> int:
    """Extract a document in a fresh process, and return the most bytes that the process had in memory."""
    sources.extract(sources.read(path))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


if __name__ == "__main__":
    main()
