"""Lines on stderr: sentences for people, or an object a line for programs.

Whoever logs something need not think of it: the secrets in URLs are masked, and nothing that a page said acts on a
terminal, in messages and tracebacks alike.

Where they go from there, and for how long they are kept, is for the system to say (journald, logrotate, a container).
"""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TextIO

from dlt_crawler.language import _, told
from dlt_crawler.report import discreet

if TYPE_CHECKING:
    from typing_extensions import Buffer

LOG_FORMAT_VARIABLE = "DLT_CRAWL_LOG_FORMAT"

_TALK = ("dlt_crawler.progress", "dlt_crawler.schedule")
"""Loggers whose every sentence is for the user, without --verbose, too."""

_errors = logging.getLogger("dlt_crawler.progress")


class LogFormat(StrEnum):
    """How a line on stderr is written."""

    TEXT = "text"
    JSON = "json"


def asked_for(arguments: Sequence[str], environment: Mapping[str, str]) -> LogFormat:
    """Return what a command line asks for, before it is understood: what is wrong with it is to be said so, too."""
    said = environment.get(LOG_FORMAT_VARIABLE, "")
    for option, value in zip(arguments, [*arguments, ""][1:], strict=True):
        name, sign, inside = option.partition("=")
        if name == "--log-format":
            said = (inside if sign else value) or said
    return LogFormat.JSON if said == LogFormat.JSON else LogFormat.TEXT


def configure(log_format: LogFormat, *, verbose: bool = False, quiet: bool = False) -> None:
    """Log to stderr from now on: with `verbose` what libraries tell, with `quiet` nothing but errors."""
    stream = sys.stderr
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, _Lines):
        stream = stream.buffer.stream
    handler, talk = _Lasting(stream), None
    if log_format is LogFormat.JSON:
        handler.setFormatter(_Objects())
        # What does not come through a logger (usage errors, warnings of the interpreter) becomes objects here.
        sys.stderr = io.TextIOWrapper(_Lines(stream, handler), "utf-8", "backslashreplace", line_buffering=True)
    else:
        handler.setFormatter(_Text("%(levelname)s %(message)s"))
        sys.stderr, talk = stream, _Lasting(stream)
        talk.setFormatter(_Talk())
        talk.addFilter(lambda record: not getattr(record, "for_programs", False))
    level = logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALK:
        logger = logging.getLogger(name)
        logger.setLevel(logging.ERROR if quiet else logging.INFO)
        logger.propagate = talk is None
        logger.handlers = [] if talk is None else [talk]


def tell_error(sentence: str) -> None:
    """Say why the command ends."""
    _errors.error("%s", sentence)


def tell_bug(error: Exception) -> None:
    """Say that the command ends by a mistake of ours."""
    _errors.critical("this is a bug in dlt-crawl; what was stored before it is kept", exc_info=error)


class _Lasting(logging.StreamHandler[TextIO]):
    """Goes on when nobody reads, or the disk with the log is full: no reason to stop a run, and nobody to tell."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the name that logging knows
        pass


def _inert(text: str) -> str:
    return "\n".join(map(discreet, text.split("\n")))


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _inert(super().format(record))


def _told(said: Any) -> Any:
    return "\n".join(map(told, said.split("\n"))) if isinstance(said, str) else said


class _Talk(logging.Formatter):
    """Sentences in the language in use, and "dlt-crawl:" before what went wrong; after the traceback of a bug."""

    def format(self, record: logging.LogRecord) -> str:
        sentence = record.getMessage()
        if isinstance(record.args, tuple) and record.args:
            sentence = _(record.msg) % tuple(map(_told, record.args))
        sentence = _told(sentence)
        if record.levelno > logging.INFO:
            sentence = "\n".join(f"dlt-crawl: {line}" for line in sentence.split("\n"))
        traceback = f"{self.formatException(record.exc_info)}\n" if record.exc_info else ""
        return _inert(traceback + sentence)


class _Objects(logging.Formatter):
    """An object a line, in ASCII.

    It has "time", "level", "logger" and "message", what `extra={"fields": …}` adds, and for an exception "exception"
    and "traceback".
    """

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _inert(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            fields["exception"] = _inert(f"{type(error).__name__}: {error}")
            fields["traceback"] = _inert(self.formatException(record.exc_info))
        return json.dumps(fields)


class _Lines(io.BufferedIOBase):
    """What is below a stderr whose every line becomes an object."""

    def __init__(self, stream: TextIO, handler: logging.Handler) -> None:
        self.stream = stream
        self._handler = handler
        self._begun = b""

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.stream.fileno()

    def write(self, data: Buffer, /) -> int:
        written = bytes(data)
        *lines, self._begun = (self._begun + written).split(b"\n")
        for line in filter(bytes.strip, lines):
            text = line.decode(errors="backslashreplace")
            self._handler.handle(logging.LogRecord("stderr", logging.WARNING, "", 0, text, None, None))
        return len(written)
