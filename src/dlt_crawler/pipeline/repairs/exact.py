"""Whether a stored snapshot is what its archive would call a copy of the link. Pure.

The database may have been written by an archive that answered something else, by an earlier version, or by somebody:
what is written into a document is built from the link's own URL here, and has to be equal to what is stored.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from dlt_crawler.archive.fallbacks import Arquivo
from dlt_crawler.archive.fallbacks.software_heritage import SoftwareHeritage, origins_of, visit_url
from dlt_crawler.archive.memento import TIMESTAMP, Collection, Memento
from dlt_crawler.archive.variants import variants
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.model import WAYBACK, Resource, Snapshot
from dlt_crawler.pipeline.papers import ARXIV, DOI, is_landing
from dlt_crawler.pipeline.repairs.grounds import VALIDATIONS
from dlt_crawler.urls import memento_of, without_session

_TIMESTAMP = re.compile(r"\d{14}", re.ASCII)


def why_not_exact(resource: Resource, snapshot: Snapshot, settings: ArchiveSettings) -> str | None:
    """Return why a snapshot is not to be written in place of a resource's URL, as a sentence; None: it may be.

    It may be when its URL is, character by character, the archive's prefix of the settings, its timestamp, and its
    original, in the form of that archive; and its original is the resource's URL, or one under which this archive is
    asked for its page. For a link into an archive that is the archived page's.
    """
    if snapshot.validated not in VALIDATIONS:
        return "nobody has looked at the snapshot yet"
    if not _TIMESTAMP.fullmatch(snapshot.timestamp):
        return "the stored snapshot has no timestamp of 14 digits"
    asked = _asked(resource, settings)
    is_copy_of, expected = _form(asked, snapshot, settings)
    if not is_copy_of:
        return "the stored snapshot is of another address"
    return None if expected else "the address of the stored snapshot is not in the form of its archive"


def _asked(resource: Resource, settings: ArchiveSettings) -> str:
    """Return whose captures are looked for (`Wanted.url`)."""
    memento = memento_of(resource.url, settings.timegate_url, settings.fallbacks.arquivo_url)
    return without_session(resource.url if memento is None else memento.original)


def _form(asked: str, snapshot: Snapshot, settings: ArchiveSettings) -> tuple[bool, bool]:
    """Return whether the snapshot is of what was asked for, and whether its URL is exact."""
    original, memento, others = snapshot.original, Memento(snapshot.timestamp, snapshot.original), settings.fallbacks
    match snapshot.source:
        case _ if snapshot.source == WAYBACK:
            url = Collection(settings.timegate_url).for_readers(memento)
            return original in (asked, *variants(asked)), snapshot.url == url
        case Arquivo.name:
            return original == asked, snapshot.url == Collection(others.arquivo_url).for_readers(memento)
        case SoftwareHeritage.name:
            return original in origins_of(asked), snapshot.url == _visit(snapshot, others.software_heritage_url)
        case _ if snapshot.source in (ARXIV, DOI):
            return original == asked, is_landing(snapshot.url, snapshot.source, others)
    return False, False


def _visit(snapshot: Snapshot, software_heritage_url: str) -> str | None:
    try:
        moment = datetime.strptime(snapshot.timestamp, TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return visit_url(software_heritage_url, snapshot.original, moment)
