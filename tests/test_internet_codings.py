"""The packed pages and bombs of the test internet: what is heard, and what it unpacks to."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd

from tests.internet.behaviours import BEHAVIOURS, row_of
from tests.internet.client import Internet
from tests.internet.codings import CODINGS
from tests.internet.ear import Row, body, check, status

HEARD: tuple[Row, ...] = (
    ("/coded/br", "closed", status(200, "Content-Encoding: br\r\n")),
    ("/coded/raw-deflate", "closed", status(200, "Content-Encoding: deflate\r\n")),
    ("/coded/br,gzip", "closed", status(200, "Content-Encoding: br, gzip\r\n")),
    ("/coding-said/gzip", "closed", status(200, "Content-Encoding: gzip\r\n", "<title>A page that is not packed")),
    ("/coding-said/x-own", "closed", status(200, "Content-Encoding: x-own\r\n", "<title>A page that is not packed")),
    ("/bomb/br", "closed", status(200, "Content-Encoding: br\r\n")),
    ("/bomb-on/404/gzip", "closed", status(404, "Content-Encoding: gzip\r\n")),
    ("/gzip-bomb/2", "closed", status(200, "Content-Encoding: gzip, gzip\r\n")),
    ("/endless-gzip", "more", status(200, "Content-Encoding: gzip\r\n")),
    ("/endless-empty-blocks", "more", status(200, "gzip\r\n", "(\x00\x00\x00ÿÿ){1000}").replace(b"\xc3\xbf", b"\xff")),
)


@pytest.mark.parametrize("row", HEARD, ids=[path for path, *_ in HEARD])
def test_a_web_server_packs_as_the_path_says(internet: Internet, row: Row) -> None:
    check(internet, row)


def test_every_coding_row_is_in_the_table_above() -> None:
    rows = {path for path, *_ in CODINGS}
    assert {row_of(path) for path, *_ in HEARD} == {row for row in BEHAVIOURS if row.path in rows}


def ungzip(data: bytes) -> bytes:
    return zlib.decompress(data, wbits=31)


@pytest.mark.parametrize(
    ("codings", "unpack"),
    [
        ("gzip", ungzip),
        ("deflate", zlib.decompress),
        ("raw-deflate", lambda data: zlib.decompress(data, wbits=-15)),
        ("br", brotli.decompress),
        ("zstd", zstd.decompress),
        ("br,gzip", lambda data: brotli.decompress(ungzip(data))),
    ],
)
def test_a_packed_page_unpacks(internet: Internet, codings: str, unpack: Callable[[bytes], bytes]) -> None:
    assert b"<title>A page in " in unpack(body(internet, f"/coded/{codings}"))


@pytest.mark.parametrize(
    ("codings", "at_most", "unpack"),
    [
        ("br", 1_000, brotli.decompress),
        ("deflate", 250_000, zlib.decompress),
        ("zstd", 20_000, zstd.decompress),
        ("gzip", 250_000, ungzip),
        ("gzip,br", 1_000, lambda data: ungzip(brotli.decompress(data))),
    ],
)
def test_a_bomb_is_small_and_holds_200_megabytes(
    internet: Internet, codings: str, at_most: int, unpack: Callable[[bytes], bytes]
) -> None:
    packed = body(internet, f"/bomb/{codings}")
    assert len(packed) < at_most
    assert len(unpack(packed)) == 200_000_000


@pytest.mark.parametrize("layers", [2, 5, 10])
def test_a_bomb_of_gzip_in_gzip_is_packed_so_many_times(internet: Internet, layers: int) -> None:
    packed = body(internet, f"/gzip-bomb/{layers}")
    assert len(packed) < 5_000
    for _ in range(layers):
        packed = ungzip(packed)
    assert len(packed) == 200_000_000


def test_the_endless_packed_pages_begin_with_a_page(internet: Internet) -> None:
    for path in ("/endless-gzip", "/endless-empty-blocks"):
        unpacked = zlib.decompressobj(wbits=31).decompress(body(internet, path), 10_000)
        assert b"<title>An endless packed page</title>" in unpacked
