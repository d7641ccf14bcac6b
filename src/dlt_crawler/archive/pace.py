"""How closely the requests of one pool may follow one another: those of one process, or of many."""

from __future__ import annotations

from typing import Protocol

SCATTER = 0.03
"""Requests leave so much of their distance further apart than they may arrive, since on the way one may be slower than
the next …"""
SCATTERED = 0.01
"""… and at least so many seconds: threads that compute were seen to hold one up for 5 ms, at any rate …"""
MOST_SCATTER = 0.1
"""… but no more of their distance than this."""

_INSTANT = 1e-6
"""Seconds that are no time: what rounding loses."""


class Turns(Protocol):
    """What all processes that ask an archive share, by one clock: their turns, and their silence.

    Any number of threads may call. What goes wrong is raised by every request.
    """

    def reserve(self, pool: str, interval: float, horizon: float) -> float:
        """Take the next turn of a pool, `interval` seconds after the latest; return how many seconds it is away.

        A latest turn more than `horizon` seconds away is that of a clock that was wrong, and counts as none.
        """

    def send(self, pool: str, interval: float) -> float:
        """Return 0 when a request may go out now, and count it as sent; else after how many seconds to try again."""

    def silence(self) -> tuple[float, int]:
        """Return for how many seconds nothing may be sent (0 or less: it may), and after how many refusals in a row."""

    def keep_silence(self, seconds: float, refusals: int, horizon: float) -> None:
        """Let nobody send for so many seconds, after so many refusals in a row; what lasts longer goes on.

        One of more than `horizon` seconds is that of a clock that was wrong.
        """


def interval_of(rate: float) -> float:
    """Return how many seconds the turns of a pool are apart that may be asked `rate` times a minute."""
    apart = 60 / rate
    return apart + max(apart * SCATTER, min(SCATTERED, apart * MOST_SCATTER))


class Pace:
    """Turns of one pool, at least 60 / rate seconds apart: a token bucket that holds one token, so without bursts.

    Times are seconds of a clock that never goes back. Not thread-safe.
    """

    def __init__(self, rate: float) -> None:
        """`rate` in requests a minute."""
        self.interval = interval_of(rate)
        """Seconds."""
        self.last: float | None = None
        """The latest turn that was given away, even if it is still to come; None: none was."""
        self._sent: float | None = None

    def follow(self, last: float) -> None:
        """Let the first turn follow one that was taken then, in another process."""
        self.last = last

    def reserve(self, now: float) -> float:
        """Take the next turn that is free; return how many seconds it is away."""
        turn = now if self.last is None else max(now, self.last + self.interval)
        self.last = turn
        return turn - now

    def send(self, now: float) -> float:
        """Return 0 when a request may go out now, and count it as sent; else after how many seconds to try again.

        Turns are given away before there is a connection: one that takes long to open would let a request run into the
        next one's.
        """
        wait = 0.0 if self._sent is None else self._sent + self.interval - now
        if wait > _INSTANT:
            return wait
        self._sent = now
        self.last = now if self.last is None else max(self.last, now)
        return 0.0


class SharedPace:
    """The same for all processes that share their turns. Thread-safe as these are."""

    last = None
    """Others know of it."""

    def __init__(self, pool: str, rate: float, turns: Turns, horizon: float) -> None:
        """`rate` in requests a minute; `horizon`: see `Turns.reserve`."""
        self.interval = interval_of(rate)
        self._pool = pool
        self._turns = turns
        self._horizon = horizon

    def follow(self, last: float) -> None:
        """Do nothing (Pace): where turns are shared, the last ones are known."""

    def reserve(self, _now: float) -> float:
        """Take the next turn that is free (Pace)."""
        return self._turns.reserve(self._pool, self.interval, self._horizon)

    def send(self, _now: float) -> float:
        """Return 0 when a request may go out now (Pace)."""
        return self._turns.send(self._pool, self.interval)
