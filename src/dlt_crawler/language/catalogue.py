"""The catalogue of messages that is in use, and how it is chosen."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final[Mapping[str, str]] = {"en": "en", "zh_CN": "zh-Hans"}
"""Catalogue → tag of its language (RFC 5646). English has no catalogue: its messages stand in the code."""

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
    return _in_use.ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802 - gettext's own word for it
    """Mark a message that stands in a table, to be translated where it is said: return it as it is."""
    return message


def told(sentence: str) -> str:
    """Return a sentence that was stored, in English, in the language in use."""
    return sentence


@cache
def _translations(name: str) -> gettext.NullTranslations:
    if name == "en":
        return gettext.NullTranslations()
    catalogue = files("dlt_crawler.language") / "locale" / name / "LC_MESSAGES" / "dlt_crawler.mo"
    with catalogue.open("rb") as opened:
        return gettext.GNUTranslations(opened)
