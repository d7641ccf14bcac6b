"""The command that tells who watches the machines how the work goes."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import app, options_of, show
from dlt_crawler.errors import ConfigError, DltCrawlError, StoreError
from dlt_crawler.language import _

if TYPE_CHECKING:
    from dlt_crawler.config import Settings
    from dlt_crawler.metrics import Answer
    from dlt_crawler.model import Measures
    from dlt_crawler.pipeline import Gauge

FRESH = 2.0
"""Seconds for which what was measured is told again: several may ask, and the database is asked once."""


@app.command()
def metrics(
    context: typer.Context,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Replace this file, whole or not at all.")
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Stay in the foreground and answer GET /metrics and GET /healthz."),
    ] = None,
) -> None:
    """Print how the work goes, for Prometheus: links, checks, queue, workers, limits.

    Asks the database alone, whoever else works on it.
    """
    from dlt_crawler import pipeline

    if output is not None and listen is not None:
        raise typer.BadParameter("--output and --listen exclude each other")
    settings = options_of(context).settings
    if listen is not None:
        _serve(settings, _address(listen))
        return
    with pipeline.open_gauge(settings) as gauge:
        data, _media_type = gauge.text(gauge.read(datetime.now(UTC)))
    if output is None:
        show(data)
    else:
        pipeline.write_metrics(output, data)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise typer.BadParameter(f"{text!r} is no HOST:PORT, such as 127.0.0.1:9465", param_hint="--listen")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _serve(settings: Settings, address: tuple[str, int]) -> None:
    from dlt_crawler.metrics import serve

    def ready(host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        typer.echo(_("metrics at {url}").format(url=f"http://{shown}:{port}/metrics"), err=True)

    with ExitStack() as stack:
        scraped = stack.enter_context(_Scraped(settings))
        try:
            serve(address, scraped.metrics, scraped.health, ready)
        except OSError as error:
            raise ConfigError(f"--listen: nobody can listen at {address[0]}:{address[1]}: {error.strerror}") from error


class _Scraped:
    """What is answered to who asks, by several threads at once: measured at most every few seconds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._began = datetime.now(UTC)
        self._one_at_a_time = threading.Lock()
        self._opened = ExitStack()
        self._gauge: Gauge | None = None
        self._measured: tuple[float, Measures] | None = None

    def __enter__(self) -> _Scraped:
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def metrics(self, accept: str) -> Answer:
        """Answer with the metrics; 503 and why not where the database cannot tell."""
        from dlt_crawler.metrics import Answer

        try:
            gauge, measures = self._measure()
            return Answer(200, *gauge.text(measures, accept=accept))
        except DltCrawlError as error:
            return Answer(503, f"{error}\n".encode())

    def health(self) -> Answer:
        """Answer with 200 when the database answers and no night was missed, else with 503 and a sentence."""
        from dlt_crawler.metrics import Answer

        try:
            _gauge, measures = self._measure()
            trouble = self._missed(measures)
        except DltCrawlError as error:
            trouble = str(error)
        return Answer(200, b"ok\n") if trouble is None else Answer(503, f"{trouble}\n".encode())

    def forget(self) -> None:
        """Measure anew when somebody asks next."""
        self._measured = None

    def _missed(self, measures: Measures) -> str | None:
        """Return which night was missed: the one after the last success had until the next one to succeed."""
        from dlt_crawler.schedule import cron_trigger

        schedule, last = self._settings.schedule, measures.last_success
        trigger = cron_trigger(schedule.cron, schedule.timezone)
        due = trigger.get_next_fire_time(None, last or self._began)
        late = None if due is None else trigger.get_next_fire_time(due, due)
        if due is None or late is None or datetime.now(UTC) < late:
            return None
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
        return f"no run has succeeded {since}: the one of {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC was missed"

    def _measure(self) -> tuple[Gauge, Measures]:
        with self._one_at_a_time:
            gauge = self._gauge if self._gauge is not None else self._open()
            if self._measured is None or time.monotonic() - self._measured[0] >= FRESH:
                try:
                    self._measured = time.monotonic(), gauge.read(datetime.now(UTC))
                except StoreError:
                    # The server was restarted, or a newer version has changed the schema: the next one opens it anew.
                    self._gauge = None
                    self._opened.close()
                    raise
            return gauge, self._measured[1]

    def _open(self) -> Gauge:
        from dlt_crawler import pipeline

        self._measured = None
        self._gauge = self._opened.enter_context(pipeline.open_gauge(self._settings))
        return self._gauge
