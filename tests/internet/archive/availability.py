"""The availability interface of archive.org: the closest good capture, or an empty object."""

from __future__ import annotations

import json

from tests.internet.archive.captures import Capture, nearest
from tests.internet.wire import Answer


def answer(captures: list[Capture], base: str, url: str, timestamp: str | None) -> Answer:
    """Answer for `url`; `base` is the start of playback URLs. Revisit records are never shown (wayback#306)."""
    good = [capture for capture in captures if capture.status is not None and capture.status < 300]
    found: dict[str, object] = {"url": url, "archived_snapshots": {}}
    if timestamp:
        found["timestamp"] = timestamp
    if good:
        closest = nearest(good, timestamp or "99991231235959")[0]
        found["archived_snapshots"] = {
            "closest": {
                "status": str(closest.status),
                "available": True,
                "url": f"{base}{closest.timestamp}/{closest.url}",
                "timestamp": closest.timestamp,
            }
        }
    return Answer(json.dumps(found).encode(), headers=(("Content-Type", "application/json"),))
