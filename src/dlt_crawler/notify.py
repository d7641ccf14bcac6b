"""Telling people through Apprise, its only user: mail, chats, webhooks. A process of its own does it.

That can be ended when somebody's server keeps it waiting, and nothing that a library prints or logs in it, addresses
with their secrets among them, is seen by anybody.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import pbkdf2_hmac
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, TypeVar

from dlt_crawler.errors import ConfigError, NotifyError

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

_SECONDS = 60.0
"""For telling one target, or for reading all addresses. A library that starts and a server that is slow take 5 s."""

_ROOM = 0.8
"""The part of the longest message of a service that our text may take: as HTML it has some more characters."""

_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")
"""How Apprise logs that a server refused: "Failed to send JSON notification: Not Found, error=404."."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What became of a message. `service`: as Apprise names it; `status`: what a server refused it with, if it did."""

    service: str
    delivered: bool
    status: int | None


def require_targets(urls: Sequence[str], *, trust: str | None = None) -> None:
    """Raise ConfigError when Apprise does not understand one of its addresses. Asks nobody."""
    refused: Sequence[int] = ()
    # What keeps Apprise from answering, on a machine that is busy, say, is no reason to do nothing else.
    with suppress(EOFError, TimeoutError):
        refused = _elsewhere(_refused, (tuple(urls),), trust)
    if refused:
        raise ConfigError(
            "\n".join(
                f"notify.urls[{number}] is no address that Apprise understands: its scheme is unknown, or something is "
                "missing in it (https://appriseit.com/services/ has the forms)"
                for number in refused
            )
        )


def digest_of(url: str) -> str:
    """Return what a target may be called where its secrets must not stand: 26 characters, the same every time.

    Made slowly (40 ms), so that nobody finds a password in it by trying.
    """
    return pbkdf2_hmac("sha256", url.encode("utf-8", "surrogatepass"), b"dlt-crawl notify.urls", 100_000, 13).hex()


def send(
    url: str, name: str, *, title: str, head: str, links: Sequence[str], total: int, trust: str | None = None
) -> None:
    """Tell one target: a title, then `head` and as many of the first `links` of a `total` as its service takes.

    All of it is plain text, which Apprise escapes where a service reads HTML or markup. `trust`: a file of certificate
    authorities; None: those that the libraries trust by themselves. Raises NotifyError when it was not told, which
    calls it `name`, with its service, and says no secret.
    """
    try:
        delivery = _elsewhere(_deliver, (url, title, head, tuple(links), total), trust)
    except TimeoutError as error:
        raise NotifyError(f"{name} kept us waiting for {_SECONDS:.0f} s") from error
    except EOFError as error:
        raise NotifyError(f"{name} could not be told") from error
    if not delivery.delivered:
        raise NotifyError(_failure(f"{name} ({delivery.service})", delivery.status))


def fitted(head: str, links: Sequence[str], total: int, room: int) -> str:
    """Return the head and as many links as `room` characters hold, paragraphs all, and how many more there are."""
    for shown in range(len(links), 0, -1):
        rest = [f"and {total - shown:,} more"] if shown < total else []
        text = "\n\n".join([head, *links[:shown], *rest])
        if len(text) <= room:
            return text
    return head


def _failure(where: str, status: int | None) -> str:
    if status is None:
        return f"{where} could not be reached, or did not take the message"
    return f"{where} refused the message with status {status}"


def _elsewhere(task: Callable[..., _Answer], arguments: tuple[object, ...], trust: str | None) -> _Answer:
    """Return what a task returns in a process of its own. Raises TimeoutError; EOFError when the task failed."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_work, args=(theirs, task, arguments, trust), name="dlt-crawl notify", daemon=True)
    try:
        child.start()
        theirs.close()
        if not ours.poll(_SECONDS):
            raise TimeoutError
        answer: _Answer = ours.recv()
        return answer
    finally:
        ours.close()
        if child.pid is not None:
            child.kill()
            child.join()
            child.close()


def _work(answer: Connection, task: Callable[..., object], arguments: tuple[object, ...], trust: str | None) -> None:
    # A Ctrl-C at the terminal is for the caller, who ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if trust is not None:
        # Requests knows the one, and OpenSSL, which secures mail, the other.
        os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = trust
    answer.send(task(*arguments))


def _refused(urls: Sequence[str]) -> tuple[int, ...]:
    asset = _asset()
    return tuple(number for number, url in enumerate(urls) if _target(url, asset) is None)


def _deliver(url: str, title: str, head: str, links: Sequence[str], total: int) -> _Delivery:
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - takes 0.2 s, and the caller needs none of it

    asset = _asset()
    target = _target(url, asset)
    if target is None:
        raise ValueError
    body = fitted(head, links, total, int(target.body_maxlen * _ROOM) - len(title))
    everybody = Apprise(asset=asset)
    everybody.add(target)
    result = everybody.notify(body, title, body_format=NotifyFormat.TEXT)
    refusals = [int(found[1]) for entry in result.logs() if (found := _STATUS.search(entry.message))]
    return _Delivery(str(target.service_name), bool(result), refusals[-1] if refusals else None)


def _target(url: str, asset: AppriseAsset) -> NotifyBase | None:
    from apprise import Apprise  # noqa: PLC0415 - as above

    return Apprise.instantiate(url, asset=asset)


def _asset() -> AppriseAsset:
    from apprise import AppriseAsset  # noqa: PLC0415 - as above

    # Nothing is written to disk: no caches, no keys. The whole process has a time limit.
    return AppriseAsset(
        app_id="dlt-crawl",
        app_desc="What has changed in link lists",
        app_url="https://github.com/dlt-crawl/dlt-crawl",
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        async_mode=False,
        service_timeout=0,
    )
