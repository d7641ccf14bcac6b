"""Other URLs under which an archive may have the page of a link: those that its index does not take for the same. Pure.

The index folds scheme, www, port, case, the last slash and the order of the query (its key is the SURT of a URL;
wayback.md, section 2.2): a variant that only differs in these is not worth a call. Of percent-encoding that page does
not speak: where the other spelling is likely, it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from dlt_crawler.urls import is_tracker, normalise

MOST = 3
"""Variants of one URL that are tried: each costs a call."""

_FULL_WIDTH = (
    "%E3%80%(?:8[1289ABCDEF]|9[01])",
    "%EF%BC%(?:8[89C]|9[AB])",
    "%E2%80%(?:9[89CD]|A6)",
    "[、。〈〉《》「」『』【】（），：；‘’“”…]",
)
_RUN_ON = re.compile(rf"(?:\]\(|{'|'.join(_FULL_WIDTH)}).*$", re.IGNORECASE)
"""Chinese and Japanese marks, with the text behind them, and what stands between label and URL in markdown."""
_END = re.compile(
    r"(?:[])}>.,;:!'\"*`|\\]|&(?:amp|quot|gt|lt|nbsp);?|%(?:20|22|27|29|2A|2C|3E|5C|5D|60|7C|7D|C2%A0))$", re.IGNORECASE
)
"""What was written behind a URL and became part of it: ends of sentences, quotes, emphasis and code, entities."""
_LONGEST_END = len("&quot;")
_PAIRS = {")": "(", "%29": "(", "]": "[", "%5D": "[", "}": "{", "%7D": "{"}
_ESCAPE = re.compile(r"(?:%5C|\\)(?=[_*~#&()\[\]-])", re.IGNORECASE)
"""Markdown's, in `foo\\_bar`."""
_ENTITY = re.compile(r"(?:&|%26)amp(?:;|%3B)", re.IGNORECASE)
_ENCODED_TWICE = re.compile("%25(?=[0-9A-F]{2})", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)
_ARXIV = re.compile(r"/(abs|pdf)/([a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?|\d{4}\.\d{4,5}(?:v\d+)?)(?:\.pdf)?/?")
_ARXIV_HOST = re.compile(r"(?:.+\.)?(?:arxiv\.org|xxx\.lanl\.gov|xxx\.itp\.ac\.cn)")
_NEEDLESS = re.compile("%(?:2[1789ADE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])", re.IGNORECASE)
"""Escapes of what need not be escaped in a path (RFC 3986, section 2.3), and of !'()*, which few programs escape."""
_MOBILE = re.compile(r"(?:m|mobile|wap|touch)\.(?=[^.]+\..)|(?<=\.)m\.(?=[^.]+\..)")
_WWW = re.compile(r"www\d*\.")


def variants(url: str) -> tuple[str, ...]:
    """Return up to MOST normalised URLs under which the page of a normalised URL may have been captured, surest first.

    Damage of how the link was written; parameters that only track; the two pages of a paper at arXiv; the name of an
    index file; the host for telephones; the suffix of a repository.
    """
    found = {_key(url): url}
    for made in _made(url):
        variant = normalise(made)
        if variant is not None:
            found.setdefault(_key(variant), variant)
    return tuple(found.values())[1 : MOST + 1]


def _made(url: str) -> Iterator[str]:
    whole = _undamaged(url)
    yield whole
    # A link can be wrong in two ways: what follows is made of what was meant.
    parts = urlsplit(whole)
    pairs = [pair for pair in parts.query.split("&") if pair and not is_tracker(pair)]
    if pairs != parts.query.split("&"):
        parts = parts._replace(query="&".join(pairs))
        yield urlunsplit(parts)
    yield from _papers(parts)
    if _INDEX.search(parts.path):
        yield urlunsplit(parts._replace(path=_INDEX.sub("/", parts.path)))
    elif parts.path.endswith("/") and parts.path != "/" and not parts.query:
        yield urlunsplit(parts._replace(path=f"{parts.path}index.html"))
    if parts.path.endswith(".git"):
        yield urlunsplit(parts._replace(path=parts.path.removesuffix(".git")))
    for path in (_NEEDLESS.sub(lambda escape: unquote(escape[0]), parts.path), parts.path.replace("~", "%7E")):
        yield urlunsplit(parts._replace(path=path))
    if (desktop := _MOBILE.sub("", parts.netloc, count=1)) != parts.netloc:
        yield urlunsplit(parts._replace(netloc=desktop))


def _papers(parts: SplitResult) -> Iterator[str]:
    paper = _ARXIV.fullmatch(parts.path) if _ARXIV_HOST.fullmatch(parts.hostname or "") else None
    if paper is not None:
        for path in (f"/abs/{paper[2]}",) if paper[1] == "pdf" else (f"/pdf/{paper[2]}", f"/pdf/{paper[2]}.pdf"):
            yield urlunsplit(parts._replace(path=path, query=""))
        if paper[1] == "pdf":
            other = "" if parts.path.endswith(".pdf") else ".pdf"
            yield urlunsplit(parts._replace(path=f"/pdf/{paper[2]}{other}"))


def _undamaged(url: str) -> str:
    """Return what was meant by a URL that took something with it from the text, or was escaped for it."""
    url = _ENCODED_TWICE.sub("%", _ENTITY.sub("&", _ESCAPE.sub("", url)))
    origin_ends = url.find("/", url.find("//") + 2)
    origin, rest = url[:origin_ends], _RUN_ON.sub("", url[origin_ends:])
    plain, size = unquote(rest), len(rest)
    surplus = {opening: plain.count(closing) - plain.count(opening) for opening, closing in ("()", "[]", "{}")}
    while size > 1 and (end := _END.search(rest[max(0, size - _LONGEST_END) : size])) is not None:
        opening = _PAIRS.get(end[0].upper())
        if opening is not None:
            if surplus[opening] <= 0:
                break  # As in "Python_(language)".
            surplus[opening] -= 1
        size -= len(end[0])
    return origin + rest[:size]


def _key(url: str) -> str:
    """Return what two URLs have in common that are one for the index, as far as that matters here."""
    parts = urlsplit(url)
    query = "&".join(sorted(parts.query.split("&")))
    path = parts.path.rstrip("/")
    return f"{_WWW.sub('', parts.netloc, count=1)} {path} {query}".casefold()
