"""A million links: what each stage costs, how long a polite night is, and what a second worker is worth.

`python -m benchmarks.million DIRECTORY` does it at full size, stage by stage; docs/scaling.md has what came out.
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

LINKS = 10_000
"""Of the part `million`, which takes about three minutes."""


def main() -> None:
    # Here, because `benchmarks.million` is imported by each of its processes.
    from benchmarks.million.__main__ import measure  # noqa: PLC0415

    with TemporaryDirectory() as directory:
        if status := measure([directory, "--links", str(LINKS), "--only", "sqlite", "night"]):
            sys.exit(status)
