"""A pywb in a child process, behind the facade."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.internet.client import ROOT
from tests.pywb.facade import Orders, facade
from tests.pywb.warc import Recorded, write

PYTHON = ROOT / ".venv-pywb/bin/python"
SERVE = Path(__file__).with_name("serve.py")


@dataclass(frozen=True, slots=True)
class PywbArchive:
    """Where a pywb answers as archive.org would, and what it is to do."""

    url: str
    orders: Orders

    def settings(self) -> dict[str, str]:
        """Return the [archive] settings that make a program ask it."""
        return {"timegate_url": f"{self.url}/web/", "cdx_url": f"{self.url}/cdx/search/cdx"}


def why_not() -> str | None:
    """Return why there is no pywb here; None: there is."""
    return None if PYTHON.exists() else "make .venv-pywb/.ready builds the environment of pywb"


@contextmanager
def archive_of(directory: Path, records: Iterable[Recorded]) -> Iterator[PywbArchive]:
    """Serve these captures while the block lasts; `directory` is for pywb's files."""
    (directory / "archive").mkdir(parents=True)
    write(directory / "archive/made-by-the-test.warc.gz", records)
    with (directory / "log").open("wb") as log:
        # It is of another Python environment: what this one sets must not reach it.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        child = subprocess.Popen(
            [PYTHON, SERVE, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment
        )
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            if not line:
                raise RuntimeError(f"pywb did not come up: {(directory / 'log').read_text(encoding='utf-8')}")
            with facade(int(line)) as (url, orders):
                yield PywbArchive(url, orders)
        finally:
            child.communicate(timeout=10)
