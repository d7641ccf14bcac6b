"""What a robots.txt says to us: RFC 9309, section 2.2, and what no robots.txt may do to us."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from dlt_crawler.fetch.visit.rules import Rules, decoded

US = "User-agent: dlt-crawl\n"
ALL = "User-agent: *\n"

GROUPS = (
    # The text, and whether we may ask for /x.
    ("", True),
    ("Disallow: /\n", True),  # a rule for nobody
    (ALL + "Disallow: /\n", False),
    (ALL + "Disallow:\n", True),
    (US + "Disallow: /\n", False),
    (US + "Allow: /\n\n" + ALL + "Disallow: /\n", True),
    (ALL + "Disallow: /\n\n" + US + "Allow: /\n", True),
    (ALL + "Disallow: /\n\n" + US + "Disallow: /y\n", True),
    # However it is spelled.
    ("USER-AGENT : DLT-Crawl\ndisallow : /\n", False),
    ("User-agent: dlt-crawl/1.0 (+https://example.com)\nDisallow: /\n", False),
    ("User-agent: dlt-crawl # that one\nDisallow: /\n", False),
    ("User-agent: * # all\nDisallow: /\n", False),
    ("User-agent:*\nDisallow:/\n", False),
    ("User-agent: *\rDisallow: /\r", False),
    ("  User-agent: *\r\n  Disallow: /\r\n", False),
    # Several names for one group, several groups of one name.
    ("User-agent: other\nUser-agent: dlt-crawl\nDisallow: /\n", False),
    (US + "Disallow: /y\n\n" + US + "Disallow: /x\n", False),
    ("User-agent: other\nDisallow: /\n\nUser-agent: another\nDisallow: /\n", True),
    # Products of other names.
    ("User-agent: dlt\nDisallow: /\n", True),
    ("User-agent: crawl\nDisallow: /\n", True),
    ("User-agent: dlt-crawl-news\nDisallow: /\n", True),
    ("User-agent: my-dlt-crawl\nDisallow: /\n", True),
    ("User-agent:\nDisallow: /\n", True),
    # The longest rule, and of equals the kinder one.
    (ALL + "Disallow: /\nAllow: /x\n", True),
    (ALL + "Allow: /x\nDisallow: /x\n", True),
    (ALL + "Allow: /\nDisallow: /x\n", False),
    (ALL + "Disallow: /*\nAllow: /$\n", False),
    # What is not a rule.
    (ALL + "Sitemap: https://example.com/\n\nDisallow: /\n", False),
    (ALL + "Noindex: /\nDisallow /\n", False),
    ("<!DOCTYPE html><p>User-agent: *</p>\n<p>Disallow: /</p>", True),
)


@pytest.mark.parametrize(("text", "allowed"), GROUPS)
def test_groups(text: str, allowed: bool) -> None:
    assert Rules(text).allow("http://a.example/x") == allowed


@pytest.mark.parametrize(
    ("rule", "path", "allowed"),
    [
        # The examples of RFC 9309, section 2.2.2 and 2.2.3.
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", False),
        ("/foo/bar?baz=http://foo.bar", "/foo/bar?baz=http%3A%2F%2Ffoo.bar", True),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", False),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", False),
        ("/*.gif$", "/a/b.gif", False),
        ("/*.gif$", "/a/b.gif?x", True),
        ("/fish*", "/fish.html", False),
        ("/fish*.php", "/fishheads/catfish.php?parameters", False),
        ("/fish", "/Fish", True),
        ("/[", "/x", True),
        ("//[", "/x", True),
    ],
)
def test_paths(rule: str, path: str, allowed: bool) -> None:
    assert Rules(f"{ALL}Disallow: {rule}\n").allow(f"http://a.example{path}") == allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (ALL + "Crawl-delay: 2\n", 2),
        (ALL + "crawl-delay: 0.5\n", 0.5),
        (ALL + "Crawl-delay: 9\n\n" + US + "Crawl-delay: 3\nDisallow:\n", 3),
        (ALL + "Crawl-delay: 9\n\n" + US + "Disallow:\n", 0),
        ("User-agent: other\nCrawl-delay: 9\n", 0),
        (ALL + "Crawl-delay: -1\n", 0),
        (ALL + "Crawl-delay: soon\n", 0),
        (ALL + "Crawl-delay: inf\n", 0),
        (ALL + "Crawl-delay: nan\n", 0),
        ("", 0),
    ],
)
def test_crawl_delay(text: str, seconds: float) -> None:
    assert Rules(text).crawl_delay == seconds


@pytest.mark.parametrize(
    ("body", "limit", "text"),
    [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", 99, "User-agent: *\nDisallow: /\n"),
        (b"# \xff\nAllow: /\n", 99, "# \N{REPLACEMENT CHARACTER}\nAllow: /\n"),
        # A rule that is cut off is another rule.
        (b"User-agent: *\nDisallow: /private\n", 25, "User-agent: *\n"),
        (b"User-agent: *\rDisallow: /private\r", 25, "User-agent: *\r"),
        (b"User-agent: *", 13, ""),
    ],
)
def test_text_of_a_body(body: bytes, limit: int, text: str) -> None:
    assert decoded(body, limit) == text


BOMBS = {
    "names of groups": "''.join(f'User-agent: a{n}\\n' for n in range(9_000)) + 'Disallow: /x\\n' * 27_000",
    "rules": "'User-agent: *\\n' + ''.join(f'Disallow: /*{n}*z$\\n' for n in range(26_000))",
    "wildcards": "'User-agent: *\\nDisallow: /' + '*a' * 249_000",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_no_robots_txt_takes_much_time_or_memory(text: str) -> None:
    imports = "from dlt_crawler.fetch.visit.rules import Rules"
    program = f"{imports}; print(Rules({text}).allow('http://a.example/' + 'x1a' * 600))"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (700_000_000, 700_000_000))

    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, preexec_fn=limit, timeout=20
    )

    assert (result.stdout, result.stderr) == ("True\n", "")
