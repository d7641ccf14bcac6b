"""Records: what stands in a WARC file, each a member of gzip of its own."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from dlt_crawler.model.payloads import Payload
from dlt_crawler.warc.captures import Capture
from dlt_crawler.warc.heads import Head, answer_head, request_head

_VERSION = "1.1"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""WARC 1.1, section 6.7.3."""


def warcinfo(file: str, info: Mapping[str, str]) -> bytes:
    """Return the record that a file begins with: who wrote it, and how (`info`, by the names of WARC 1.1, 6.2)."""
    out = BytesIO()
    writer = WARCWriter(out, warc_version=_VERSION)
    writer.write_record(writer.create_warcinfo_record(file, info))
    return out.getvalue()


def exchange(capture: Capture, known: Payload | None) -> bytes:
    """Return the records of an exchange: its answer, and the request that it was asked for with.

    `known`: the record that has the body already, or, for a 304, that of the page that has not changed. The answer is a
    revisit record then; else a response record with its body.
    """
    out = BytesIO()
    writer = WARCWriter(out, warc_version=_VERSION)
    head = answer_head(capture.head, capture.status, capture.length)
    answer = _response(writer, capture, head) if known is None else _revisit(writer, capture, head, known)
    asked = request_head(capture.request)
    request = writer.create_warc_record(capture.url, "request", http_headers=asked, warc_headers_dict=_fields(capture))
    writer.write_request_response_pair(request, answer)
    return out.getvalue()


def _response(writer: WARCWriter, capture: Capture, head: Head) -> object:
    # Wound back, since the body is read twice: for the digest of the block, and to be written.
    capture.body.seek(0)
    fields = {**_answer_fields(capture), "WARC-Payload-Digest": capture.digest}
    return writer.create_warc_record(
        capture.url,
        "response",
        payload=capture.body,
        length=capture.length,
        http_headers=head,
        warc_headers_dict=fields,
    )


def _revisit(writer: WARCWriter, capture: Capture, head: Head, known: Payload) -> object:
    is_unchanged = capture.status == 304
    fields = _answer_fields(capture)
    if not is_unchanged:
        # WARC 1.1, section 6.7.2: the record has the head and not the body.
        fields["WARC-Truncated"] = "length"
    record = writer.create_revisit_record(
        capture.url,
        known.digest,
        known.url,
        _date(known),
        # Without a block of its own the page is played (section 6.7.3 allows that); pywb 2.10 would play an empty 304.
        http_headers=None if is_unchanged else head,
        warc_headers_dict=fields,
    )
    if is_unchanged:
        record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
    return record


def _answer_fields(capture: Capture) -> dict[str, str]:
    fields = _fields(capture)
    if capture.address:
        fields["WARC-IP-Address"] = capture.address
    if capture.truncated:
        fields["WARC-Truncated"] = capture.truncated
    return fields


def _fields(capture: Capture) -> dict[str, str]:
    return {"WARC-Date": _date(capture)}


def _date(of: Capture | Payload) -> str:
    date: str = datetime_to_iso_date(of.at.replace(tzinfo=None), use_micros=True)
    return date
