"""One result of SARIF (section 3.27): what is found, where exactly, and what `repair` would write there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from dlt_crawler.model import Fix, Ignore, LinkOccurrence, LinkStatus, Lint, RepairKind, Span
from dlt_crawler.report.english import about, facts
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.json import Json
from dlt_crawler.report.region import location_of, region_of
from dlt_crawler.report.rules import MOVED, Level, Rule, rules
from dlt_crawler.report.sarif.messages import plain
from dlt_crawler.urls import masked

AsWritten = tuple[str, Span | None, str]
"""File, span and raw text: by what the place of a fix is known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes one result."""

    rule: Rule
    level: Level
    place: LinkOccurrence | Lint
    what: str
    """The link's URL, or what a lint says."""
    ordinal: int
    """1 for the first one in its document of the same rule about the same thing, 2 for the second …"""
    link: LinkStatus | None = None
    """None for a lint."""


def as_written(place: LinkOccurrence) -> AsWritten:
    """Return by what the place of a fix is known."""
    return place.file, place.span, place.raw


def is_exact(fix: Fix) -> bool:
    """Tell whether a fix can be told as it is: its region is known, and what it writes holds no secret."""
    written = fix.rewrite.new.decode("ascii", "replace")
    return region_of(fix.repair.occurrence).text is not None and masked(written) == written


def result(finding: Finding, fixes: Mapping[AsWritten, Fix]) -> Json:
    """Return the result of a finding, with the fix among `fixes` that mends it."""
    rule, place, link = finding.rule, finding.place, finding.link
    found: dict[str, Json] = {
        "ruleId": rule.id,
        "ruleIndex": _numbers()[rule.id],
        "level": finding.level.value,
        "message": {"text": plain(finding.what) if link is None else _message(link, rule)},
        "locations": [location(place)],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding)},
    }
    if link is not None and isinstance(place, LinkOccurrence):
        fix = fixes.get(as_written(place))
        if fix is not None and (fix.repair.kind is RepairKind.REDIRECT) == (rule is MOVED):
            found["fixes"] = [_fix(fix)]
        if link.ignored is not None:
            found["suppressions"] = [_suppression(link.ignored, link.occurrences)]
    return found


@cache
def _numbers() -> Mapping[str, int]:
    return {rule.id: number for number, rule in enumerate(rules())}


def _message(link: LinkStatus, rule: Rule) -> str:
    """Return the message: its first sentence stands alone where there is little room (section 3.11.3)."""
    return plain(" ".join([f"{rule.title}: {link.url} ({about(link, rule)}).", *facts(link)]))


def location(place: LinkOccurrence | Lint) -> Json:
    """Return a location (section 3.28)."""
    region: dict[str, Json] = dict(_region(place))
    found = region_of(place)
    if found.text is not None:
        # The very same range once as text and once as bytes (section 3.30.1).
        region |= {"byteOffset": found.offset, "byteLength": found.length}
        if masked(found.text) == found.text:
            region["snippet"] = {"text": found.text}
    return {"physicalLocation": {"artifactLocation": location_of(place.file), "region": region}}


def _region(place: LinkOccurrence | Lint) -> Mapping[str, Json]:
    """Return a region of text (section 3.30.2), to the end of the line where its end is not known."""
    region = region_of(place)
    start: Mapping[str, Json] = {"startLine": region.line, "startColumn": region.column}
    return start if region.text is None else {**start, "endLine": region.end_line, "endColumn": region.end_column}


def _fingerprint(finding: Finding) -> str:
    """Return what an alert is recognised by when lines move: the document, the link, and which of its places there.

    Code scanning looks at `primaryLocationLineHash` alone. Without it, it would go by the text of the line, and take
    two links that stand in one for the same.
    """
    what = "\0".join((finding.place.file, finding.what)).encode("utf-8", "surrogatepass")
    return f"{sha256(what).hexdigest()[:16]}:{finding.ordinal}"


def _suppression(ignore: Ignore, places: Sequence[LinkOccurrence]) -> Json:
    """Return who wants a link not to be reported, and why (section 3.35)."""
    in_source = any(ignore.where.startswith(f"{place.file}:") for place in places)
    until = f"until {ignore.until.isoformat()}" if ignore.until else ""
    return {
        "kind": "inSource" if in_source else "external",
        "status": "accepted",
        "justification": discreet("; ".join(filter(None, [ignore.reason, until])) or ignore.what),
    }


def _fix(fix: Fix) -> Json:
    """Return a fix (section 3.55): the characters that `repair` writes, over the URL's.

    Text for text: a region of bytes would need its content in base64, and depend on a byte order mark (3.57).
    """
    place = fix.repair.occurrence
    content = {"deletedRegion": _region(place), "insertedContent": {"text": fix.rewrite.new.decode("ascii")}}
    return {
        "description": {"text": plain(f"{fix.repair.evidence.rstrip('.')}.")},
        "artifactChanges": [{"artifactLocation": location_of(place.file), "replacements": [content]}],
    }
