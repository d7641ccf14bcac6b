"""What is wanted of an extraction, and what it may cost."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from dlt_crawler.config import ExtractSettings, Settings
from dlt_crawler.model import DocumentFormat

EXTRACTOR_VERSION = 5
"""Raised with every change of what is found in the same bytes: documents that did not change are parsed again then."""

_READERS = (
    "dlt-crawl",
    "idna",
    "markdown-it-py",
    "mdit-py-plugins",
    "mdurl",
    "pyyaml",
    "w3lib",
)
"""The distributions whose version may decide what is found; that of Python does, too (`html.unescape`, `json`)."""

_DEFAULTS = ExtractSettings()


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted of an extraction. Travels to worker processes."""

    code: bool = False
    implied: bool = False
    exclude: tuple[re.Pattern[str], ...] = ()
    archives: tuple[str, ...] = ()
    """Beginnings of the URLs of archives that are not known by name, before timestamp and original."""
    formats: Mapping[str, DocumentFormat] = field(default_factory=dict)
    """File pattern → format; all others go by suffix."""
    max_file: int = _DEFAULTS.max_file
    """Bytes of the largest document that is read."""
    max_line: int = _DEFAULTS.max_line
    """Bytes of the longest line that is parsed."""
    max_links: int = _DEFAULTS.max_links
    """Links of one document that are listed."""
    today: date = date.min
    """In UTC: ignores whose last day is before it have expired. By default none has."""

    @property
    def fingerprint(self) -> str:
        """SHA-256, hexadecimal, of all that decides what is found in a document of a format, beside its bytes.

        But for the day: when that matters, the extraction says (`Extraction.until`).
        """
        options = {option.name: getattr(self, option.name) for option in fields(self) if option.name != "today"}
        # The repr of a pattern is cut off after 200 characters.
        options["exclude"] = [(pattern.pattern, pattern.flags) for pattern in self.exclude]
        options["formats"] = list(self.formats.items())
        return sha256(repr((EXTRACTOR_VERSION, _readers(), options)).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _readers() -> list[str]:
    """Return the versions of all that reads documents. They are looked up in files, and do not change meanwhile."""
    return [platform.python_version(), *map(version, _READERS)]


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one document may cost before its links are found by a plain scan instead."""

    timeout: float = _DEFAULTS.timeout
    """Seconds."""
    memory: int = _DEFAULTS.max_memory
    """Bytes of address space of the process that parses it, the program itself included."""
    processes: int = _DEFAULTS.processes
    """Documents parsed at once; 0: as many as there are cores."""


def options_of(settings: Settings, today: date) -> Options:
    """Return what these settings say, on that day (UTC)."""
    return Options(
        code=settings.extract.code,
        implied=settings.extract.implied,
        exclude=tuple(map(re.compile, settings.exclude)),
        archives=(settings.archive.timegate_url, settings.archive.fallbacks.arquivo_url),
        formats=settings.extract.formats,
        max_file=settings.extract.max_file,
        max_line=settings.extract.max_line,
        max_links=settings.extract.max_links,
        today=today,
    )


def limits_of(settings: Settings) -> Limits:
    """Return what these settings say."""
    return Limits(settings.extract.timeout, settings.extract.max_memory, settings.extract.processes)
