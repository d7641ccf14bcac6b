"""What libcurl says when there is no answer, in words for people."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from dataclasses import replace

import pycurl
import pytest

from dlt_crawler.fetch.wire.failure import of_failure
from dlt_crawler.fetch.wire.transport import NoHead
from dlt_crawler.model import Outcome
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
    ],
)
def test_failure_in_words(failure: NoHead, outcome: Outcome, words: str) -> None:
    found = of_failure(failure, "a.example", seconds=2.5)

    assert found.outcome is outcome
    assert words in found.detail


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
