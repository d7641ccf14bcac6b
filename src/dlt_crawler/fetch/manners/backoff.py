"""How much gentler than its limits a host is asked that has shown that it is busy. Pure."""

from __future__ import annotations

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two requests after the first refusal, and at most: lychee backs off from 0.5 s to 30 s (science.md,
D4)."""
_STRETCH = 120.0
"""Seconds by which the longer pauses may hold up the links of one host, in all. A host that refuses everything all
that time is broken rather than busy, and hundreds of links to it would take hours."""
_GOOD_ANSWERS = 3
"""In a row for one step back towards the limits."""


class BackOff:
    """Multiplicative decrease and stepwise increase, as TCP has it (RFC 5681), for one host."""

    def __init__(self, *, per_host: int, delay: float) -> None:
        self._per_host = per_host
        self._delay = delay
        self._good = 0
        self._stretched = 0.0
        self._extra = 0.0
        self.at_once = per_host
        """Requests under way at once."""

    @property
    def pause(self) -> float:
        """Seconds between two requests."""
        longest = _LONGEST_PAUSE if self._stretched < _STRETCH else _FIRST_PAUSE
        return max(self._delay, min(self._extra, longest))

    def slow_down(self, *, refused: bool) -> None:
        """Half as many at once; when the host `refused` to answer (429, 503), twice the pause as well."""
        self._good = 0
        self.at_once = max(1, self.at_once // 2)
        if refused:
            self._extra = min(max(_FIRST_PAUSE, 2 * self.pause), _LONGEST_PAUSE)

    def waited(self) -> None:
        """Count one pause."""
        self._stretched += self.pause - self._delay

    def at_ease(self) -> bool:
        """Count a good answer; return whether the host is back at its limits."""
        self._good += 1
        if self._good == _GOOD_ANSWERS:
            self._good = 0
            if self._extra > self._delay:
                # To the delay at last, and not for ever towards it.
                self._extra = self._extra / 2 if self._extra > _FIRST_PAUSE else 0.0
            else:
                self.at_once = min(self._per_host, self.at_once + 1)
        return self._extra <= self._delay and self.at_once == self._per_host
