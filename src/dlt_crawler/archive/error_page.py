"""Whether an archived body with status 200 is plainly an error page, a parked domain or a bot wall, by its title."""

from __future__ import annotations

import re
import unicodedata
import zlib
from html import unescape

from w3lib.encoding import html_to_unicode

MAX_UNPACKED = 262_144
"""Bytes unpacked of a compressed body: a title stands in its head."""

_GZIP_MAGIC = b"\x1f\x8b"
# Bounded on both sides: a body of nothing but "<title" costs no more than its length.
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,500})</title", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—|·•:»«]+\s+|\s*[|_»«]\s*")
_PHRASES = re.compile(
    r"""\W*(?:
        (?:http\W*)?(?:error\W*|status\W*)?(?:404|410)(?:\W*(?:error|not\s*found|gone|page\s+not\s+found|page))?
      | (?:error\W*)?(?:(?:the\s+)?(?:requested\s+)?(?:web\s*)?(?:page|file|document|url|object|resource)\s+)?
        (?:(?:was|is|could|can)\s*not\s+(?:be\s+)?|can't\s+be\s+|cannot\s+be\s+|not\s+)found
      | (?:the\s+|this\s+)?page\s+(?:you\s+(?:requested|are\s+looking\s+for)\s+)?
        (?:does\s*n[o']t\s+exist|no\s+longer\s+exists|is\s+(?:gone|missing|not\s+available|unavailable))
      | (?:(?:对不起|抱歉|很抱歉)\W*)?(?:您|你)?(?:要|所|想)?(?:访问|請求|请求|查看)?的?(?:该|此)?
        (?:页面|頁面|网页|網頁|文件|内容|內容|文章|链接)(?:不存在|未找到|没有找到|没找到|找不到|已?被?删除|已?被?刪除)了?
      | (?:找不到|无法找到|無法找到|没有找到)(?:您|你)?(?:要|所|想)?(?:访问|请求|查看)?的?(?:该|此)?
        (?:页面|頁面|网页|網頁|文件|内容|站点)
      | 404\W*(?:错误|錯誤)(?:页面?|頁面?)?
      | (?:(?:[\w-]+\.)+\w{2,}\s+is|(?:this\s+)?domain(?:\s+name)?(?:\s+is)?)\s+for\s+sale
      | (?:this\s+)?account\s+(?:has\s+been\s+|is\s+)?suspended
      | just\s+a\s+moment | attention\s+required | (?:403\W*)?forbidden
      | access\s+(?:to\s+this\s+page\s+)?(?:has\s+been\s+)?denied
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)


def is_error_page(body: bytes, content_type: str | None) -> bool:
    """Whether the title of an HTML body, or one end of it beside the site's name, is nothing but an error message.

    The messages of parked domains and bot walls count, too. Strict: a title that only mentions an error is a page about
    it. False for bodies without a title.
    """
    media_type = (content_type or "text/html").partition(";")[0].strip().lower()
    if media_type not in ("text/html", "application/xhtml+xml"):
        return False
    _, text = html_to_unicode(content_type, _unpacked(body))
    match = _TITLE.search(text)
    if match is None:
        return False
    title = " ".join(unicodedata.normalize("NFKC", unescape(match[1])).replace("’", "'").split())
    parts = _SEPARATOR.split(title)
    return any(_PHRASES.fullmatch(part) for part in (title, parts[0], parts[-1]))


def _unpacked(body: bytes) -> bytes:
    # By its own mark: archived Content-Encoding headers are wrong or doubled at times (wayback.md, section 2.3).
    if not body.startswith(_GZIP_MAGIC):
        return body
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, MAX_UNPACKED)
    except zlib.error:
        return body
