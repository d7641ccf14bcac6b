"""The inside of a namespace: brings `lo` up and puts our name service in place of the system's.

For a process that `unshare` has just put into a network and a mount namespace of its own; see `namespace`.
"""

from __future__ import annotations

import fcntl
import resource
import socket
import struct
import subprocess
from pathlib import Path

SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
"""linux/sockios.h and linux/if.h."""

NAME_SERVER = "127.0.0.1"
"""Also where a C library looks that finds no resolv.conf at all."""

FILES = {
    "/etc/resolv.conf": f"nameserver {NAME_SERVER}\noptions timeout:2 attempts:2\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}

CACHES = (
    "/run/nscd/socket",
    "/var/run/nscd/socket",
    "/run/systemd/resolve/io.systemd.Resolve",
    "/run/avahi-daemon/socket",
)
"""Sockets of name services that run outside and would answer for the real Internet."""


def refuse_outside(network_outside: str) -> None:
    """Raise RuntimeError unless this process has left the network namespace of that name."""
    if network_namespace() == network_outside:
        raise RuntimeError("not in a namespace of its own: this process would replace the system's /etc/resolv.conf")


def network_namespace() -> str:
    """Return the name of this process's network namespace."""
    return str(Path("/proc/self/ns/net").readlink())


def furnish(directory: Path) -> None:
    """Bring the loopback interface up and bind our files over the system's. `directory` keeps them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    for path, text in FILES.items():
        ours = directory / Path(path).name
        ours.write_text(text)
        if Path(path).exists():
            _bind(str(ours), path)
    for path in CACHES:
        if Path(path).exists():
            _bind("/dev/null", path)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Every host has listening sockets of its own, so that some can refuse connections.
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _bind(ours: str, theirs: str) -> None:
    subprocess.run(["mount", "--bind", ours, theirs], check=True)
