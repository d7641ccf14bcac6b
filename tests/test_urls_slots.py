"""Which hosts politeness counts together, and which are one site."""

from __future__ import annotations

import subprocess
import sys

import pytest
import tldextract

from dlt_crawler.urls import site_of, slot_of

HOSTS = (
    # Host, slot, site.
    ("www.example.com", "www.example.com", "example.com"),
    ("example.com", "example.com", "example.com"),
    ("a.b.example.co.uk", "a.b.example.co.uk", "example.co.uk"),
    # Shared hosting that the Public Suffix List knows, at several depths.
    ("alice.github.io", "github.io", "github.io"),
    ("www.alice.github.io", "github.io", "github.io"),
    ("github.io", "github.io", "github.io"),
    ("a.readthedocs.io", "readthedocs.io", "readthedocs.io"),
    ("a.blogspot.com", "blogspot.com", "blogspot.com"),
    ("bucket.s3.amazonaws.com", "s3.amazonaws.com", "amazonaws.com"),
    ("bucket.s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "amazonaws.com"),
    ("a.nyc3.digitaloceanspaces.com", "nyc3.digitaloceanspaces.com", "digitaloceanspaces.com"),
    ("ec2-192-0-2-1.compute-1.amazonaws.com", "ec2-192-0-2-1.compute-1.amazonaws.com", "amazonaws.com"),
    # Shared hosting that it does not know.
    ("alice.wordpress.com", "wordpress.com", "wordpress.com"),
    ("wordpress.com", "wordpress.com", "wordpress.com"),
    ("en.wikipedia.org", "wikipedia.org", "wikipedia.org"),
    ("a.blogspot.co.uk", "blogspot.co.uk", "blogspot.co.uk"),
    # Names are sold there, and each has servers of its own.
    ("www.example.uk.com", "www.example.uk.com", "uk.com"),
    ("home.duckdns.org", "home.duckdns.org", "duckdns.org"),
    # One operator with unlike services.
    ("docs.google.com", "docs.google.com", "google.com"),
    # No names, or none that the list knows.
    ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
    ("2001:db8::1", "2001:db8::1", "2001:db8::1"),
    ("localhost", "localhost", "localhost"),
    ("co.uk", "co.uk", "co.uk"),
    ("a.b.test", "a.b.test", "b.test"),
    ("a.b.x1", "a.b.x1", "b.x1"),
    # Punycode; "москва.рф" and "bücher.de".
    ("www.xn--80adxhks.xn--p1ai", "www.xn--80adxhks.xn--p1ai", "xn--80adxhks.xn--p1ai"),
    ("www.xn--bcher-kva.de", "www.xn--bcher-kva.de", "xn--bcher-kva.de"),
    # A name that ends in the root is the same name.
    ("www.example.com.", "www.example.com", "example.com"),
    ("alice.github.io.", "github.io", "github.io"),
    ("192.0.2.1.", "192.0.2.1", "192.0.2.1"),
    ("", "", ""),
)


@pytest.mark.parametrize(("host", "slot", "site"), HOSTS)
def test_slot_and_site(host: str, slot: str, site: str) -> None:
    assert (slot_of(host), site_of(host)) == (slot, site)


def test_hosts_of_one_slot_are_of_one_site() -> None:
    # Processes own sites: a slot in two of them would be asked twice as hard.
    listed = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True).tlds
    suffixes = {suffix.replace("*", "any") for suffix in listed if not suffix.startswith("!")}

    hosts = [f"{name}.{suffix}" for suffix in suffixes for name in ("a", "b.a")] + [*suffixes]

    split = {host for host in hosts if site_of(slot_of(host)) != site_of(host)}
    assert len(hosts) > 20_000
    assert split == set()


WITHOUT_NETWORK_AND_FILES = """
import sys
from dlt_crawler.urls import slot_of
assert "requests" not in sys.modules  # what only lists links does not wait for it
import tldextract
sys.addaudithook(lambda event, given: (_ for _ in ()).throw(OSError(event)) if event.startswith("socket.")
    or event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+") else None)
print(slot_of("alice.github.io"))
"""


def test_the_public_suffix_list_is_neither_fetched_nor_written() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK_AND_FILES], capture_output=True, text=True, check=False
    )
    assert (result.stdout, result.stderr) == ("github.io\n", "")
