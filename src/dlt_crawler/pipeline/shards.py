"""The databases of shards, opened to be merged: whose they are, and which runs in them are worth bringing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import Run, Shard
from dlt_crawler.pipeline.job import Progress
from dlt_crawler.store import Store, database_file, lock

_OF_SHARD = re.compile(r"\.shard-([0-9]+)-of-([0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """The database of one shard."""

    name: str
    shard: Shard
    store: Store
    runs: Sequence[Run]
    """All, the latest last."""

    @property
    def latest(self) -> Run:
        """Return the latest run of the shard."""
        return next(run for run in reversed(self.runs) if run.shard == str(self.shard))

    @property
    def complete(self) -> Sequence[Run]:
        """Return the runs of which nothing more will come: not one that was cut off, and may be gone on with."""
        return [run for run in self.runs if run.finished is not None or run is not self.runs[-1]]


@contextmanager
def open_sources(settings: Settings, named: Sequence[str], progress: Progress) -> Iterator[Sequence[Source]]:
    """Open the databases of shards for the block, each locked: those that are named, else those beside ours.

    Raises ConfigError for what is no database of a shard and for shards that are not of one list, LockHeld while a
    shard is at work, StoreError.
    """
    urls = [name if "://" in name else f"sqlite:///{name}" for name in named] or _beside(settings)
    with ExitStack() as opened:
        found = [_opened(opened, settings, url) for url in dict.fromkeys(urls)]
        if len({source.shard.of for source in found}) > 1:
            shards = ", ".join(f"{source.name} is {source.shard}" for source in found)
            raise ConfigError(f"{shards}: name those that are to be merged, or move the old ones away")
        progress.say(
            f"merging {', '.join(str(source.shard) for source in sorted(found, key=lambda one: one.shard.number))}"
        )
        yield found


def _opened(opened: ExitStack, settings: Settings, url: str) -> Source:
    ours, file = database_file(settings.database), database_file(url)
    if file is None or (ours is not None and file.resolve() == ours.resolve()):
        raise ConfigError(f"{file or 'a database of a server'}: only files are merged, into {settings.database}")
    opened.enter_context(lock(url, "dlt-crawl merge"))
    store = opened.enter_context(Store.open(url, create=False, alone=True))
    runs = store.parts.runs()
    latest = next((run.shard for run in reversed(runs) if run.shard is not None), None)
    if latest is None:
        raise ConfigError(f"{file} holds no run of a shard: dlt-crawl run --shard 1/3 makes such databases")
    return Source(str(file), Shard.parse(latest), store, runs)


def _beside(settings: Settings) -> list[str]:
    """Return the URLs of the shards beside our database, by the names that `sharding.shard_file` gives them."""
    ours = database_file(settings.database)
    beside = settings.storage / "dlt-crawl.db" if ours is None else ours
    directory, stem, suffix = beside.parent, beside.stem, beside.suffix or ".db"
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for file in sorted(directory.glob(f"{_literally(stem)}.shard-*-of-*{suffix}")):
        if name := _OF_SHARD.search(file.stem):
            found[name[2]].append(file)
    if not found:
        raise ConfigError(
            f"{directory} has no databases of shards ({stem}.shard-1-of-3{suffix}): run them, or name them"
        )
    if len(found) > 1:
        raise ConfigError(
            f"{directory} has shards of {' and of '.join(sorted(found, key=int))}: name those that are to be merged, "
            "or move the old ones away"
        )
    return [f"sqlite:///{file}" for files in found.values() for file in files]


def _literally(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)
