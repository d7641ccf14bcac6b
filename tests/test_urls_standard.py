"""URLs against another reader of the URL standard: ada (that of Node). Where browsers see one URL, we do; else not."""

from __future__ import annotations

import re

import ada_url
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from dlt_crawler.model import Resource
from dlt_crawler.urls import MAX_LENGTH, host_of, normalise, resolve_location, target_of

IN_NO_URI = re.compile(r"[\[\\\]^`{|}]")
ESCAPE = re.compile("%[0-9A-Fa-f]{2}")

PIECES = [
    *("http", "https:", "HTTP", ":", "/", "//", "\\", "?", "#", "@", "%", "%2e", "%2E", "..", ".", "%e4", "%41", "%zz"),
    *("%00", "%C2%AD", "a", "b.example", "EX.com", "1", "127", "0x7f", "0177", "256", "4294967295", "08", "[", "]"),
    *("::1", "[::]", "::ffff:1.2.3.4", ":80", ":443", ":65536", ":0", "xn--", "xn--ls8h", "ß", "İ", "。", "．", "１"),
    *("①", "\xad", "\u200d", "\u200c", "क्", "א", "٣", "1a", "\u0300", "é", "💩", "深度", "\ufeff", "\t", "\r\n", " "),
    *("\x00", "\x1f", "\x7f", "\xa0", "\u3000", "-", "_", "~", "!$&'()*+,;=", '{}|^`"<>'),
]
# No surrogates: they are no text. Nothing unassigned: ada and idna follow different versions of Unicode.
CHARACTERS = st.one_of(st.sampled_from(PIECES), st.characters(exclude_categories=["Cs", "Cn"]))
TEXTS = st.lists(CHARACTERS, max_size=12).map("".join)
HOSTS = st.lists(CHARACTERS.filter(lambda piece: not set(piece) & set("/\\?#@")), min_size=1, max_size=6).map("".join)
WEB_LINKS = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["http:", "HTTPS://", "http://a.example", "https://a.example/b/"]), TEXTS),
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), HOSTS, TEXTS),
)


def as_ada_reads(written: str, base: str | None = None) -> str | None:
    """Return what ada makes of a web link, user information masked, without fragment; None if it is none.

    Percent-encoded is also what the standard leaves alone although no URI has it (RFC 3986, appendix A), as cmark and
    other renderers do.
    """
    try:
        url = ada_url.URL(written, base)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    href, mark, query = url.href.partition("#")[0].partition("?")
    path = IN_NO_URI.sub(lambda found: f"%{ord(found[0]):02X}", url.pathname)
    query = IN_NO_URI.sub(lambda found: f"%{ord(found[0]):02X}", query)
    assert href.endswith(url.pathname)
    user = "***@" if url.username or url.password else ""
    return f"{url.protocol}//{user}{url.host}{path}{mark}{query}"


def as_normalised(expected: str | None) -> str | None:
    """Return what is checked of what ada reads: only names that DNS can have (RFC 1035, 2.3.4), and `%E4` for `%e4`."""
    if expected is None or has_impossible_name(ada_url.URL(expected).hostname):
        return None
    return ESCAPE.sub(lambda escape: escape[0].upper(), expected)


def has_impossible_name(host: str) -> bool:
    name = host.removesuffix(".")
    return not host.startswith("[") and (len(name) > 253 or not all(1 <= len(label) <= 63 for label in name.split(".")))


@settings(max_examples=1_000, deadline=None)
@given(WEB_LINKS)
@example("http://a.example/x?#")
@example("http://xn--xn---epa.ß/")
@example("httpſ://a.example/")
@example("http://[1:2:3:4:5:6:7::]/")
@example("http://0000000000000000000000000000000000000000000000000000000000000000000000177.1/")
def test_a_web_link_is_what_the_standard_says_but_for_the_case_of_encodings(written: str) -> None:
    normalised = normalise(written)

    assert normalised == as_normalised(as_ada_reads(written))
    if normalised is not None:
        assert target_of(written) == target_of(normalised) == Resource(normalised)
        assert host_of(normalised) == ada_url.URL(normalised).hostname.strip("[]")


