"""The inside of a namespace: brings `lo` up and puts our name service in place of the system's.

For a process that `unshare` has just put into a network and a mount namespace of its own; see `namespace`.
"""

from __future__ import annotations

import fcntl
import os
import resource
import socket
import struct
import subprocess
from contextlib import suppress
from pathlib import Path

SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1
"""linux/sockios.h and linux/if.h."""

RTM_NEWADDR = 20
NLM_F_REQUEST_ACK = 0x5
IFA_ADDRESS, IFA_LOCAL = 1, 2
IFA_F_NODAD = 0x2
"""linux/rtnetlink.h, linux/netlink.h and linux/if_addr.h (RFC 3549, section 2.3.3.2). NODAD: an IPv6 address is there
at once, and not only when the kernel has found time to see that nobody else has it."""

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


def give(address: str) -> None:
    """Give the loopback interface an address. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    packed = socket.inet_pton(family, address)
    message = struct.pack("=BBBBI", family, 8 * len(packed), IFA_F_NODAD, 0, socket.if_nametoindex("lo"))
    for attribute in (IFA_LOCAL, IFA_ADDRESS):
        message += struct.pack("=HH", 4 + len(packed), attribute) + packed
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.send(struct.pack("=IHHII", 16 + len(message), RTM_NEWADDR, NLM_F_REQUEST_ACK, 1, 0) + message)
        # The answer's header is followed by an error number, negative, or 0.
        (error,) = struct.unpack_from("=i", kernel.recv(4096), 16)
    if error:
        raise OSError(-error, f"{address}: {os.strerror(-error)}")
    _wait_until_reached(family, address)


def _wait_until_reached(family: int, address: str) -> None:
    """Wait for the kernel, which makes the route to an IPv6 address when it finds time."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        probe.settimeout(0.01)
        for _ in range(500):
            with suppress(OSError):
                probe.sendto(b"?", probe.getsockname())
                probe.recv(1)
                return
    raise OSError(f"{address}: no packet to it arrives")


def _bind(ours: str, theirs: str) -> None:
    subprocess.run(["mount", "--bind", ours, theirs], check=True)
