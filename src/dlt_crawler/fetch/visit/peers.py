"""The other crawling processes: their sites are asked by them, over a socket to each, many questions at once."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Visits, Wish

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class _Question:
    number: int
    wish: Wish
    told_of_silence: bool


@dataclass(frozen=True, slots=True)
class _Silence:
    """To the asking side: its `on_silence` is due."""

    number: int


@dataclass(frozen=True, slots=True)
class _Reply:
    number: int
    answer: Answer | NoAnswer


@dataclass(frozen=True, slots=True)
class _Forget:
    """To the answering side: nobody waits for this answer any more."""

    number: int


_Message = _Question | _Silence | _Reply | _Forget


@dataclass(slots=True)
class _Waiting:
    answer: asyncio.Future[Answer | NoAnswer]
    on_silence: Callable[[], None] | None


class Peer:
    """One other process, as `Visits` of the sites that it owns."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count()
        self._waiting: dict[int, _Waiting] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}

    @classmethod
    async def over(cls, connection: socket.socket) -> Peer:
        """Return the peer at the other end of a stream socket."""
        return cls(*await asyncio.open_connection(sock=connection))

    async def serve(self, visits: Visits, fail: Callable[[Exception], None]) -> None:
        """Answer the peer's questions, and take its answers, until it is gone.

        What is asked of a peer that has gone stays unanswered: the calling process notices its death, and ends this
        process as well. `fail` is told of an error of our own.
        """
        try:
            while True:
                (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
                data = await self._reader.readexactly(length)
                message: _Message = pickle.loads(data)  # noqa: S301 - written by this program
                match message:
                    case _Question():
                        task = asyncio.ensure_future(self._answer(message, visits, fail))
                        self._serving[message.number] = task
                        task.add_done_callback(lambda _, number=message.number: self._serving.pop(number))  # type: ignore[misc] # mypy#4226
                    case _Forget(number):
                        if number in self._serving:
                            self._serving[number].cancel()
                    case _Reply(number, answer):
                        waiting = self._waiting.get(number)
                        if waiting is not None and not waiting.answer.done():
                            waiting.answer.set_result(answer)
                    case _Silence(number):
                        waiting = self._waiting.get(number)
                        if waiting is not None and waiting.on_silence is not None:
                            waiting.on_silence()
        except (asyncio.IncompleteReadError, OSError):
            return
        finally:
            self._writer.close()

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Let the peer visit (Visits)."""
        question = _Question(next(self._numbers), wish, on_silence is not None)
        answer: asyncio.Future[Answer | NoAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[question.number] = _Waiting(answer, on_silence)
        self._send(question)
        try:
            return await answer
        except asyncio.CancelledError:
            self._send(_Forget(question.number))
            raise
        finally:
            del self._waiting[question.number]

    async def _answer(self, question: _Question, visits: Visits, fail: Callable[[Exception], None]) -> None:
        def silent() -> None:
            self._send(_Silence(question.number))

        try:
            answer = await visits.visit(question.wish, silent if question.told_of_silence else None)
        except Exception as error:  # noqa: BLE001 - it ends the crawl
            fail(error)
        else:
            self._send(_Reply(question.number, answer))

    def _send(self, message: _Message) -> None:
        if self._writer.is_closing():
            return
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._writer.write(_LENGTH.pack(len(data)) + data)
