"""The hosts of the world `hosts`, in a namespace: at which addresses and ports they answer."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.internet.namespace import Namespace
from tests.internet.networks import FORBIDDEN, FORBIDDEN_PORTS
from tests.internet.world import Host

SEE = """
import errno, json, socket, sys
def connect(family, place):
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(0.3)
        try:
            connection.connect(place)
            return "accepted"
        except TimeoutError:
            return "silent"
        except OSError as error:
            return errno.errorcode[error.errno]
def see(name):
    seen = {}
    try:
        answers = socket.getaddrinfo(name, None, socket.AF_UNSPEC, socket.SOCK_STREAM)
    except socket.gaierror as error:
        return [name for name in ("EAI_NONAME", "EAI_NODATA", "EAI_AGAIN") if getattr(socket, name) == error.errno][0]
    return [[place[0], *(connect(family, (place[0], port, *place[2:])) for port in (80, 443))]
            for family, _, _, _, place in answers]
json.dump([see(name) for name in sys.argv[1:]], sys.stdout)
"""


@pytest.fixture(scope="module")
def ways(namespaces: type[Namespace]) -> Iterator[Namespace]:
    with namespaces("hosts") as running:
        yield running


def see(internet: Namespace, *names: str) -> dict[str, Any]:
    """Look from inside at all addresses of names: [address, what port 80 does, what port 443 does]; or the error."""
    done = internet.run([sys.executable, "-c", SEE, *names], check=True)
    return dict(zip(names, json.loads(done.stdout), strict=True))


def kinds(seen: object) -> object:
    """Return what is seen, with the kind of address in place of the address."""
    if not isinstance(seen, list):
        return seen
    return {"ipv6" if ":" in address else "ipv4": tuple(ports) for address, *ports in seen}


YES, NO, SILENT = "accepted", "ECONNREFUSED", "silent"

SEEN: dict[str, object] = {
    "any.example": {"ipv4": (YES, YES)},
    "https-only.example": {"ipv4": (NO, YES)},
    "https-only-silent.example": {"ipv4": (SILENT, YES)},
    "http-only.example": {"ipv4": (YES, NO)},
    "http-only-silent.example": {"ipv4": (YES, SILENT)},
    "www-only.example": "EAI_NONAME",
    "www.www-only.example": {"ipv4": (YES, YES)},
    "www-only-refused.example": {"ipv4": (NO, NO)},
    "bare-only.example": {"ipv4": (YES, YES)},
    "www.bare-only.example": "EAI_NONAME",
    "both.example": {"ipv4": (NO, NO)},
    "www.both.example": {"ipv4": (NO, YES)},
    "ipv6-only.example": {"ipv6": (YES, YES)},
    "dual.example": {"ipv4": (YES, YES), "ipv6": (YES, YES)},
    "ipv6-refused.example": {"ipv4": (YES, YES), "ipv6": (NO, NO)},
    "ipv6-silent.example": {"ipv4": (YES, YES), "ipv6": (SILENT, SILENT)},
    "ipv4-refused.example": {"ipv4": (NO, NO), "ipv6": (YES, YES)},
    "ipv4-silent.example": {"ipv4": (SILENT, SILENT), "ipv6": (YES, YES)},
    "no-address.example": "EAI_NODATA",
    "aliased.example": {"ipv4": (YES, YES)},
}


def test_a_host_answers_in_the_ways_of_its_row(ways: Namespace) -> None:
    assert {name: kinds(seen) for name, seen in see(ways, *SEEN).items()} == SEEN


def test_of_sixteen_addresses_one_answers(ways: Namespace) -> None:
    (seen,) = see(ways, "sixteen.example").values()
    assert len({address for address, *_ in seen}) == 16
    assert sorted(ports for _, *ports in seen) == [[NO, NO]] * 15 + [[YES, YES]]


def test_a_name_that_rebinds_is_private_at_every_other_look(ways: Namespace) -> None:
    looks = [[address for address, *_ in see(ways, "rebinding.example")["rebinding.example"]] for _ in range(4)]
    assert looks[0] == looks[2]
    assert looks[0][0].startswith("127.")
    assert set(looks[1]) == set(looks[3]) == {"10.0.0.1", "::1"}
    (half,) = see(ways, "half-private.example").values()
    assert {address for address, *_ in half} > {"10.0.0.1"}


def test_who_connects_to_a_forbidden_address_is_heard(ways: Namespace) -> None:
    ways.reset()
    script = "import socket, sys\nfor address in sys.argv[1:]: socket.create_connection((address, 6379), 5).close()"
    ways.run([sys.executable, "-c", script, *FORBIDDEN], check=True)
    see(ways, "metadata.example", "metadata-ipv6.example", "private.example", "loopback-ipv6.example")
    expected = {(address, 6379) for address in FORBIDDEN}
    expected |= {("169.254.169.254", 80), ("fd00:ec2::254", 443), ("10.0.0.1", 443), ("::1", 80)}
    # The kernel completes a connection before the server has accepted it: it may be heard a moment later.
    deadline = time.monotonic() + 20
    while not (heard := {(each.address, each.port) for each in ways.connections()}) >= expected:
        assert time.monotonic() < deadline, expected - heard
    assert {port for _, port in heard} <= set(FORBIDDEN_PORTS)


def test_a_host_can_change_how_it_is_reached(ways: Namespace) -> None:
    before = see(ways, "dual.example")
    ways.host("dual.example", Host(ipv6="silent", https="refused"))
    after = see(ways, "dual.example")
    ways.reset()
    assert kinds(after["dual.example"]) == {"ipv4": (YES, NO), "ipv6": (SILENT, SILENT)}
    assert see(ways, "dual.example") == before


def test_a_word_that_is_no_state_of_a_host_is_refused() -> None:
    for word in ({"dns": "nxdomian"}, {"https": "none"}, {"ipv6": "yes"}):
        with pytest.raises(ValueError, match=next(iter(word.values()))):
            Host(**word)  # type: ignore[arg-type]  # the mistake that is meant
