"""Title and abstract from the metadata of a page: the order in which the sources are believed.

The order is Google Scholar's inclusion guideline (citation_*, then bepress, EPrints and PRISM, then Dublin Core), with
what pages have for social media, for search engines and for people after it (science.md, C1). What a page is called in
its own text wins over what it is called elsewhere, where both are variants of one title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own

from dlt_crawler.model import SiteRule
from dlt_crawler.page.cleaning import key, one_line
from dlt_crawler.page.head import Head, Heading, text_in
from dlt_crawler.page.site_suffix import HOME, Site

_TITLE_LENGTH = 300
_LONGEST_TITLE = 600
"""Characters, with the name of the site."""
_ABSTRACT_LENGTH = 2_000

_TITLES_OF_WORKS = ("citation_title", "bepress_citation_title", "eprints.title", "prism.title")
"""Names of <meta> that are not used for anything but the title of a work."""
_TITLES_BEFORE_JSON = ("dc.title", "dcterms.title", "dc:title", "dcterms:title", "og:title")
_TITLES_OF_THINGS = ("headline", "name")
"""Microdata."""
_ABSTRACTS_BEFORE_JSON = ("citation_abstract", "dc.description", "dcterms.abstract", "dcterms.description")
_ABSTRACTS_AFTER_JSON = ("og:description", "description", "twitter:description")
_SITE_NAMES = ("og:site_name", "dc.publisher", "citation_journal_title")
_APPLICATION_NAMES = ("application-name", "apple-mobile-web-app-title")
"""Only looked at without og:site_name: some pages have their own titles there (msn.com, yahoo.com)."""
_SUBHEADING_LENGTH = 10
"""Characters of an <h2> that can be the title of a post, below an <h1> with the name of its blog."""
_THINGS = 5
"""Things in JSON-LD whose names are looked at."""
_ELEMENTS = 3
"""Elements of one kind that are looked at: the first may be an empty one."""

_SAYS_NOTHING = frozenset({
    # Titles of walls, frames and empty templates (science.md, C1), as keys.
    "", "403forbidden", "accessdenied", "areyouarobot", "attentionrequiredcloudflare", "captcha", "default",
    "document", "error", "index", "justamoment", "loading", "login", "menu", "navigation", "newpage", "notitle", "null",
    "onemomentplease", "pagetitle", "pleasewait", "reactapp", "redirecting", "researchgate", "search",
    "securitycheck", "signin", "title", "undefined", "untitled", "untitleddocument", "untitledpage",
    "verifyyouarehuman", "viteapp", "vitereact", "vuejsapp", "youtube", "bitteanmelden", "anmelden", "connexion",
    "iniciarsesión", "ログイン", "로그인",
    "知乎有问题就会有答案", "登录", "登錄", "登入", "请登录", "用户登录", "无标题文档", "新建网页", "安全验证",
    "百度安全验证", "滑动验证页面",
})  # fmt: skip
_LABEL = re.compile(r"(?:title|标题|題名)\s?[:：]\s?(?=\S)", re.IGNORECASE)
"""At the beginning of a heading (arXiv)."""

_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]|[^\W_\u2e80-\u9fff\uac00-\ud7af]+")
_FEWEST_WORDS = 4
_SHARED_WORDS = 0.6
"""Of the words of the shorter one of two variants of a title; half less or more changes under 0.3 % (994 pages)."""

_ABSTRACT_LABEL = re.compile(
    r"(?:(?:abstract|summary|zusammenfassung|résumé|resumen|resumo|аннотация)(?:\s?[:：.—–\-]\s?|(?-i:\s(?=[A-Z])))"
    r"|【(?:中文|内容)?(?:摘\s?要|提要)】|(?:(?:中文|内容)?(?:摘\s?要|提要)|要旨|概要|초록)(?:\s?[:：.—–\-]\s?|\s))(?=\S)",
    re.IGNORECASE,
)
_ABSTRACT_ELEMENTS = etree.XPath(
    "//*[@id='abstract' or @id='Abs1'] | (//blockquote | //section)"
    "[contains(concat(' ', normalize-space(@class), ' '), ' abstract ')]"
)


def title_of(head: Head, rule: SiteRule | None = None) -> str | None:
    """Return what the page is called; None when it does not say, or says what every page of its kind says.

    At most 300 characters. `rule`: of the site; its sources are believed before all others.
    """
    title = _Titles(head, rule).best()
    return None if title is None else one_line(title, _TITLE_LENGTH)


def abstract_of(head: Head, title: str | None = None) -> str | None:
    """Return what the page says it is about, without the label "Abstract"; None when it does not say.

    At most 2,000 characters. What only repeats the `title` says nothing.
    """
    said = {key(title or ""), *(key(text) for text in head.titles), key(head.metas.get("og:site_name", "")), ""}
    for text in _abstracts(head):
        line = one_line(text, _ABSTRACT_LENGTH, markup=True)
        abstract = _ABSTRACT_LABEL.sub("", line, count=1) if line and _ABSTRACT_LABEL.match(line) else line
        if abstract is not None and key(abstract) not in said:
            return abstract
    return None


def _abstracts(head: Head) -> Iterator[str]:
    yield from _metas(head, _ABSTRACTS_BEFORE_JSON)
    yield from head.described.texts("abstract", "description")
    yield from _metas(head, _ABSTRACTS_AFTER_JSON)
    for element in _ABSTRACT_ELEMENTS(head.root)[:_ELEMENTS]:
        yield text_in(element)


def _metas(head: Head, names: Sequence[str]) -> Iterator[str]:
    return (head.metas[name] for name in names if name in head.metas)


class _Titles:
    """What a page calls itself in different places."""

    def __init__(self, head: Head, rule: SiteRule | None) -> None:
        self._head = head
        self._rule = rule
        self._nothing = _SAYS_NOTHING | {key(title) for title in (rule.says_nothing if rule else ())}
        names = _SITE_NAMES if "og:site_name" in head.metas else _SITE_NAMES + _APPLICATION_NAMES
        self._site = Site((*_metas(head, names), *head.described.sites), head.hosts, self._nothing)
        self._headings = [
            _LABEL.sub("", heading.text, count=1) if _LABEL.match(heading.text) else heading.text
            for heading in head.headings
            if heading.level == 1 and not heading.of_site and self._tells(heading.text)
        ]

    def best(self) -> str | None:
        for text in (*self._ruled(), *_metas(self._head, _TITLES_OF_WORKS)):
            line = self._line(text)
            if line is not None and key(line) not in self._nothing:
                return line
        lines = [line for text in self._written() if (line := self._line(text)) and key(line) not in self._nothing]
        told = {key(line): None for line in lines if self._tells(line)}
        headings = [key(heading) for heading in self._headings]
        subheadings = [key(heading.text) for heading in self._head.headings if _is_subheading(heading)]
        titles = [self._site.without(line, headings, told.keys() - {key(line)}, subheadings) for line in lines]
        return (
            self._agreed([title for title in titles if self._tells(title)])
            or next(iter(self._headings), None)
            or next((title for title in titles if key(title) not in self._nothing | HOME), None)
            or next((title for title in titles if key(title) not in self._nothing), None)
        )

    def _ruled(self) -> Iterator[str]:
        for source in self._rule.title if self._rule else ():
            if source == "title":
                yield from self._head.titles[:1]
            elif source == "h1":
                yield from (heading.text for heading in self._head.headings if heading.level == 1)
            elif source.lower() in self._head.metas:
                yield self._head.metas[source.lower()]

    def _written(self) -> Iterator[str]:
        yield from _metas(self._head, _TITLES_BEFORE_JSON)
        yield from islice(self._head.described.texts("headline", "name"), _THINGS)
        yield from _metas(self._head, ("twitter:title",))
        yield from self._head.titles[:_ELEMENTS]
        yield from _metas(self._head, _TITLES_OF_THINGS)

    def _line(self, text: str) -> str | None:
        line = one_line(text, _LONGEST_TITLE)
        if line is None or self._rule is None:
            return line
        for end in self._rule.title_ends:
            line = line.removesuffix(end).rstrip() or line
        return line

    def _tells(self, text: str) -> bool:
        """Return whether a text tells which page of a site this is."""
        return key(text) not in self._nothing | HOME and not self._site.is_called(text)

    def _agreed(self, titles: Sequence[str]) -> str | None:
        """Return the first title that is a heading too; else the heading that is a variant of one; else the first."""
        headings = {key(heading) for heading in self._headings}
        for title in titles:
            if key(title) in headings:
                return title
        for title in titles:
            for heading in self._headings:
                if _are_variants(heading, title):
                    return title if key(heading).endswith(key(title)) else heading
        return next(iter(titles), None)


def _is_subheading(heading: Heading) -> bool:
    return heading.level == 2 and not heading.of_site and len(heading.text) >= _SUBHEADING_LENGTH


def _are_variants(one: str, other: str) -> bool:
    words, others = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    fewest = min(len(words), len(others))
    # Of a language that is written without spaces, characters are counted, which are half a word.
    least = _FEWEST_WORDS if one.isascii() or len(one.split()) > 2 else 2 * _FEWEST_WORDS
    return fewest >= least and len(words & others) >= _SHARED_WORDS * fewest
