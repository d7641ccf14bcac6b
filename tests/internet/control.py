"""The control calls: a line of JSON on standard input, a line of JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from inspect import isawaitable
from typing import Any

from tests.internet.archive import save
from tests.internet.archive.captures import Capture
from tests.internet.archive.memory import Limit, Spell, Weather
from tests.internet.archive.troubles import TROUBLES
from tests.internet.networks import Network
from tests.internet.state import State
from tests.internet.world import Host, key_of


class Control:
    """Carries out control calls on the memory of an internet."""

    def __init__(self, state: State, network: Network) -> None:
        self._state = state
        self._network = network
        self._calls: Mapping[str, Callable[..., Any]] = {
            "requests": self._requests,
            "connections": self._connections,
            "reset": self._reset,
            "switch": self._switch,
            "page": self._page,
            "host": self._host,
            "archive_add": self._archive_add,
            "archive_spell": self._archive_spell,
            "archive_trouble": self._archive_trouble,
            "archive_desk": self._archive_desk,
            "archive_forgets": self._archive_forgets,
            "archive_limit": self._archive_limit,
            "archive_weather": self._archive_weather,
        }

    async def answer(self, line: str) -> str:
        """Carry out one call, `[name, {arguments}]`, and return `{"result": …}` or `{"error": …}`."""
        name, arguments = json.loads(line)
        try:
            result = self._calls[name](**arguments)
            return json.dumps({"result": await result if isawaitable(result) else result})
        except (KeyError, TypeError, ValueError) as error:
            return json.dumps({"error": f"{name}({arguments}): {error!r}"})

    def _requests(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self._state.requests]

    def _connections(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self._state.connections]

    async def _reset(self) -> None:
        before = self._state.hosts
        self._state.reset()
        for name in before.keys() | self._state.hosts.keys():
            if before.get(name) != self._state.hosts.get(name):
                await self._network.changed(name)

    def _page(self, url: str, to: str) -> None:
        self._state.pages[key_of(url)] = to

    async def _host(self, name: str, **row: Any) -> None:
        self._state.hosts[name] = Host(**row)
        await self._network.changed(name)

    def _switch(self, key: str, to: str) -> None:
        self._state.switches[key] = to

    def _archive_add(self, **capture: Any) -> None:
        self._state.archive.add(Capture(**capture))

    def _archive_spell(self, trouble: str, service: str | None, times: int) -> None:
        self._state.archive.cast(Spell(TROUBLES[trouble].name, service, times))

    def _archive_trouble(self, url: str, trouble: str | None) -> None:
        self._state.archive.trouble(url, trouble)

    def _archive_desk(self, **more: Any) -> None:
        archive = self._state.archive
        archive.desk = replace(archive.desk, **more)
        if archive.desk.shown:
            archive.show()

    def _archive_forgets(self) -> None:
        save.forget(self._state.archive)

    def _archive_limit(self, service: str | None, apart: float, most: int, window: float, trouble: str) -> None:
        self._state.archive.limit(Limit(service, apart, most, window, TROUBLES[trouble].name))

    def _archive_weather(self, seed: int, share: float, troubles: list[str], service: str | None) -> None:
        self._state.archive.change(Weather(seed, share, [TROUBLES[name].name for name in troubles], service))
