"""People are told what a run has changed: once something has, at least once, and no secret on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_crawler import notify
from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError, NotifyError
from dlt_crawler.model import Change, Network, Snapshot, State, Verdict
from dlt_crawler.pipeline import Job, notices
from dlt_crawler.store import Store
from tests.internet.client import Internet
from tests.listeners import MailServer, Webhook, listening
from tests.nightly import Maintainer
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save

LINKS = ("newly dead: https://gone.example/?a=1&b=<script>\n404 & <b>gone</b>", "recovered: https://back.example/")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening(Webhook()) as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with listening(MailServer()) as server:
        yield server


def tell(*urls: str, total: int = 2) -> None:
    notify.send(urls, title="dlt-crawl: 1 newly dead", head="1 newly dead, of 9 links", links=LINKS, total=total)


TOLD = "1 newly dead, of 9 links\n\n" + "\n\n".join(LINKS)


def test_a_webhook_and_a_mailbox_are_told_in_plain_text(webhook: Webhook, mail: MailServer) -> None:
    tell(webhook.url(), mail.url)
    (call,), (message,) = webhook.received, mail.received
    assert (call["title"], call["message"]) == ("dlt-crawl: 1 newly dead", TOLD)
    assert message["subject"] == "dlt-crawl: 1 newly dead"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n").rstrip() == TOLD


def test_where_html_is_sent_nothing_in_the_text_is_markup(mail: MailServer) -> None:
    tell(f"{mail.url}&format=html")
    (message,) = mail.received
    html = message.get_body(("html",))
    assert html is not None
    shown = html.get_content()
    assert "?a=1&amp;b=&lt;script&gt;" in shown.replace("&nbsp;", " ")
    assert "<script" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (1_000, "head\n\none\n\ntwo\n\nand 1,998 more"),
        (30, "head\n\none\n\ntwo\n\nand 1,998 more"),
        (29, "head\n\none\n\nand 1,999 more"),
        (24, "head"),
        (-1, "head"),
    ],
)
def test_a_message_is_as_long_as_its_service_allows(room: int, shown: str) -> None:
    assert notify.fitted("head", ("one", "two"), 2_000, room) == shown
    assert len(shown) <= max(room, len("head"))


def test_a_message_that_holds_everything_counts_nothing_more() -> None:
    assert notify.fitted("head", ("one", "two"), 2, 100) == "head\n\none\n\ntwo"


def test_who_could_not_be_told_is_named_without_a_secret_and_the_others_are_told(
    webhook: Webhook, capfd: pytest.CaptureFixture[str]
) -> None:
    with listening(Webhook()) as broken, listening(Webhook()) as absent:
        broken.status = 404
        absent.server_close()
        with pytest.raises(NotifyError) as caught:
            tell(broken.url(), absent.url(), webhook.url(), "mailto://me:T0PS3CRET@127.0.0.1:1?from=a@a.example")
    assert str(caught.value) == (
        "notify.urls[0] (JSON) refused the message with status 404; "
        "notify.urls[1] (JSON) could not be reached, or did not take the message; "
        "notify.urls[3] (E-Mail) could not be reached, or did not take the message"
    )
    assert [call["message"] for call in webhook.received] == [TOLD]
    assert capfd.readouterr() == ("", "")


def test_a_server_that_keeps_us_waiting_is_left(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "_SECONDS", 3.0)
    webhook.status = None
    began = time.monotonic()
    with pytest.raises(NotifyError, match=r"^notify.urls\[0\] kept us waiting for 3 s$"):
        tell(webhook.url())
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("bad", ["", "T0PS3CRET", "nobody://T0PS3CRET@a.example", "slack://T0PS3CRET", "json://"])
def test_an_address_that_nobody_understands_is_a_mistake_in_the_configuration(
    bad: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        notify.require_targets(["json://127.0.0.1/", bad, "mailto://me:T0PS3CRET@a.example"])
    assert str(caught.value).startswith("notify.urls[1] is no address that Apprise understands: ")
    assert "T0PS3CRET" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_what_breaks_while_somebody_is_told_is_a_failure_and_shows_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotifyError, match=r"^notify.urls\[0\] could not be told$"):
        tell("nobody://T0PS3CRET@a.example")
    assert capfd.readouterr() == ("", "")


def test_addresses_that_are_understood_are_not_asked(webhook: Webhook) -> None:
    notify.require_targets([webhook.url()])
    assert webhook.received == []


# ── What runs have changed ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Watch:
    """Takes failures down."""

    failures: list[str] = field(default_factory=list)

    def begin(self, stage: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...

    def say(self, sentence: str) -> None: ...

    def fail(self, sentence: str) -> None:
        self.failures.append(sentence)


@dataclass
class Nights:
    """Nights after which two links are in some state, and people may be told."""

    store: Store
    webhook: Webhook
    nights: int = 0

    def night(self, *states: State, urls: Sequence[str] | None = None, changes: Sequence[Change] = ()) -> list[str]:
        """Let a run end with these verdicts, and tell what has changed. Return what could not be done."""
        now = NOW + self.nights * DAY
        self.nights += 1
        run = self.store.begin_run(now)
        self.store.add_checks(run.id, 1, [observation(PAPER, now), observation(OTHER, now)])
        self.store.finish_run(run.id, now=now, network=Network.OK)
        self.store.save_verdicts(
            [
                (resource, Verdict(state, f"it is {state}: <b>\x1b[31m https://a.example/?token=T0PS3CRET"), None)
                for resource, state in zip((PAPER, OTHER), states, strict=True)
            ],
            run=run.id,
            now=now,
        )
        self.store.complete_run(run.id, now=now)
        return self.tell(urls=urls, changes=changes)

    def tell(self, *, urls: Sequence[str] | None = None, changes: Sequence[Change] = ()) -> list[str]:
        watch = Watch()
        addresses = [self.webhook.url("S3CRET")] if urls is None else urls
        settings = Settings.model_validate({"notify": {"urls": addresses, "changes": changes or list(Change)}})
        now = NOW + self.nights * DAY - timedelta(hours=23)
        notices.notify(Job(settings, self.store, watch, clock=lambda: now))
        return watch.failures

    @property
    def told(self) -> list[str]:
        """What the webhook was told since the last question: the first lines, each the counts."""
        lines = [call["message"].splitlines()[0] for call in self.webhook.received]
        self.webhook.received.clear()
        return lines


@pytest.fixture
def nights(tmp_path: Path, webhook: Webhook) -> Iterator[Nights]:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        save(store, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER, line=2)], now=NOW)
        yield Nights(store, webhook)


def test_a_message_tells_what_changed_why_where_and_what_helps(nights: Nights) -> None:
    nights.store.save_answer(
        PAPER, Snapshot(PAPER.url, "20200102030405", "https://archive.example/1", 200, "playback"), now=NOW
    )
    assert nights.night(State.DEAD, State.BLOCKED) == []
    (call,) = nights.webhook.received
    assert call["title"] == "dlt-crawl: 1 newly dead, 1 newly blocked"
    assert call["message"] == (
        "1 newly dead, 1 newly blocked, of 2 links (run 1, 2026-11-21 02:30 UTC)\n\n"
        "newly dead: https://papers.example/1\n"
        "it is dead: <b>\\x1b[31m https://a.example/?token=***\n"
        "in a.md:1:3\n"
        "snapshot: https://archive.example/1\n\n"
        "newly blocked: https://papers.example/2\n"
        "it is blocked: <b>\\x1b[31m https://a.example/?token=***\n"
        "in a.md:2:3"
    )


def test_a_run_that_changes_nothing_is_not_told(nights: Nights) -> None:
    assert nights.night(State.ALIVE, State.ALIVE) == []
    assert nights.night(State.FAILING, State.ALIVE) == []
    assert nights.told == []
    nights.night(State.DEAD, State.ALIVE)
    assert len(nights.told) == 1
    nights.night(State.DEAD, State.ALIVE)
    assert nights.told == []


def test_a_run_without_a_wanted_change_is_not_told_then_or_later(nights: Nights) -> None:
    nights.night(State.DEAD, State.ALIVE, changes=[Change.RECOVERED])
    nights.tell()
    assert nights.told == []
    nights.night(State.ALIVE, State.BLOCKED, changes=[Change.RECOVERED])
    assert [line.partition(" (")[0] for line in nights.told] == ["1 recovered, of 2 links"]


def test_changes_from_before_somebody_wanted_to_know_are_not_told(nights: Nights) -> None:
    assert nights.night(State.DEAD, State.ALIVE, urls=[]) == []
    nights.tell()
    assert nights.told == []


def test_who_was_not_told_is_told_by_the_next_run(nights: Nights) -> None:
    nights.webhook.status = 500
    (failure,) = nights.night(State.DEAD, State.ALIVE)
    assert failure == (
        "not everybody was told what has changed: notify.urls[0] (JSON) refused the message with status 500; "
        "the next run tries it again"
    )
    nights.webhook.status, nights.webhook.received = 200, []
    assert nights.night(State.DEAD, State.BLOCKED) == []
    assert nights.told == ["1 newly dead, 1 newly blocked, of 2 links (runs 1 to 2, 2026-11-22 02:30 UTC)"]
    nights.tell()
    assert nights.told == []


def test_a_run_that_is_killed_before_it_has_told_is_told_by_the_next_one(nights: Nights) -> None:
    nights.night(State.ALIVE, State.ALIVE)
    now = NOW + DAY
    run = nights.store.begin_run(now)
    nights.store.finish_run(run.id, now=now, network=Network.OK)
    nights.store.save_verdicts([(PAPER, Verdict(State.DEAD, "gone"), None)], run=run.id, now=now)
    nights.store.complete_run(run.id, now=now)
    nights.nights += 1
    nights.night(State.DEAD, State.ALIVE)
    assert nights.told == ["1 newly dead, of 2 links (runs 2 to 3, 2026-11-23 02:30 UTC)"]


def test_what_nobody_could_be_told_for_a_week_is_not_told_any_more(nights: Nights) -> None:
    nights.webhook.status = 500
    nights.night(State.DEAD, State.ALIVE)
    nights.webhook.status, nights.webhook.received = 200, []
    nights.nights += 7
    nights.night(State.DEAD, State.ALIVE)
    assert nights.told == []


# ── The whole program ───────────────────────────────────────────────────────────────────────────────────────────────


def maintainer(tmp_path: Path, internet: Internet, *urls: str) -> Maintainer:
    keeper = Maintainer.begin(tmp_path, internet)
    configuration = tmp_path / "dlt-crawl.toml"
    configuration.write_text(f"{configuration.read_text()}[notify]\nurls = {list(urls)}\n")
    gone, there = internet.http_url("/status/404?token=T0PS3CRET"), internet.http_url("/ok")
    keeper.write("a.md", f"* [gone]({gone})", f"* [there]({there})")
    return keeper


def test_a_night_tells_what_it_changed_and_says_no_secret(tmp_path: Path, internet: Internet, webhook: Webhook) -> None:
    keeper = maintainer(tmp_path, internet, webhook.url())
    with keeper.start("--verbose", "run") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    (call,) = webhook.received
    assert call["title"] == "dlt-crawl: 1 newly dead"
    assert "/status/404?token=***\n" in call["message"]
    assert [text for text in (out, err, str(call)) if "T0PS3CRET" in text] == []
    keeper.run("run")
    assert len(webhook.received) == 1


def test_a_night_whose_message_is_refused_is_done_and_exits_with_3(
    tmp_path: Path, internet: Internet, webhook: Webhook
) -> None:
    keeper = maintainer(tmp_path, internet, webhook.url())
    webhook.status = 403
    with keeper.start("--verbose", "run") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "  changed    newly dead 1 · recovered 0 · newly moved 0 · newly blocked 0\n" in out
    assert "dlt-crawl: not everybody was told what has changed: notify.urls[0] (JSON) refused the message" in err
    assert "T0PS3CRET" not in out + err
    assert keeper.reported()["changes"]["newly_dead"]
    webhook.status, webhook.received = 200, []
    keeper.run("run")
    assert [call["title"] for call in webhook.received] == ["dlt-crawl: 1 newly dead"]


def test_an_address_that_nobody_understands_ends_a_night_before_it_begins(tmp_path: Path, internet: Internet) -> None:
    keeper = maintainer(tmp_path, internet, "slack://T0PS3CRET")
    assert keeper.run("run", status=2).startswith("dlt-crawl: notify.urls[0] is no address that Apprise understands")
    assert internet.requests() == []
