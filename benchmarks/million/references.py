"""The least that does the same with the same data: what each stage is measured against, in the same run.

Each is run as a process of its own: python -m benchmarks.million.references NAME DIRECTORY [ARGUMENT …]
"""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

from benchmarks.million.documents import DOCUMENTS
from benchmarks.million.law import List

_URL = re.compile(rb"https?://[^\s)>\]]+")
_AT_ONCE = 128
"""Requests of the bare loop, as `fetch.concurrency` has it."""


def read_and_find(directory: Path) -> int:
    """Read all documents, and find URLs in them by one regular expression."""
    return sum(len(_URL.findall(path.read_bytes())) for path in _documents(directory))


def insert(directory: Path) -> int:
    """Insert the URLs, and where they stand, into two bare tables of SQLite: one transaction a document."""
    file = directory / "reference.db"
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE resources (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE)")
        database.execute("CREATE TABLE occurrences (document TEXT, place INTEGER, url TEXT, text TEXT)")
    for path in _documents(directory):
        found = [(path.name, match.start(), match[0].decode()) for match in _URL.finditer(path.read_bytes())]
        with database:
            database.executemany("INSERT OR IGNORE INTO resources (url) VALUES (?)", ((row[2],) for row in found))
            database.executemany("INSERT INTO occurrences VALUES (?, ?, ?, '')", found)
    (count,) = database.execute("SELECT count(*) FROM resources").fetchone()
    database.close()
    return int(count)


def ask(_directory: Path, links: str, seed: str, most: str) -> int:
    """Ask for the first links of the list over bare sockets in one asyncio loop: no rule, no reading, no database.

    Names are looked up by getaddrinfo in threads, and each link has a connection of its own.
    """
    return asyncio.run(_ask(List(int(links), int(seed)), int(most)))


async def _ask(listed: List, most: int) -> int:
    urls, answered = islice(listed.urls(), most), 0
    loop = asyncio.get_running_loop()

    async def one_after_the_other() -> None:
        nonlocal answered
        for url in urls:
            _, _, host, path = url.split("/", 3)
            found = await loop.getaddrinfo(host, 80, family=socket.AF_INET, type=socket.SOCK_STREAM)
            reader, writer = await asyncio.open_connection(*found[0][4][:2])
            writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            writer.close()
            answered += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(_AT_ONCE)))
    return answered


def read_checks(directory: Path, database: str) -> int:
    """Read what a judgement reads: the checks of each link, in their order."""
    query = "SELECT resource_id, at, look, outcome, status, final_url, times FROM checks ORDER BY resource_id, at, id"
    return _rows(directory, database, query)


def read_rows(directory: Path, database: str) -> int:
    """Read what a report of all links is about: each link with its verdict and the places where it stands."""
    query = (
        "SELECT r.url, v.state, v.reason, d.path, o.line, o.text FROM occurrences o "
        "JOIN documents d ON d.id = o.document_id JOIN resources r ON r.id = o.resource_id "
        "JOIN verdicts v ON v.resource_id = r.id"
    )
    return _rows(directory, database, query)


def _rows(directory: Path, database: str, query: str) -> int:
    if database.startswith("postgresql"):
        import psycopg  # noqa: PLC0415 - not where SQLite is measured

        with psycopg.connect(database.replace("+psycopg", "")) as server, server.cursor("rows") as cursor:
            cursor.itersize = 10_000
            return sum(1 for _ in cursor.execute(query))
    connection = sqlite3.connect(directory / database.removeprefix("sqlite:///"))
    count = sum(1 for _ in connection.execute(query))
    connection.close()
    return count


def copy(directory: Path) -> int:
    """Read all documents, and write them elsewhere."""
    folder = directory / "reference-copies"
    folder.mkdir(exist_ok=True)
    return sum((folder / path.name).write_bytes(path.read_bytes()) for path in _documents(directory))


def _documents(directory: Path) -> list[Path]:
    return sorted((directory / DOCUMENTS).iterdir())


REFERENCES: Mapping[str, Callable[..., int]] = {
    work.__name__: work for work in (read_and_find, insert, ask, read_checks, read_rows, copy)
}


def main() -> None:
    name, directory, *arguments = sys.argv[1:]
    print(REFERENCES[name](Path(directory), *arguments))


if __name__ == "__main__":
    main()
