"""The pauses that one host asks for: which of them are waited out. Pure."""

from __future__ import annotations

import math

PATIENCE = 30.0
"""Seconds of pauses that are waited out from one good answer to the next. Those of busy servers are shorter; a longer
one is a wish to be left alone, and a host that answers nothing but pauses is not worth the wait."""
IN_ALL = 600.0
"""Seconds of pauses of one host that are waited out in all. A run ends when its slowest host does, and 10 minutes is
what 1,200 links to one host take with a delay of 0.5 s: no pauses make the run one of hours, however many links ask for
them. Those that are left over come first the next night, so that some nights see them all."""


class Pauses:
    """Whether a host is to be left alone now, and whether that is waited for. All times are of one clock, in s."""

    __slots__ = ("_given_up_until", "_since_answer", "in_all", "until")

    def __init__(self) -> None:
        self.until = -math.inf
        """When the host may be asked again."""
        self.in_all = 0.0
        """Seconds that its pauses have taken so far."""
        self._since_answer = 0.0
        """Those of them after its last good answer."""
        self._given_up_until = -math.inf

    def add(self, seconds: float, now: float) -> bool:
        """Ask for a pause from `now` on; return whether the host is to be left alone for longer than it was."""
        longer = now + seconds - max(now, self.until)
        if seconds <= 0 or longer <= 0:
            return False
        self.until = now + seconds
        self.in_all += longer
        self._since_answer += longer
        if self._since_answer > PATIENCE or self.in_all > IN_ALL:
            self._given_up_until = self.until
        return True

    def hold(self, until: float, *, given_up: bool) -> None:
        """Leave the host alone until then, as somebody else did who asked it before."""
        self.until = max(self.until, until)
        if given_up:
            self._given_up_until = self.until

    def answered(self) -> None:
        """Count a good answer: the host makes progress, and short pauses are worth the wait."""
        self._since_answer = 0.0

    def given_up_for(self, now: float) -> float:
        """Return the seconds until the host may be asked again if they are not waited for, or 0."""
        return self.until - now if self._given_up_until > now else 0.0
