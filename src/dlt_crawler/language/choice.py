"""Which language somebody wants, from what he said and what his environment says."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGE_VARIABLE = "DLT_CRAWL_LANG"
_ENVIRONMENT = (LANGUAGE_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Ours, and then as GNU gettext goes by them (gettext manual, section 2.3); the first that is set decides."""
_SIMPLIFIED = frozenset({"zh", "zh_cn", "zh_sg", "zh_hans", "zh_hans_cn", "zh_hans_sg", "zh_my", "zh_hans_my"})
"""Names of locales whose readers expect Simplified Chinese: those of Hong Kong, Macau and Taiwan read Traditional."""
_UNLOCALISED = frozenset({"c", "posix"})


def named(name: str) -> str | None:
    """Return the language that a name of a locale stands for, a key of LANGUAGES; None when we do not speak it.

    Understood are POSIX names ("zh_CN.UTF-8", "en_GB@euro") and tags of RFC 5646 ("zh-Hans").
    """
    locale = name.partition(".")[0].partition("@")[0].replace("-", "_").lower()
    if locale in _SIMPLIFIED:
        return "zh_CN"
    return "en" if locale.partition("_")[0] == "en" or locale in _UNLOCALISED else None


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that an environment asks for; English when it asks for none that we speak."""
    for variable in _ENVIRONMENT:
        if said := environment.get(variable):
            # LANGUAGE may name several, the best first.
            return next((language for name in said.split(":") if (language := named(name))), "en")
    return "en"
