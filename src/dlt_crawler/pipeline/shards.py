"""The databases of shards, opened to be merged: whose they are, and which runs in them are worth bringing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.model import Run, Shard
from dlt_crawler.pipeline.job import Progress
from dlt_crawler.store import Identity, Store, database_file, identity_of, lock

_SQLITE = b"SQLite format 3\0"
"""What every database file begins with (sqlite.org/fileformat2.html, section 1.3)."""

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
    files: dict[Path, Path] = {}
    for file in [_file_of_shard(settings, url) for url in urls]:
        files.setdefault(file.resolve(), file)
    with ExitStack() as opened:
        found = [_opened(opened, file) for file in files.values()]
        if len({source.shard.of for source in found}) > 1:
            shards = ", ".join(f"{source.name} is shard {source.shard}" for source in found)
            raise ConfigError(f"{shards}: name those that are to be merged, or move the old ones away")
        found.sort(key=lambda source: source.shard.number)
        progress.say(f"merging {', '.join(f'{source.shard} ({source.name})' for source in found)}")
        yield found


def complete_runs(sources: Iterable[Source]) -> Mapping[Identity, tuple[Source, Run]]:
    """Return each complete run once, with where it is: of copies of a database one that knows how the run ended."""
    found: dict[Identity, tuple[Source, Run]] = {}
    for source in sources:
        for run in source.complete:
            if (known := found.get(identity_of(run))) is None or (known[1].finished is None and run.finished):
                found[identity_of(run)] = (source, run)
    return found


def _file_of_shard(settings: Settings, url: str) -> Path:
    """Return the file that a URL names, if there is an SQLite database in it that is not ours. Leaves no trace."""
    ours, file = database_file(settings.database), database_file(url)
    if file is None:
        shown = re.sub("//.*@", "//***@", url)
        raise ConfigError(f"{shown} is no shard: shards are SQLite files, which dlt-crawl run --shard 1/3 makes")
    if ours is not None and file.resolve() == ours.resolve():
        raise ConfigError(f"{file} is the database that shards are merged into: name theirs")
    try:
        with file.open("rb") as opened:
            beginning = opened.read(len(_SQLITE))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}; dlt-crawl run --shard 1/3 makes shards") from error
    if beginning != _SQLITE:
        raise ConfigError(f"{file} is no SQLite database: name those that dlt-crawl run --shard 1/3 has made")
    return file


def _opened(opened: ExitStack, file: Path) -> Source:
    url = f"sqlite:///{file}"
    opened.enter_context(lock(url, "dlt-crawl merge"))
    store = opened.enter_context(Store.open(url, create=False, alone=True))
    runs = store.parts.runs()
    latest = next((run.shard for run in reversed(runs) if run.shard is not None), None)
    if latest is None:
        raise ConfigError(f"{file} holds no run of a shard: name databases that dlt-crawl run --shard 1/3 has made")
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
            f"{directory} has no databases of shards ({stem}.shard-1-of-3{suffix} …): run them, or name them"
        )
    if len(found) > 1:
        raise ConfigError(
            f"{directory} has sets of {' and '.join(sorted(found, key=int))} shards: name those that are to be merged, "
            "or move the old ones away"
        )
    return [f"sqlite:///{file}" for files in found.values() for file in files]


def _literally(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)
