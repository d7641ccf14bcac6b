"""Several threads that ask, and one that is answered."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from dlt_crawler.errors import ArchiveError, ArchiveUnavailable, StoreError
from dlt_crawler.model import Resource, Wanted
from dlt_crawler.pipeline.asking import Mistake, answers_to, ask_safely


def test_so_many_are_asked_at_once_and_no_more() -> None:
    together = threading.Barrier(3)
    asking: list[int] = []
    most: list[int] = []

    def ask(number: int) -> int:
        asking.append(number)
        together.wait(10)
        most.append(len(asking))
        together.wait(10)
        asking.remove(number)
        return number * 2

    assert sorted(answers_to(range(9), ask, 3)) == [(number, number * 2) for number in range(9)]
    assert set(most) == {3}


def test_answers_come_before_those_that_take_longer() -> None:
    slow = threading.Event()

    def ask(name: str) -> str:
        if name == "slow":
            assert slow.wait(10)
        return name.upper()

    answers = answers_to(["slow", "quick"], ask, 2)
    assert next(answers) == ("quick", "QUICK")
    slow.set()
    assert list(answers) == [("slow", "SLOW")]


def test_what_could_not_be_asked_is_an_answer_and_any_other_error_is_raised() -> None:
    trouble = ArchiveUnavailable("it is closed")

    def ask(error: Exception | None) -> None:
        if error is not None:
            raise error

    assert list(answers_to([trouble, None], ask, 1)) == [(trouble, trouble), (None, None)]
    with pytest.raises(ZeroDivisionError):
        list(answers_to([ZeroDivisionError()], ask, 4))
    assert issubclass(ArchiveUnavailable, ArchiveError)


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (OverflowError("date value out of range"), Mistake),
        (RecursionError(), Mistake),
        (ArchiveUnavailable("closed"), ArchiveUnavailable),
        (StoreError("disk full"), StoreError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_must_not_happen_is_a_question_that_could_not_be_asked(
    raised: BaseException, seen: type[BaseException]
) -> None:
    def ask(_question: Wanted) -> None:
        raise raised

    with pytest.raises(seen) as caught:
        ask_safely(ask, Wanted(Resource("http://a.example/"), "http://a.example/", None, None))
    assert caught.type is seen
    assert issubclass(Mistake, ArchiveError)


def test_nothing_more_is_asked_when_nobody_wants_more_answers() -> None:
    asked: list[int] = []
    go_on = threading.Event()

    def ask(number: int) -> int:
        asked.append(number)
        if number:
            go_on.wait(10)
        return number

    before = set(threading.enumerate())
    with closing(answers_to(range(100), ask, 2)) as answers:
        assert next(answers) == (0, 0)
    working = set(threading.enumerate()) - before
    assert all(thread.daemon for thread in working)
    go_on.set()
    for thread in working:
        thread.join(10)
    assert len(asked) <= 3


def test_of_no_questions_nothing_is_asked() -> None:
    assert list(answers_to([], lambda question: question, 8)) == []
