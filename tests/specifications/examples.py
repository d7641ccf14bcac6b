"""The examples of the specifications, by number."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest
from markdown_it.utils import read_fixture_file

DIRECTORY = Path(sys.prefix) / "specifications"
"""Where `make test` puts them: beside the packages of the environment that the tests run in."""

_GFM_EXAMPLE = re.compile(r"^`{32} example.*\n([\s\S]*?)^\.\n[\s\S]*?^`{32}$", re.MULTILINE)

# The copy of GFM 0.29 in marko has CommonMark 0.31.2's two examples of comments in place of these three
# (GitHub Flavored Markdown Spec 0.29, CC BY-SA 4.0, examples 644 to 646).
_GFM_COMMENTS = (
    "foo <!-- this is a\ncomment - with hyphen -->\n",
    "foo <!-- not a comment -- two hyphens -->\n",
    "foo <!--> foo -->\n\nfoo <!-- foo--->\n",
)
_NOT_GFM = slice(643, 645)


def required() -> None:
    """Skip the calling test if the examples are not there; in CI, where `make test` fetches them, fail it."""
    if (DIRECTORY / ".ready").exists():
        return
    reason = "the examples of the specifications are not here: run make test, which fetches them"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def commonmark() -> Mapping[str, str]:
    """Return the examples of CommonMark 0.31.2: "CommonMark 1" and so on → markdown."""
    examples = json.loads((DIRECTORY / "commonmark.json").read_text("utf-8"))
    return {f"CommonMark {example['example']}": example["markdown"] for example in examples}


@cache
def gfm() -> Mapping[str, str]:
    """Return the examples of GFM 0.29, numbered as they are published."""
    text = (DIRECTORY / "gfm.txt").read_bytes().decode()
    examples = [example.replace("→", "\t") for example in _GFM_EXAMPLE.findall(text)]
    examples[_NOT_GFM] = _GFM_COMMENTS
    return {f"GFM {number}": example for number, example in enumerate(examples, 1)}


@cache
def fixtures() -> Mapping[str, str]:
    """Return the markdown of markdown-it's own tests: "tables.md:12" and so on, by line → markdown."""
    return {
        f"{path.name}:{line}": markdown
        for path in sorted((DIRECTORY / "fixtures").glob("*.md"))
        for line, _title, markdown, _html in read_fixture_file(path)
    }


def distinct(*sources: Mapping[str, str]) -> Mapping[str, str]:
    """Return all examples of these sources, those with the same markdown only once, under all their names."""
    names: dict[str, list[str]] = {}
    for name, markdown in _items(sources):
        names.setdefault(markdown, []).append(name)
    return {", ".join(both): markdown for markdown, both in names.items()}


def _items(sources: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    for source in sources:
        yield from source.items()
