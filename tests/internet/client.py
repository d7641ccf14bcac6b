"""The parent's side of the test internet: starts it in a child process, says where things are, and controls it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.internet.archive.captures import Capture
from tests.internet.state import LoggedConnection, LoggedRequest
from tests.internet.world import Host

ROOT = Path(__file__).parents[2]


class RunningInternet:
    """An internet in a child process. A context manager: it ends with the block, and with this process."""

    def __init__(self, world: str, *options: str, through: Sequence[str] = ()) -> None:
        self._child = subprocess.Popen(
            [*through, sys.executable, "-m", "tests.internet", "--world", world, *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._one_call = threading.Lock()
        self._where: dict[str, Any] = json.loads(self._read())
        self.ca_file = Path(self._where["ca_file"])
        """The certificate authority to trust."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End it. Raises TimeoutExpired, and kills it, if it does not end by itself."""
        try:
            self._child.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            raise

    def requests(self) -> list[LoggedRequest]:
        """Return every request since the last reset, in the order of arrival."""
        return [LoggedRequest(**entry) for entry in self._call("requests")]

    def connections(self) -> list[LoggedConnection]:
        """Return every accepted connection since the last reset, those without a request, too."""
        return [LoggedConnection(**entry) for entry in self._call("connections")]

    def switch(self, key: str, to: str) -> None:
        """Let /switchable/<key> answer as the row `to` (a path, such as /status/404) from now on."""
        self._call("switch", key=key, to=to)

    def page(self, url: str, to: str) -> None:
        """Let a URL answer as the row `to` of BEHAVIOURS from now on."""
        self._call("page", url=url, to=to)

    def host(self, name: str, host: Host) -> None:
        """Give a host another row from now on: its name, its ports, its certificate, its robots.txt."""
        self._call("host", name=name, **asdict(host))

    def archive_add(self, capture: Capture) -> None:
        """Add a capture to the archive."""
        self._call("archive_add", **asdict(capture))

    def archive_fails(self, trouble: str, service: str | None = None, times: int = 1_000_000) -> None:
        """Let the next requests meet a row of TROUBLES; `service` is cdx, playback, availability or save, or any.

        With `times=0` they meet no more of these.
        """
        self._call("archive_spell", trouble=trouble, service=service, times=times)

    def archive_trouble(self, url: str, trouble: str | None) -> None:
        """Let every request for `url` meet a row of TROUBLES from now on; None: no longer."""
        self._call("archive_trouble", url=url, trouble=trouble)

    def archive_desk(self, **more: int | bool) -> None:
        """Let Save Page Now do otherwise from now on; `more` are fields of `archive.memory.Desk`."""
        self._call("archive_desk", **more)

    def archive_forgets(self) -> None:
        """Let Save Page Now forget its jobs, as it does after an hour: those under way end, and nobody hears of it."""
        self._call("archive_forgets")

    def archive_limit(
        self,
        service: str | None = None,
        *,
        apart: float = 0.0,
        most: int = 0,
        window: float = 60.0,
        trouble: str = "rate-limited",
    ) -> None:
        """Refuse requests to a service (None: to all together) that come sooner than `apart` seconds after the one
        before, refused or not, or of which there were `most` (0: any number) within `window` seconds.

        They meet a row of TROUBLES; `requests` shows which ones did, by status."""
        self._call("archive_limit", service=service, apart=apart, most=most, window=window, trouble=trouble)

    def archive_weather(self, seed: int, share: float, *troubles: str, service: str | None = None) -> None:
        """Let a share (0 to 1; 0: none any more) of the requests to a service, or to all, meet one of these rows of
        TROUBLES, at random. The same seed does the same to the same requests, in whatever order they come."""
        self._call("archive_weather", seed=seed, share=share, troubles=troubles or ("offline",), service=service)

    def reset(self) -> None:
        """Forget the log, and whatever the calls above have changed."""
        self._call("reset")

    def _call(self, call: str, /, **arguments: object) -> Any:
        with self._one_call:
            assert self._child.stdin is not None
            self._child.stdin.write(json.dumps([call, arguments]) + "\n")
            self._child.stdin.flush()
            answer = json.loads(self._read())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]

    def _read(self) -> str:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            self._child.communicate()
            raise RuntimeError(f"the test internet ended with status {self._child.returncode}; see its messages above")
        return line


class Internet(RunningInternet):
    """An internet on loopback ports: no privileges needed."""

    def __init__(self, world: str = "loopback") -> None:
        super().__init__(world)
        self.port: int = self._where["http_port"]
        self.dns_port: int = self._where["dns_port"]
        """UDP and TCP on 127.0.0.1."""
        self.tls_ports: dict[str, int] = self._where["tls_ports"]
        """Row of TLS → port on 127.0.0.1."""

    def http_url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the URL of a row of BEHAVIOURS; `host` is one of ORIGINS, or localhost."""
        return f"http://{host}:{self.port}{path}"

    def https_url(self, path: str, host: str = "127.0.0.1", tls: str = "good") -> str:
        """Return the same over TLS; a row of TLS other than "good" is only had from 127.0.0.1 and localhost."""
        return f"https://{host}:{self.tls_ports[tls]}{path}"

    def archive_urls(self) -> dict[str, str]:
        """Return the [archive] settings that make a program ask our archive."""
        return {
            "timegate_url": self.http_url("/web/"),
            "cdx_url": self.http_url("/cdx/search/cdx"),
            "availability_url": self.http_url("/wayback/available"),
            "save_url": self.http_url("/save"),
        }
