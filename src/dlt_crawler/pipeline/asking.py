"""Questions that are asked by several threads at once, and answered to one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

from dlt_crawler.errors import ArchiveError, DltCrawlError
from dlt_crawler.model import Wanted
from dlt_crawler.pipeline.job import Progress
from dlt_crawler.report import inert

log = logging.getLogger(__name__)

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Mistake(ArchiveError):
    """An archive could not be asked for a link because of a mistake in this program, whatever the archive has done."""


def ask_safely(ask: Callable[[Wanted], Answer], wanted: Wanted) -> Answer:
    """Return the answer. Raises `Mistake` for what is no error of ours: one link must not cost all others the night."""
    try:
        return ask(wanted)
    except DltCrawlError:
        raise
    except Exception as error:
        log.exception("%s: this must not happen", inert(wanted.url))
        raise Mistake(f"{type(error).__name__}: {error}") from error


def tell_of_mistake(progress: Progress, archive: str, wanted: Wanted, mistake: Mistake) -> None:
    """Tell the person who can do something about it."""
    progress.fail(
        f"{archive} could not be asked for {inert(wanted.url)}, by a mistake in dlt-crawl ({inert(str(mistake))}): "
        "please report it, with what the log says"
    )


def _answer_to(question: Question, ask: Callable[[Question], Answer]) -> Answer | ArchiveError:
    try:
        return ask(question)
    except ArchiveError as error:
        return error


def answers_to(
    questions: Sequence[Question], ask: Callable[[Question], Answer], workers: int
) -> Generator[tuple[Question, Answer | ArchiveError], None, None]:
    """Yield the answer to each question, or why it could not be asked, as they come: `workers` are asked at once.

    Raises here whatever else `ask` raises. When that happens, or when the caller wants no more, no further question is
    asked, and what is under way is left to itself: threads that wait for a server cannot be ended, and do not keep the
    program from ending. One worker is the caller itself.
    """
    if min(workers, len(questions)) > 1:
        yield from _by_threads(questions, ask, workers)
        return
    for question in questions:
        yield question, _answer_to(question, ask)


def _by_threads(
    questions: Sequence[Question], ask: Callable[[Question], Answer], workers: int
) -> Generator[tuple[Question, Answer | ArchiveError], None, None]:
    waiting: SimpleQueue[Question] = SimpleQueue()
    for question in questions:
        waiting.put(question)
    answered: SimpleQueue[tuple[Question, Answer | BaseException]] = SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                question = waiting.get_nowait()
            except Empty:
                return
            try:
                answered.put((question, ask(question)))
            except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
                answered.put((question, error))

    # Daemons: the interpreter does not wait for them at its end.
    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(questions)))]
    for thread in threads:
        thread.start()
    try:
        for _ in questions:
            question, answer = answered.get()
            if isinstance(answer, BaseException) and not isinstance(answer, ArchiveError):
                raise answer
            yield question, answer
    finally:
        stopped.set()
    for thread in threads:
        thread.join()
