"""What the tests of fetch share: settings for the test internet, and observations by URL."""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_network
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler, RobotsCache
from dlt_crawler.model import Observation, Resource
from dlt_crawler.sites.lookups import Service
from tests.internet.client import Internet
from tests.internet.namespace import Namespace

TIMEOUT = 2.0
"""Seconds that servers have to answer where some never do …"""
AT_LAST = 10.0
"""… and where all of them do, on however busy a machine."""


def settings(**changes: Any) -> FetchSettings:
    """Fast and impolite, and allowed to connect to the test internet."""
    fast = {"timeout": AT_LAST, "delay": 0, "per_host": 20, "allow_networks": (ip_network("127.0.0.0/8"),)}
    return FetchSettings(**{**fast, **changes})


@contextmanager
def crawler(
    internet: Internet,
    *,
    contact: str = "",
    cache: RobotsCache | None = None,
    services: Sequence[Service] = (),
    **changes: Any,
) -> Iterator[Crawler]:
    """A crawler that trusts the certificate authority of the test internet."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SSL_CERT_FILE", str(internet.ca_file))
        environment.delenv("REQUESTS_CA_BUNDLE", raising=False)
        with Crawler(settings(**changes), contact=contact, robots=cache, services=services) as running:
            yield running


def observe(running: Crawler, urls: Iterable[str], *, robots: bool = True) -> Mapping[str, Observation]:
    seen: list[Observation] = []
    running.check([Resource(url) for url in urls], seen.extend, robots=robots)
    found = {observation.resource.url: observation for observation in seen}
    assert len(found) == len(seen)
    return found


def child() -> BaseProcess:
    """The crawling process."""
    (process,) = (process for process in multiprocessing.active_children() if process.name == "dlt-crawl fetch")
    return process


def memory_peak(pid: int) -> int:
    """The most memory that a process ever had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def ends(pid: int, seconds: float) -> bool:
    """Whether a process that need not be our child ends within so many seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


_OBSERVE = """
import json, sys
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler, RobotsCache
from dlt_crawler.model import Resource

if __name__ == "__main__":
    settings, *urls = sys.argv[1:]
    seen = []
    with Crawler(FetchSettings(**json.loads(settings))) as crawler:
        crawler.check([Resource(url) for url in urls], seen.extend)
    told = "outcome", "status", "final_url", "warnings", "nxdomain", "detail", "asked"
    print(json.dumps({each.resource.url: [getattr(each, name) for name in told] for each in seen}))
"""


class Seen(NamedTuple):
    """What was seen of one link in a namespace."""

    outcome: str
    status: int | None
    final_url: str | None
    warnings: list[str]
    nxdomain: bool
    detail: str
    asked: bool


def observe_in(namespace: Namespace, directory: Path, urls: Iterable[str], **changes: Any) -> dict[str, Seen]:
    """Check URLs by their real names, allowed to connect to the namespace unless `changes` say otherwise."""
    given = {"timeout": 2 * TIMEOUT, "delay": 0, "allow_networks": ["127.0.0.0/8"], **changes}
    (directory / "observe.py").write_text(_OBSERVE, encoding="utf-8")
    done = namespace.run([sys.executable, "observe.py", json.dumps(given), *urls], directory=directory)
    assert (done.returncode, done.stderr) == (0, "")
    return {url: Seen(*found) for url, found in json.loads(done.stdout).items()}
