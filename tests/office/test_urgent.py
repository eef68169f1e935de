"""Urgent findings reach whoever is on duty, each once, over a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest

from govcrawl.config import Config, MailConfig, OfficeConfig
from govcrawl.model import Finding, MailState, Origin, Registry, Site, Unit
from govcrawl.office.urgent import Urgent, tell_duty
from govcrawl.rules import known_rules
from govcrawl.store import Event, FindingReported, Store
from tests.mail_server import serving

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
RULES = known_rules()


class _Duty:
    """A mail server; `answer` is what it says to a mail."""

    def __init__(self) -> None:
        self.answer = "250 taken"
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return self.answer


@pytest.fixture
def duty() -> Iterator[tuple[_Duty, int]]:
    handler = _Duty()
    with serving(handler) as port:
        yield handler, port


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/office.db", now=NOW) as made:
        site = Site(id="portal", name="示例市人民政府", unit="zfb", url=HOME)
        made.save_registry(
            Registry(units=(Unit(id="zfb", name="示例市人民政府办公室"),), sites=(site,)), now=NOW
        )
        yield made


def _settings(folder: Path, port: int, *addresses: str) -> Config:
    return Config(
        folder=folder, office=OfficeConfig(duty=addresses), mail=MailConfig(host="127.0.0.1", port=port)
    )


def _found(store: Store, subject: str, rule: str = "information-leak", at: datetime = NOW) -> str:
    known = RULES[rule]
    finding = Finding(rule=rule, subject=subject, page=HOME, title="附件列出身份证号码", certain=True)
    told = FindingReported(
        site="portal",
        finding=finding,
        check=known.check,
        rule=known,
        unit="zfb",
        origin=Origin.PERSON,
    )
    return store.report(told, who="张某", now=at).fingerprint


def _tell(settings: Config, store: Store, at: datetime = NOW) -> Urgent:
    return tell_duty(settings, store, "", now=lambda: at)


def test_each_urgent_finding_is_told_once(tmp_path: Path, store: Store, duty: tuple[_Duty, int]) -> None:
    handler, port = duty
    settings = _settings(tmp_path, port, "duty@example.gov.cn", "second@example.gov.cn")
    _found(store, "1")
    _found(store, "2")
    first = _tell(settings, store)
    assert (len(first.lines), first.sent) == (2, True)
    assert "duty@example.gov.cn" in first.told
    assert [recipients for recipients, _ in handler.taken] == [
        ["duty@example.gov.cn", "second@example.gov.cn"]
    ]
    message = message_from_bytes(handler.taken[0][1])
    assert str(make_header(decode_header(message["Subject"]))) == "【特急】政府网站紧急问题提醒：1个网站2项"
    again = _tell(settings, store, NOW + timedelta(days=1))
    assert (len(again.lines), again.told, len(handler.taken)) == (2, "", 1), "still urgent, and told already"
    _found(store, "3", at=NOW + timedelta(days=2))
    _tell(settings, store, NOW + timedelta(days=2))
    assert len(handler.taken) == 2
    assert "1个网站1项" in str(make_header(decode_header(message_from_bytes(handler.taken[1][1])["Subject"])))


def test_a_site_out_of_reach_is_urgent_once_a_person_has_confirmed_it(
    tmp_path: Path, store: Store, duty: tuple[_Duty, int]
) -> None:
    _found(store, "1", rule="site-unavailable")
    told = _tell(_settings(tmp_path, duty[1], "duty@example.gov.cn"), store)
    assert ([line.rule for line in told.lines], len(duty[0].taken)) == (["站点无法访问"], 1)


def test_what_comes_back_is_told_anew(tmp_path: Path, store: Store, duty: tuple[_Duty, int]) -> None:
    settings = _settings(tmp_path, duty[1], "duty@example.gov.cn")
    key = _found(store, "1")
    _tell(settings, store)
    store.act(key, Event.CLOSE, who="张某", reason="已撤下", now=NOW + timedelta(days=1))
    assert not _tell(settings, store, NOW + timedelta(days=1)).lines
    store.act(key, Event.REOPEN, who="张某", reason="又出现", now=NOW + timedelta(days=2))
    assert len(_tell(settings, store, NOW + timedelta(days=2)).lines) == 1
    assert len(duty[0].taken) == 2


def test_what_is_not_urgent_or_not_confirmed_is_not_told(
    tmp_path: Path, store: Store, duty: tuple[_Duty, int]
) -> None:
    _found(store, "1", rule="link-broken")
    key = _found(store, "2")
    store.act(key, Event.DISMISS, who="张某", reason="误报", now=NOW)
    told = _tell(_settings(tmp_path, duty[1], "duty@example.gov.cn"), store)
    assert told == Urgent(lines=(), told="", sent=True)
    assert not duty[0].taken


def test_without_an_address_it_is_said_and_told_later(
    tmp_path: Path, store: Store, duty: tuple[_Duty, int]
) -> None:
    _found(store, "1")
    silent = _tell(_settings(tmp_path, duty[1]), store)
    assert (silent.sent, "[office] duty" in silent.told) == (False, True)
    wrong = _tell(_settings(tmp_path, duty[1], "值班室"), store)
    assert (wrong.sent, "不是邮件地址" in wrong.told) == (False, True)
    assert not store.mails()
    assert _tell(_settings(tmp_path, duty[1], "duty@example.gov.cn"), store).sent
    assert len(duty[0].taken) == 1


def test_a_server_that_refuses_for_now_keeps_the_mail_and_it_is_said(
    tmp_path: Path, store: Store, duty: tuple[_Duty, int]
) -> None:
    handler, port = duty
    settings = _settings(tmp_path, port, "duty@example.gov.cn")
    handler.answer = "451 try again later"
    _found(store, "1")
    told = _tell(settings, store)
    assert not told.sent
    assert "451" in told.told
    assert "govcrawl mail list" in told.told
    assert [mail.state for mail in store.mails()] == [MailState.QUEUED]
    assert _tell(settings, store, NOW + timedelta(minutes=1)).told == "", "queued once, not once a night"
    assert len(store.mails()) == 1


def test_hostile_titles_are_text_in_the_mail(tmp_path: Path, store: Store, duty: tuple[_Duty, int]) -> None:
    known = replace(RULES["information-leak"])
    finding = Finding(
        rule=known.code,
        subject="x",
        page=HOME,
        title="<script>alert(1)</script>\r\nBcc: all@example.com\u202e",
        certain=True,
    )
    told = FindingReported(
        site="portal", finding=finding, check=known.check, rule=known, unit="zfb", origin=Origin.PERSON
    )
    store.report(told, who="张某", now=NOW)
    _tell(_settings(tmp_path, duty[1], "duty@example.gov.cn"), store)
    recipients, content = duty[0].taken[0]
    assert recipients == ["duty@example.gov.cn"]
    message = message_from_bytes(content)
    assert message["Bcc"] is None
    parts = [
        part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"
    ]
    assert b"<script" not in bytes(parts[0] or b"")
