"""Extraction beside its reference: markdown-it-py alone, parsing the same documents without positions.

    python -m benchmarks.extract

Prints the least time of several rounds for both and their ratio: what exact positions cost.
"""

from __future__ import annotations

from markdown_it import MarkdownIt

from benchmarks.timing import least
from dlt_crawler import sources

ROUNDS = 7


def main() -> None:
    documents = [sources.read(path) for path in sources.find(["seeds"])]
    texts = [document.data.decode() for document in documents]
    reference = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    links = sum(len(sources.extract(document).links) for document in documents)
    ours = least(lambda: [sources.extract(document) for document in documents], ROUNDS)
    theirs = least(lambda: [reference.parse(text) for text in texts], ROUNDS)
    size = sum(len(document.data) for document in documents)
    print(f"{len(documents)} documents, {size / 1000:.0f} kB, {links} links")
    print(f"markdown-it-py alone  {theirs * 1000:7.1f} ms")
    print(f"dlt-crawl extraction  {ours * 1000:7.1f} ms  {ours / theirs:.2f} times the reference")


if __name__ == "__main__":
    main()
