"""The test internet in a network and mount namespace of its own, and commands run in there under real host names.

    python -m tests.internet.namespace [--world NAME] -- COMMAND ARGS...

runs COMMAND with that internet around it, on the same terminal, and returns its exit status.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.internet.client import RunningInternet
from tests.internet.enclosure import network_namespace

TOOLS = ("unshare", "nsenter", "setpriv", "mount")
"""All of util-linux."""


@cache
def _privileges() -> tuple[tuple[str, ...] | None, str]:
    """Return how this process may make namespaces, or None and the reason why it may not."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not sys.platform.startswith("linux") or missing:
        return None, f"namespaces need Linux and the programs of util-linux; missing here: {', '.join(missing)}"
    reasons = []
    # Root needs no user namespace, and without one files keep their owners. A container's root may need one.
    for way in ((), ("--user", "--map-root-user")) if os.geteuid() == 0 else (("--user", "--map-root-user"),):
        # To make a namespace may be allowed where using it is not: AppArmor on Ubuntu 24.04 takes the privileges away.
        probe = ["unshare", *way, "--net", "--mount", "mount", "-t", "tmpfs", "none", "/tmp"]
        tried = subprocess.run(probe, capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return way, ""
        reasons.append(tried.stderr.strip())
    return None, f"namespaces are not permitted here: {'; '.join(reasons)}"


def why_not() -> str | None:
    """Return why namespaces are not possible here, in a sentence; None where they are."""
    way, reason = _privileges()
    return reason if way is None else None


def way_in() -> list[str]:
    """Return what starts a command in a network and a mount namespace of its own. Raises RuntimeError (`why_not`)."""
    way, reason = _privileges()
    if way is None:
        raise RuntimeError(reason)
    return ["unshare", *way, "--net", "--mount"]


class Namespace(RunningInternet):
    """An internet of its own, in which commands can be run. Raises RuntimeError where `why_not` has a reason."""

    def __init__(self, world: str = "small") -> None:
        way, reason = _privileges()
        if way is None:
            raise RuntimeError(reason)
        self._way = way
        outside = network_namespace()
        super().__init__(world, "--enclosed", outside, through=("unshare", *way, "--net", "--mount"))

    def command(self, arguments: Sequence[str], directory: Path | None = None) -> list[str]:
        """Return the command that runs `arguments` inside, in a directory, and is killed when this process ends."""
        user = ("--user", "--preserve-credentials") if self._way else ()
        enter = ["nsenter", "--target", str(self._child.pid), *user, "--net", "--mount"]
        return [*enter, "env", "-C", str(directory or Path.cwd()), "setpriv", "--pdeathsig", "KILL", *arguments]

    def environment(self) -> dict[str, str]:
        """Return this process's environment, without proxies, and with trust in our certificate authority."""
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**kept, "SSL_CERT_FILE": str(self.ca_file), "REQUESTS_CA_BUNDLE": str(self.ca_file)}

    def run(
        self,
        arguments: Sequence[str],
        directory: Path | None = None,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside to its end, with subprocess.run's options; its output is captured as text."""
        return subprocess.run(  # noqa: PLW1510 - `options` says so unless the caller does
            self.command(arguments, directory),
            env={**self.environment(), **(environment or {})},
            **{"capture_output": True, "text": True, "check": False, **options},
        )

    def attend(self, arguments: Sequence[str]) -> int:
        """Run a command inside on this terminal and return its exit status (128 + n when signal n ended it)."""
        # Ctrl-C goes to every process of the terminal: the command decides what it means, we wait for its end.
        # A handler, unlike SIG_IGN, is not inherited by it.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            status = subprocess.Popen(self.command(arguments), env=self.environment()).wait()
        finally:
            signal.signal(signal.SIGINT, before)
        return status if status >= 0 else 128 - status


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.internet.namespace", description=__doc__)
    parser.add_argument("--world", default="small", help="a name of worlds.py, or a JSON file (see world.read)")
    parser.add_argument("command", nargs="+", help="after --")
    arguments = parser.parse_args()
    if reason := why_not():
        sys.stderr.write(reason + "\n")
        return 3
    with Namespace(arguments.world) as internet:
        return internet.attend(arguments.command)


if __name__ == "__main__":
    sys.exit(main())
