"""Titles without the name of their site: "A paper | The Journal", "论文_知乎", "GitHub - owner/name: what it is".

A part of a title is only taken off when something says that it names the site: a heading or another title that the rest
agrees with, what the page calls its site, its host, or a separator that has hardly another use.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from dlt_crawler.page.cleaning import key

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffef"
"""Han, kana, hangul and their punctuation: written without spaces, and so are the separators beside them."""
_ONLY_WIDE = re.compile(f"[{_WIDE}]+")
_BAR, _LABEL = "bar", "label"
_SEPARATOR = re.compile(
    r"(?P<bar>\s[|｜│┃ǀ»·•∙・⋆★♥]{1,2}\s|[｜│┃]|\s?(?:(?<=[%s])[|_]\s?|[|_]\s?(?=[%s])))"
    r"|(?P<dash>\s(?:[\-‐‑–—―−－⎯«›‹/\\~:：<>→@]|//|::|--|——|>>|<<)\s|\s?(?:--|—{1,2})\s?"
    r"|(?<=[%s])\s?[\-–－]\s?|\s?[\-–－]\s?(?=[%s])|\s?：)"
    r"|(?P<label>:\s|[|]|\s(?=[(\[]))" % ((_WIDE,) * 4)
)
"""Of the parts of a title on one line. A label sets off what is before the name of a work, or a note behind it."""
_PARTS = 20
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"), ("（", "）"), ("【", "】"), ("“", "”"), ("「", "」"))
_EDGE = re.compile(r"\A(?:[|｜│┃·•\-–—_:：/]{1,3}\s)+|(?:\s[|｜│┃·•\-–—_:：/]{1,3})+\Z")
"""What is left of a separator where nothing is before or after it; "__init__" and "/dev/null" begin with none."""
_IDENTIFIER = re.compile(r"\[(?:arXiv:)?(?:\d{4}\.\d{4,5}|[a-z\-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\]\s+", re.IGNORECASE)
"""What arXiv begins its titles with."""
_BYLINE = re.compile(r"(?:by|von|par|作者)[\s:：]", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://)?(?:[\w\-]{1,63}\.){1,3}[a-z]{2,6}/?\Z", re.IGNORECASE)
_TOP = re.compile(r"(?:\.(?:com|org|net|edu|gov|info|co|ac|io|ai|eu|[a-z]{2}))+\Z", re.IGNORECASE)
_SITE_WORD = re.compile(
    r"(?:[网網报報]|社[区區]|博客|部落格|[论論][坛壇]|[新要][闻聞]|[频頻]道|百科|文[库庫]|[专專][栏欄]|门户|大学|図書館|ブログ|ニュース|블로그|뉴스)\Z"
)
"""What Chinese, Japanese and Korean names of sites end in."""
_NUMERAL = re.compile(r"(?<!\w)\d+(?!\w)|第[\d一二三四五六七八九十百]+")
_WORD = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+")
_SECTION_LENGTH = 6
"""Characters of a Chinese section between a title and a site's name: "标题_科技_腾讯网"."""
_SITE_LENGTH = 45
_SITE_WORDS = 7
_SHORTEST_NAME = 3
_SHORTEST_LABEL = 4

HOME = frozenset({"home", "homepage", "startseite", "accueil", "inicio", "首页", "主页", "首頁", "ホーム"})
"""What first pages of sites are called, as keys: their titles say something with the name of the site alone."""
_WELL_KNOWN = frozenset({
    # Names at the end of titles that nothing else in their pages may say.
    "acmdigitallibrary", "arxiv", "bilibili", "github", "gitlab", "huggingface", "ieeexplore", "mdn", "mdnwebdocs",
    "medium", "openreview", "pmc", "pubmed", "reddit", "researchgate", "sciencedirect", "scribd", "slideshare",
    "springerlink", "stackoverflow", "vimeo", "wikipedia", "wikipediathefreeencyclopedia", "youtube",
    "知乎", "博客园", "csdn", "简书", "掘金", "豆瓣", "搜狐", "网易", "哔哩哔哩", "bilibili哔哩哔哩",
    "哔哩哔哩bilibili", "维基百科自由的百科全书", "維基百科自由的百科全書",
})  # fmt: skip


class _Part(NamedTuple):
    start: int
    end: int
    separator: str | None
    """Kind of that before it; None at the beginning of the title."""


class _Title:
    """A title, cut at its separators."""

    def __init__(self, text: str) -> None:
        self.text = text
        quotes = {"«", "»"} if "«" in text and "»" in text else set()
        cuts = [
            cut
            for cut in islice(_SEPARATOR.finditer(text), _PARTS)
            if cut.start() and cut.end() < len(text) and cut[0].strip() not in quotes and not _is_inside(cut)
        ]
        starts = [0, *(cut.end() for cut in cuts)]
        ends = [*(cut.start() for cut in cuts), len(text)]
        self._parts = [*map(_Part, starts, ends, [None, *(cut.lastgroup for cut in cuts)])]
        self._keys = [key(text[start:end]) for start, end in zip(starts, ends, strict=True)]
        self._places = [0, *accumulate(map(len, self._keys))]

    def parts(self) -> list[_Part]:
        """Return the parts, without regard to labels."""
        cuts = [place for place, part in enumerate(self._parts) if part.separator != _LABEL]
        bounds = pairwise([*cuts, len(self._parts)])
        return [self._parts[first]._replace(end=self._parts[after - 1].end) for first, after in bounds]

    def find(self, name: str) -> tuple[int, int] | None:
        """Return where adjacent parts have this key; they may begin, but not end, at a label."""
        joined = "".join(self._keys)
        for part, place in enumerate(self._places[:-1]):
            if self._keys[part] and joined.startswith(name, place) and place + len(name) in self._places:
                after = self._places.index(place + len(name))
                if after == len(self._parts) or self._parts[after].separator != _LABEL:
                    return self._parts[part].start, self._parts[after - 1].end
        return None


