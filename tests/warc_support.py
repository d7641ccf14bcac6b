"""What the tests of our own WARC files share: crawls that keep copies, and the files read back by warcio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from dlt_crawler.config import ArchiveSettings, Settings
from dlt_crawler.fetch import Crawler, Frontier
from dlt_crawler.model import Observation, Resource
from dlt_crawler.pipeline.web import crawler
from dlt_crawler.store import Store
from tests.fetch_support import settings
from tests.internet.client import Internet


@dataclass(frozen=True)
class Record:
    """One record. Whatever digest it has was verified, of its block and of its payload."""

    file: str
    type: str
    url: str | None
    fields: Mapping[str, str]
    status: str
    """Without the protocol; of a request, without the method."""
    head: Sequence[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str | None:
        """The last value of a field of HTTP."""
        return {key.lower(): value for key, value in self.head}.get(name)


def read(directory: Path) -> list[Record]:
    """All records of a storage directory, file by file in the order of their names, and in each in their order."""
    return [record for path in sorted((directory / "warc").glob("*.warc.gz")) for record in records_of(path)]


def records_of(path: Path) -> list[Record]:
    found = []
    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests="raise")
        for record in records:
            body = record.raw_stream.read()
            http = record.http_headers
            found.append(
                Record(
                    path.name,
                    record.rec_type,
                    record.rec_headers.get_header("WARC-Target-URI"),
                    dict(record.rec_headers.headers),
                    http.statusline if http else "",
                    tuple(http.headers) if http else (),
                    body,
                )
            )
        assert records.err_count == 0
    return found


def answers(directory: Path) -> list[Record]:
    return [record for record in read(directory) if record.type in {"response", "revisit"}]


@contextmanager
def keeping(internet: Internet, storage: Path, *, size: int = 1_000_000_000, **changes: Any) -> Iterator[Crawler]:
    """A crawler of a new run that keeps copies under `storage`."""
    given = Settings(fetch=settings(**changes), storage=storage, archive=ArchiveSettings(warc=True, warc_size=size))
    with pytest.MonkeyPatch.context() as environment, Store.open(f"sqlite:///{storage}/links.db") as store:
        environment.setenv("SSL_CERT_FILE", str(internet.ca_file))
        environment.delenv("REQUESTS_CA_BUNDLE", raising=False)
        store.begin_run(datetime.now(UTC))
        with crawler(given, store, lambda: datetime.now(UTC)) as running:
            yield running


def see(running: Crawler, wanted: Iterable[str] | Frontier, *, robots: bool = True) -> dict[str, Observation]:
    seen: list[Observation] = []
    frontier = wanted if hasattr(wanted, "claim") else [Resource(url) for url in wanted]
    running.check(frontier, seen.extend, robots=robots)
    return {each.resource.url: each for each in seen}
