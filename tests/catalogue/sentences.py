"""The sentences of the lower layers, which are English where they are made and stored, found in the source by syntax.

An f-string becomes a template: its expressions become placeholders named after what they hold. What has a choice in it
(`"its" if x else "the"`, a local variable or function that is one of several strings) becomes a template for each.
"""

from __future__ import annotations

import ast
import gc
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

from tests.catalogue.contexts import NAMES, TALKING, Above, is_said
from tests.catalogue.naming import name_of

JOINING: Final = ("{rest} and {last}", "{rest}, and {last}")
"""Templates of enumerations, which are recognised inside of other sentences only."""

_WORDS: Final = ("once",)
"""Sentences of one word, which would be taken for names."""

_LETTERS = re.compile(r"[A-Za-z]")
_FEWEST = 4
"""Letters of a template: what has fewer could be anything."""

_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_CONVERSION = re.compile(r"%[sd]")
_NO_SENTENCE = re.compile(r"[ ,;:%<]|SELECT |.*(?: \| |\(\?|[ :]\Z)|.*\n", re.DOTALL)
"""Parts of sentences that are put in by others, types, patterns, statements, lists of phrases."""

_DATABASES: Final = frozenset({"store/postgresql.py", "store/sqlite.py"})
_OF_DATABASES: Final = ("is ", "cannot ", "does not ")
"""What is said of a database begins so; its name stands before, and the words of its driver behind."""

_MOST = 24
"""Templates of one f-string."""

_IDLE: Final = frozenset({ast.Load, ast.Store, ast.Del})
"""Every name has one, and says nothing by it."""

Piece = str | tuple[str]
"""A part of a template: text, or the name of a placeholder."""
Way = tuple[Piece, ...]


@cache
def sentences(root: Path) -> dict[str, list[tuple[str, int]]]:
    """Return the templates in a package, and in which files and lines each stands."""
    found: dict[str, list[tuple[str, int]]] = {word: [("verdict/history.py", 0)] for word in _WORDS}
    for where, nodes in modules(root):
        for line, text in _Module(where, nodes).found():
            found.setdefault(text, []).append((where, line))
            if (with_subject := _with_subject(text, where)) is not None:
                found.setdefault(with_subject, []).append((where, line))
    return found


@cache
def modules(root: Path) -> list[tuple[str, Above]]:
    """Return the modules of a package, by name: each node of their syntax with the one above it, from the top down."""
    # Two thirds of the time would go into looking for garbage among a million nodes, all of which are kept.
    gc.disable()
    try:
        return [
            (path.relative_to(root).as_posix(), _nodes(ast.parse(path.read_text(encoding="utf-8"))))
            for path in sorted(root.rglob("*.py"))
        ]
    finally:
        gc.freeze()
        gc.enable()


def _nodes(tree: ast.Module) -> Above:
    above: dict[ast.AST, ast.AST] = {}
    level: list[ast.AST] = [tree]
    while level:
        below = [(each, node) for node in level for each in ast.iter_child_nodes(node) if type(each) not in _IDLE]
        above.update(below)
        level = [each for each, _node in below]
    return above


def is_sentence(text: str) -> bool:
    """Return whether a template has words enough to be told from others."""
    if " " not in text or _NO_SENTENCE.match(text):
        return False
    fewest = _FEWEST if "{" in text else 1
    return len(_LETTERS.findall(_PLACEHOLDER.sub("", text))) >= fewest or text in JOINING


def _with_subject(text: str, where: str) -> str | None:
    """Return what becomes of a part of a sentence whose subject is said, or replaced, in another place."""
    if text.startswith("its certificate "):
        # `fetch.link.chain` says whose, of those that redirected.
        return f"the certificate of {{origin}}{text.removeprefix('its certificate')}"
    if where in _DATABASES and text.startswith(_OF_DATABASES):
        return f"{{path}} {text} ({{error}})"
    # `sources.workers` says it of the document.
    return f"it {text}" if text.startswith("is no notebook: ") else None


