"""What runs in a worker process: one document after the other, within limits."""

from __future__ import annotations

import copyreg
import gc
import io
import multiprocessing
import os
import pickle
import resource
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from typing import Any

from dlt_crawler.errors import SourceError
from dlt_crawler.model import Extraction, LinkOccurrence, Lint, Resource, SourceDocument, Span
from dlt_crawler.sources.extraction import extract
from dlt_crawler.sources.options import Options


def _as_call(noun: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    names = [field.name for field in fields(noun)]
    return lambda value: (noun, tuple([getattr(value, name) for name in names]))


class _Pickler(pickle.Pickler):
    """Writes what is found as calls of the constructors.

    What frozen dataclasses do by themselves takes 12 µs a link, there and back, and this 4; to parse it takes 48.
    """

    dispatch_table = copyreg.dispatch_table | {
        noun: _as_call(noun) for noun in (Extraction, LinkOccurrence, Lint, Resource, Span)
    }


def start(memory: int) -> None:
    """Make this process quiet, mortal and limited to `memory` bytes of address space."""
    # What a crash would say is said by the calling process, in words.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory)
    # Python's own limit of 1,000 calls stays: the deepest nesting that is parsed takes 450 of them, and the calling
    # process, which parses again to prove a repair, has to get as far.
    threading.Thread(target=_end_with_caller, daemon=True).start()


def parse(document: SourceDocument, options: Options) -> bytes:
    """Return the pickled Extraction of a document. Raises SourceError where its parser fails, and MemoryError.

    Pickled here and not where it is sent: that, too, has to end well when memory runs out.
    """
    failure: Exception
    try:
        pickled = io.BytesIO()
        _Pickler(pickled, pickle.HIGHEST_PROTOCOL).dump(extract(document, options))
        return pickled.getvalue()
    except MemoryError:
        failure = MemoryError()
    except SourceError as error:
        failure = MemoryError() if isinstance(error.__cause__, MemoryError) else SourceError(*error.args)
    # The first one keeps alive what was read so far, and would do so while the next document is parsed.
    gc.collect()
    raise failure


def _limit(what: int, bound: int) -> None:
    _soft, hard = resource.getrlimit(what)
    # A system may know a limit and refuse it, as macOS does with that of the address space.
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def _end_with_caller() -> None:
    # A caller that is killed sends no signal, and its pipe is read only between two documents.
    caller = multiprocessing.parent_process()
    if caller is not None:
        caller.join()
        os._exit(1)
