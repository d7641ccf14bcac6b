"""The section `sites`: what is known of single sites, as the user says it and as it comes with the program."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, Field, PositiveInt, TypeAdapter

from dlt_crawler.config.kinds import Pause, Section, host, regular_expression

_ACCEPTED = 202
"""What some walls answer with a challenge."""
_SHORTEST = 4
"""Letters of a phrase; those of Chinese, Japanese and Korean count twice."""
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ANY_URL = ("", "http://a.example/", "https://www.site.example/2024/some-page.html?id=7", "https://b.example/x/y_z/~w/")
"""URLs of no site in particular: a pattern that fits one of them says nothing."""
_PLAIN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
"""Escaped characters and classes: what stands in them is no repetition."""
_NESTED = re.compile(r"\((?!\?>)[^()]*(?<![+*?}])(?:[+*]|\{\d*,\d*\})(?!\+)[^()]*\)(?:[+*]|\{\d*,\d*\})(?!\+)")
"""A repeated group with a repetition in it, which may take exponential time, unless (?>…) or ++ forbids it."""


def _host_pattern(name: str) -> str:
    labels = host(name.removeprefix("*."))
    if labels.startswith("."):
        raise ValueError(f"{name!r} begins with a dot: all hosts below a domain are *.{labels.lstrip('.')}")
    if "*" in labels:
        raise ValueError(f"{name!r}: a star stands for whole labels at the beginning only, as in *.example.org")
    return name


def _phrase(phrase: str) -> str:
    if sum(2 if _IDEOGRAPH.match(letter) else 1 for letter in phrase if letter.isalnum()) < _SHORTEST:
        raise ValueError(f"{phrase!r} is too short: every page would have it")
    return phrase


def _linear(pattern: str) -> str:
    if _NESTED.search(_PLAIN.sub("x", regular_expression(pattern))):
        raise ValueError(f"{pattern!r} repeats a group with a repetition in it, which may take for ever: write (?>...)")
    return pattern


def _url_pattern(pattern: str) -> str:
    if any(re.search(_linear(pattern), url) for url in _ANY_URL):
        raise ValueError(f"{pattern!r} fits every URL")
    return pattern


def _wall_status(status: int) -> int:
    if status < 400 and status != _ACCEPTED:
        raise ValueError(f"{status} is no refusal: 202, or 400 and more")
    return status


def _name(name: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,60}", name):
        raise ValueError(f"{name!r} is not a name: letters, digits, dots, _ and -")
    return name


HostPattern = Annotated[str, AfterValidator(_host_pattern)]
Phrase = Annotated[str, AfterValidator(_phrase)]
Text = Annotated[str, Field(min_length=1)]
LinearPattern = Annotated[str, AfterValidator(_linear)]
UrlPattern = Annotated[str, AfterValidator(_url_pattern)]
WallStatus = Annotated[int, Field(ge=100, le=999), AfterValidator(_wall_status)]
RuleName = Annotated[str, AfterValidator(_name)]


class SiteSettings(Section):
    """One rule: the fields of `model.SiteRule`, which says what they mean. What is left out stays as it is."""

    enabled: bool = True
    """Whether it counts."""
    hosts: Annotated[tuple[HostPattern, ...], Field(min_length=1)] = ()
    path: LinearPattern | None = None
    dead: tuple[Phrase, ...] = ()
    dead_source: tuple[Phrase, ...] = ()
    dead_urls: tuple[UrlPattern, ...] = ()
    wall: tuple[Phrase, ...] = ()
    wall_source: tuple[Phrase, ...] = ()
    wall_urls: tuple[UrlPattern, ...] = ()
    wall_statuses: tuple[WallStatus, ...] = ()
    living: tuple[Phrase, ...] = ()
    per_host: PositiveInt | None = None
    delay: Pause | None = None
    title: tuple[Text, ...] = ()
    title_ends: tuple[Text, ...] = ()
    says_nothing: tuple[Text, ...] = ()
    probe: bool = True
    note: str = ""
    source: str = ""
    checked: date | None = None


def _have_hosts(sites: Mapping[str, SiteSettings]) -> Mapping[str, SiteSettings]:
    for name, given in sites.items():
        if not given.hosts and name not in built_in_sites():
            close = difflib.get_close_matches(name, built_in_sites(), n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ValueError(f"{name}: a new rule needs hosts{hint}")
    return sites


@cache
def built_in_sites() -> Mapping[str, SiteSettings]:
    """Return the rules that come with the program: name → rule. Tables of the same kind as a user's."""
    text = files("dlt_crawler").joinpath("sites", "rules.toml").read_text(encoding="utf-8")
    return TypeAdapter(dict[RuleName, SiteSettings]).validate_python(tomllib.loads(text))


SitesTable = Annotated[Mapping[RuleName, SiteSettings], AfterValidator(_have_hosts)]
"""Name → rule; one that does not come with the program says which hosts it is for."""
