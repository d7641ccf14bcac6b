"""What placeholders are called: after the last identifier that says what an expression is."""

from __future__ import annotations

import ast
from typing import Final


def words(text: str) -> frozenset[str]:
    """Return a set of words."""
    return frozenset(text.split())


_OF_ITSELF: Final = words(
    "as_posix astimezone date decode get isoformat lower lstrip partition pop relative_to removeprefix replace "
    "rpartition rstrip strip title total_seconds upper"
)
"""Methods that return what they are called on, in another form."""

_OF_ARGUMENT: Final = words(
    "_listed _name _said _short _shortened _shown _time _words dict discreet escape host_of inert int join len list "
    "map masked max megabytes min quote quoted repr reversed round set sorted str sum"
)
"""Functions that return their argument, in another form."""


def name_of(value: ast.expr) -> str:
    """Return the name of a placeholder for an expression."""
    if isinstance(value, ast.Call):
        return _name_of_call(value)
    match value:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(value=inner, attr=name):
            return name_of(inner) if name in {"name", "value"} else name.strip("_").lower()
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.JoinedStr(values=values):
            return next((name_of(each) for each in values if isinstance(each, ast.FormattedValue)), "text")
        case ast.Constant() | ast.UnaryOp():
            return "number"
    inner = _inside(value)
    return "what" if inner is None else name_of(inner)


def last_name(function: ast.expr) -> str:
    """Return what a function or a method is called."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=inner):
            return last_name(inner)
    return ""


def _name_of_call(call: ast.Call) -> str:
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[inner]):
            return name_of(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in _OF_ITSELF:
            return name_of(inner)
        case ast.Call(func=function, args=[first, *_rest]) if last_name(function) in _OF_ARGUMENT:
            return name_of(first)
    return last_name(call.func).strip("_")


def _inside(value: ast.expr) -> ast.expr | None:
    match value:
        case (
            ast.Subscript(value=inner)
            | ast.BinOp(left=inner)
            | ast.BoolOp(values=[inner, *_])
            | ast.IfExp(body=inner)
            | ast.GeneratorExp(elt=inner)
            | ast.ListComp(elt=inner)
            | ast.Starred(value=inner)
            | ast.FormattedValue(value=inner)
        ):
            return inner
    return None
