"""Shards: the parts of a list that are checked by jobs that know nothing of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from zlib import crc32

_WRITTEN = re.compile(r"([0-9]{1,5})/([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts of a list, by the registrable domain of each link: `number` is 1 to `of`.

    All hosts that may have an operator in common are of one shard, so that nobody is asked by two of them at once.
    """

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the shard that is written as 2/5, the second of five. Raises ValueError, with what to write."""
        written = _WRITTEN.fullmatch(text)
        shard = None if written is None else cls(int(written[1]), int(written[2]))
        if shard is None or not 1 <= shard.number <= shard.of:
            raise ValueError(f"{text!r} is no shard: write 1/3, 2/3 and 3/3 for the three shards of a list")
        return shard

    def __str__(self) -> str:
        """Return it as `parse` reads it."""
        return f"{self.number}/{self.of}"

    def holds(self, site: str) -> bool:
        """Tell whether the links of a registrable domain (`urls.site_of`) are in this shard.

        By CRC-32 (ISO 3309, as in zlib), which is the same on every machine and in every version of Python.
        """
        return crc32(site.encode()) % self.of == self.number - 1
