"""Repairs in notebooks: the JSON stays as it was formatted, and says the new URL where it said the old one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from dlt_crawler.model import DocumentFormat, LinkOccurrence, Repair, SourceDocument
from dlt_crawler.repair import RepairedDocument, apply
from dlt_crawler.repair.address import rfc3986
from tests.extraction_support import READER, links_of
from tests.test_repair_seeds import REPLACEMENTS

OLD = "http://old.example/x"

CELLS = (
    f'# Title "{OLD}"\n\n[text]({OLD} "title") ![image](<{OLD}>)\n[r]\n\n[r]: {OLD}',
    f"<{OLD}> and {OLD}\n{OLD}，中文 *{OLD}*\n\n- {OLD}\n",
    f"<a href=\"{OLD}\">a</a> <a href='{OLD}'>b</a>\n\n<img src={OLD}>\n\n|a|\n|-|\n|[t]({OLD})|\n",
)


def document(text: str) -> SourceDocument:
    data = text.encode()
    return SourceDocument("list.ipynb", data, hashlib.sha256(data).hexdigest(), DocumentFormat.NOTEBOOK)


def notebook(**style: Any) -> SourceDocument:
    cells = [
        {"metadata": {}, "cell_type": "markdown", "source": cell.splitlines(keepends=True) if number else cell}
        for number, cell in enumerate(CELLS)
    ]
    code = {"cell_type": "code", "source": f"get('{OLD}')", "outputs": [{"text": [OLD]}]}
    return document(json.dumps({"nbformat": 4, "cells": [*cells, code], "metadata": {"z": 1, "a": 2}}, **style) + "\n")


def repaired(original: SourceDocument, replacement: str) -> RepairedDocument:
    return apply(original, [Repair(link, replacement, "gone") for link in links_of(original)], READER)


def outside(data: bytes, links: tuple[LinkOccurrence, ...]) -> bytes:
    for link in reversed(links):
        assert link.span is not None
        data = data[: link.span.start] + b"@" + data[link.span.end :]
    return data.replace(b"<@>", b"@").replace(b"src='@'", b"src=@")


@pytest.mark.parametrize("replacement", REPLACEMENTS.values(), ids=REPLACEMENTS.keys())
@pytest.mark.parametrize("style", [{}, {"indent": 1, "ensure_ascii": False}, {"separators": (",", ":")}], ids=str)
def test_all_urls_of_a_notebook_can_be_replaced(style: dict[str, Any], replacement: str) -> None:
    original = notebook(**style)
    before = links_of(original)
    assert len(before) == 13
    result = repaired(original, replacement)
    assert result.refused == ()
    after = links_of(result.document)
    assert {link.url for link in after} == {rfc3986(replacement)}
    assert outside(result.document.data, after) == outside(original.data, before)
    said = json.loads(result.document.data)
    assert said["cells"][3] == json.loads(original.data)["cells"][3]
    assert repaired(result.document, replacement).document == result.document


def test_a_snapshot_is_written_as_it_is() -> None:
    original = document(json.dumps({"cells": [{"cell_type": "markdown", "source": [f"[a]({OLD})\n", f"{OLD}\n"]}]}))
    snapshot = REPLACEMENTS["snapshot"]
    assert repaired(original, snapshot).document.data == original.data.replace(OLD.encode(), snapshot.encode())


def test_a_url_with_escapes_is_replaced_as_a_whole() -> None:
    original = document(r'{"cells": [{"cell_type": "markdown", "source": "[a](http:\/\/old.example\/\u4e2d) b"}]}')
    result = repaired(original, "https://new.example/1")
    assert result.document.data == b'{"cells": [{"cell_type": "markdown", "source": "[a](https://new.example/1) b"}]}'


def test_a_url_in_two_strings_is_never_edited() -> None:
    original = document('{"cells": [{"cell_type": "markdown", "source": ["[a](http://old.", "example/1)"]}]}')
    (refusal,) = repaired(original, "https://new.example/1").refused
    assert refusal.why == "the exact place of this URL in the file is not known"


def test_an_attribute_is_quoted_so_that_the_json_stays_whole() -> None:
    original = document(json.dumps({"cells": [{"cell_type": "markdown", "source": f"<img src={OLD}>"}]}))
    result = repaired(original, "https://new.example/?a=b")
    assert json.loads(result.document.data)["cells"][0]["source"] == "<img src='https://new.example/?a=b'>"