class _Module:
    def __init__(self, where: str, nodes: Above) -> None:
        self._where = where
        self._above = nodes
        self._functions = {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}

    def found(self) -> Iterator[tuple[int, str]]:
        for node in self._above:
            if isinstance(node, ast.Call):
                yield from ((node.lineno, text) for text in self._talk_in(node))
            elif isinstance(node, ast.JoinedStr | ast.Constant) and is_said(node, self._above, self._where):
                yield from ((node.lineno, text) for text in self._templates(node))

    def _templates(self, node: ast.expr) -> Iterator[str]:
        texts = dict.fromkeys(map(_written, self._ways(node)))
        if not any(map(is_sentence, texts)):
            # All its words may be in what is filled in.
            texts = dict.fromkeys(map(_written, self._ways(node, deep=True)))
        for text in filter(is_sentence, texts):
            if not self._where.startswith(NAMES) or text.startswith("a "):
                yield text

    def _talk_in(self, call: ast.Call) -> Iterator[str]:
        """Return the name of a stage, which may be one word, and what is logged for everybody."""
        match call:
            case ast.Call(func=ast.Attribute(attr="begin"), args=[ast.Constant(value=str(name)), *_rest]):
                yield name
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="log" | "_errors"), attr="info" | "warning" | "error" | "critical"
                ),
                args=[ast.Constant(value=str(message)), *_rest],
            ) if self._where.startswith(TALKING):
                names = (f"{{value{number or ''}}}" for number in (0, *range(2, 9)))
                text = _CONVERSION.sub(lambda _found: next(names), message)
                if is_sentence(text):
                    yield text

    def _ways(self, node: ast.expr, *, deep: bool = False) -> list[Way]:
        """Return the templates that an expression may stand for."""
        match node:
            case ast.Constant(value=str(text)):
                return [(text,)]
            case ast.JoinedStr(values=values):
                parts = [
                    self._filled_in(part.value, deep=deep) if isinstance(part, ast.FormattedValue) else self._ways(part)
                    for part in values
                ]
                return [tuple(piece for part in way for piece in part) for way in product(*parts)][:_MOST]
            case ast.IfExp(body=body, orelse=orelse):
                return [*self._ways(body, deep=deep), *self._ways(orelse, deep=deep)]
        return [((name_of(node),),)]

    def _filled_in(self, value: ast.expr, *, deep: bool) -> list[Way]:
        """Return what may stand in the place of an expression: a placeholder, or glue that would be no sentence."""
        placeholder: list[Way] = [((name_of(value),),)]
        if isinstance(value, ast.IfExp):
            ways = self._ways(value)
            return ways if all(any(isinstance(piece, str) for piece in way) for way in ways) else placeholder
        ways = self._values_of(value)
        texts = [_written(way) for way in ways]
        is_glue = any(not text or text[0] in " ,;:." or text[-1] == " " for text in texts)
        return ways if is_glue or (ways and deep) else placeholder

    def _values_of(self, value: ast.expr) -> list[Way]:
        """Return what a local variable, or a function of the module, may be, when it is one of several strings."""
        said = list(self._assigned_to(value) if isinstance(value, ast.Name) else self._returned_by(value))
        return [way for each in said for way in self._ways(each)] if all(map(_is_text, said)) else []

    def _assigned_to(self, name: ast.Name) -> Iterator[ast.expr]:
        around: ast.AST | None = name
        while around is not None and not isinstance(around, ast.FunctionDef):
            around = self._above.get(around)
        for node in ast.walk(around) if around is not None else ():
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name.id for target in node.targets
            ):
                yield node.value

    def _returned_by(self, call: ast.expr) -> Iterator[ast.expr]:
        match call:
            case ast.Call(func=ast.Name(id=name)) if name in self._functions:
                for node in ast.walk(self._functions[name]):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield node.value


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _written(way: Way) -> str:
    """Return a template as a message: placeholders of one name are told apart by numbers."""
    names: dict[str, int] = {}
    text = []
    for piece in way:
        if isinstance(piece, str):
            text.append(piece.replace("{}", "{what}"))
        else:
            names[piece[0]] = number = names.get(piece[0], 0) + 1
            text.append(f"{{{piece[0]}{number if number > 1 else ''}}}")
    return "".join(text)
