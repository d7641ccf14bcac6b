"""Chinese, Japanese and Korean text that follows a URL without a space, told from such text that is a part of it."""

from __future__ import annotations

import re

CJK_PUNCTUATION = (
    "\u3000-\u3004\u3008-\u3020\u302a-\u3030\u3036\u3037\u303d-\u303f"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
"""For a character class: CJK Symbols and Punctuation without its letters and numerals, as in 佐々木, and the
full-width and half-width forms of punctuation."""

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U0001f200-\U0001f2ff"
    "\U00020000-\U0003ffff"
)
"""Scripts that put no space between a word and a URL, their full-width letters and digits among them."""

_UNREADABLE = "\ufffd\udc80-\udcff"
"""What was lost, and bytes that are no text: no more a part of a URL than the letters that they may have been."""

_SYMBOLS = "\u2190-\u2bff\U0001f000-\U0001faff"
"""Arrows and emoji end a path. In a host they may be an internationalised name."""

_SYMBOL = re.compile(f"[{_SYMBOLS}]")
_DASH = re.compile("[\u2010\u2011\u2013]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FOREIGN = re.compile(f"[{_CJK}{_UNREADABLE}{_SYMBOLS}]")
_AUTHORITY_END = re.compile(r"[/?#:]|$")
# "https://a.com/x,中文", "**https://a.com/x**中文"; not "/wiki/Wikipedia:首页", "/#!中文", "www.中文.com".
_BEHIND_MARK_IN_HOST = re.compile(rf"(?<=[,;!'*~|)\]])[{_CJK}]")
_BEHIND_MARK = re.compile(rf"(?:(?<=[,.;!'*~|)\]])(?<!#!)|(?<===))[{_CJK}]")
# "https://a.com/x(中文)"; but "/wiki/Apple_(公司)".
_GLOSS = re.compile(rf"(?<=[A-Za-z0-9/])\([{_CJK}]")
_WHOLE_HOST = re.compile(r"(?:(?:www\.)?+[^.]+.*\.(?:[a-z]{2,}|\d+)|localhost)$", re.IGNORECASE | re.ASCII)
# "https://a.com/C语言/105958" goes on as a path does; "https://a.com/x和https://b.com" does not.
_PATH_GOES_ON = re.compile(f"[{_CJK}]+[/_=&%#?.-][A-Za-z0-9%]")
_TITLES = re.compile(
    r"(?:zh|ja|ko|yue|wuu|gan|hak|nan|lzh)[a-z-]*\.(?:m\.)?wik[a-z]+\.org/"
    r"|baike\.baidu\.com/|namu\.wiki/|dic\.pixiv\.net/|dic\.nicovideo\.jp/|(?:[a-z]+\.)?moegirl\.org\.cn/",
    re.IGNORECASE,
)
"""Encyclopaedias whose addresses are titles in these scripts, as in https://zh.wikipedia.org/wiki/C语言."""


def without_foreign_text(url: str, *, double_encoded: bool) -> str:
    """Cut what belongs to the sentence: "https://a.com中文", "/page中文", "/page,中文", "/page🎉"; not "/wiki/中文".

    In `double_encoded` text all that is not ASCII is cut off.
    """
    if url.isascii():
        return url
    if double_encoded:
        first = _NOT_ASCII.search(url)
        return url[: first.start()] if first else url
    host = 0 if url[: len("www.")].lower() == "www." else url.find("://") + len("://")
    authority_end = _AUTHORITY_END.search(url, host)
    path = authority_end.start() if authority_end else len(url)
    cuts = [
        found.start()
        for found in (
            _BEHIND_MARK_IN_HOST.search(url, host, path),
            _BEHIND_MARK.search(url, path),
            _GLOSS.search(url, host),
            _SYMBOL.search(url, path),
            _DASH.search(url, host, path),
        )
        if found
    ]
    if foreign := _FOREIGN.search(url, host):
        cuts.extend(_run_on(url, host, path, foreign.start()))
    return url[: min(cuts)].rstrip("|") if cuts else url


def _run_on(url: str, host: int, path: int, first: int) -> tuple[int, ...]:
    """Return where the sentence goes on, if the first foreign character of a URL follows what is whole without it."""
    if first < path:
        return (first,) if _WHOLE_HOST.match(url, host, first) else ()
    if not re.match("[A-Za-z0-9]", url[first - 1]) or _TITLES.match(url, host) or _PATH_GOES_ON.match(url, first):
        return ()
    return (first,)
