"""What docutils makes of a reStructuredText document, and documents to ask it about."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import strategies as st

SETTINGS = {
    "report_level": 3,
    "halt_level": 5,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
}
_LOSSES = ('Error in "', "Figure caption", "list-table", "Circular substitution")


@dataclass(frozen=True)
class Rendered:
    """The addresses of a document in document order: those that readers can follow or see, and all."""

    shown: tuple[str, ...]
    all: tuple[str, ...]
    has_lost: bool
    """Whether a directive is wrong, so that docutils shows its text instead of what it means."""


def rendered(text: str) -> Rendered:
    messages = StringIO()
    tree = publish_doctree(text, settings_overrides={**SETTINGS, "warning_stream": messages})
    shown, every = [], []
    for node in tree.findall(nodes.Element):
        url = node.get("uri") if isinstance(node, nodes.image) else node.get("refuri")
        if url:
            every.append(url)
            if not isinstance(node, nodes.target):
                shown.append(url)
    has_lost = any(message in messages.getvalue() for message in _LOSSES)
    return Rendered(tuple(shown), tuple(every), has_lost)


URL = "https://a.com/@"
"""The sign is replaced by a number and a tail: every address of a document is another one."""

TAILS = ("", "", "", "", "_", "?a=b", "#c", "(d)", "/", ".", "~", "*e*", "_f_", ";", ",", "&g;", "\\_")
INLINES = (
    *(f"`t@ <{URL}>`_", f"`t@ <{URL}>`__", URL, URL, f"<{URL}>", f"({URL})", f'"{URL}"', f"*{URL}*", f"**{URL}**"),
    *(f"``{URL}``", f"`t@\n<{URL}>`_", f"`{URL}`", f":role:`{URL}`", "word", "name_", "`a b`_", "anonymous__", "*x"),
    *("`y", "|sub|", "|sub|_", "[1]_", "[cite]_", "std::v", "x:y", "_`anchor`", "\\", "`z <name_>`_"),
)
SEPARATORS = (" ", "  ", "\n", "", ".", ", ", "-", "、")
BLOCKS = (
    *("{0}", "{0}", "{0}", "{0}\n{1}", "- {0}", "1. {0}", "#. {0}\n#. {1}", "a) {0}", "(iv) {0}\n(v) {1}", "   {0}"),
    *("term {0}\n  {1}", ":field: {0}", "-o  {0}", "| {0}\n| {1}", ">>> {0}", "{0}::\n\n   {1}", "::\n\n> {0}"),
    *(".. {0}", ".. note:: {0}", ".. admonition:: a\n\n   {0}", ".. [1] {0}", ".. [cite] {0}", "..\n\n   {0}"),
    *(f".. _name: {URL}", f".. _name: {URL}\n   more", f".. _`a b`:\n   {URL}", ".. _name: other_", ".. _other:"),
    *(f".. _other: {URL} x", f"__ {URL}", f".. __: {URL}", f".. image:: {URL}\n   :alt: a\n   :target: {URL}"),
    *(f".. figure:: {URL}\n\n   Caption {URL}\n\n   {{0}}", f".. |sub| image:: {URL}\n   :target: {URL}"),
    *(f".. |sub| replace:: {URL}", f".. |sub| image::\n   {URL}", ".. parsed-literal::\n\n   {0}"),
    *(".. code:: python\n\n   {0}", ".. class:: a\n\n   {0}", ".. rubric:: {0}", "   {0}\n\n   -- {1}"),
    *("Title\n=====", "====\nOver\n====", "Sub\n---", "----------", "..\n   {0}"),
    "+--------+\n| https://a.com/@ |\n+--------+",
    "=====  ===\na      {0}\n-----  ---\nb      {1}\n=====  ===",
    ".. list-table:: a\n\n   * - {0}\n     - {1}",
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    text = "\n\n".join(draw(_blocks(3)) for _ in range(draw(st.integers(1, 4)))) + "\n"
    first, *pieces = text.split("@")
    numbered = [f"{number}{draw(st.sampled_from(TAILS))}{piece}" for number, piece in enumerate(pieces)]
    return "".join([first, *numbered])


@st.composite
def _blocks(draw: st.DrawFn, depth: int) -> str:
    template = draw(st.sampled_from(BLOCKS))
    for place in ("{0}", "{1}"):
        if place in template:
            indent = len(template[: template.index(place)].rpartition("\n")[2])
            inner = draw(_texts()) if depth == 0 or draw(st.booleans()) else draw(_blocks(depth - 1))
            template = template.replace(place, inner.replace("\n", "\n" + " " * indent))
    return template


@st.composite
def _texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(INLINES), min_size=1, max_size=4))
    return draw(st.sampled_from(SEPARATORS)).join(words)
