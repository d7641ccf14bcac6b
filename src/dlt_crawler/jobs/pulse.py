"""How soon a worker that is gone is noticed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_BEAT = 3.0
_LEASE = 10 / 3
"""Beats …"""
_STALLED = 20 / 3
"""… of which some may come late."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Times of one worker, in s.

    Nobody else is to ask a site before the worker that had its turn has ended all its requests: without its lease it
    begins none any more, and a request lasts no longer than `fetch.timeout`.
    """

    beat: float
    """From one heartbeat to the next."""
    lease: float
    """For so long after its latest heartbeat it asks."""
    stalled: float
    """After so long without one its jobs are given to others."""

    @classmethod
    def of(cls, timeout: float, beat: float = _BEAT) -> Pulse:
        """Return the times for requests that last so long."""
        lease = _LEASE * beat
        return cls(beat, lease, max(_STALLED * beat, lease + timeout))
