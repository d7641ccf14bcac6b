"""Markdown: markdown-it-py's own rules, wrapped so that each destination carries its place. Its only user.

    text ─parser→ outline (blocks, headings, definitions, each with its segment map) ─inline→ links ─document→ found

The grammar is untouched. `block_rules` measures how the content of a block maps to the text while the parser's
container state is alive, `inline_rules` notes offsets in that content, `segments` leads from the one to the other.
"""

from dlt_crawler.sources.markdown.document import MarkdownLinks, find, markdown_links

__all__ = ["MarkdownLinks", "find", "markdown_links"]
