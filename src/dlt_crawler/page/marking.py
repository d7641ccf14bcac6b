"""Looking for many markers in the source of a page in little time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property


class Marking:
    """Finds markers by name. Those that have something in common are looked for where that is found."""

    def __init__(self, markers: Mapping[str, str], common: Sequence[str]) -> None:
        """`markers`: name → what stands in the source, in lower case; `common`: parts that many of them have."""
        self._markers = markers
        self._common = common

    def found_in(self, source: str) -> Iterator[str]:
        """Yield the names of the markers that stand in a source, which is in lower case."""
        for common, markers in self._groups:
            if common in source:
                yield from (name for name, written in markers if written in source)

    @cached_property
    def _groups(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """The markers with what they have in common, which is nothing for most."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, written in self._markers.items():
            common = next((part for part in self._common if part in written), "")
            groups.setdefault(common, []).append((name, written))
        return tuple((common, tuple(markers)) for common, markers in groups.items())
