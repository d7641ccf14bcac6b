"""The command line in the language of whoever types it: known before anything is parsed, for the help is in it, too."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Annotated

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from dlt_crawler.language import LANGUAGE_VARIABLE, LANGUAGES, _, language_of, named, use

_DOMAIN = "dlt_crawler"


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
    for each in (commands, *commands.commands.values()):
        if each.help:
            each.help = _(each.help)
        if each.short_help:
            each.short_help = _(each.short_help)
        for parameter in each.params:
            if isinstance(parameter, TyperOption | TyperArgument) and parameter.help:
                parameter.help = _(parameter.help)
    return commands
