"""The TimeGate (RFC 7089): which capture of a URL is nearest to a date, of whatever status, without its body."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.memento import TIMESTAMP, Collection, Memento, time_of
from dlt_crawler.archive.outages import refuse_outages, says_none
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.errors import ArchiveExcluded, ArchiveUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The capture nearest to a date."""

    memento: Memento
    answer: Answer | None = None
    """The capture itself, where the archive has answered with it at once, and not to a HEAD."""


class TimeGate:
    """Asks with HEAD, which the archive answers without a body, and with GET where that says too little."""

    def __init__(
        self,
        transport: Transport,
        collection: Collection,
        is_listed: Callable[[str], bool],
        pool: Pool = Pool.PLAYBACK,
    ) -> None:
        """`is_listed`: whether the index has any capture of a URL, for answers that do not say clearly that none is."""
        self._transport = transport
        self._collection = collection
        self._is_listed = is_listed
        self._pool = pool
        self._heads: bool | None = None
        """Whether the server does HEAD as it does GET; None: nobody knows. Worker threads may write it at once."""

    def nearest(self, url: str, moment: datetime) -> Nearest | None:
        """Return the capture nearest to a moment (aware); None: the archive says that it has none of this URL.

        Raises ArchiveExcluded when the captures are withheld, and ArchiveError when the archive could not be asked. One
        call; two for what is not archived, or withheld.
        """
        found, is_sure = self.glance(url, moment)
        return found if is_sure else self.confirm(url, moment)

    def glance(self, url: str, moment: datetime, *, by_proven: bool = False) -> tuple[Nearest | None, bool]:
        """Return the same for less, and whether it is sure: that there is none, a HEAD alone does not tell.

        `by_proven`: ask with HEAD only when the server has found anything by it. Raises the same.
        """
        if self._heads is False or (by_proven and self._heads is None):
            return self.nearest_by_get(url, moment), True
        asked = _asked(url, moment)
        head = self._transport.head(self._pool, self._collection.raw(asked), _headers(moment))
        if (found := self._found(head, asked)) is not None:
            if self._heads is None:
                self._heads = True
            return found, True
        if head.status == 404:
            return None, False
        found = self.nearest_by_get(url, moment)
        self._give_up_heads(head.status)
        return found, True

    def confirm(self, url: str, moment: datetime) -> Nearest | None:
        """Return what GET says where HEAD has said that there is none; raises the same."""
        found = self.nearest_by_get(url, moment)
        if found is not None:
            self._give_up_heads(404)
        return found

    def nearest_by_get(self, url: str, moment: datetime) -> Nearest | None:
        """Return and raise the same, for one call. One query of the index, too, where a 404 does not say whose it is.

        ArchiveUnavailable is also raised when the index has captures then.
        """
        asked = _asked(url, moment)
        answer = self._transport.get(self._pool, self._collection.raw(asked), _headers(moment))
        found = self._found(answer, asked)
        if found is None:
            refuse_outages(answer)
            if not says_none(answer) and self._is_listed(url):
                raise ArchiveUnavailable(f"the archive answered 404 to {answer.url}, and its index has captures")
        return found

    def _give_up_heads(self, status: int) -> None:
        if self._heads is not False:
            log.info("the archive answers HEAD with %d, and GET otherwise: going on with GET", status)
        self._heads = False

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
