"""What the title of a capture tells: whether it is an error message, and whether it is the page that is looked for.

Pure.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from dlt_crawler.model import Wanted
from dlt_crawler.page.drift import words_of
from dlt_crawler.page.phrases import is_error, is_sale, parts_of, plain
from dlt_crawler.urls import host_of

_REFUSALS = re.compile(
    r"""\W*(?:
        (?:[\w-]+\.)+\w{2,}\s+is\s+for\s+sale
      | just\s+a\s+moment | attention\s+required | (?:403\W*)?forbidden
      | access\s+(?:to\s+this\s+page\s+)?(?:has\s+been\s+)?denied
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
"""Titles of parked domains that name themselves, and of bot walls."""
_SPAM = re.compile(
    r"""\b(?:
        (?:online|live|crypto|bitcoin)\W+casinos?
      | casinos?(?:\W+(?:online|bonus(?:es)?|games?|slots?|reviews?|en\W+ligne)|\W*$)
      | slot\W+(?:gacor|online|terpercaya|deposit) | judi\W+(?:online|slot|bola) | (?:situs|agen)\W+(?:judi|slot)
      | togel | sportsbook\W+(?:bonus|online)
      | (?:buy|cheap|generic|order)\W+(?:viagra|cialis|levitra|kamagra) | (?:viagra|cialis)\W+(?:online|price|without)
      | payday\W+loans? | escort\W+(?:girls?|service) | (?:free|hd)\W+porn
    )\b
    | 博彩 | 赌场 | 賭場 | 娱乐城 | 娛樂城 | 六合彩 | 时时彩 | 時時彩 | 百家乐 | 百家樂 | 彩票平台 | 棋牌(?:游戏|平台)
    | 成人(?:视频|电影) | онлайн.казино | казино.онлайн | オンラインカジノ""",
    re.IGNORECASE | re.VERBOSE,
)
"""Titles of what most domains become that somebody took over who sells neither them nor space on them."""
_OF_ANY_PAGE = frozenset({
    "article", "articles", "available", "blog", "book", "click", "code", "course", "demo", "doc", "docs",
    "documentation", "download", "file", "free", "github", "handbook", "here", "homepage", "html", "http", "https",
    "index", "info", "introduction", "lecture", "lectures", "link", "links", "main", "more", "new", "news", "notes",
    "official", "online", "original", "page", "paper", "papers", "pdf", "post", "project", "read", "site", "slides",
    "source", "survey", "the", "this", "tutorial", "video", "web", "webpage", "website",
    "主页", "官网", "链接", "论文", "代码", "下载", "首页", "文章",
})  # fmt: skip
"""Words that tell one page from another no better than none."""
_ENOUGH = 2
_FEW = 3
"""Words in the longer of two titles with which a single one that is shared is enough."""


def is_error_title(title: str) -> bool:
    """Return whether a title, or one end of it beside the site's name, is nothing but an error message.

    Stricter with pages than `page.interpretation`, which asks for two signs before it calls a link dead: here another
    capture is most often at hand. The messages of parked domains and bot walls count, too. A title that only mentions
    an error is that of a page about it.
    """
    return any(is_error(part) or is_sale(part) or _REFUSALS.fullmatch(part) for part in parts_of(title))


def is_spam(title: str, wanted: Wanted) -> bool:
    """Return whether a title is that of a page which draws visitors to gambling and the like, and is not about that.

    It is where the page was called so while it lived, or documents call it so.
    """
    return _SPAM.search(title) is not None and not any(
        _SPAM.search(said) for said in (wanted.known.title or "", *wanted.texts)
    )


def fits(title: str, wanted: Wanted) -> bool:
    """Return whether a title is that of the page that is looked for: as it was called, or as documents call it.

    Two words in common that tell something, and half of those of the shorter of the two; one, where both are short.
    Words of the host's name tell nothing: who takes a domain over calls himself by its name. The very title that the
    page had is believed, whatever its words are.
    """
    host = host_of(wanted.url)
    known = wanted.known.title
    if known is not None and _telling(title) and plain(title) == plain(known):
        return True
    return any(_are_of_one(_telling(title, host), _telling(said, host)) for said in (known, *wanted.texts) if said)


def shares_words(one: str, other: str) -> bool:
    """Return whether two texts have a word in common that tells something."""
    return not _telling(one).isdisjoint(_telling(other))


def _are_of_one(one: frozenset[str], other: frozenset[str]) -> bool:
    shared, fewer, more = len(one & other), *sorted((len(one), len(other)))
    return 2 * shared >= fewer and (shared >= _ENOUGH or (shared == 1 and more <= _FEW))


def _telling(text: str, host: str = "") -> frozenset[str]:
    return frozenset(word for word in words_of(text) - _OF_ANY_PAGE if word not in host)


def names_nothing_on(shown: str, wanted: Wanted) -> bool:
    """Return whether the title that the page had while it lived names nothing that a page shows, nor do the others.

    The others are the labels of the link and the words of its URL, one of which has to be there. Of each only words in
    the script of the page count, two at least. Without a title from when the page lived: False. Lists call a page by
    names of their own, and in their own language.
    """
    page = words_of(shown)
    is_latin = 2 * sum(word.isascii() for word in page) >= len(page)
    parts = urlsplit(wanted.url)
    told = [
        {word for word in _telling(said) if word.isascii() == is_latin and not word.isdecimal()}
        for said in (wanted.known.title or "", " ".join(wanted.texts), unquote(f"{parts.path} {parts.query}"))
    ]
    title, *others = [words if len(words) >= _ENOUGH else set() for words in told]
    return bool(title) and any(others) and all(page.isdisjoint(words) for words in (title, *others))
