"""The schemas that other programs judge our reports by."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft3Validator, Draft7Validator
from lxml import etree

from tests.specifications.examples import DIRECTORY


@cache
def sarif() -> Draft7Validator:
    """Return the validator of SARIF 2.1.0 (OASIS), as SchemaStore serves it."""
    return Draft7Validator(json.loads(_path("sarif-2.1.0.json").read_bytes()))


@cache
def csl() -> Draft3Validator:
    """Return the validator of CSL-JSON (citation-style-language/schema), with the types that CSL 1.0.2 has added.

    The schema is that of CSL 1.0.1; of what we write, 1.0.2 changed nothing else.
    """
    schema = json.loads(_path("csl-data.json").read_bytes())
    schema["items"]["properties"]["type"]["enum"] += ["software", "standard"]
    return Draft3Validator(schema)


@cache
def junit() -> etree.XMLSchema:
    """Return the schema of Jenkins' xunit-plugin, the strictest that is in use."""
    return etree.XMLSchema(etree.parse(_path("junit-10.xsd")))


def _path(name: str) -> Path:
    """Return a schema; skip the calling test if it is not there; in CI, where `make test` fetches it, fail it."""
    path = DIRECTORY / name
    if not path.exists():
        reason = f"{name} is not here: run make test, which fetches it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
