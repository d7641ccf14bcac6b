"""What is measured, for Prometheus: as text, and over HTTP. The only user of prometheus_client.

Names are by https://prometheus.io/docs/practices/naming/: base units, and never one name for two things.
"""

from dlt_crawler.metrics.exposition import exposition
from dlt_crawler.metrics.families import Known
from dlt_crawler.metrics.server import Answer, serve

__all__ = ["Answer", "Known", "exposition", "serve"]