@settings(max_examples=1_000, deadline=None)
@given(st.sampled_from(["https://a.example", "http://a.example//b//c?d", "https://a.example:8/%e4/b;c/?"]), TEXTS)
@example("https://a.example", "https:x")
@example("https://a.example", f"//{'a' * 64}..example/{'b.' * 99}")
@example("https://a.example", "https:/\\x.example")
@example("https://a.example/b", "x #y")
@example("https://a.example", "İ:x")  # "i" to a regular expression that ignores case
def test_a_location_is_what_the_standard_says(page: str, written: str) -> None:
    assert resolve_location(page, written) == as_ada_reads(written, page)


@settings(max_examples=500, deadline=None)
@given(WEB_LINKS)
def test_what_is_asked_for_is_the_resource(written: str) -> None:
    normalised = normalise(written)
    assume(normalised is not None)
    assert normalised is not None
    # Scrapy's requests go through this; an empty query it drops.
    asked = safe_url_string(normalised)
    assert asked == (normalised[:-1] if normalised.find("?") == len(normalised) - 1 else normalised)


NORMAL_PARTS = [*"aZ0-._~!$&'()*+,;=:@/?#%", "%2E", "%E4", "..", "/.", "a.example", "xn--", "127", "0x7f", "a" * 63]


@settings(max_examples=2_000, deadline=None)
@given(st.lists(st.sampled_from(NORMAL_PARTS), max_size=14).map("".join))
@example("a.example/b/%2E%2E/c")
@example(".".join(["a" * 63] * 4))
@example("a." * 126 + "b")
@example("a" * MAX_LENGTH)
@example("a.example/" + "a" * (MAX_LENGTH - len("http://a.example/")))
@example("a.example?" + "a" * (MAX_LENGTH - len("http://a.example?")))
@example("a.example/" + "a" * (MAX_LENGTH - len("http://a.example/")) + "#b")
def test_a_link_that_looks_normal_is_read_like_any_other(rest: str) -> None:
    # A line break changes nothing, and is what keeps a link from being taken as it is.
    assert normalise(f"http://{rest}") == normalise(f"http:\n//{rest}")


# Web platform tests, url/resources/urltestdata.json, and what its readers disagreed about.
@pytest.mark.parametrize(
    "written",
    [
        "http://a:b@c:29/d", "http://foo.com/\\@", "http:\\\\x:1\\y", "http://f:00000000000080/c", "http://f:65536/c",
        "http://f: 21 / b ? d # e ", "http://2001::1", "http://[::1.2.3.4x]", "http://[::1.2.3.]", "http://[::.1.2]",
        "http://[0:0:0:0:0:0:13.1.68.3]", "http://[2001::1]:80", "http://[1:0::]", "http://[0:1:2:3:4:5:6:7:8]",
        "http://[::127.0.0.0.1]", "http://[:::]", "http://[www.example.com]/", "http://[::1%2e]", "http://[]",
        "http://a.b.c.XN--pokxncvks/", "http://xn--/", "http://Go%ef%bc%85zyx.com", "http://％４１.com", "http://％ｅｆ％ｂｃ",
        "http://GOO\u200b\u2060\ufeffgoo.com", "http://\ufdd0zyx.com", "http://你好你好", "http://faß.ExAmPlE/",
        "http://192.0x00A80001", "http://0x100.0x100", "http://foo.0", "http://1.2.3.4.5.", "http://256.256.256.256.",
        "http://0..0x300/", "http://０Ｘｃ０．０２５０．０１", "http://foo.2.3_", "http://💩.123/", "http://\u00ad/",
        "http://example.com/foo/%2e%2e/%2e%2e/.%2e/%2e.bar", "http://example.com/foo%00%51", "http://example.com/%7Ffp3%3Eju",
        "http://example.com/(%28:%3A%29)", "http://example.com////../..", "http://example.com/foo\t\x91%91",
        "http://example.com/%20foo", "http://example.com/“quoted”", "http://www/foo?‑#b", "https://x:9x/", "http://!\"$",
        "http://!$&'()*+,-.;=_`{}~/?a[b]=^", "http://ho%20st/", "http://ho%7Cst/", "http://a^b", "http://ab%0A", "http://h\x7f",
    ],
)  # fmt: skip
def test_a_known_trap_is_read_as_the_standard_says(written: str) -> None:
    assert normalise(written) == as_normalised(as_ada_reads(written))
