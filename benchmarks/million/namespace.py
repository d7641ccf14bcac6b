"""A network namespace for all that is measured: 100,000 names, and nobody outside who could be asked by mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from tests.internet.enclosure import furnish, network_namespace, refuse_outside
from tests.internet.namespace import way_in

_OUTSIDE = "DLT_BENCHMARK_OUTSIDE"
"""Environment variable: the network namespace that this program was started in."""


def entered() -> bool:
    """Return whether this process is inside."""
    return _OUTSIDE in os.environ


def attend(module: str, arguments: Sequence[str]) -> int:
    """Run a module of Python inside, on this terminal; return its exit status. Raises RuntimeError if impossible."""
    command = [*way_in(), sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env={**os.environ, _OUTSIDE: network_namespace()}, check=False).returncode


def settle() -> None:
    """Bring the loopback interface up, and let names be asked of 127.0.0.1."""
    refuse_outside(os.environ[_OUTSIDE])
    furnish(Path(mkdtemp()))
