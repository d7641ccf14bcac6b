"""`repair --interactive`: what is asked, and what comes of each answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

import pytest

from dlt_crawler.model import Repair, SourceDocument
from dlt_crawler.terminal import Questions
from tests.report_samples import occurrence

FIRST, SECOND = (SourceDocument(path, b"", "") for path in ("first.md", "second.md"))


def edits(document: SourceDocument, *labels: str) -> list[Repair]:
    return [Repair(occurrence(file=document.path, text=label), "https://new.example/", "") for label in labels]


@dataclass
class Somebody:
    """Somebody who answers so, and what they saw."""

    answers: BytesIO | BinaryIO
    saw: list[str] = field(default_factory=list)

    @property
    def questions(self) -> Questions:
        return Questions(
            lambda edit, number, of: f"{edit.occurrence.text} {number}/{of}\n", self.saw.append, self.answers
        )


def labels(repairs: object) -> str:
    assert isinstance(repairs, list)
    return "".join(repair.occurrence.text for repair in repairs)


@pytest.mark.parametrize(
    ("answers", "made", "asked"),
    [
        ("y n y y n", "ac d", "abcde"),
        ("n n n n n", " ", "abcde"),
        ("Y yes No no y", "ab e", "abcde"),
        ("n a n y", "bc e", "abde"),
        ("y d d", "a ", "abd"),
        ("y q", "a ", "ab"),
        ("n n y q", "c ", "abcd"),
        ("a q", "abc ", "ad"),
        ("", " ", "a"),
        ("y", "a ", "ab"),
        ("a", "abc ", "ad"),
        # What is no answer is asked again, and never taken for consent.
        ("? n ok aye 是 n y n n", "c ", "abcde"),
    ],
)
def test_each_answer_does_what_it_says(answers: str, made: str, asked: str) -> None:
    somebody = Somebody(BytesIO("".join(f"{answer}\n" for answer in answers.split()).encode()))
    questions = somebody.questions
    got = [labels(questions(FIRST, edits(FIRST, *"abc"))), labels(questions(SECOND, edits(SECOND, *"de")))]
    assert " ".join(got) == made
    shown = [said for said in somebody.saw if said[1:2] == " " and "/" in said]
    assert "".join(said[0] for said in shown) == asked
    assert shown[0] == "a 1/3\n"
    assert (questions.asked, questions.declined) == (5, 5 - len(made.replace(" ", "")))
    assert questions.over == (answers in {"", "y", "a"} or answers.endswith("q"))


def test_help_names_every_answer() -> None:
    somebody = Somebody(BytesIO(b"\n?\nn\n"))
    somebody.questions(FIRST, edits(FIRST, "a"))
    (prompt, first, again, second, last) = somebody.saw[1:]
    assert prompt == again == last == "Make this edit? [y,n,a,d,q,?] "
    assert first == second
    assert [line[:4] for line in first.splitlines()] == ["y - ", "n - ", "a - ", "d - ", "q - ", "? - "]


def test_what_was_answered_is_not_asked_again_when_the_document_changed_meanwhile() -> None:
    somebody = Somebody(BytesIO(b"y\nn\na\n"))
    questions = somebody.questions
    assert labels(questions(FIRST, edits(FIRST, *"abcd"))) == "acd"
    somebody.saw.clear()
    # Two links are new, one is gone: "a" was about all that follow.
    assert labels(questions(FIRST, edits(FIRST, *"xadby"))) == "xady"
    assert somebody.saw == []
    assert (questions.asked, questions.declined) == (5, 1)


def test_what_was_agreed_to_before_it_was_enough_is_made_though_the_document_changed() -> None:
    questions = Somebody(BytesIO(b"y\nq\n")).questions
    assert labels(questions(FIRST, edits(FIRST, *"abc"))) == "a"
    assert labels(questions(FIRST, edits(FIRST, *"cba"))) == "a"
    assert labels(questions(SECOND, edits(SECOND, "d"))) == ""


def test_links_that_look_the_same_keep_their_own_answers() -> None:
    questions = Somebody(BytesIO(b"n\ny\n")).questions
    for _time in range(2):
        wanted = questions(FIRST, alike := edits(FIRST, "a", "a"))
        assert [any(each is one for each in wanted) for one in alike] == [False, True]
