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
from dlt_crawler.pipeline import Crawling, Job, notices
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


def tell(url: str) -> None:
    notify.send(url, "x", title="dlt-crawl: 1 newly dead", head="1 newly dead, of 9 links", links=LINKS, total=2)


TOLD = "1 newly dead, of 9 links\n\n" + "\n\n".join(LINKS)


def test_a_webhook_and_a_mailbox_are_told_in_plain_text(webhook: Webhook, mail: MailServer) -> None:
    tell(webhook.url())
    tell(mail.url)
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


def test_who_could_not_be_told_is_named_without_a_secret(capfd: pytest.CaptureFixture[str]) -> None:
    unreachable = "could not be reached, or did not take the message"
    with listening(Webhook()) as broken, listening(Webhook()) as absent:
        broken.status = 404
        absent.server_close()
        for url, expected in (
            (broken.url(), "x (JSON) refused the message with status 404"),
            (absent.url(), f"x (JSON) {unreachable}"),
            ("mailto://me:T0PS3CRET@127.0.0.1:1?from=a@a.example", f"x (E-Mail) {unreachable}"),
            # Breaks while it is told.
            ("nobody://T0PS3CRET@a.example", "x could not be told"),
        ):
            with pytest.raises(NotifyError) as caught:
                tell(url)
            assert str(caught.value) == expected
    assert capfd.readouterr() == ("", "")


def test_a_target_is_called_the_same_every_time_and_its_name_says_no_secret() -> None:
    one, other = "mailto://me:T0PS3CRET@a.example", "mailto://me:T0PS3CRES@a.example"
    assert notify.digest_of(one) == notify.digest_of(one) == "24711cabfb4360466779b84992"
    assert notify.digest_of(other) != notify.digest_of(one)


def test_a_server_that_keeps_us_waiting_is_left(webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "_SECONDS", 3.0)
    webhook.status = None
    began = time.monotonic()
    with pytest.raises(NotifyError, match=r"^x kept us waiting for 3 s$"):
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

    def crawling(self, now: Crawling) -> None:
        """Hear where a crawl stands."""

    def say(self, sentence: str) -> None: ...

    def fail(self, sentence: str) -> None:
        self.failures.append(sentence)


