"""The certificates of the test internet: those of its authorities, and those that no client should take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ADDRESSES = tuple(f"127.0.0.{last}" for last in range(1, 60))


class Certificates:
    """A certificate authority that clients are told to trust, and one that nobody knows."""

    def __init__(self) -> None:
        self.trusted = trustme.CA(organization_name="The test internet")
        self.unknown = trustme.CA(organization_name="Nobody knows it")
        self.intermediate = self.trusted.create_child_ca()


Certificate = Callable[[Certificates, tuple[str, ...]], trustme.LeafCert]
"""Makes a certificate for these names and addresses."""


def good(authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert(*names)


def expired(authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert(
        *names, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )


def not_yet_valid(authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert(
        *names, not_before=datetime(2100, 1, 1, tzinfo=UTC), not_after=datetime(2101, 1, 1, tzinfo=UTC)
    )


def wrong_name(authority: Certificates, _names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert("somebody-else.example")


def untrusted(authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.unknown.issue_cert(*names)


def incomplete(authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    """Return a good certificate without that of the intermediate authority that has signed it."""
    leaf = authority.intermediate.issue_cert(*names)
    return trustme.LeafCert(leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), [])


def self_signed(_authority: Certificates, names: tuple[str, ...]) -> trustme.LeafCert:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, traditional = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    return trustme.LeafCert(
        key.private_bytes(pem, traditional, serialization.NoEncryption()), certificate.public_bytes(pem), []
    )


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name in ADDRESSES else x509.DNSName(name)
