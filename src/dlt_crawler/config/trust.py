"""Whom TLS trusts."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

from dlt_crawler.errors import ConfigError

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, BSD
)
"""Where systems keep their trusted certificate authorities, as in Go's crypto/x509."""


def trust_store() -> str | None:
    """Return the file of trusted certificate authorities: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, or the system's.

    None where the system keeps no single file: libraries then use their own default.
    """
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if name := os.environ.get(variable):
            if not Path(name).is_file():
                raise ConfigError(f"environment: {variable} names {name}, which is not a file")
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(name)
            except (ssl.SSLError, OSError) as error:
                raise ConfigError(f"environment: {variable} names {name}, which holds no certificates") from error
            return name
    system = (ssl.get_default_verify_paths().cafile, *SYSTEM_BUNDLES)
    return next((name for name in system if name and Path(name).is_file()), None)
