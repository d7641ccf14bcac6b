"""HTTPS over libcurl: who is trusted, and how a server without secure renegotiation is talked to."""

from __future__ import annotations

import asyncio
import os
import ssl
import struct
from pathlib import Path

import pycurl
import pytest
import trustme

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.failure import of_failure
from dlt_crawler.fetch.wire.transport import Received
from tests.raw_server import Visitor, always, listening
from tests.transport_support import OK, Wants, failed, get, in_a_loop, received, transport


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trust(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("trust") / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


def shows(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@in_a_loop
async def test_name_of_the_url_is_what_a_certificate_has_to_show(authority: trustme.CA, trust: str) -> None:
    named: list[str | None] = []
    context = shows(authority, "some.example", "::1")
    context.sni_callback = lambda _connection, name, _context: named.append(name)
    async with (
        listening(always(OK), "::1", context=context) as place,
        transport(trust=trust) as asked,
    ):
        for host in ("some.example", "some.example.", "[::1]"):
            assert (await received(asked, f"https://{host}:{place.port}/", Wants(), "::1")).body == b"body"
        other = await failed(asked, f"https://other.example:{place.port}/", "::1")

    assert named == ["some.example", "some.example", None, "other.example"]
    found = of_failure(other, "other.example", seconds=5)
    assert found.detail == "No secure connection to other.example: its certificate is for another name."
    assert (other.connected, other.handshaken) == (True, False)


@in_a_loop
async def test_connection_that_was_not_verified_is_never_one_that_was(authority: trustme.CA, trust: str) -> None:
    async with (
        listening(always(OK), context=shows(trustme.CA(), "some.example")) as place,
        transport(trust=trust) as asked,
    ):
        url = f"https://some.example:{place.port}/"
        first = await failed(asked, url)
        looked = await get(asked, url, verify=False)
        second = await failed(asked, url)

    assert isinstance(looked, Received)
    assert looked.body == b"body"
    assert {first.code, second.code} == {pycurl.E_PEER_FAILED_VERIFICATION}
    assert "not trusted" in of_failure(second, "some.example", seconds=5).detail


@in_a_loop
async def test_file_that_holds_no_authorities_is_our_own_trouble(authority: trustme.CA, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    async with (
        listening(always(OK), context=shows(authority, "some.example")) as place,
        transport(trust=str(tmp_path / "empty.pem")) as asked,
    ):
        with pytest.raises(CrawlError, match=r"some\.example could not be asked"):
            await get(asked, f"https://some.example:{place.port}/")


@in_a_loop
async def test_server_without_secure_renegotiation_is_talked_to(trust: str) -> None:
    # There is no such server to be had any more: this one says hello as they did (TLS 1.2, without the extension of
    # RFC 5746), and looks whether the client goes on, or refuses with an alert.
    refusal: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def serve(visitor: Visitor) -> None:
        await visitor.reader.read(65_536)
        hello = b"\x03\x03" + os.urandom(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
        handshake = b"\x02" + struct.pack(">I", len(hello))[1:] + hello
        await visitor.send(b"\x16\x03\x03" + struct.pack(">H", len(handshake)) + handshake)
        refusal.set_result(await visitor.reader.read())

    async with listening(serve) as place, transport(trust=trust) as asked:
        await failed(asked, f"https://some.example:{place.port}/", seconds=3)
        assert await asyncio.wait_for(refusal, 20) == b""
