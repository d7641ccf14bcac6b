"""Long living pages that are called like an error page, because they are about one."""

# ruff: noqa: E501, ISC004 -- prose, a paragraph after the other
from __future__ import annotations

from tests.page_kinds.chrome import THEMES, Labelled

_ENGLISH = (
    "When somebody follows a reference that nobody has looked after, the server has to say something, and what it says is "
    "three digits and a few words that most people now know by heart.",
    "The number itself is older than the web that made it famous. Protocols for the exchange of files grouped their answers "
    "by the first digit, so that a program could know the kind of an answer without knowing all of them.",
    "A legend tells of an office on the fourth floor of a laboratory near Geneva, where the only copy of a database stood. "
    "Those who were there have said many times that there was no such room, and that the story is nothing but a story.",
    "Designers have made an art of it. Some draw a lost astronaut, others offer a small game, and a few have written poems. "
    "The best ones say plainly what happened, and show where one could go from there.",
    "Search engines treat such answers as a hint and not as a verdict: they come back several times before they forget a page.",
    "A page that has gone for good should be answered with another number, but few people who run servers make that effort, "
    "because it means to keep a list of all that was ever there.",
    "There is also a soft kind, in which the words say one thing and the number another. It misleads machines more than people.",
    "Studies that follow references over many years find that a third of them lead nowhere after a decade, and that those in "
    "the notes of court decisions fare no better than those in the notes of encyclopaedias.",
)
_CHINESE = (
    "当服务器找不到请求的资源时，会返回一个三位数的状态码，这个数字如今几乎人人都认识。",
    "它的历史比互联网的普及还要早，早期的文件传输协议就已经用第一位数字来区分应答的类别。",
    "坊间流传着一个故事，说日内瓦附近某实验室四楼的房间里放着唯一的数据库，但当事人多次否认。",
    "许多网站把错误页当作展示创意的地方，有的画上迷路的宇航员，有的放一个小游戏，也有的写上一首诗。",
    "对于永久移除的内容，规范建议使用另一个数字，不过实际使用得并不多，因为那需要维护一份清单。",
    "还有一种所谓软错误，文字说页面没有了，状态码却说一切正常，这对机器的误导比对人更大。",
    "多年的跟踪研究表明，十年之后约有三分之一的引用失效，法院判决书中的引用也不例外。",
)


def _tale(
    name: str, title: str, heading: str, theme: str, *, lang: str = "en", times: int = 2, head: str = ""
) -> Labelled:
    paragraphs = _CHINESE * times if lang == "zh" else _ENGLISH * times
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Labelled(name, THEMES[theme](title, f"<h1>{heading}</h1>{text}", lang, head))


TALES = (
    _tale("reference-404", "404 Not Found - HTTP | Handbook", "404 Not Found", "docs"),
    _tale("reference-410", "410 Gone - HTTP | Handbook", "410 Gone", "docs"),
    _tale("encyclopaedia", "HTTP 404 - Encyclopaedia", "HTTP 404", "bare"),
    _tale("essay", "Page not found", "Page not found", "blog"),
    _tale(
        "essay-noindex",
        "Page not found | Essays",
        "Page not found",
        "blog",
        head='<meta name="robots" content="noindex">',
    ),
    _tale("bare-number", "404", "404", "blog"),
    _tale("art", "Error 404 | Exhibition", "Error 404", "company"),
    _tale(
        "story", "The page you are looking for does not exist", "The page you are looking for does not exist", "blog"
    ),
    _tale("story-gone", "This page no longer exists – stories", "This page no longer exists", "blog"),
    _tale("nothing-found", "Nothing found", "Nothing found", "company"),
    _tale("german-title", "Seite nicht gefunden – ein Essay", "Seite nicht gefunden", "blog", lang="en"),
    _tale("french-title", "Page introuvable", "Page introuvable", "blog", lang="en"),
    _tale("chinese-essay", "页面不存在 - 随笔", "页面不存在", "portal", lang="zh", times=4),
    _tale("chinese-number", "404错误", "404错误", "portal", lang="zh", times=4),
    _tale("chinese-lost", "找不到页面", "找不到页面", "portal", lang="zh", times=4),
    _tale("domain-essay", "This domain is for sale", "This domain is for sale", "blog"),
    _tale("domain-essay-chinese", "域名出售", "域名出售", "portal", lang="zh", times=4),
    _tale("suspended", "Account suspended", "Account suspended", "company"),
)
