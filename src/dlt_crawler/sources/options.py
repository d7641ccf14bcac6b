"""What is wanted of an extraction, and what it may cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dlt_crawler.config import ExtractSettings, Settings
from dlt_crawler.model import DocumentFormat

_DEFAULTS = ExtractSettings()


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted of an extraction. Travels to worker processes."""

    code: bool = False
    implied: bool = False
    exclude: tuple[re.Pattern[str], ...] = ()
    formats: Mapping[str, DocumentFormat] = field(default_factory=dict)
    """File pattern → format; all others go by suffix."""
    max_file: int = _DEFAULTS.max_file
    """Bytes of the largest document that is read."""
    max_line: int = _DEFAULTS.max_line
    """Bytes of the longest line that is parsed."""
    max_links: int = _DEFAULTS.max_links
    """Links of one document that are listed."""


def options_of(settings: Settings) -> Options:
    """Return what these settings say."""
    return Options(
        code=settings.extract.code,
        implied=settings.extract.implied,
        exclude=tuple(map(re.compile, settings.exclude)),
        formats=settings.extract.formats,
        max_file=settings.extract.max_file,
        max_line=settings.extract.max_line,
        max_links=settings.extract.max_links,
    )
