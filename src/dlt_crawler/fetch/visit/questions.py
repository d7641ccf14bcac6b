"""What several links want to know at once: the first one asks, and all wait for the same answer."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from dlt_crawler.fetch.visit.trails import HandOn, Held, held_now

Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Question(Generic[Known]):
    """A question that is being asked, or that has been."""

    task: asyncio.Task[Known | HandOn]
    """Returns what would be raised in a task whose exceptions nobody may come to hear of."""
    held: Held | None
    """What is answered in it, where one site is held."""

    def is_behind(self, held: Held | None, name: str) -> bool:
        """Return whether it could not go on, and a link brings answers with which it can."""
        if held is None or self.held is None or not self.task.done() or not isinstance(self.task.result(), HandOn):
            return False
        return held.count(name) > self.held.count(name)

    def answered(self, held: Held | None) -> Known:
        """Return its answer to a link, whose trail has all that was answered in it. Raises HandOn anew."""
        if held is not None and self.held is not None:
            held.learn(self.held)
        known = self.task.result()
        if isinstance(known, HandOn):
            raise HandOn(known.site, known.slot)
        return known


def question(name: str, work: Callable[[], Awaitable[Known]]) -> Question[Known]:
    """Begin to ask, on behalf of the link in whose context this is called, and of all that will wait."""
    held, context = held_now.get(), copy_context()
    branch = None if held is None else held.branch(name)
    context.run(held_now.set, branch)

    async def ask() -> Known | HandOn:
        try:
            return await work()
        except HandOn as leaving:
            return leaving

    task = asyncio.get_running_loop().create_task(ask(), context=context)
    if held is not None:
        held.hold.holds(task)
    return Question(task, branch)


class Questions(Generic[Known]):
    """Questions by name, each asked once at a time.

    Where one site is held, each is asked on behalf of that site's links. One that leads elsewhere is kept until the
    site is left: the next link with it is handed on, too, and nobody is asked for it twice.
    """

    def __init__(self, *, kept: bool = False) -> None:
        """`kept`: so are those that are answered."""
        self._kept = kept
        self._of: defaultdict[str, dict[str, Question[Known]]] = defaultdict(dict)

    async def ask(self, name: str, work: Callable[[], Awaitable[Known]]) -> Known:
        """Return what `work` returns, now or for others before. Raises HandOn, for each who waits."""
        held = held_now.get()
        asking = self._of["" if held is None else held.site]

        async def once() -> Known:
            known = await work()
            if not self._kept:
                del asking[name]
            return known

        while True:
            asked = asking.get(name)
            if asked is None or asked.is_behind(held, name):
                asked = asking[name] = question(name, once)
            await asyncio.shield(asked.task)
            if not asked.is_behind(held, name):
                return asked.answered(held)

    def leave(self, site: str) -> None:
        """Forget the questions that were asked on behalf of a site's links."""
        self._of.pop(site, None)
