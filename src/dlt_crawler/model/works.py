"""What is cited: the work that a page presents, in the terms of CSL (docs.citationstyles.org, 1.0.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or a body that is named as one (`literal`: never taken apart)."""

    family: str = ""
    given: str = ""
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of a work beside its title and abstract. Empty where nothing is said."""

    kind: str = ""
    """A type of CSL: "article-journal", "paper-conference", "book", "thesis", "software", "webpage" …"""
    authors: tuple[Name, ...] = ()
    """At most 100, in their order."""
    issued: str = ""
    """As much of a date as is known, ISO 8601: "2019", "2019-06", "2019-06-01"."""
    container: str = ""
    """Journal, proceedings, site."""
    publisher: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    """Without resolver and prefix, in lower case: "10.1000/182"."""
    arxiv: str = ""
    """Without version: "1706.03762"."""
    isbn: str = ""
    issn: str = ""
