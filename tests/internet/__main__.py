"""The child process: brings an internet up, prints one line of JSON that says where, and ends with its input."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.internet import alerts, enclosure, worlds
from tests.internet.control import Control
from tests.internet.networks import Enclosed, Loopback
from tests.internet.server import WebServer
from tests.internet.state import State
from tests.internet.tls import Authority


async def obey(control: Control) -> None:
    """Answer control calls until standard input ends."""
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        say(await control.answer(line.decode()))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def live(world: str, directory: Path, *, enclosed: bool) -> None:
    """Be the internet of a world until standard input ends. `directory` keeps the certificate of its authority."""
    alerts.tell()
    state, authority = State(worlds.load(world)), Authority()
    web = WebServer(state, authority)
    network = Enclosed(state, web) if enclosed else Loopback(state, web)
    ca_file = directory / "authority.pem"
    authority.write(ca_file)
    say(json.dumps({"ca_file": str(ca_file), **await network.start()}))
    await obey(Control(state, network))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.internet", description=__doc__)
    parser.add_argument("--world", default="loopback", help="a name of worlds.py, or a JSON file (see world.read)")
    parser.add_argument("--enclosed", metavar="OUTSIDE", help="this process has left the network namespace OUTSIDE")
    arguments = parser.parse_args()
    # A Ctrl-C of the terminal is meant for the program that is being watched; this process ends with its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with tempfile.TemporaryDirectory(prefix="test-internet-") as name:
        if arguments.enclosed:
            enclosure.refuse_outside(arguments.enclosed)
            enclosure.furnish(Path(name))
        asyncio.run(live(arguments.world, Path(name), enclosed=bool(arguments.enclosed)))


if __name__ == "__main__":
    main()
