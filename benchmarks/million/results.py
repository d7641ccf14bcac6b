"""What was measured, kept in a file: a stage that is in it is not measured again."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "results.json"


class Results:
    """Stage → figures, in the order in which they were measured."""

    def __init__(self, directory: Path, parameters: Mapping[str, Any]) -> None:
        """Raises ValueError where what is there was measured of another list."""
        self._path = directory / FILE
        self._held: dict[str, Any] = {"parameters": dict(parameters), "machine": machine(), "stages": {}}
        if self._path.exists():
            held = json.loads(self._path.read_text("utf-8"))
            if held["parameters"] != dict(parameters):
                raise ValueError(f"{self._path} is of {held['parameters']}, and asked for is {dict(parameters)}")
            self._held = held

    def __contains__(self, stage: str) -> bool:
        return stage in self._held["stages"]

    def __getitem__(self, stage: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._held["stages"][stage]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._held["stages"])

    @property
    def whole(self) -> Mapping[str, Any]:
        return self._held

    def keep(self, stage: str, figures: Mapping[str, Any]) -> None:
        """Write a stage down, at once and whole."""
        self._held["stages"][stage] = {**figures, "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._held, indent=1, ensure_ascii=False), "utf-8")
        beside.replace(self._path)


def machine() -> Mapping[str, Any]:
    """Return what the figures hold for."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {"cores": os.cpu_count(), "memory_gb": round(gigabytes, 1), "python": platform.python_version()}