@dataclass
class Nights:
    """Nights after which two links are in some state, and people may be told."""

    store: Store
    webhook: Webhook
    nights: int = 0

    def night(
        self, *states: State, urls: Sequence[str] | None = None, changes: Sequence[Change] = (), held: bool = False
    ) -> list[str]:
        """Let a run end with these verdicts, and tell what has changed. Return what could not be done.

        `held`: what fails would be dead, if it were not one of too many.
        """
        now = NOW + self.nights * DAY
        self.nights += 1
        run = self.store.begin_run(now)
        self.store.add_checks(run.id, 1, [observation(PAPER, now), observation(OTHER, now)])
        self.store.finish_run(run.id, now=now, network=Network.OK)
        self.store.save_verdicts(
            [
                (
                    resource,
                    Verdict(
                        state,
                        f"it is {state}: <b>\x1b[31m https://a.example/?token=T0PS3CRET",
                        held=held and state is State.FAILING,
                    ),
                    None,
                )
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
        notices.notify(Job(settings, self.store, watch, clock=lambda: now), self.store.report())
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


def test_somebody_new_is_told_of_the_last_seven_days(nights: Nights) -> None:
    assert nights.night(State.DEAD, State.ALIVE, urls=[]) == []
    nights.nights += 6
    assert nights.night(State.DEAD, State.BLOCKED, urls=[]) == []
    nights.tell()
    assert [line.partition(",")[0] for line in nights.told] == ["1 newly blocked"]


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


def test_one_who_cannot_be_told_keeps_nothing_from_the_others_and_repeats_nothing_to_them(nights: Nights) -> None:
    with listening(Webhook()) as revoked:
        both = [revoked.url("revoked"), nights.webhook.url("S3CRET"), nights.webhook.url("S3CRET")]
        revoked.status = 401
        (failure,) = nights.night(State.DEAD, State.ALIVE, urls=both)
        assert "notify.urls[0] (JSON) refused the message with status 401; the next run tries it again" in failure
        assert nights.told == ["1 newly dead, of 2 links (run 1, 2026-11-21 02:30 UTC)"]
        assert nights.night(State.DEAD, State.ALIVE, urls=both) != []
        assert nights.told == []
        assert nights.night(State.DEAD, State.BLOCKED, urls=both) != []
        assert nights.told == ["1 newly blocked, of 2 links (run 3, 2026-11-23 02:30 UTC)"]
        revoked.status, revoked.received = 200, []
        assert nights.night(State.DEAD, State.BLOCKED, urls=both) == []
        assert nights.told == []
        (call,) = revoked.received
        assert call["title"] == "dlt-crawl: 1 newly dead, 1 newly blocked"
        assert "of 2 links (runs 1 to 4, 2026-11-24 02:30 UTC)" in call["message"]


def test_deaths_that_are_held_back_are_told_once_and_again_when_they_are_more(nights: Nights) -> None:
    nights.night(State.ALIVE, State.ALIVE)
    nights.night(State.FAILING, State.ALIVE, held=True)
    (call,) = nights.webhook.received
    assert call["title"] == "dlt-crawl: 1 held back"
    assert call["message"] == (
        "1 link that worked before would be dead now, and is not called so: so many deaths at once are more likely a "
        "mistake. Open some of them; if they are gone, say so with `dlt-crawl judge --yes`.\n\n"
        "2 links (run 2, 2026-11-22 02:30 UTC)"
    )
    nights.webhook.received.clear()
    nights.night(State.FAILING, State.ALIVE, held=True)
    assert nights.told == []
    nights.night(State.FAILING, State.FAILING, held=True)
    nights.night(State.FAILING, State.ALIVE, held=True)
    nights.night(State.FAILING, State.FAILING, held=True)
    assert [line[:7] for line in nights.told] == ["2 links"]
    # Told beside what has changed; when all is over, the next time is another one.
    nights.night(State.FAILING, State.DEAD, held=True)
    assert [call["title"] for call in nights.webhook.received] == ["dlt-crawl: 1 newly dead, 1 held back"]
    nights.night(State.ALIVE, State.DEAD)
    nights.webhook.received.clear()
    nights.night(State.FAILING, State.DEAD, held=True)
    assert [call["title"] for call in nights.webhook.received] == ["dlt-crawl: 1 held back"]


def test_deaths_that_are_held_back_are_nothing_to_those_who_want_no_deaths(nights: Nights) -> None:
    nights.night(State.FAILING, State.ALIVE, held=True, changes=[Change.RECOVERED])
    assert nights.told == []


def test_what_nobody_could_be_told_for_a_week_is_not_told_any_more(nights: Nights) -> None:
    nights.webhook.status = 500
    nights.night(State.DEAD, State.ALIVE)
    nights.webhook.status, nights.webhook.received = 200, []
    nights.nights += 7
    nights.night(State.DEAD, State.ALIVE)
    assert nights.told == []


# ── The whole program ───────────────────────────────────────────────────────────────────────────────────────────────


def maintainer(tmp_path: Path, internet: Internet, *urls: str, more: str = "") -> Maintainer:
    keeper = Maintainer.begin(tmp_path, internet)
    configuration = tmp_path / "dlt-crawl.toml"
    configuration.write_text(f"{configuration.read_text()}[notify]\nurls = {list(urls)}\n{more}")
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


@pytest.mark.at_length
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


@pytest.mark.at_length
def test_what_a_night_changed_that_was_killed_before_its_end_is_told_by_the_next(
    tmp_path: Path, internet: Internet, webhook: Webhook
) -> None:
    keeper = maintainer(tmp_path, internet, webhook.url())
    keeper.write("a.md", f"* [gone]({internet.http_url('/status/404')})")
    internet.archive_fails("hang")
    with keeper.start("run") as process:
        # Judged; now the archive is asked.
        while not any(each.target.startswith(("/web/", "/cdx/")) for each in internet.requests()):
            assert process.poll() is None
        process.kill()
    assert webhook.received == []
    internet.archive_fails("hang", times=0)
    keeper.nights_pass(1)
    keeper.run("run")
    assert keeper.reported()["run"]["id"] == 2
    assert [call["title"] for call in webhook.received] == ["dlt-crawl: 1 newly dead"]


def test_deaths_are_held_back_and_told_and_when_a_person_confirms_them_told_by_the_next_run(
    tmp_path: Path, internet: Internet, webhook: Webhook
) -> None:
    keeper = maintainer(
        tmp_path, internet, webhook.url(), more="[verdict]\nmass_death_links = 0\nmass_death_share = 0.0\n"
    )
    keeper.write("a.md", f"* [going]({internet.http_url('/switchable/a')})")
    keeper.run("run")
    internet.switch("a", "/status/410")
    for _ in range(3):
        keeper.nights_pass(2)
        keeper.run("run")
    assert [call["title"] for call in webhook.received] == ["dlt-crawl: 1 held back"]
    assert keeper.reported()["held"] == 1
    assert "1 link that worked before would be dead now" in keeper.run("report")
    webhook.received.clear()
    keeper.run("judge", "--yes")
    assert webhook.received == []
    keeper.run("run")
    assert [call["title"] for call in webhook.received] == ["dlt-crawl: 1 newly dead"]
    assert keeper.reported()["held"] == 0


def test_an_address_that_nobody_understands_ends_a_night_before_it_begins(tmp_path: Path, internet: Internet) -> None:
    keeper = maintainer(tmp_path, internet, "slack://T0PS3CRET")
    assert keeper.run("run", status=2).startswith("dlt-crawl: notify.urls[0] is no address that Apprise understands")
    assert internet.requests() == []
