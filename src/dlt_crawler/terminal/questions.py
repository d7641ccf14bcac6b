"""Edits asked about one after the other, as `git add -p` does: on stderr, answered on stdin, a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

from dlt_crawler.language import N_, _
from dlt_crawler.model import Repair, SourceDocument


class _Answer(Enum):
    """What may be answered: a letter, and what it does."""

    YES = ("y", N_("make this edit"))
    NO = ("n", N_("leave this link as it is"))
    ALL = ("a", N_("make this edit and all that follow in this document"))
    NONE = ("d", N_("leave this link and all that follow in this document"))
    QUIT = ("q", N_("leave this link and all that follow; edits that were agreed to are made"))
    HELP = ("?", N_("show this"))

    @property
    def letter(self) -> str:
        letter: str = self.value[0]
        return letter

    @property
    def meaning(self) -> str:
        meaning: str = self.value[1]
        return _(meaning)


_BY_WORD = {answer.letter: answer for answer in _Answer} | {"yes": _Answer.YES, "no": _Answer.NO, "quit": _Answer.QUIT}
_LETTERS = ",".join(answer.letter for answer in _Answer)

_Edit = tuple[str, str, str]
"""An edit of a document, told from others as far as somebody who is asked can tell them apart."""


@dataclass(slots=True)
class Questions:
    """A `pipeline.Accept` that asks somebody about each edit; the end of `answers` is a "q".

    A document that changed while somebody thought about it is read and repaired again: what was answered then is not
    asked again. Raises KeyboardInterrupt for Ctrl-C.
    """

    describe: Callable[[Repair, int, int], str]
    """Says what is asked about: an edit, its number in its document, and how many there are."""
    say: Callable[[str], None]
    """Writes to stderr at once, without a line feed of its own."""
    answers: BinaryIO
    over: bool = False
    """Whether somebody has said that it is enough."""
    _given: dict[str, list[tuple[_Edit, bool]]] = field(default_factory=dict)
    """What was decided in each document, in order …"""
    _rest: dict[str, bool] = field(default_factory=dict)
    """… and what was said of all the rest of it."""

    @property
    def asked(self) -> int:
        """How many edits there were to ask about."""
        return sum(map(len, self._given.values()))

    @property
    def declined(self) -> int:
        """How many of them are not wanted, or were not answered before it was enough."""
        return sum(not wanted for given in self._given.values() for _edit, wanted in given)

    def __call__(self, document: SourceDocument, repairs: Sequence[Repair]) -> Sequence[Repair]:
        """Return those of the edits of a document that are wanted."""
        before = list(self._given.get(document.path, ()))
        given = self._given[document.path] = []
        for number, repair in enumerate(repairs, 1):
            edit = (repair.occurrence.raw, repair.occurrence.text, repair.replacement)
            known = next((each for each in before if each[0] == edit), None)
            if known is None:
                known = (edit, self._wants(document, repair, number, len(repairs)))
            else:
                before.remove(known)
            given.append(known)
        return [repair for repair, (_edit, wanted) in zip(repairs, given, strict=True) if wanted]

    def _wants(self, document: SourceDocument, repair: Repair, number: int, of: int) -> bool:
        if self.over or document.path in self._rest:
            return not self.over and self._rest[document.path]
        self.say(self.describe(repair, number, of))
        match self._ask():
            case _Answer.YES:
                return True
            case _Answer.ALL:
                self._rest[document.path] = True
                return True
            case _Answer.NONE:
                self._rest[document.path] = False
            case _Answer.QUIT:
                self.over = True
        return False

    def _ask(self) -> _Answer:
        while True:
            self.say(_("Make this edit? [{letters}]").format(letters=_LETTERS) + " ")
            line = self.answers.readline()
            if not line:
                self.say("\n")
                return _Answer.QUIT
            answer = _BY_WORD.get(line.decode("ascii", "replace").strip().lower(), _Answer.HELP)
            if answer is not _Answer.HELP:
                return answer
            self.say("".join(f"{each.letter} - {each.meaning}\n" for each in _Answer))
