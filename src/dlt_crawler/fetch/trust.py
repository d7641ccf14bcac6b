"""TLS: which certificates are trusted, and in words why one is not."""

from __future__ import annotations

from OpenSSL import SSL
from OpenSSL.crypto import X509
from service_identity.exceptions import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped] # has no types

from dlt_crawler.errors import CrawlError

_LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT (openssl/ssl.h): browsers talk to servers without RFC 5746, and so does Scrapy."""

_WORDS = {
    # X509_V_ERR_* of openssl/x509_vfy.h.
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate is signed by an authority that is not trusted",
    20: "its certificate is signed by an authority that is not trusted",
    21: "its certificate is signed by an authority that is not trusted, or the chain of certificates is incomplete",
    23: "its certificate was revoked",
}
_WRONG_NAME = "its certificate is for another name"


@implementer(IPolicyForHTTPS)
class TrustedAuthorities:
    """Verifies every server against one file of certificate authorities, and its name against the certificate.

    One OpenSSL context for all connections: Twisted's own policy reads the whole file again for each of them.
    """

    def __init__(self, file: str | None) -> None:
        """Trust the authorities in `file` and no others; None: where OpenSSL was built to look."""
        self._context = CertificateOptions(fixBrokenPeers=True).getContext()
        self._context.set_options(_LEGACY_SERVER_CONNECT)
        if file is None:
            self._context.set_default_verify_paths()
        else:
            try:
                self._context.load_verify_locations(file)
            except SSL.Error as error:
                raise CrawlError(f"{file} holds no certificates of authorities to trust") from error
        self._refused: dict[tuple[str, int], str] = {}

    def why_refused(self, host: str, port: int) -> str | None:
        """Return why the latest certificate that this server showed was refused; None when it was not."""
        return self._refused.get((host, port))

    def creatorForNetloc(self, hostname: bytes, port: int) -> _ServerCheck:  # noqa: N802 - IPolicyForHTTPS
        """Return what sets up one TLS connection (IPolicyForHTTPS)."""
        server = hostname.decode("ascii"), port
        self._refused.pop(server, None)
        return _ServerCheck(self._context, server, self._refused)


@implementer(IOpenSSLClientConnectionCreator)
class _ServerCheck:
    def __init__(self, context: SSL.Context, server: tuple[str, int], refused: dict[tuple[str, int], str]) -> None:
        self._context = context
        self._server = server
        self._refused = refused
        host, _ = server
        self._is_name = not (isIPAddress(host) or isIPv6Address(host))
        self._identity: ServiceID = DNS_ID(host) if self._is_name else IPAddress_ID(host)

    def clientConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803
        """Return a connection that refuses any other server (IOpenSSLClientConnectionCreator)."""
        connection = SSL.Connection(self._context, None)
        if self._is_name:
            connection.set_tlsext_host_name(self._server[0].encode("ascii"))
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, self._accepts)
        return connection

    def _accepts(self, _connection: SSL.Connection, certificate: X509, error: int, depth: int, valid: int) -> bool:
        if not valid:
            self._refused[self._server] = _WORDS.get(error, f"its certificate is not valid (OpenSSL's error {error})")
            return False
        if depth:
            return True
        try:
            verify_service_identity(extract_patterns(certificate), [self._identity], [])
        except (CertificateError, VerificationError):
            self._refused[self._server] = _WRONG_NAME
            return False
        return True
