"""What the check of a link has been answered so far, where only the hosts of one site may be asked.

A worker holds some sites, and nobody else asks their hosts meanwhile. A check that comes to a host of another site is
broken off there (`HandOn`) and begun anew by whoever holds that site: what has been answered before is answered from
its trail, so that it comes to the same place again, and goes on.

What several links want to know together (a robots.txt, a sibling) is a question of its own, whose part of the trail
goes with each of them.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Wish

_MOST_BYTES = 262_144
"""Of a trail. A redirect takes up to 1 KB, a page that sends its visitors on 8 KB, a robots.txt of 500 KiB that is
another site's some 100 KB."""
_MOST_OF_A_BODY = 1_048_576
"""Bytes: only of a robots.txt the body itself is kept, of which half of that is read."""
_LINK = ""
"""The question what becomes of the link itself."""


class HandOn(Exception):
    """It cannot go on here: only whoever holds `site` may ask what is to be asked next, at the turn of `slot`."""

    def __init__(self, site: str, slot: str) -> None:
        super().__init__(f"to be asked by whoever holds {site}")
        self.site = site
        self.slot = slot


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request was made with, as far as its answer depends on it."""

    url: str
    cookie: str = ""
    verify: bool = True
    headers: tuple[tuple[str, str], ...] = ()
    fragments: tuple[str, ...] | None = None
    """Those to be looked for; None: no page was wanted."""

    @classmethod
    def by(cls, wish: Wish) -> Asked:
        """Return what tells a wish from others."""
        fragments = None if wish.page is None else wish.page.fragments
        return cls(wish.url, wish.cookie, wish.verify, wish.headers, fragments)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trail."""

    question: str
    asked: Asked | None
    """None: the question is not to be asked."""
    answer: Answer | NoAnswer | None
    silent: bool = False
    """Whether half of the time had passed before the answer came."""


_STEPS = TypeAdapter(tuple[Step, ...], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))


def written(steps: tuple[Step, ...]) -> str | None:
    """Return the steps as JSON; None where that is too long to be handed on, or no text: halves of surrogate pairs."""
    packed = tuple(_with_body(step, zlib.compress) for step in steps)
    try:
        text = _STEPS.dump_json(packed, exclude_defaults=True)
    except PydanticSerializationError:
        return None
    return text.decode() if len(text) <= _MOST_BYTES else None


def read(text: str) -> tuple[Step, ...]:
    """Return the steps that were `written`; none where another version did so, in a way that is not understood."""
    try:
        return tuple(_with_body(step, _unpacked) for step in _STEPS.validate_json(text))
    except (ValidationError, zlib.error):
        return ()


class Hold:
    """The hold of one site, by a batch of links: what is asked under it."""

    def __init__(self, site: str, slots: Iterable[str] = ()) -> None:
        """`slots`: what there are links of."""
        self.site = site
        self.slots = set(slots)
        """Those that were asked, or were to be."""
        self._asking: set[asyncio.Task[Any]] = set()

    def holds(self, task: asyncio.Task[Any]) -> None:
        """Note a question for which no link needs to wait to its end."""
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def end(self) -> None:
        """Break off the questions that nobody waits for any more: when the hold is over, somebody else may ask."""
        tasks = [*self._asking]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


class Held:
    """The check of one link under the hold of one site, or a question that came up in it."""

    def __init__(self, hold: Hold, steps: tuple[Step, ...] = (), question: str = _LINK) -> None:
        """Begin with the `steps` that the link brings with it."""
        self.hold = hold
        self.site = hold.site
        self._question = question
        self._steps: defaultdict[str, list[Step]] = defaultdict(list)
        for step in steps:
            self._steps[step.question].append(step)
        self._unread: defaultdict[Asked, deque[Step]] = defaultdict(deque)
        for step in self._steps[question]:
            if step.asked is not None:
                self._unread[step.asked].append(step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All that has been answered, question by question."""
        return tuple(step for steps in self._steps.values() for step in steps)

    def replay(self, wish: Wish) -> Step | None:
        """Return what was answered to a wish, each answer once: the same request may be made again later."""
        unread = self._unread.get(Asked.by(wish))
        return unread.popleft() if unread else None

    def note(self, wish: Wish, answer: Answer | NoAnswer, *, silent: bool) -> None:
        """Note what was answered just now."""
        self._steps[self._question].append(Step(self._question, Asked.by(wish), answer, silent))

    def branch(self, question: str) -> Held:
        """Return what a question begins with that others may wait for as well: all but what is this link's own."""
        return Held(self.hold, tuple(step for step in self.steps if step.question != self._question), question)

    def learn(self, question: Held) -> None:
        """Take over what was answered in a question that was waited for, where it is more than what is known of it."""
        for name, steps in question._steps.items():
            if len(steps) > len(self._steps[name]):
                self._steps[name] = list(steps)

    def count(self, question: str) -> int:
        """Return how many steps of a question there are."""
        return len(self._steps[question])

    def first(self, question: str) -> str | None:
        """Return the URL that a question begins with; None when it has not begun."""
        steps = self._steps[question]
        return steps[0].asked.url if steps and steps[0].asked is not None else None

    def leave_out(self, question: str) -> None:
        """Note that a question is not to be asked, whoever goes on with the link."""
        self._steps[question] = [Step(question, None, None)]

    def leaves_out(self, question: str) -> bool:
        """Return whether a question is not to be asked."""
        steps = self._steps[question]
        return bool(steps) and steps[0].asked is None


held_now: ContextVar[Held | None] = ContextVar("held_now", default=None)
"""Under whose hold the check in this context is made; None: all hosts may be asked."""


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(packed, _MOST_OF_A_BODY)
    if not unpacking.eof:
        raise zlib.error("that is more than is ever read")
    return body


def _with_body(step: Step, change: Callable[[bytes], bytes]) -> Step:
    answer = step.answer
    if not isinstance(answer, Answer) or answer.body is None:
        return step
    return replace(step, answer=replace(answer, body=change(answer.body)))
