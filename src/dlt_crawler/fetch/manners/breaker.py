"""Gives an origin up for the run when it fails again and again: its other links share what was seen. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome

_IN_A_ROW = 3
"""Failures after which an origin is given up. One may be chance, and two come together when two are asked at once."""
_PAGES_IN_A_ROW = 10
"""The same for time-outs of an origin that has answered in this run: it may be the pages that are slow, not the server,
and what is not asked is not known."""
_TURNED_AWAY_IN_A_ROW = 5
"""Answers that the origin is busy, each after a longer pause than the one before (backoff.py): over half a minute."""
_REMEMBERED = 16_384
"""Origins of each kind. Those that are not heard of for longest are forgotten: at worst they are asked once more."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Failures of one origin, one after the other."""

    count: int
    last: Finding
    connected: bool
    """Whether one of them came after the origin had accepted the connection."""
    given_up: bool
    busy: bool = False
    """Whether it did answer, that it is busy."""


class Breaker:
    """What to expect of an origin (scheme://host:port) that has failed. One port says nothing of another."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, _Row] = OrderedDict()
        self._answered: OrderedDict[str, None] = OrderedDict()

    def given_up(self, origin: str) -> Finding | None:
        """Return what a link of `origin` shares with those before it; None when it is to be asked for.

        `asked` is False when the origin had accepted connections: the page itself might answer, which is never known.
        """
        row = self._rows.get(origin)
        if row is None or not row.given_up:
            return None
        host = urlsplit(origin).hostname
        if row.busy:
            what = f"{row.count} requests to {host} were turned away"
        elif row.connected:
            what = f"{row.count} requests to {host} went unanswered"
        else:
            what = f"{row.count} connections to {host} failed"
        detail = f"{what} in a row in this run, so this page was not asked for: {row.last.detail}"
        return replace(row.last, detail=detail, asked=not row.connected)

    def failed(self, origin: str, finding: Finding, *, connected: bool) -> None:
        """Count a failure of a request to `origin`; `connected`: it came after the connection was accepted.

        Refusals and time-outs count. A connection that is lost later shows that the origin can be reached, and names
        without an address and certificates are looked at for each link, as that costs next to nothing.
        """
        if finding.outcome is not Outcome.TIMEOUT and (connected or finding.outcome is not Outcome.CONNECTION_ERROR):
            if connected:
                self.answered(origin)
            return
        row = self._row(origin, busy=False)
        count = row.count + 1 if row is not None else 1
        connected = connected or (row is not None and row.connected)
        enough = _PAGES_IN_A_ROW if connected and origin in self._answered else _IN_A_ROW
        # What was under way when the origin was given up may fail in a way that alone would not be enough.
        given_up = count >= enough or (row is not None and row.given_up)
        self._remember(origin, _Row(count, finding, connected, given_up))

    def turned_away(self, origin: str, finding: Finding) -> None:
        """Count an answer of `origin` that it is busy (429, 503), to a request after a longer pause than before."""
        row = self._row(origin, busy=True)
        count = row.count + 1 if row is not None else 1
        given_up = count >= _TURNED_AWAY_IN_A_ROW or (row is not None and row.given_up)
        self._remember(origin, _Row(count, finding, connected=True, given_up=given_up, busy=True))

    def answered(self, origin: str) -> None:
        """Count an answer of `origin`, whatever its status: nothing that was before it counts any more."""
        self._rows.pop(origin, None)
        self._answered[origin] = None
        self._answered.move_to_end(origin)
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)

    def _row(self, origin: str, *, busy: bool) -> _Row | None:
        """Take out the failures of `origin` so far, if they are of that kind."""
        row = self._rows.pop(origin, None)
        return row if row is not None and row.busy is busy else None

    def _remember(self, origin: str, row: _Row) -> None:
        self._rows[origin] = row
        if len(self._rows) > _REMEMBERED:
            self._rows.popitem(last=False)

    def new_look(self) -> None:
        """Ask all origins once more; one that was given up is so again after one more failure."""
        for origin, row in self._rows.items():
            self._rows[origin] = replace(row, given_up=False)
