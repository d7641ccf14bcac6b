"""The command line in the language of whoever types it: known before anything is parsed, for the help is in it, too."""

from __future__ import annotations

import gettext
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from dlt_crawler.language import LANGUAGE_VARIABLE, LANGUAGES, _, chosen, language_of, named, told, use

_DOMAIN = "dlt_crawler"

_NARROWEST: Final = 10
"""Cells of a column of help, however narrow the terminal is: as Typer has it."""

_UsageError: Any = typer.BadParameter.__base__
"""Typer has no public name for it."""


def _spoken(name: str | None) -> str | None:
    if name is not None and named(name) is None:
        message = _("“{name}” is not spoken here; choose one of {languages}")
        raise typer.BadParameter(message.format(name=name, languages=", ".join(LANGUAGES)))
    return name


Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="en|zh_CN",
        envvar=LANGUAGE_VARIABLE,
        callback=_spoken,
        help="Talk English or Chinese. Default: as LANGUAGE, LC_ALL, LC_MESSAGES and LANG say.",
    ),
]


def language_asked_for(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return what a command line asks for, before it is understood: a key of LANGUAGES."""
    said = None
    for option, value in zip(arguments, [*arguments, ""][1:], strict=True):
        name, sign, inside = option.partition("=")
        if name == "--lang":
            said = named(inside if sign else value) or said
    return said or language_of(environment)


def speak(language: str) -> None:
    """Talk this language from now on: we, what Typer says by itself, and the processes that we start."""
    use(language)
    os.environ["LANGUAGE"] = language
    if language != "en":
        with as_file(files("dlt_crawler.language") / "locale") as catalogues:
            gettext.bindtextdomain(_DOMAIN, catalogues)
        gettext.textdomain(_DOMAIN)


def translated(commands: TyperGroup) -> TyperGroup:
    """Translate all that `--help` says of these commands, in place."""
    if chosen() == "en":
        return commands
    for each in (commands, *commands.commands.values()):
        if each.help:
            each.help = _(each.help)
            # Typer would look for the end of its first sentence in English.
            each.short_help = each.short_help or each.help.partition("\n")[0]
        each.context_class = _context(each.context_class)
        for parameter in each.params:
            if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
                parameter.help = _(parameter.help)
    return commands


def run(commands: TyperGroup, name: str, *, for_people: bool) -> NoReturn:
    """Do what the command line says, and exit; tell people of wrong usage in the language in use."""
    if chosen() == "en" or not for_people:
        commands(prog_name=name)
    try:
        status = commands.main(prog_name=name, standalone_mode=False)
    except typer.Abort:
        typer.echo(_("Aborted!"), err=True)
        sys.exit(1)
    except _UsageError as error:
        if error.ctx is not None:
            option = error.ctx.help_option_names[0]
            hint = _("Try '{command} {option}' for help.").format(command=error.ctx.command_path, option=option)
            typer.echo(f"{error.ctx.get_usage()}\n{hint}\n", err=True)
        if isinstance(error, typer.BadParameter):
            # It may have several clauses, of which Typer's sentence around it would be taken for the first.
            error.message = told(error.message)
        typer.echo(_("Error: {message}").format(message=told(error.format_message())), err=True)
        sys.exit(error.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _context(original: Any) -> Any:
    """Return a class of contexts that lay help out for a language with wide characters."""
    formatter: Any = original.formatter_class

    class Formatter(formatter):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

        def write_heading(self, heading: str) -> None:
            self.write(_("{heading}:").format(heading=f"{'':>{self.current_indent}}{heading}") + "\n")

        def write_text(self, text: str) -> None:
            super().write_text("\n\n".join(_unbroken(part, self.width - self.current_indent) for part in _parts(text)))

        def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
            first = min(max((len(row[0]) for row in rows), default=0), col_max) + col_spacing
            room = max(self.width - self.current_indent - first, _NARROWEST)
            super().write_dl([(name, _unbroken(_(said), room)) for name, said in rows], col_max, col_spacing)

    return type("Context", (original,), {"formatter_class": Formatter})


def _parts(text: str) -> list[str]:
    return inspect.cleandoc(text).split("\n\n")


def _unbroken(text: str, width: int) -> str:
    """Return a paragraph whose lines are broken already: Typer breaks lines at spaces, and counts no cells."""
    from dlt_crawler.report.wrapping import wrap

    return "\n".join(("\b", *(part for line in text.split("\n") for part in wrap(line, width)))) if text else text
