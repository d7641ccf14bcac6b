"""The program over and over, each time in a fork of one process that has imported it, with a web that a test makes up.

A run takes a tenth of a second so: everything but the crawl is real, the command line, the database, the documents,
and the archive, which the test internet plays.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from dlt_crawler import __main__ as program
from dlt_crawler.model import Outcome, Resource
from dlt_crawler.sites import known_sites
from tests.faulty import ACKNOWLEDGED, COUNTED, WRONG, Machine
from tests.simulated import Answer, Fails, SimulatedWeb, page

_LOADED = "loaded: "

ROOT = Path(__file__).parents[1]

ANSWERS: Mapping[str, Answer] = {
    "alive": page("A living page"),
    "moved": page("A page that has moved", hops=((301, "http://moved.example/"),)),
    "gone": page("Not found", status=404),
    "soft": page("Page not found", "Sorry, it is not here."),
    "broken": page("Internal error", status=500),
    "walled": page("Forbidden", status=403),
    "away": Fails(Outcome.DNS_ERROR, "The name does not exist.", nxdomain=True),
}
"""By the name under which a test lets a URL answer; every other URL answers as "alive"."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended: exit status, negative for a signal; what it said on stderr; what it did to the world."""

    status: int
    said: str
    operations: tuple[str, ...]
    """What it did to the world, in order; none when it was killed before it could say so."""
    wrong: str | None
    """The operation that went wrong; None: it was not reached."""
    acknowledged: int
    """How many checks were stored when it was killed."""


def done(status: int, stderr: str) -> Done:
    """Tell apart what the program has said and what `faulty` has."""
    lines = stderr.splitlines()
    counted, wrong, acknowledged = (
        next((line.removeprefix(mark) for line in lines if line.startswith(mark)), None)
        for mark in (COUNTED, WRONG, ACKNOWLEDGED)
    )
    own = "\n".join(line for line in lines if not line.startswith((COUNTED, WRONG, ACKNOWLEDGED)))
    return Done(status, own, tuple((counted or "").split()), wrong, int(acknowledged or 0))


class Forks:
    """A process that forks. A context manager."""

    def __enter__(self) -> Self:
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._child.communicate(timeout=20)

    def run(self, directory: Path, *arguments: str, web: Mapping[str, str], number: int = 0, way: str = "full") -> Done:
        """Run the program in a directory. `web`: URL → name of ANSWERS; `number` and `way` as in `faulty`."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        order = {"directory": str(directory), "arguments": arguments, "web": web, "number": number, "way": way}
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()
        answer = json.loads(self._child.stdout.readline())
        return done(answer["status"], answer["said"])


class _Now:
    """The real time."""

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        """Time passes by itself."""


def _answer(web: Mapping[str, str], url: str) -> Answer:
    return ANSWERS[web.get(url) or web.get(urlsplit(url).path, "alive")]


def _work(order: Mapping[str, Any], said: int) -> None:
    """Be the program. Ends this process."""
    from dlt_crawler.pipeline import web  # noqa: PLC0415

    # Links come in a random order to the archive: the operations of a run are to come in one.
    random.seed(1)
    os.chdir(order["directory"])
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    os.dup2(said, 2)
    sys.stdin, sys.stdout = io.TextIOWrapper(io.FileIO(0)), io.TextIOWrapper(io.FileIO(1, "w"))
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), write_through=True)
    simulated = SimulatedWeb(_Now(), lambda url: _answer(order["web"], url))  # type: ignore[arg-type]
    web.Crawler = lambda *_arguments, **_more: nullcontext(simulated)  # type: ignore[assignment,misc]
    before = set(sys.modules)
    machine = Machine(order["number"], order["way"])
    machine.install()
    sys.argv[1:] = order["arguments"]
    status = 0
    try:
        program.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException as error:  # noqa: BLE001 - of a fork nothing may come back
        sys.stderr.write(f"Traceback: {error!r}\n")
        status = 99
    sys.stderr.write(f"{COUNTED}{' '.join(machine.operations)}\n{_LOADED}{' '.join(set(sys.modules) - before)}\n")
    os._exit(status)


def _load(said: str) -> str:
    """Import what a run has imported, so that the next need not; return the rest of what it said."""
    rest = []
    for line in said.splitlines():
        if line.startswith(_LOADED):
            for name in sorted(line.removeprefix(_LOADED).split()):
                with suppress(Exception):
                    importlib.import_module(name)
        else:
            rest.append(line)
    return "\n".join(rest)


def _serve() -> None:
    # What takes time only once: tables are read, and patterns compiled, when they are first needed.
    known_sites()
    warm = SimulatedWeb(_Now(), lambda url: ANSWERS[url.rpartition("/")[2]])  # type: ignore[arg-type]
    warm.check([Resource(f"http://warm.example/{name}") for name in ANSWERS], lambda _batch: None)
    for line in sys.stdin:
        with tempfile.TemporaryFile() as said:
            child = os.fork()
            if not child:
                _work(json.loads(line), said.fileno())
            _, status = os.waitpid(child, 0)
            said.seek(0)
            own = _load(said.read().decode(errors="replace"))
        answer = {"status": os.waitstatus_to_exitcode(status), "said": own}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
