"""What Datasette (datasette.io) needs to know to show a database to a person: what tables mean, and useful queries."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any


def datasette_metadata(file: Path) -> str:
    """Return the metadata for `datasette FILE --metadata …`, as JSON."""
    described: dict[str, Any] = tomllib.loads(
        files("dlt_crawler").joinpath("store", "datasette.toml").read_text(encoding="utf-8")
    )
    tables = described["tables"] | {name: {"hidden": True} for name in described["hidden"]}
    document = {
        "title": described["title"],
        "description": described["description"],
        # Datasette names a database by its file, without what stands behind the last full stop.
        "databases": {file.stem: {"tables": tables, "queries": described["queries"]}},
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
