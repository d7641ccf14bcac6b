"""From a destination to what is checked: a table."""

from __future__ import annotations

import re

import pytest

from dlt_crawler.model import Resource, SkipReason
from dlt_crawler.urls import resolve_location, target_of, with_fragment_of


@pytest.mark.parametrize(
    ("written", "checked"),
    [
        ("http://Example.COM:80", "http://example.com/"),
        ("HTTPS://example.com:443/A?b=C", "https://example.com/A?b=C"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://gitpod.io/#https://github.com/a/b", "https://gitpod.io/"),
        ("https://user:secret@example.com/x", "https://***@example.com/x"),
        ("http://a.example/a/./../b//c/..", "http://a.example/b//"),
        ("http://a.example//papers.htm", "http://a.example//papers.htm"),
        # Hexadecimal digits have no case; beyond that an encoding stays as it is written, even where it needs none.
        ("https://a.example/%7Euser/%e4%b8%Ad?%c3%9F#%c3", "https://a.example/%7Euser/%E4%B8%AD?%C3%9F"),
        ("https://a.example/100%/%zz%4%e4", "https://a.example/100%/%zz%4%E4"),
        ("http://a.example/%2e/b/%2E%2e/.%2E/c/%2e", "http://a.example/c/"),
        ("http://a.example/a/..;/...", "http://a.example/a/..;/..."),
        ("http://a.example/../../..", "http://a.example/"),
        ("http://a.example/A;b=1/;/?b=2&a=1&a=+%20", "http://a.example/A;b=1/;/?b=2&a=1&a=+%20"),
        # An empty query is sent, and some servers tell it from none.
        ("http://a.example/x?", "http://a.example/x?"),
        ("http://a.example?#x", "http://a.example/?"),
        ("http://a.example/[1]|{2}?a[]='^\\`", "http://a.example/%5B1%5D%7C%7B2%7D?a%5B%5D=%27%5E%5C%60"),
        ("http://www.a.example/x/", "http://www.a.example/x/"),
        ("https://play.example/#" + "x" * 20_000, "https://play.example/"),
        ("https://zh.wikipedia.org/wiki/深度", "https://zh.wikipedia.org/wiki/%E6%B7%B1%E5%BA%A6"),
        ("https://深度.example/", "https://xn--wxt635a.example/"),
        ("http://a.example/a b?q=深 度", "http://a.example/a%20b?q=%E6%B7%B1%20%E5%BA%A6"),
        ("http://[2001:DB8:0::0:1]:80/", "http://[2001:db8::1]/"),
        ("http://[::FFFF:192.0.2.1]/", "http://[::ffff:c000:201]/"),
        ("http://[1:2:3:4:5:6:7::]:8080/", "http://[1:2:3:4:5:6:7:0]:8080/"),
        ("http://①②⑦.⓪.⓪.①/", "http://127.0.0.1/"),
        # Browsers go to 127.0.0.1 here; a checker that goes to example.com can be lied to.
        ("http://127.0.0.1\\@example.com/", "http://127.0.0.1/@example.com/"),
        ("http://user@127.0.0.1\\@a.example@b.example/", "http://***@127.0.0.1/@a.example@b.example/"),
        ("http://a@b@c.example/", "http://***@c.example/"),
        (" https://a.example/ ", "https://a.example/"),
        ("\x00\x1fhttps://a.example/\x0b", "https://a.example/"),
        ("h\nttps://exa\t\r\nmple.com/a\nb", "https://example.com/ab"),
        # Any number of slashes of either kind, none included, as in the address bar (URL standard, without a base).
        ("https:example.com", "https://example.com/"),
        ("https:/example.com/a", "https://example.com/a"),
        ("https:///example.com/a", "https://example.com/a"),
        ("http:///path", "http://path/"),
        ("https:\\/\\//example.com\\a?b\\c", "https://example.com/a?b%5Cc"),
        ("https:///user:secret@example.com:443//a", "https://***@example.com//a"),
        ("http://ex%61mple.com/", "http://example.com/"),
        ("http://%E6%B7%B1%e5%ba%a6.example/", "http://xn--wxt635a.example/"),
        ("http://EX%41mple.com:8080?q", "http://example.com:8080/?q"),
        ("http://💩.la/", "http://xn--ls8h.la/"),
        ("http://r3---sn.中国.com/", "http://r3---sn.xn--fiqs8s.com/"),
        ("http://r3---sn.example/", "http://r3---sn.example/"),
        # Wrong Punycode that is in use (whatwg/url#914).
        ("https://XN--8i7caa.example/", "https://xn--8i7caa.example/"),
        ("http://xn--ls8h.深度.example/", "http://xn--ls8h.xn--wxt635a.example/"),
        ("http://क्\u200dष.example/", "http://xn--11b2ezcw70k.example/"),
        ("http://\U0001fa77.example/", "http://xn--1z9h.example/"),
        ("http://my_page.深度.example/", "http://my_page.xn--wxt635a.example/"),
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://ＥＸＡＭＰＬＥ。com/", "http://example.com/"),
        ("http://exa\u00admple.com/", "http://example.com/"),
        ("http://example.com./", "http://example.com./"),
        ("http://-a-.a!$&'()*+,;=`{}~b.example/", "http://-a-.a!$&'()*+,;=`{}~b.example/"),
        # Browsers read these as addresses.
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0X7F.0.0x1:8080/", "http://127.0.0.1:8080/"),
        ("http://0177.0.0.01./", "http://127.0.0.1/"),
        ("http://0x/", "http://0.0.0.0/"),
        ("http://１２７．１/", "http://127.0.0.1/"),
        ("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
        ("http://a.example:/", "http://a.example/"),
        ("http://a.example:0/", "http://a.example:0/"),
        ("https://a.example:000443/", "https://a.example/"),
        ("//a.example/x#y", "https://a.example/x"),
        (" //A.example:443\\x\n", "https://a.example/x"),
    ],
)
def test_a_web_link_is_checked_under_its_normalised_url(written: str, checked: str) -> None:
    assert target_of(written) == Resource(checked)
    assert target_of(checked) == Resource(checked)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", SkipReason.EMPTY),
        ("   ", SkipReason.EMPTY),
        ("#section", SkipReason.FRAGMENT),
        ("notes.md", SkipReason.RELATIVE),
        ("/img/post.jpg", SkipReason.RELATIVE),
        # A path with a slash too many, a Windows share, nothing: no host that readers get to.
        ("//img/post.jpg", SkipReason.RELATIVE),
        ("//", SkipReason.RELATIVE),
        ("///a.example/x", SkipReason.RELATIVE),
        ("\\\\files.example\\x", SkipReason.RELATIVE),
        ("www.example.com", SkipReason.RELATIVE),
        ("\u3000https://example.com/", SkipReason.RELATIVE),
        ("?page=2", SkipReason.RELATIVE),
        ("\x00\t\x1f", SkipReason.EMPTY),
        ("\u3000", SkipReason.EMPTY),
        ("MailTo:a@example.com", SkipReason.MAILTO),
        ("\x01java\nscript:alert(1)", SkipReason.SCHEME),
        ("data:text/html,x", SkipReason.SCHEME),
        ("tel:+1-201-555-0123", SkipReason.SCHEME),
        ("C:\\notes\\x.md", SkipReason.SCHEME),
        ("localhost:8080/x", SkipReason.SCHEME),
        ("ftp://example.com/x", SkipReason.SCHEME),
        ("file:///etc/passwd", SkipReason.SCHEME),
        (None, SkipReason.INVALID),
        ("http://", SkipReason.INVALID),
        ("http:", SkipReason.INVALID),
        ("http:///", SkipReason.INVALID),
        ("http:?a", SkipReason.INVALID),
        ("http://:80/", SkipReason.INVALID),
        ("http://a@/", SkipReason.INVALID),
        ("http://a b/", SkipReason.INVALID),
        # Browsers look these names up, but no DNS server can have them (RFC 1035, section 2.3.4).
        ("http://a..b/", SkipReason.INVALID),
        ("http://./", SkipReason.INVALID),
        (f"http://{'a' * 64}.example/", SkipReason.INVALID),
        (f"http://{'é' * 60}.example/", SkipReason.INVALID),
        (f"http://{'a.' * 127}b/", SkipReason.INVALID),
        # Numbers that browsers try to read as addresses.
        ("http://1.2.3.4.5/", SkipReason.INVALID),
        ("http://256.1.1.1/", SkipReason.INVALID),
        ("http://1.2.3.09/", SkipReason.INVALID),
        ("http://4294967296/", SkipReason.INVALID),
        ("http://a.0x1f/", SkipReason.INVALID),
        ("http://xn--a.ß/", SkipReason.INVALID),
        ("http://a\u200db.example/", SkipReason.INVALID),
        ("http://\u0300a.example/", SkipReason.INVALID),
        ("http://א1a.example/", SkipReason.INVALID),
        ("http://.a.example/", SkipReason.INVALID),
        ("http://a%20b/", SkipReason.INVALID),
        ("http://a%2Fb/", SkipReason.INVALID),
        ("http://a%00b/", SkipReason.INVALID),
        ("http://a%25b/", SkipReason.INVALID),
        ("http://%zz/", SkipReason.INVALID),
        ("http://%ff.example/", SkipReason.INVALID),
        ("http://a℀b/", SkipReason.INVALID),
        ("http://\u00ad/", SkipReason.INVALID),
        ("http://a\udc80/", SkipReason.INVALID),
        ("http://a<b>|^/", SkipReason.INVALID),
        ("http://a.example:80a/", SkipReason.INVALID),
        ("http://a.example:" + "8" * 5_000, SkipReason.INVALID),
        ("http://example.com:99999/", SkipReason.INVALID),
        ("http://a[::1]/", SkipReason.INVALID),
        ("http://[::1]a/", SkipReason.INVALID),
        ("http://[::1%25eth0]/", SkipReason.INVALID),
        ("http://[127.0.0.1]/", SkipReason.INVALID),
        ("http://[::1/", SkipReason.INVALID),
        ("http://a.example/" + "a" * 16_384, SkipReason.INVALID),
        ("http://a.example/" + "深" * 5_000, SkipReason.INVALID),
        ("http://a.example/\udc80", SkipReason.INVALID),
        ("https://localhost/x", SkipReason.EXCLUDED),
        # Excluded by what it is, or by how it is written.
        ("HTTP:/LOCALHOST:80", SkipReason.EXCLUDED),
        ("//localhost.example/", SkipReason.EXCLUDED),
        ("https://a.example/#private", SkipReason.EXCLUDED),
    ],
)
def test_what_is_not_checked_has_a_reason(written: str | None, reason: SkipReason) -> None:
    assert target_of(written, [re.compile("^https?://localhost"), re.compile("#private$")]) == reason


