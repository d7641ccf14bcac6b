"""The TimeGate (RFC 7089): which capture of a URL is nearest to a date, of whatever status, without its body."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.memento import Collection, Memento, time_of
from dlt_crawler.archive.outages import refuse_outages
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.errors import ArchiveExcluded

log = logging.getLogger(__name__)

TIMESTAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The capture nearest to a date."""

    memento: Memento
    answer: Answer | None = None
    """The capture itself, where the archive has answered with it at once, and not to a HEAD."""


class TimeGate:
    """Asks with HEAD, which the archive answers without a body, and with GET where that says too little."""

    def __init__(self, transport: Transport, collection: Collection, pool: Pool = Pool.PLAYBACK) -> None:
        self._transport = transport
        self._collection = collection
        self._pool = pool
        self._heads = True
        """Whether the server does HEAD as it does GET, as far as we know. Worker threads may write it at once."""

    def nearest(self, url: str, moment: datetime, *, surely: bool = True) -> Nearest | None:
        """Return the capture nearest to a moment (aware); None: the archive says that it has none of this URL.

        `surely`: a 404 is believed only if GET says so, too. Raises ArchiveExcluded when the captures are withheld, and
        ArchiveError when the archive could not be asked. One call; two for what is not archived, or withheld.
        """
        if not self._heads:
            return self.nearest_by_get(url, moment)
        asked = _asked(url, moment)
        head = self._transport.head(self._pool, self._collection.raw(asked), _headers(moment))
        if (found := self._found(head, asked)) is not None or (head.status == 404 and not surely):
            return found
        found = self.nearest_by_get(url, moment)
        if found is not None or head.status != 404:
            log.info("the archive answers HEAD with %d, and GET otherwise: going on with GET", head.status)
            self._heads = False
        return found

    def nearest_by_get(self, url: str, moment: datetime) -> Nearest | None:
        """Return and raise the same, for one call; None is sure."""
        asked = _asked(url, moment)
        answer = self._transport.get(self._pool, self._collection.raw(asked), _headers(moment))
        found = self._found(answer, asked)
        if found is None:
            refuse_outages(answer)
        return found

    def _found(self, answer: Answer, asked: Memento) -> Nearest | None:
        """Return what an answer says; None when it says nothing, or that there is nothing."""
        if answer.excluded:
            raise ArchiveExcluded(f"the archive withholds {asked.url}")
        if answer.archived:
            moment = time_of(answer)
            memento = asked if moment is None else Memento(f"{moment:{TIMESTAMP}}", asked.url)
            return Nearest(memento, answer if answer.body or answer.status != 200 else None)
        target = self._collection.target(answer, asked.url)
        return None if target is None else Nearest(target)


def _asked(url: str, moment: datetime) -> Memento:
    return Memento(f"{moment.astimezone(UTC):{TIMESTAMP}}", url)


def _headers(moment: datetime) -> dict[str, str]:
    return {"Accept-Datetime": format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)}
