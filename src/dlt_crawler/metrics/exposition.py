"""From metrics to the text formats that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dlt_crawler.metrics.families import Known, families


class _Once(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def exposition(known: Known, accept: str = "") -> tuple[bytes, str]:
    """Return what is known as text, and its media type: the one that `accept` (a header) likes best.

    That is OpenMetrics where it is named, else Prometheus' own format. What is a label's value is escaped as they say.
    """
    registry = CollectorRegistry(auto_describe=False)
    encode, media_type = choose_encoder(accept)
    registry.register(_Once(list(families(known))))
    return encode(registry), media_type
