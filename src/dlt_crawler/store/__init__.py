"""The database: rows in, domain objects out. The only package that knows SQLAlchemy and Alembic."""

from dlt_crawler.store.checks import Remarks
from dlt_crawler.store.citations import Cited
from dlt_crawler.store.copying import copy_database
from dlt_crawler.store.datasette import datasette_metadata
from dlt_crawler.store.frontier import Place, StoredFrontier
from dlt_crawler.store.keeping import Keepings, Served
from dlt_crawler.store.news import Told, Untold
from dlt_crawler.store.opening import conninfo, database_file, lock
from dlt_crawler.store.parts import Identity, Part, identity_of
from dlt_crawler.store.proofs import Proofs
from dlt_crawler.store.rereading import Crowded, StoredCheck, StoredHistory
from dlt_crawler.store.retention import Past, Thinned, Volume
from dlt_crawler.store.shared import BATCH, SharedFrontier
from dlt_crawler.store.sharing import Sharing
from dlt_crawler.store.store import Store

__all__ = [
    "BATCH",
    "Cited",
    "Crowded",
    "Identity",
    "Keepings",
    "Part",
    "Past",
    "Place",
    "Proofs",
    "Remarks",
    "Served",
    "SharedFrontier",
    "Sharing",
    "Store",
    "StoredCheck",
    "StoredFrontier",
    "StoredHistory",
    "Thinned",
    "Told",
    "Untold",
    "Volume",
    "conninfo",
    "copy_database",
    "database_file",
    "datasette_metadata",
    "identity_of",
    "lock",
]
