"""Documents that are made to cost a parser much time, memory or stack; each has one link beside its bomb."""

from __future__ import annotations

import json
from collections.abc import Mapping

URL = "https://hostile.example/link"
_LINK = f"<{URL}>\n\n"


def _aliases(levels: int) -> str:
    """The billion laughs, in YAML."""
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, levels)]
    return "\n".join(lines)


def _notebook(source: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": [_LINK, source]}], "nbformat": 4})


DOCUMENTS: Mapping[str, str] = {
    "brackets_and_letters.md": _LINK + "[a" * 65_000,
    "images_in_images.md": _LINK + "![[]()" * 60_000,
    "brackets_and_emphasis.md": _LINK + "[ a_" * 50_000,
    "nested_brackets.md": _LINK + "[" * 50_000 + "a" + "]" * 50_000,
    "emphasis.md": _LINK + "*a **b " * 40_000,
    "nested_quotes.md": _LINK + "> " * 10_000 + "a",
    "nested_quotes_lines.md": _LINK + "".join("> " * depth + "a\n" for depth in range(1_000)),
    "nested_lists.md": _LINK + "- " * 10_000 + "a",
    "nested_lists_lines.md": _LINK + "".join("  " * depth + "- a\n" for depth in range(1_500)),
    "comments.md": _LINK + "<!--" * 100_000,
    "comment_lines.md": _LINK + "<!--\n\n" * 50_000,
    "tags.md": _LINK + "<a href='" * 100_000,
    "backticks.md": _LINK + "`" * 900_000,
    "backtick_runs.md": _LINK + "".join("`" * length + "a" for length in range(1_300)),
    "definitions.md": _LINK + "".join(f"[{number}]: /x\n" for number in range(20_000)),
    "table.md": _LINK + "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|b\n" * 5_000,
    "entities.md": _LINK + "http://a.example/" + "&a;" * 200_000,
    "schemes.md": _LINK + "http://" * 140_000,
    "hosts.md": _LINK + "www.a_" * 150_000,
    "footnotes.md": _LINK + "[^1]: " * 10_000,
    "long_line.md": _LINK + "word " * 1_000_000,
    "yaml_aliases.md": f"---\n{_aliases(40)}\n---\n{_LINK}",
    "yaml_brackets.md": f"---\na: {'[' * 100_000}\n---\n{_LINK}",
    "yaml_indents.md": "---\n" + "".join(" " * depth + "a:\n" for depth in range(1_000)) + f"---\n{_LINK}",
    "yaml_quotes.md": "---\na: '" + "''" * 200_000 + f"\n---\n{_LINK}",
    "elements.html": f"<a href='{URL}'>a</a>" + "<div>" * 100_000,
    "attributes.html": f"<a href='{URL}'>a</a><p " + "a='" * 200_000,
    "comments.html": f"<a href='{URL}'>a</a>" + "<!--" * 200_000,
    "srcset.html": f"<a href='{URL}'>a</a><img srcset='{'a ,' * 10_000}'>",
    "brackets.ipynb": f'{{"cells": {"[" * 100_000}, "{URL} "',
    "cell.ipynb": _notebook("[a" * 65_000),
    "escapes.ipynb": _notebook("\\\n" * 200_000),
    "quotes.rst": _LINK + "".join(" " * depth + "a\n\n" for depth in range(1_000)),
    "references.rst": _LINK + "`a <" * 100_000,
    "stars.rst": _LINK + "*a **b " * 40_000,
    "braces.bib": f"@misc{{a, url = {{{URL}}}, note = {'{' * 200_000}",
    "strings.bib": f"@misc{{a, url = {{{URL}}}}}\n" + "@string{a = a # a}\n" * 20_000,
    "schemes.txt": _LINK + "http://" * 140_000,
    "brackets.txt": _LINK + "http://a](" * 10_000,
}
