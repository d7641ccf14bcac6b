"""Settings: where they come from, and what a mistake in them is called."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

import pytest
import trustme

from dlt_crawler.config import load, trust_store
from dlt_crawler.errors import ConfigError


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_without_a_file_the_defaults_of_the_design_hold() -> None:
    settings = load()
    assert settings.sources == ("seeds/**/*.md",)
    assert settings.exclude == ("^https?://localhost",)
    assert settings.database == "sqlite:///storage/dlt-crawl.db"
    fetch = settings.fetch
    assert (fetch.concurrency, fetch.per_host, fetch.delay, fetch.timeout) == (128, 2, 0.5, 20)
    assert (fetch.max_body, fetch.second_look, fetch.robots, fetch.max_redirects) == (5_000_000, 60, "obey", 10)
    assert (settings.schedule.cron, settings.schedule.timezone) == ("30 2 * * *", "UTC")


def test_file_then_environment_then_flags(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "dlt-crawl.toml").write_text(
        'database = "sqlite:///file.db"\ncontact = "file"\n[fetch]\ndelay = 1\ntimeout = 5\nmax_body = "1 MB"\n'
        'allow_networks = ["127.0.0.0/8"]\n[fetch.headers."a.example"]\nAuthorization = "x"\n'
    )
    monkeypatch.setenv("DLT_CRAWL_CONTACT", "environment")
    monkeypatch.setenv("DLT_CRAWL_FETCH__TIMEOUT", "7")
    settings = load(flags={"database": "sqlite:///flag.db"})
    assert (settings.database, settings.contact) == ("sqlite:///flag.db", "environment")
    assert (settings.fetch.delay, settings.fetch.timeout, settings.fetch.max_body) == (1, 7, 1_000_000)
    assert settings.fetch.allow_networks == (IPv4Network("127.0.0.0/8"),)
    assert settings.fetch.headers == {"a.example": {"Authorization": "x"}}


def test_the_table_in_pyproject_counts_when_there_is_no_file_of_our_own(directory: Path) -> None:
    (directory / "pyproject.toml").write_text('[tool.dlt-crawl]\ncontact = "pyproject"\n')
    assert load().contact == "pyproject"
    (directory / "dlt-crawl.toml").write_text('contact = "own"\n')
    assert load().contact == "own"
    assert load(Path("pyproject.toml")).contact == "pyproject"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("contakt = 'x'", "dlt-crawl.toml: unknown key contakt; did you mean contact?"),
        ("[fetch]\nper_hots = 3", "dlt-crawl.toml: unknown key fetch.per_hots; did you mean per_host?"),
        (
            "[fetch.hosts.'a.example']\nrobot = 'ignore'",
            "dlt-crawl.toml: unknown key fetch.hosts.a.example.robot; did you mean robots?",
        ),
        (
            "[fetch.hosts.'http://a.example']\ndelay = 1",
            "dlt-crawl.toml: fetch.hosts.http://a.example: 'http://a.example' is not a host",
        ),
        ("[fetch.hosts.'a.example']\ndelay = -1", "dlt-crawl.toml: fetch.hosts.a.example.delay: Input should be"),
        (
            "[fetch.headers.'a.example']\n'X Y' = '1'",
            "dlt-crawl.toml: fetch.headers.a.example.X Y: 'X Y' is not the name of a header",
        ),
        (
            '[fetch.headers."a.example"]\nX = "1\\n2"',
            "dlt-crawl.toml: fetch.headers.a.example.X: the value of a header field",
        ),
        ("[fetch]\nproxy = 'http://127.0.0.1:99999'", "dlt-crawl.toml: fetch.proxy: 'http://127.0.0.1:99999': Port"),
        ("[fetch]\nports = []", "dlt-crawl.toml: fetch.ports: "),
        ("[fetch]\nprocesses = 65", "dlt-crawl.toml: fetch.processes: Input should be less than or equal to 64"),
        ("[fetch]\ndelay = 'soon'", "dlt-crawl.toml: fetch.delay: Input should be a valid number"),
        ("exclude = ['(']", "dlt-crawl.toml: exclude.0: '(' is not a regular expression"),
        (
            "[fetch]\nallow_networks = ['x']",
            "dlt-crawl.toml: fetch.allow_networks.0: value is not a valid",
        ),
        ("[fetch]\ntimeout = inf", "dlt-crawl.toml: fetch.timeout: Input should be a finite number"),
        ("[schedule]\ntimezone = 'Mars/Base'", "dlt-crawl.toml: schedule.timezone: 'Mars/Base' is not a time zone"),
        ("[network]\ncanaries = ['example.com']", "dlt-crawl.toml: network.canaries.0: 'example.com' is not an http"),
        ("[archive]\nsave = true", "dlt-crawl.toml: archive: save = true needs access_key and secret_key"),
        ("[archive]\nmax_age = inf", "dlt-crawl.toml: archive.max_age: Input should be less than or equal to 36500"),
        ("contact = ", "dlt-crawl.toml: is not valid TOML"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(directory: Path, text: str, sentence: str) -> None:
    (directory / "dlt-crawl.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DLT_CRAWL_CONTAKT", "x", "environment: DLT_CRAWL_CONTAKT is not a setting; did you mean DLT_CRAWL_CONTACT?"),
        ("DLT_CRAWL_FETCH__DELAY", "soon", "environment, DLT_CRAWL_FETCH__DELAY: fetch.delay: Input should be a valid"),
        ("DLT_CRAWL_SOURCES", "seeds", "environment: "),
        ("DLT_CRAWL_ARCHIVE__SAVE", "true", "environment: archive: save = true needs access_key"),
    ],
)
def test_a_mistake_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).startswith(sentence)


def test_keys_are_taken_without_the_line_break_behind_them_and_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLT_CRAWL_ARCHIVE__SECRET_KEY", "TOPSECRET\n")
    assert load().archive.secret_key == "TOPSECRET"
    monkeypatch.setenv("DLT_CRAWL_ARCHIVE__SECRET_KEY", "TOP\nSECRET")
    with pytest.raises(ConfigError, match="characters that no token has") as caught:
        load()
    assert "SECRET_KEY: archive.secret_key" in str(caught.value)
    assert "TOP" not in str(caught.value)


def test_a_file_that_was_named_must_exist() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read: No such file"):
        load(Path("nowhere.toml"))


def test_trust_comes_from_the_environment_first(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = directory / "ca.pem"
    trustme.CA().cert_pem.write_to_path(bundle)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert trust_store() == str(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(directory / "missing.pem"))
    with pytest.raises(ConfigError, match=r"SSL_CERT_FILE names .*missing\.pem, which is not a file"):
        trust_store()
    (directory / "empty.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(directory / "empty.pem"))
    with pytest.raises(ConfigError, match=r"SSL_CERT_FILE names .*empty\.pem, which holds no certificates"):
        trust_store()


@pytest.mark.parametrize("text", ["[tool]\ndlt-crawl = 3", "tool = 3"])
def test_a_pyproject_of_another_kind_is_no_crash(directory: Path, text: str) -> None:
    (directory / "pyproject.toml").write_text(text)
    if text == "tool = 3":
        assert load().contact == ""
    else:
        with pytest.raises(ConfigError, match=r"pyproject\.toml: tool\.dlt-crawl is no table"):
            load()
