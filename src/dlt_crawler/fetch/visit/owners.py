"""Which process asks which sites. Pure."""

from __future__ import annotations

from zlib import crc32

from dlt_crawler.urls import site_of


def owner_of(host: str, processes: int) -> int:
    """Return which of the processes asks this host, and all others of its site: politeness is counted in there."""
    # By its upper bits. The remainder of the whole says which shard a site is of (`model.Shard`): in a run of one
    # shard, some of the processes would have nothing to do.
    return (crc32(site_of(host).encode()) >> 14) % processes if processes > 1 else 0