class Site:
    """What a page calls the site it belongs to."""

    def __init__(self, names: Iterable[str], hosts: Iterable[str], nothing: Collection[str] = ()) -> None:
        """Take names that the page gives its site, the hosts of its own addresses, and keys of what says nothing."""
        self._nothing = nothing
        self._names = frozenset(filter(None, (key(_TOP.sub("", name.strip())) for name in names)))
        labels = (label for host in hosts for label in _TOP.sub("", host.removeprefix("www.")).split("."))
        self._labels = frozenset(label.replace("-", "") for label in labels if len(label) >= _SHORTEST_LABEL)

    def is_called(self, text: str) -> bool:
        """Return whether a text is a name of the site and nothing else."""
        name = key(_TOP.sub("", text))
        return not name or name in self._names or bool({name, name.removeprefix("the")} & self._labels)

    def without(
        self, line: str, headings: Collection[str], others: Collection[str], subheadings: Collection[str] = ()
    ) -> str:
        """Return a title without what names the site.

        The last three are keys of what else may be the title. What is left is what one of them says; else what is
        between parts that name the site; else what is before a last part that looks like the name of one. A title that
        begins with a subheading, and not with one of the page's headings, goes on after it: "Kim Lee – Songs | Site".
        """
        line = _IDENTIFIER.sub("", line, count=1)
        title = _Title(_EDGE.sub("", line) or line)
        found = [(place, name in headings) for name in (*headings, *others) if (place := title.find(name)) is not None]
        places = filter(None, map(title.find, subheadings))
        sure = not headings or any(said for _, said in found)
        found += [(place, False) for place in places if place[0] or sure]
        whole = (0, len(title.text))
        runs = [(end - start, said, start, end) for (start, end), said in found if (start, end) != whole]
        if not runs or (whole, True) in found:
            return self._between_names(title, keep=(whole, True) in found)
        length, said, start, end = max(runs)
        if said and end == len(title.text) and length < start:
            # A heading at the end of a title, and shorter than what is before it, is that of the site.
            start, end = 0, max(part.end for part in title.parts() if part.start < start)
        return title.text[start:end]

    def _between_names(self, title: _Title, *, keep: bool) -> str:
        parts = title.parts()
        texts = [title.text[part.start : part.end] for part in parts]
        first, last = 0, len(parts)
        while first < last - 1 and key(texts[first]) in HOME and _words(" ".join(texts[first + 1 :])) > 1:
            first += 1
        while first < last - 1 and self._is_no_title(texts[last - 1], parts[last - 1]):
            last -= 1
        if not keep and first == 0 and 1 < last == len(parts) and self._is_set_off(texts, parts[-1]):
            last -= 1
        while 1 < last < len(parts) and _is_section(texts[last - 1], parts[last - 1]):
            last -= 1
        last = next((place for place in range(1, last) if _is_byline(texts[place], parts[place])), last)
        while first < last - 1 and (self.is_called(texts[first]) or key(texts[first]) in _WELL_KNOWN):
            if parts[first + 1].separator == _BAR and last == first + 2 and _words(texts[first + 1]) == 1:
                # "Nature | Nurture" can be either.
                break
            first += 1
        # Where all of it names the site, that is the title.
        return title.text[parts[first].start : parts[last - 1].end] or title.text

    def _is_no_title(self, text: str, part: _Part) -> bool:
        """Return whether the last part names the site ("CNN Politics", for CNN), or its first page."""
        name = key(text)
        if self.is_called(text) or name in _WELL_KNOWN | HOME or _ADDRESS.match(text):
            return True
        return part.separator == _BAR and any(
            named.startswith(name) or name.startswith(named)
            for named in self._names
            if len(named) >= _SHORTEST_NAME <= len(name)
        )

    def _is_set_off(self, texts: Sequence[str], part: _Part) -> bool:
        """Return whether the last part looks like the name of a site that nothing else names."""
        *rest, text = texts
        if self._names or len(text) > _SITE_LENGTH or len(text.split()) > _SITE_WORDS:
            return False
        if _SITE_WORD.search(text):
            return True
        if part.separator != _BAR:
            return False
        if key(rest[-1]) in self._nothing:
            return True
        # "Input | Output", "Chapter 3 | Integrals", "Optics | Lecture 2" and "Pipes: ls | wc" are titles.
        title = max(rest, key=_width)
        return _words(title) > 2 and _width(title) > _width(text) and not (text[0].islower() or _NUMERAL.search(text))


def _words(text: str) -> float:
    """Return how many words there are; of a language without spaces, a character is half a word."""
    return sum(0.5 if _ONLY_WIDE.match(word) else 1 for word in _WORD.findall(text))


def _width(text: str) -> int:
    return len(text) + sum(map(len, _ONLY_WIDE.findall(text)))


def _is_inside(cut: re.Match[str]) -> bool:
    """Return whether a separator is between brackets that belong together: "P(A | B)"."""
    before, after = cut.string[: cut.start()], cut.string[cut.end() :]
    return any(before.count(opens) > before.count(closes) and closes in after for opens, closes in _BRACKETS)


def _is_byline(text: str, part: _Part) -> bool:
    return part.separator == _BAR and _BYLINE.match(text) is not None


def _is_section(text: str, part: _Part) -> bool:
    return part.separator == _BAR and len(text) <= _SECTION_LENGTH and _ONLY_WIDE.fullmatch(text) is not None
