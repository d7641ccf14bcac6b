"""Content codings of archived bodies, which are wrong, doubled or left over at times."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import brotli
import pytest

from dlt_crawler.archive.codings import MAX_UNPACKED, undone

PAGE = b"<!doctype html><title>A page</title>" + b"x" * 50_000


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(PAGE, None, id="as it is"),
        pytest.param(PAGE, "identity", id="identity"),
        pytest.param(PAGE, "gzip", id="not packed, and said to be"),
        pytest.param(PAGE, "br", id="not packed, and said to be in brotli"),
        pytest.param(PAGE, "rot13", id="an unknown coding"),
        pytest.param(gzip.compress(PAGE), "gzip", id="gzip"),
        pytest.param(gzip.compress(PAGE), "GZIP, gzip", id="gzip, named twice"),
        pytest.param(gzip.compress(gzip.compress(PAGE)), "gzip", id="gzip, done twice"),
        pytest.param(gzip.compress(PAGE), None, id="gzip, and nobody says so"),
        pytest.param(gzip.compress(PAGE), "br", id="gzip, and said to be something else"),
        pytest.param(zlib.compress(PAGE), "deflate", id="deflate"),
        pytest.param(raw_deflate(PAGE), "deflate", id="deflate without its head"),
        pytest.param(brotli.compress(PAGE), "br", id="brotli"),
        pytest.param(gzip.compress(brotli.compress(PAGE)), "br, gzip", id="one in the other"),
    ],
)
def test_codings_are_undone_as_far_as_they_are_there(body: bytes, header: str | None) -> None:
    assert undone(body, header) == PAGE


def test_what_was_cut_off_is_unpacked_as_far_as_it_goes() -> None:
    assert undone(gzip.compress(PAGE)[:-20], "gzip").startswith(b"<!doctype html>")


@pytest.mark.parametrize("header", ["gzip", None])
def test_what_unpacks_to_very_much_is_unpacked_only_at_its_beginning(header: str | None) -> None:
    bomb = gzip.compress(PAGE + b"\0" * 50_000_000, compresslevel=1)
    tracemalloc.start()
    unpacked = undone(bomb, header)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert unpacked.startswith(PAGE)
    assert len(unpacked) == MAX_UNPACKED
    assert peak < 8_000_000
