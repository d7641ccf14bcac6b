"""The other crawling processes: their sites are asked by them, over a socket to each, many questions at once."""

from __future__ import annotations

import asyncio
import itertools
import pickle
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dlt_crawler.fetch.visit.client import Answer, NoAnswer

if TYPE_CHECKING:
    from dlt_crawler.fetch.visit.visits import Getter, Visits
    from dlt_crawler.fetch.wire.transport import Reading

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class _Question:
    number: int
    url: str
    reading: Reading
    cookie: str
    verify: bool
    seconds: float | None
    told_of_silence: bool
    robots: bool | None
    """Whether a visit obeys robots.txt; None: it is a plain `get`."""


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
    """One other process, as a `Getter` and as `Visits` of the sites that it owns."""

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

    async def serve(self, getter: Getter, visits: Visits, fail: Callable[[Exception], None]) -> None:
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
                        task = asyncio.ensure_future(self._answer(message, getter, visits, fail))
                        self._serving[message.number] = task
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

    async def get(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str = "",
        verify: bool = True,
        seconds: float | None = None,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Let the peer ask (Getter)."""
        number = next(self._numbers)
        told = on_silence is not None
        return await self._ask(_Question(number, url, reading, cookie, verify, seconds, told, None), on_silence)

    async def visit(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str,
        robots: bool,
        verify: bool,
        seconds: float,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Let the peer visit (Visits)."""
        number = next(self._numbers)
        told = on_silence is not None
        return await self._ask(_Question(number, url, reading, cookie, verify, seconds, told, robots), on_silence)

    async def _ask(self, question: _Question, on_silence: Callable[[], None] | None) -> Answer | NoAnswer:
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

    async def _answer(
        self, question: _Question, getter: Getter, visits: Visits, fail: Callable[[Exception], None]
    ) -> None:
        def silent() -> None:
            self._send(_Silence(question.number))

        if question.robots is None or question.seconds is None:
            ask = partial(getter.get, seconds=question.seconds)
        else:
            ask = partial(visits.visit, seconds=question.seconds, robots=question.robots)
        try:
            answer = await ask(
                question.url,
                question.reading,
                cookie=question.cookie,
                verify=question.verify,
                on_silence=silent if question.told_of_silence else None,
            )
        except Exception as error:  # noqa: BLE001 - it ends the crawl
            fail(error)
        else:
            self._send(_Reply(question.number, answer))
        finally:
            del self._serving[question.number]

    def _send(self, message: _Message) -> None:
        if self._writer.is_closing():
            return
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._writer.write(_LENGTH.pack(len(data)) + data)
