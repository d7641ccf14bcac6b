"""How closely the requests of one pool may follow one another."""

from __future__ import annotations

SCATTER = 0.03
"""Requests leave so much of their distance further apart than they may arrive, since on the way one may be slower than
the next …"""
SCATTERED = 0.01
"""… and at least so many seconds: threads that compute were seen to hold one up for 5 ms, at any rate …"""
MOST_SCATTER = 0.1
"""… but no more of their distance than this."""

_INSTANT = 1e-6
"""Seconds that are no time: what rounding loses."""


class Pace:
    """Turns of one pool, at least 60 / rate seconds apart: a token bucket that holds one token, so without bursts.

    Times are seconds of a clock that never goes back. Not thread-safe.
    """

    def __init__(self, rate: float) -> None:
        """`rate` in requests a minute."""
        apart = 60 / rate
        self.interval = apart + max(apart * SCATTER, min(SCATTERED, apart * MOST_SCATTER))
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
