"""The catalogue of messages that is in use, and how it is chosen."""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from dlt_crawler.language.sentences import Sentences

LANGUAGES: Final[Mapping[str, str]] = {"en": "en", "zh_CN": "zh-Hans"}
"""Catalogue → tag of its language (RFC 5646). English has no catalogue: its messages stand in the code."""

_TOLD: Final = "told\x04"
"""Before the messages that are templates of stored sentences: their context, as GNU gettext writes it in .mo files."""

_in_use = gettext.NullTranslations()
_name = "en"


def use(name: str) -> None:
    """Talk this language from now on: a key of LANGUAGES."""
    global _in_use, _name
    _in_use, _name = _translations(name), name


def chosen() -> str:
    """Return which key of LANGUAGES is in use."""
    return _name


def language_tag() -> str:
    """Return the tag of the language in use (RFC 5646), for `lang` in HTML."""
    return LANGUAGES[_name]


def _(message: str) -> str:
    """Return a message in the language in use. Placeholders stand in braces, to be filled by `str.format`."""
    return _in_use.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form of a message that this number takes in the language in use."""
    said = _in_use.ngettext(one, many, number)
    # Pairs that stand in tables are marked one by one.
    return _in_use.gettext(said) if said in (one, many) else said


def N_(message: str) -> str:  # noqa: N802 - gettext's own word for it
    """Mark a message that stands in a table, to be translated where it is said: return it as it is."""
    return message


def one_by_one(sentences: Iterable[str]) -> str:
    """Return sentences in one paragraph: Chinese ones need no space between them."""
    return ("" if _name == "zh_CN" else " ").join(sentences)


def told(sentence: str) -> str:
    """Return a sentence that was stored, in English, in the language in use, as far as it is recognised."""
    return sentence if _name == "en" else _told(_name, sentence)


@lru_cache(maxsize=10_000)
def _told(name: str, sentence: str) -> str:
    return _sentences(name).said(sentence)


@cache
def _sentences(name: str) -> Sentences:
    # gettext has no way to ask for all messages of a context; how it keeps them is the same since Python 3.0.
    messages: dict[object, str] = vars(_translations(name))["_catalog"]
    marked = {each: text for each, text in messages.items() if isinstance(each, str) and each.startswith(_TOLD)}
    return Sentences({each.removeprefix(_TOLD): text for each, text in marked.items()})


@cache
def _translations(name: str) -> gettext.NullTranslations:
    if name == "en":
        return gettext.NullTranslations()
    catalogue = files("dlt_crawler.language") / "locale" / name / "LC_MESSAGES" / "dlt_crawler.mo"
    with catalogue.open("rb") as opened:
        return gettext.GNUTranslations(opened)
