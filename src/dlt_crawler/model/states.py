"""The states of verdicts."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A verdict. Only `DEAD` is ever replaced in a document."""

    ALIVE = "alive"
    FAILING = "failing"
    DEAD = "dead"
    BLOCKED = "blocked"
    UNSAFE = "unsafe"
    INVALID = "invalid"
    SKIPPED = "skipped"
    UNCHECKED = "unchecked"


BROKEN_STATES = frozenset({State.DEAD, State.INVALID})
"""What `report` lists by default and `--exit-code` fails on: proven, and something the reader of the list can mend."""
