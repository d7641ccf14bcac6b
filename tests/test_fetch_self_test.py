"""The proof at the start of a crawl that the address guard holds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire import self_test
from dlt_crawler.fetch.wire.guard import AddressGuard
from dlt_crawler.fetch.wire.self_test import prove
from dlt_crawler.fetch.wire.transport import NoHead, Received, Transport

MayConnect = Callable[[str, int], bool]


def transport(may_connect: MayConnect) -> Transport:
    return Transport(trust_file=None, proxy=None, may_connect=may_connect, max_connections=1)


def test_the_guard_holds_here() -> None:
    asyncio.run(prove(transport))


def without_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return True
    return False


IPV6 = pytest.mark.skipif(without_ipv6(), reason="no IPv6 here")


@pytest.mark.parametrize("let_through", ["127.0.0.1", "::ffff:127.0.0.1", pytest.param("::1", marks=IPV6)])
def test_a_last_word_that_lets_one_address_pass_is_found_out(let_through: str) -> None:
    def leaking(may_connect: MayConnect) -> Transport:
        return transport(lambda address, port: address == let_through or may_connect(address, port))

    with pytest.raises(CrawlError, match=r"a request for http://.* has come through to this machine"):
        asyncio.run(prove(leaking))


class Stalled(Transport):
    """Has no time to ask anybody."""

    async def get(self, *_: Any, **__: Any) -> Received | NoHead:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nobody asked")


def test_a_request_that_had_no_time_to_be_made_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_SECONDS", 0.01)

    def stalled(may_connect: MayConnect) -> Transport:
        return Stalled(trust_file=None, proxy=None, may_connect=may_connect, max_connections=1)

    with pytest.raises(CrawlError, match=r"cannot be tested: a request for http://127\.0\.0\.1:\d+/ is not refused"):
        asyncio.run(prove(stalled))


def test_it_asks_again_when_it_had_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "_SECONDS", 0.5)
    asked: list[str] = []

    class StalledOnce(Transport):
        async def get(self, url: str, *given: Any, **more: Any) -> Received | NoHead:
            asked.append(url)
            if len(asked) == 1:
                await asyncio.get_running_loop().create_future()
            return await super().get(url, *given, **more)

    def stalled(may_connect: MayConnect) -> Transport:
        return StalledOnce(trust_file=None, proxy=None, may_connect=may_connect, max_connections=1)

    asyncio.run(prove(stalled))
    assert asked[0] == asked[1] != asked[2]


@pytest.mark.parametrize("network", ["127.0.0.0/8", pytest.param("::1/128", marks=IPV6)])
def test_a_guard_that_hands_out_a_loopback_address_is_found_out(network: str) -> None:
    def leaking(ports: frozenset[int]) -> AddressGuard:
        return AddressGuard([ip_network(network)], ports, threads=1)

    with pytest.raises(CrawlError, match="it finds nothing wrong with http://"):
        asyncio.run(prove(transport, leaking))
