"""Repairs in reStructuredText: docutils leads to the new URL, and everywhere else to where it led before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, Repair, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from dlt_crawler.repair.address import rfc3986
from dlt_crawler.sources.destination import resolve
from tests.extraction_support import READER, links_of
from tests.rst_oracle import documents, rendered
from tests.test_repair_seeds import REPLACEMENTS

UNDERSCORED = "https://gone.example/a_?x=*b*#_"
OLD = "https://a.com/old"

CONSTRUCTS = {
    "embedded": f"see `text <{OLD}>`_, and `text <{OLD}>`__.",
    "embedded over lines": f"see `text\n<{OLD}>`_\n",
    "embedded alone": f"`<{OLD}>`_",
    "standalone": f"see {OLD}, ({OLD}) and {OLD}.",
    "standalone in brackets": f"see <{OLD}>.",
    "target": f"x_\n\n.. _x: {OLD}\n",
    "quoted target": f"`x y`_\n\n.. _`x y`:\n   {OLD}\n",
    "anonymous targets": f"x__ y__\n\n__ {OLD}\n.. __: {OLD}",
    "unused target": f"text\n\n.. _x: {OLD}",
    "image": f".. image:: {OLD}\n   :target: {OLD}\n   :alt: a",
    "figure": f".. figure:: {OLD}\n\n   Caption {OLD}",
    "substitution": f"|x|\n\n.. |x| image:: {OLD}\n   :target: {OLD}",
    "field and list": f":url: {OLD}\n\n- {OLD}\n\n  1. `a <{OLD}>`_\n",
    "footnote": f"[1]_\n\n.. [1] {OLD}\n",
    "directive": f".. note:: `a <{OLD}>`_\n\n   {OLD}\n",
    "simple table": f"===  ===\na    b\n===  ===\nx    {OLD}\n===  ===",
    "title": f"See {OLD}\n{'=' * 120}\n\n{OLD}",
    "CR LF": f"x_ 中文\r\n\r\n.. _x: {OLD}\r\n",
}


def document(text: str) -> SourceDocument:
    data = text.encode()
    return SourceDocument("list.rst", data, hashlib.sha256(data).hexdigest(), DocumentFormat.RST)


def repaired(original: SourceDocument, links: Sequence[LinkOccurrence], replacement: str) -> RepairedDocument:
    return apply(original, [Repair(link, replacement, "gone") for link in links], READER)


@pytest.mark.parametrize("replacement", [*REPLACEMENTS.values(), UNDERSCORED], ids=[*REPLACEMENTS, "underscored"])
@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_docutils_leads_to_the_new_url(text: str, replacement: str) -> None:
    original = document(text)
    links = links_of(original)
    assert {link.raw for link in links} == {OLD}
    result = repaired(original, links, replacement)
    assert result.refused == ()
    new = result.document.data.decode()
    url = rfc3986(replacement)
    assert rendered(new).all == tuple(url for _ in rendered(text).all)
    # All that is new is the URL, its escapes, and what is put around one that stands alone.
    plain = new.replace("\\_", "_").replace("\\*", "*").replace(f"`<{url}>`__", url).replace(url, OLD)
    assert plain == text.replace(f"`<{OLD}>`__", OLD)
    assert repaired(result.document, links, replacement).document == result.document


def test_a_snapshot_is_written_as_it_is() -> None:
    text = f"`text <{OLD}>`_ {OLD}.\n\n.. _x: {OLD}\n\n.. image:: {OLD}\n"
    original = document(text)
    snapshot = REPLACEMENTS["snapshot"].replace("(b)", "b")
    result = repaired(original, links_of(original), snapshot)
    assert result.document.data.decode() == text.replace(OLD, snapshot)


def test_a_url_that_no_address_ends_like_becomes_a_phrase_that_shows_it() -> None:
    original = document(f"see {OLD}, there")
    result = repaired(original, links_of(original), "https://gone.example/(b)")
    assert result.document.data == b"see `<https://gone.example/(b)>`__, there"
    assert [(link.kind, link.text) for link in links_of(result.document)] == [
        (LinkKind.INLINE, "https://gone.example/(b)"),
    ]


def test_an_underscore_at_the_end_is_escaped() -> None:
    original = document(f"`text <{OLD}>`_ {OLD} x_\n\n.. _x: {OLD}\n")
    result = repaired(original, links_of(original), "https://gone.example/_a_")
    new = rb"https://gone.example/_a\_"
    assert result.document.data == original.data.replace(OLD.encode(), new)


@pytest.mark.parametrize(
    "text",
    [
        f"+-------------------+\n| {OLD} |\n+-------------------+",
        f"=================  ===\n{OLD}  b\n=================  ===",
        f"{OLD}中文",
    ],
)
def test_what_would_break_is_left_as_it_is(text: str) -> None:
    original = document(text)
    result = repaired(original, links_of(original), REPLACEMENTS["snapshot"])
    assert result.document == original
    assert len(result.refused) == 1


def test_an_address_over_lines_is_never_edited() -> None:
    original = document(f"x_\n\n.. _x: {OLD}/\n   index.html")
    (refusal,) = repaired(original, links_of(original), REPLACEMENTS["snapshot"]).refused
    assert refusal.why == "the exact place of this URL in the file is not known"


@settings(max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.sampled_from([*REPLACEMENTS.values(), UNDERSCORED]), st.integers(0, 99))
def test_a_repair_changes_one_address_and_no_other(text: str, replacement: str, which: int) -> None:
    original = document(text)
    links = [link for link in links_of(original) if link.span is not None and link.raw.startswith("http")]
    if not links:
        return
    link = links[which % len(links)]
    result = repaired(original, [link], replacement)
    if result.refused:
        return
    before, after = rendered(text), rendered(result.document.data.decode())
    new = rfc3986(replacement)
    assert after.all == tuple(new if resolve(url) == link.url else url for url in before.all)
