"""All messages of the program, and the catalogues that have them.

Three kinds: what is marked in the source (`_`, `ngettext`, `N_`), the help of the command line together with what Typer
says, and the templates of sentences that are stored or made in lower layers (`sentences`; their context is "told").
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from typer.main import get_group

from dlt_crawler.cli import app
from tests.catalogue.others import TYPER, help_of, stored, typer_messages
from tests.catalogue.sentences import modules, sentences

SOURCE: Final = Path(__file__).parents[2] / "src" / "dlt_crawler"
CATALOGUES: Final = SOURCE / "language" / "locale"
TOLD: Final = "told"

_ONE, _PLURAL = frozenset({"_", "N_"}), frozenset({"ngettext", "_counting"})
_HEADER = "# What dlt-crawl says, for translators. Brought up to date by `make catalogue`; see docs/language.md.\n"

Key = tuple[str | None, str | tuple[str, str]]
"""Context and message of an entry; with its plural, if it has one."""


def messages() -> dict[Key, list[str]]:
    """Return all messages of the program, and where each is said, in the order of the source."""
    found: dict[Key, list[str]] = {}

    def add(key: Key, place: str) -> None:
        places = found.setdefault(key, [])
        if place not in places:
            places.append(place)

    for where, nodes in modules(SOURCE):
        for message in _marked(nodes):
            add((None, message), where)
    for message in help_of(get_group(app)):
        add((None, message), "--help")
    for message in (*TYPER, *typer_messages()):
        add((None, message), "typer")
    for text, places in sorted(sentences(SOURCE).items(), key=lambda each: each[1]):
        for file, _line in places:
            add((TOLD, text), file)
    for message, place in stored(SOURCE):
        add((TOLD, message), place)
    # Of a message with and without a plural, a catalogue has the first; gettext finds both there.
    plural = {(context, message[0]) for context, message in found if not isinstance(message, str)}
    return {key: places for key, places in found.items() if key not in plural}


def _marked(nodes: Iterable[ast.AST]) -> Iterator[str | tuple[str, str]]:
    """Return what is marked among nodes of syntax; Babel looks into f-strings only from Python 3.12 on."""
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(message))]) if name in _ONE:
                yield message
            case ast.Call(
                func=ast.Name(id=name), args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), *_rest]
            ) if name in _PLURAL:
                yield one, many


def read(path: Path) -> Catalog:
    """Return a catalogue that is written in a .po file."""
    with path.open("rb") as opened:
        return read_po(opened, locale=path.parts[-3], abort_invalid=True)


def written(path: Path) -> tuple[str, list[Key]]:
    """Return the text of a catalogue with all messages there are, and those that it has no translation of."""
    old = read(path)
    new = Catalog(locale=old.locale, project="dlt-crawl", header_comment=_HEADER.strip(), fuzzy=False)
    missing = []
    for (context, message), places in messages().items():
        known = old.get(message if isinstance(message, str) else message[0], context)
        string = known.string if known is not None and known.id == message else None
        if not _is_translated(string):
            missing.append((context, message))
            string = None
        new.add(message, string or None, locations=[(place, 0) for place in places], context=context)
    text = BytesIO()
    write_po(text, new, width=120, omit_header=True, include_lineno=False)
    return _header_of(path) + text.getvalue().decode(), missing


def _is_translated(string: str | Iterable[str] | None) -> bool:
    return bool(string) and all([string] if isinstance(string, str) else string or ())


def _header_of(path: Path) -> str:
    return f"{_HEADER}{_entry(path)}\n\n"


def _entry(path: Path) -> str:
    """Return the first entry of a catalogue, which tells its language and its plurals."""
    text = path.read_text(encoding="utf-8")
    return text[text.index('msgid ""') :].partition("\n\n")[0]