@pytest.mark.parametrize(
    ("location", "absolute"),
    [
        ("/new", "https://a.example/new"),
        ("new", "https://a.example/dir/new"),
        ("?page=2", "https://a.example/dir/page?page=2"),
        ("//b.example/x", "https://b.example/x"),
        ("HTTP://B.example", "http://b.example/"),
        ("///b.example/x", "https://b.example/x"),
        ("\\\\b.example\\x", "https://b.example/x"),
        ("https:///b.example/x", "https://b.example/x"),
        ("\\new", "https://a.example/new"),
        # With a page to start from, its own scheme without two slashes says nothing (URL standard); another one does.
        ("https:/new", "https://a.example/new"),
        ("https:new", "https://a.example/dir/new"),
        ("http:/b.example", "http://b.example/"),
        ("/深度", "https://a.example/%E6%B7%B1%E5%BA%A6"),
        # As the server writes it: it may send those away who ask for `%E6`.
        ("/%e6%b7%b1", "https://a.example/%e6%b7%b1"),
        ("", "https://a.example/dir/page?x"),
        ("#z", "https://a.example/dir/page?x"),
        ("?", "https://a.example/dir/page?"),
        ("../..//new/%2e%2E/x", "https://a.example//x"),
        ("//[::1", None),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("http://[broken/", None),
    ],
)
def test_a_location_is_resolved_against_its_page(location: str, absolute: str | None) -> None:
    assert resolve_location("https://a.example/dir/page?x#y", location) == absolute


def test_a_location_leaves_the_empty_segments_of_its_page() -> None:
    assert resolve_location("https://a.example//dir//page", "new") == "https://a.example//dir//new"


def test_a_replacement_keeps_the_section() -> None:
    assert with_fragment_of("https://new.example/x", "http://old.example/y#sec-2") == "https://new.example/x#sec-2"
    assert with_fragment_of("https://new.example/x#own", "http://old.example/y#sec-2") == "https://new.example/x#own"
    assert with_fragment_of("https://new.example/x", "http://old.example/y") == "https://new.example/x"
    assert with_fragment_of("https://new.example/x", "http://old.example/y#") == "https://new.example/x#"
