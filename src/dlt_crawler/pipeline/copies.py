"""Our own copies of what a run fetches: WARC files under `storage/warc/`; the database knows which bodies they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from dlt_crawler.config import PRODUCT, Settings, user_agent
from dlt_crawler.errors import CrawlError
from dlt_crawler.model.payloads import Payload
from dlt_crawler.store import Store
from dlt_crawler.warc.files import WarcFiles

_UNTOLD = 200
"""Bodies that only this process knows of. After a kill as many are written once more; to tell the database of them the
files have to be on the disk first, some 10 ms."""


class WarcCopies:
    """The copies of the latest run (`fetch.copying.Copies`). The first record begins a file, so that none is empty.

    First the file, then the database: what is known to be in a file is there, whenever the power goes.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._payloads = store.payloads
        self._store = store
        self._clock = clock
        self._files: WarcFiles | None = None
        self._untold: dict[str, Payload] = {}
        self._digests: dict[str, Payload] = {}

    def __enter__(self) -> WarcCopies:
        """Make the directory. Raises CrawlError when it cannot be made."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CrawlError(f"{self.directory} cannot be made: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._files is not None:
            self._tell()
            self._files.close()

    @property
    def directory(self) -> Path:
        """Return where the files lie (Copies)."""
        return self._settings.storage / "warc"

    def payload(self, digest: str | None, answer: str) -> Payload | None:
        """Return what has a body (Copies), as far as its file is still there."""
        if digest is None:
            known = self._untold.get(answer) or self._payloads.of_answer(answer)
            return known if known is not None and self._is_here(known) else None
        if (new := self._digests.get(digest)) is not None:
            return new
        return next(filter(self._is_here, self._payloads.with_digest(digest)), None)

    def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        """Write records (Copies)."""
        file = self._open().append(records)
        if payload is None:
            return
        here = payload if payload.file else Payload(payload.digest, payload.url, payload.at, file)
        self._untold[answer] = self._digests[here.digest] = here
        if len(self._untold) >= _UNTOLD:
            self._tell()

    def _tell(self) -> None:
        if self._untold:
            self._open().sync()
            self._payloads.save(self._untold)
            self._untold.clear()
            self._digests.clear()

    def _is_here(self, payload: Payload) -> bool:
        return (self.directory / payload.file).exists()

    def _open(self) -> WarcFiles:
        if self._files is None:
            run = self._store.last_run()
            contact = self._settings.contact
            robots = "ignored" if self._settings.fetch.robots == "ignore" else "obeyed (RFC 9309)"
            agent = user_agent(contact)
            self._files = WarcFiles(
                self.directory,
                0 if run is None else run.id,
                size=self._settings.archive.warc_size,
                info={
                    "software": agent.partition(" ")[0],
                    "format": "WARC File Format 1.1",
                    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
                    "description": f"What {PRODUCT} was shown where it checked links, without content codings",
                    "operator": contact,
                    "http-header-user-agent": agent,
                    "robots": robots,
                },
                clock=self._clock,
            )
        return self._files
