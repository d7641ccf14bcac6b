"""What libcurl cannot be told: settings of the OpenSSL that it uses."""

from __future__ import annotations

import ctypes
import logging
from functools import cache
from importlib.util import find_spec
from pathlib import Path

logger = logging.getLogger(__name__)

_SETTINGS = Path(__file__).with_name("openssl.cnf")


@cache
def talk_to_old_servers() -> None:
    """Apply openssl.cnf to all TLS connections of libcurl in this process.

    Not by OPENSSL_CONF: the OpenSSL in pycurl's wheels is built without reading it (no-autoload-config). A libcurl with
    another TLS library has no such function, and needs none.
    """
    extension = find_spec("pycurl._pycurl")
    if extension is None or extension.origin is None:
        return
    # Symbols are looked for in the libraries that the extension is linked to, too.
    load = getattr(ctypes.CDLL(extension.origin), "CONF_modules_load_file", None)
    if load is not None and load(str(_SETTINGS).encode(), None, ctypes.c_ulong(0)) <= 0:
        logger.warning("OpenSSL does not take %s: servers without RFC 5746 cannot be asked", _SETTINGS.name)
