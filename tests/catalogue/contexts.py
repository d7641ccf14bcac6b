"""Which strings of the source are sentences for people: what is raised, said, returned, or kept in a table, where."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from tests.catalogue.naming import last_name, words

SAYING: Final = words("say fail give_up doubt begin tell_of_mistake _elsewhere _given_up _unknown _leave _fail _tell")
"""Functions and methods whose arguments people read."""

CARRYING: Final = words(
    "CrawlError Difference Finding FoundLint Judgement Left Lint Mistake Refused Signal Snapshot Told Trouble "
    "Unanswered Verdict _Enough _Row _left _lint"
)
"""Classes of which a sentence is a part."""

KEYWORDS: Final = words("detail evidence message note reason sentence trouble why")
"""Parameters and variables that hold a sentence …"""

VARIABLES: Final = KEYWORDS | words(
    "advice asked clauses did how_long late left missing odd said shown told_later unknown what where where_to who"
)
"""… and variables that hold a part of one."""

WHOLE: Final = (
    *(
        "archive/choice.py",
        "archive/judging.py",
        "archive/placeholders.py",
        "archive/playback.py",
        "archive/silence.py",
    ),
    *("archive/saving/jobs.py", "archive/saving/refusals.py", "cli/sharding.py", "config/loading.py", "fetch/link/"),
    *("fetch/manners/", "fetch/outcome.py", "fetch/visit/asking.py", "fetch/visit/client.py"),
    *("fetch/visit/redirects.py", "fetch/visit/robots.py", "fetch/visit/server.py", "fetch/wire/addresses.py"),
    *("fetch/wire/failure.py", "git/revisions.py", "git/running.py", "network.py", "notify.py", "page/markers.py"),
    *("page/reasons.py", "page/walls/consent.py", "page/walls/login.py", "page/walls/robots.py"),
    *("pipeline/captures.py", "pipeline/keeping.py", "pipeline/merging.py", "pipeline/notices.py"),
    *("pipeline/repairs/", "pipeline/shards.py", "pipeline/working.py", "repair/", "report/selection.py"),
    *("schedule/scheduler.py", "sources/directives.py", "sources/files.py", "sources/ignoring.py"),
    *("sources/json_strings.py", "sources/lints.py", "sources/markdown/document.py", "sources/markdown/references.py"),
    *("sources/notebook.py", "sources/rst/names.py", "sources/rst/notes.py", "sources/terms.py", "sources/workers.py"),
    *("store/backup.py", "store/known.py", "store/lock.py", "store/opening.py", "store/postgresql.py"),
    *("store/search/fts5.py", "store/soundness.py", "store/sqlite.py", "terminal/bars.py", "terminal/watch.py"),
    "verdict/",
)
"""Modules in which what is returned, or stands in a table, is a sentence or a part of one."""

NAMES: Final = ("page/walls/", "page/markers.py")
"""Modules whose tables are of what pages say, and of names for that; people read those that begin with an article."""

MARKED: Final = frozenset({"report/ignores.py", "report/selection.py"})
"""Modules whose marked sentences are put together first, and translated afterwards."""

TALKING: Final = ("schedule/", "terminal/logs.py")
"""Modules whose log is for everybody."""

_SILENT: Final = words(
    "Argument AssertionError N_ Option Typer XPath _ bind compile count critical debug exception exec_driver_sql "
    "execute fill fullmatch getLogger glob info log ngettext partition removeprefix rpartition split startswith "
    "strftime text warning"
)
"""Functions and methods whose arguments nobody reads, or which `_` and its like translate themselves."""

_NO_SENTENCES: Final = words("info name param_hint purpose words")
"""Parameters that hold something else."""

Above = Mapping[ast.AST, ast.AST]


def is_said(node: ast.expr, above: Above, where: str) -> bool:
    """Return whether people read a string that stands in the module `where`, below these nodes of its syntax."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, str):
        return False
    if isinstance(above.get(node), ast.JoinedStr | ast.FormattedValue | ast.Expr | ast.Compare | ast.Subscript):
        return False
    said = False
    each: ast.AST = node
    while not isinstance(each, ast.stmt):
        here = _says(each, above[each], where)
        if here is None:
            return False
        said |= here
        each = above[each]
    return said or _is_sentence_of(each, whole=where.startswith(WHOLE))


def _says(node: ast.AST, above: ast.AST, where: str) -> bool | None:
    """Return whether the node above makes a sentence of a node; None: that it is none."""
    match above:
        case ast.FormattedValue() | ast.Compare():
            return None
        case ast.Dict(keys=keys) if node in keys:
            return None
        case ast.Call(func=function) if node is not function:
            name = last_name(function)
            if name == "N_" and where in MARKED:
                return True
            if name in _SILENT:
                return None
            return name in SAYING or name in CARRYING or (name == "append" and where.startswith(WHOLE))
        case ast.keyword(arg=name):
            return None if name in _NO_SENTENCES else name in KEYWORDS
    return False


def _is_sentence_of(statement: ast.stmt, *, whole: bool) -> bool:
    match statement:
        case ast.Raise():
            return True
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.AugAssign(target=ast.Name(id=name))
        ):
            return whole or name in VARIABLES
        case ast.Return() | ast.Expr(value=ast.Yield()):
            return whole
    return False
