"""What of a URL says in which language, or for which country, a page is shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from dlt_crawler.urls.slots import site_of

_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
"""ISO 639-1."""
_OTHERS = """
    eng ger deu fra fre spa esp jpn kor chi chs cht zho rus por ita english chinese japanese german french spanish
    au cn gb hk in jp us global intl international
"""
"""Others that stand for the same, and countries that sites name in their place."""
_LANGUAGES = frozenset(_CODES.split() + _OTHERS.split())
_COMMON = frozenset({"ar", "cn", "de", "en", "es", "fr", "gb", "ja", "jp", "ko", "nl", "pt", "ru", "us", "vi", "zh"})
"""Those of large languages that hardly stand for anything else: `cs`, `it`, `ml` and `is` name subjects, too."""
_TAG = re.compile(r"([a-z]{2,13})(?:[-_](?:[a-z]{2}|[a-z]{4}|\d{3}))?(?:[-_](?:[a-z]{2}|\d{3}))?", re.IGNORECASE)
"""RFC 5646: language, script, region; sites write them with underscores, too."""
_PARAMETERS = frozenset({
    # Google, YouTube, MediaWiki, Microsoft, Steam, and what the frameworks for translation take by default.
    "hl", "l", "lang", "langid", "langpref", "language", "lc", "lng", "ln", "locale", "locale-lang", "locale_lang",
    "mkt", "set_lang", "setlang", "setlocale", "ui_locales", "uselang",
})  # fmt: skip
_FOR_ALL = frozenset({
    "ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "fm", "io", "la", "me", "ms", "nu", "sc", "sr", "su", "tv", "tk",
    "ws",
    # And some that are sold for what they spell, as those are.
    "eu", "gg", "gl", "im", "is", "ly", "sh", "so", "st", "to", "vc",
})  # fmt: skip
"""Top-level domains of countries and regions that stand for none (Google Search Central, "Managing multi-regional and
multilingual sites", generic country code top-level domains)."""


@dataclass(frozen=True, slots=True)
class _Localised:
    rest: tuple[object, ...]
    """The URL without scheme, `www.`, a final slash, and all that says a language."""
    tags: frozenset[str]
    """All that does, in lower case."""


def changes_language(source: str, target: str) -> bool:
    """Return whether a redirect may have chosen a language, or a country, for whoever asked.

    It leads to the same page but for what names the language, or to another one with a language that the source does
    not name: servers go by the language and the place of the program that asks. So do they where a name is under the
    domain of a country, as example.de is for example.com.
    """
    if _changes_country(source, target):
        return True
    before, after = _localised(source), _localised(target)
    if before.rest == after.rest:
        return before.tags != after.tags
    known = {_primary(tag) for tag in before.tags}
    return any(_primary(tag) not in known for tag in after.tags if _is_certain(tag))


def _changes_country(source: str, target: str) -> bool:
    """Return whether two hosts have one name under different public suffixes, of which one is a country's."""
    before, after = (site_of(urlsplit(url).hostname or "").partition(".") for url in (source, target))
    suffixes = {before[2], after[2]}
    return before[0] == after[0] and len(suffixes) == 2 and any(map(_is_of_country, suffixes))


def _is_of_country(suffix: str) -> bool:
    last = suffix.rpartition(".")[2]
    return suffix not in _FOR_ALL and last.isalpha() and len(last) == 2


def _localised(url: str) -> _Localised:
    parts = urlsplit(url)
    labels = (parts.hostname or "").removeprefix("www.").split(".")
    # What is left is a domain.
    own = [label for label in labels[:-2] if not _is_tag(label)] + labels[-2:]
    segments = [segment for segment in parts.path.split("/") if segment]
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    said = [value for name, value in pairs if _says_language(name, value)]
    tags = (*(label for label in labels[:-2] if _is_tag(label)), *filter(_is_tag, segments), *said)
    rest = (
        tuple(own),
        parts.port,
        tuple(segment for segment in segments if not _is_tag(segment)),
        tuple(pair for pair in pairs if not _says_language(*pair)),
    )
    return _Localised(rest, _lower(tags))


def _lower(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(tag.lower().replace("_", "-") for tag in tags)


def _says_language(name: str, value: str) -> bool:
    return name.lower() in _PARAMETERS and (value == "" or _is_tag(value))


def _is_tag(text: str) -> bool:
    found = _TAG.fullmatch(text)
    return found is not None and found[1].lower() in _LANGUAGES


def _is_certain(tag: str) -> bool:
    return _primary(tag) in _COMMON or "-" in tag


def _primary(tag: str) -> str:
    return tag.partition("-")[0]
