"""Sentences that were put together and stored in English, recognised by their templates and said in another language.

A template is a message with placeholders in braces, such as "{host} answered {status} {phrase}": its words must be
there in their order, and what is between them is what was filled in. That may be a sentence itself ("{seen}; seen
{times} since {since}"), and is translated as one. What is not recognised stays as it is: part of it is what a page, a
server or a program said.

Nothing is searched for by regular expressions with choices in them: each text between two placeholders is where it
occurs first, so that the time is proportional to the length of a sentence whoever wrote it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final

_WORD = re.compile(r"[A-Za-z]+")
_QUOTED = re.compile(r"“[^“”]*”")
_ASIDE = re.compile(r"\([^()]*\)")
_SEPARATORS: Final = ((". ", "。"), ("; ", "；"), (": ", "："))
"""What clauses are joined by, the loosest first, and by what in Chinese, the one language that has a catalogue."""
_LOOSER: Final = tuple(separator for separator, _sign in _SEPARATORS)
_LAST_OF_SEVERAL: Final = ", and "
_ENUMERATIONS: Final = ((_LAST_OF_SEVERAL, "，"), (", ", "，"))
"""The same inside of a clause."""
_WORDS: Final = frozenset({"stage", "times"})
"""Placeholders for one word that is to be translated; in others a word is a name."""

_DEEPEST = 8
"""Sentences within sentences. No real one has more than four."""
_MOST_CLAUSES = 16
_LONGEST = 10_000
"""Characters of a sentence that is looked into. No real one has a tenth of it."""
_FEWEST_LETTERS = 4
"""Of a template that may be a whole sentence. Those with fewer ("{rest} and {last}") only join what was filled in."""


@dataclass(frozen=True, slots=True)
class _Template:
    texts: tuple[str, ...]
    """What stands before, between and behind the placeholders."""
    names: tuple[str, ...]
    quoted: frozenset[str]
    """Placeholders in quotation marks: what is quoted is left as it is."""
    translation: str
    letters: int
    joins: frozenset[str]
    """Which `_SEPARATORS` are among the texts: clauses that stand at others are no value of a placeholder."""

    def values_in(self, sentence: _Sentence) -> dict[str, str] | None:
        """Return what was filled in, None where the sentence is not of this template."""
        masked, first, last = sentence.masked, self.texts[0], self.texts[-1]
        if not masked.startswith(first) or not masked.endswith(last) or len(masked) < len(first) + len(last):
            return None
        at, end, values = len(first), len(masked) - len(last), {}
        for name, text in zip(self.names, (*self.texts[1:-1], None), strict=True):
            there = end if text is None else masked.find(text, at + 1, end)
            if there <= at or (name in self.quoted and "”" in masked[at:there]):
                return None
            values[name] = sentence.text[at:there]
            at = there + len(text or "")
        begins = "" if first or self.texts[1].startswith(_LOOSER) else masked[: masked.find(self.texts[1])]
        if _LAST_OF_SEVERAL in begins:
            # A clause that begins with what was filled in has not swallowed the clauses before it.
            return None
        return values


class _Sentence:
    """A sentence, and the same with as many question marks in the place of what is no part of it."""

    __slots__ = ("masked", "outside", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.masked = _masked(text)
        """Without what is quoted: what a page says is no template."""
        self.outside = _ASIDE.sub(_blanked, self.masked) if " (" in text else self.masked
        """Without what is in parentheses, too: separators there separate no clauses of the sentence."""

    def split(self, separator: str) -> list[str]:
        """Return the clauses."""
        # What follows a colon may have colons, too.
        most = 1 if separator == ": " else _MOST_CLAUSES
        clauses: list[str] = []
        start = 0
        while len(clauses) < most and (at := self.outside.find(separator, start)) >= 0:
            clauses.append(self.text[start:at])
            start = at + len(separator)
        return [*clauses, self.text[start:]]


class Sentences:
    """The templates of one language: `translations` has the translation of each message, without its last full stop."""

    def __init__(self, translations: Mapping[str, str]) -> None:
        self._exact = {_bare(message): _bare(translation) for message, translation in translations.items()}
        templates = [_template(message, text) for message, text in self._exact.items() if "{" in message]
        # The more of a sentence a template explains, the sooner it is tried.
        templates.sort(key=lambda each: -sum(map(len, each.texts)))
        words = [frozenset(_WORD.findall(" \0 ".join(each.texts))) for each in templates]
        often = Counter(word for each in words for word in each)
        self._by_word: dict[str, list[int]] = {}
        for number, each in enumerate(words):
            if each:
                rarest = min(sorted(each), key=lambda word: (often[word], -len(word)))
                self._by_word.setdefault(rarest, []).append(number)
        self._templates = templates

    def said(self, sentence: str) -> str:
        """Return a sentence in this language, as far as it is recognised."""
        return sentence if len(sentence) > _LONGEST else self._said(sentence, 0) or sentence

    def _said(self, sentence: str, depth: int) -> str | None:
        """Return a translation; None when nothing of the sentence is recognised."""
        bare = _bare(sentence)
        found = self._exact.get(bare)
        if found is not None:
            return f"{found}。" if sentence.endswith(".") else found
        if " " not in bare or depth > _DEEPEST:
            return None
        found = self._put_together(_Sentence(bare), depth)
        return f"{_bare(found)}。" if found is not None and sentence.endswith(".") else found

    def _put_together(self, sentence: _Sentence, depth: int) -> str | None:
        candidates = self._candidates(sentence)
        for separator, sign in _SEPARATORS:
            if separator in sentence.outside:
                joining = [each for each in candidates if separator in each.joins]
                found = self._by_template(joining, sentence, depth) or self._in_clauses(
                    separator, sign, sentence, depth
                )
                if found is not None:
                    return found
        found = self._by_template(candidates, sentence, depth)
        for separator, sign in _ENUMERATIONS:
            if found is None and separator in sentence.outside:
                found = self._in_clauses(separator, sign, sentence, depth)
        return found or self._with_aside(sentence, depth)

    def _candidates(self, sentence: _Sentence) -> list[_Template]:
        by_word = self._by_word
        numbers = {number for word in _WORD.findall(sentence.masked) if word in by_word for number in by_word[word]}
        return [self._templates[number] for number in sorted(numbers)]

    def _by_template(self, candidates: Sequence[_Template], sentence: _Sentence, depth: int) -> str | None:
        for template in candidates:
            if template.letters < _FEWEST_LETTERS and not depth:
                continue
            values = template.values_in(sentence)
            if values is not None:
                for name, value in values.items():
                    if name not in template.quoted and (" " in value or name in _WORDS):
                        values[name] = self._said(value, depth + 1) or value
                return template.translation.format_map(values)
        return None

    def _in_clauses(self, separator: str, sign: str, sentence: _Sentence, depth: int) -> str | None:
        """Return a translation of what several clauses are joined to, when any of them is recognised."""
        parts: list[tuple[str, str | None]] = []
        for clause in sentence.split(separator):
            if parts and separator == ", ":
                # One clause may have a comma itself.
                both = _Sentence(f"{parts[-1][0]}{separator}{clause}")
                if (found := self._by_template(self._candidates(both), both, depth)) is not None:
                    parts[-1] = (both.text, found)
                    continue
            parts.append((clause, self._said(clause, depth + 1) if " " in clause else None))
        return _joined(sign, separator, parts) if any(told for _clause, told in parts) else None

    def _with_aside(self, sentence: _Sentence, depth: int) -> str | None:
        text, at = sentence.text, sentence.masked.rfind(" (")
        if at <= 0 or not text.endswith(")"):
            return None
        before, aside = self._said(text[:at], depth + 1), self._said(text[at + 2 : -1], depth + 1)
        if before is None and aside is None:
            return None
        return f"{before or text[:at]}（{aside or text[at + 2 : -1]}）"


def _joined(sign: str, separator: str, parts: Sequence[tuple[str, str | None]]) -> str:
    clause, told = parts[0]
    text = told or clause
    # "README.md: …" keeps its colon, as a place in a file.
    sign = separator if separator == ": " and told is None else sign
    for clause, told in parts[1:]:
        text = f"{_bare(text)}{sign}{told or clause}"
    return text


def _masked(sentence: str) -> str:
    """Return a sentence of the same length without the words that are quoted in it."""
    if "“" not in sentence:
        return sentence
    return _QUOTED.sub(_blanked, sentence)


def _blanked(found: re.Match[str]) -> str:
    return f"{found[0][0]}{'?' * (len(found[0]) - 2)}{found[0][-1]}"


def _bare(sentence: str) -> str:
    """Return a sentence without its last full stop, which stored ones have or have not."""
    return sentence.removesuffix(".").removesuffix("。") if not sentence.endswith("..") else sentence


def _template(message: str, translation: str) -> _Template:
    texts, names = [""], []
    for text, name, _spec, _conversion in Formatter().parse(message):
        texts[-1] += text
        if name is not None:
            names.append(name)
            texts.append("")
    # As sentences are: quotation marks of our own may have words between them.
    texts = [_masked(text) for text in texts]
    quoted = frozenset(
        name
        for name, before, after in zip(names, texts[:-1], texts[1:], strict=True)
        if before.endswith("“") and after.startswith("”")
    )
    letters = sum(len(word) for text in texts for word in _WORD.findall(text))
    joins = frozenset(separator for separator, _sign in _SEPARATORS if any(separator in text for text in texts))
    return _Template(tuple(texts), tuple(names), quoted, translation, letters, joins)
