"""What libcurl says when there is no answer, in words for people."""

from __future__ import annotations

import json
import socket
import struct
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pycurl
import pytest

from dlt_crawler.fetch.wire.failure import of_failure
from dlt_crawler.fetch.wire.transport import NoHead
from dlt_crawler.model import Outcome
from tests.internet.namespace import Namespace
from tests.raw_server import Visitor, listening
from tests.transport_support import failed, in_a_loop, transport

LOST = NoHead(pycurl.E_RECV_ERROR, "", 0, 0, connected=True, handshaken=True, elapsed=0.1)


@pytest.mark.parametrize(
    ("failure", "outcome", "words"),
    [
        (LOST, Outcome.PROTOCOL_ERROR, "contradicts HTTP"),
        (replace(LOST, os_errno=104), Outcome.CONNECTION_ERROR, "broke the connection off"),
        (replace(LOST, message="OpenSSL SSL_read: alert certificate required"), Outcome.TLS_ERROR, "speak TLS"),
        (replace(LOST, code=7, connected=False), Outcome.CONNECTION_ERROR, "No connection to a.example"),
        (replace(LOST, code=7, os_errno=101), Outcome.CONNECTION_ERROR, "no route to a.example"),
        (replace(LOST, code=8, message="Invalid status line"), Outcome.PROTOCOL_ERROR, "is not HTTP"),
        (replace(LOST, code=8, message="Invalid Content-Length: value"), Outcome.PROTOCOL_ERROR, "contradicts HTTP"),
        (replace(LOST, code=3), Outcome.INVALID_URL, "no host that can be asked"),
        (replace(LOST, code=6), Outcome.DNS_ERROR, "name servers do not answer"),
        (replace(LOST, code=28), Outcome.TIMEOUT, "did not answer within 2.5 s"),
        (replace(LOST, code=60, verify_result=9), Outcome.TLS_ERROR, "is not valid yet"),
        (replace(LOST, code=60, verify_result=99), Outcome.TLS_ERROR, "is not valid (OpenSSL's error 99)"),
        (replace(LOST, code=999), Outcome.PROTOCOL_ERROR, "contradicts HTTP"),
        (replace(LOST, code=999, connected=False), Outcome.CONNECTION_ERROR, "No connection"),
        (replace(LOST, code=7, os_errno=99, connected=False), Outcome.CONNECTION_ERROR, "no address or port left"),
    ],
)
def test_failure_in_words(failure: NoHead, outcome: Outcome, words: str) -> None:
    found = of_failure(failure, "a.example", seconds=2.5)

    assert found.outcome is outcome
    assert words in found.detail
    assert found.asked is ("This machine" not in found.detail)


@in_a_loop
async def test_refusals_and_resets_are_told_apart() -> None:
    async def reset(visitor: Visitor) -> None:
        await visitor.request()
        raw = visitor.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def close(visitor: Visitor) -> None:
        await visitor.request()

    said = []
    async with transport() as asked:
        for serve in (reset, close):
            async with listening(serve) as place:
                no_head = await failed(asked, f"http://127.0.0.1:{place.port}/")
                said.append((of_failure(no_head, "it", seconds=5).detail, no_head.handshaken))
        with closing(socket.create_server(("127.0.0.1", 0))) as closed:
            port = closed.getsockname()[1]
        no_head = await failed(asked, f"http://127.0.0.1:{port}/")
        said.append((of_failure(no_head, "it", seconds=5).detail, no_head.handshaken))

    assert said == [
        ("it broke the connection off without an answer.", True),
        ("it closed the connection without an answer.", True),
        ("it refuses connections.", False),
    ]


WITHOUT_PORTS = """
import json, socket, sys
from pathlib import Path
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Resource

if __name__ == "__main__":
    seen = []
    settings = FetchSettings(timeout=2, delay=0, robots="ignore", allow_networks=["127.0.0.0/8"])
    with Crawler(settings) as crawler:
        # At its start it needs ports for the proof of the guard.
        crawler.check([Resource("http://other.example/")], lambda batch: None)
        Path("/proc/sys/net/ipv4/ip_local_port_range").write_text("40000 40000")
        taken = [socket.create_connection(("alive.example", port)) for port in (80, 443)]
        crawler.check([Resource(f"http://alive.example/{n}") for n in range(5)], seen.extend)
    print(json.dumps([(each.outcome, each.asked, each.detail) for each in seen]))
"""


def test_that_we_have_no_port_left_is_held_against_nobody(namespace: Namespace, tmp_path: Path) -> None:
    (tmp_path / "without_ports.py").write_text(WITHOUT_PORTS, encoding="utf-8")

    done = namespace.run([sys.executable, "without_ports.py"], directory=tmp_path)

    said = "This machine has no address or port left from which alive.example could be connected to."
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [["connection_error", False, said]] * 5
