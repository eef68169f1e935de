"""`govcrawl mail`: a notice to its unit through a real mail server, and what an office without one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from govcrawl.commands import mail as command
from govcrawl.commands import notices as notices_command
from govcrawl.commands.main import run
from govcrawl.model import Finding, Origin, Registry, Rule, Severity, Site, Status, Unit
from govcrawl.store import FindingReported, Store
from tests.mail_server import serving

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"


class _Taking:
    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((list(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@pytest.fixture
def server() -> Iterator[tuple[_Taking, int]]:
    handler = _Taking()
    with serving(handler) as port:
        yield handler, port


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[_Taking, int]) -> Path:
    """An office with two notices: one unit has addresses, the other has none."""
    monkeypatch.chdir(tmp_path)
    for name in ("GOVCRAWL_CONFIG", "GOVCRAWL_DATABASE_URL", "GOVCRAWL_MAIL_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for module in (command, notices_command):
        monkeypatch.setattr(module, "now", lambda: NOW)
    (tmp_path / "govcrawl.toml").write_text(
        '[office]\nname = "示例市人民政府办公室"\nregion = "示例市"\ncontact = "张某"\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {server[1]}\n',
        encoding="utf-8",
    )
    rule = Rule(code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="依据", fix="更正")
    units = (
        Unit(id="jyj", name="示例市教育局", emails=("a@jyj.example.gov.cn",), cc=("c@example.gov.cn",)),
        Unit(id="xq", name="示例县人民政府办公室"),
    )
    with Store.open(f"sqlite:///{tmp_path}/var/govcrawl.db", now=NOW) as store:
        site = Site(id="portal", name="示例市人民政府", unit="jyj", url=HOME)
        store.save_registry(Registry(units=units, sites=(site,)), now=NOW)
        for unit in units:
            finding = Finding(
                rule="link-broken", subject=unit.id, page=HOME, title="附件无法打开", certain=True
            )
            told = FindingReported(
                site="portal",
                finding=finding,
                check="dead_links",
                rule=rule,
                unit=unit.id,
                origin=Origin.PERSON,
            )
            store.report(told, who="张某", now=NOW)
    assert _run("notices", "issue") == 0
    return tmp_path


def _run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(list(words))
    return int(ended.value.code or 0)


def test_a_notice_goes_to_its_unit_once_and_its_deadline_runs(
    office: Path, server: tuple[_Taking, int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("mail", "send") == 3, "one of the two units has no address: it was not reached"
    assert "2026-002 示例县人民政府办公室：没有收件地址" in capsys.readouterr().err
    ((recipients, content),) = server[0].taken
    assert recipients == ["a@jyj.example.gov.cn", "c@example.gov.cn"]
    message = message_from_bytes(content)
    assert [part.get_filename() for part in message.walk() if part.get_filename()] == [
        "整改通知单.docx",
        "问题清单.xlsx",
        "整改反馈表.xlsx",
    ]
    text = next(p for p in message.walk() if p.get_content_type() == "text/plain").get_payload(decode=True)
    for said in ("有 1 个问题需要整改", "2026年11月30日前", "无须登录", "有异议", "张某"):
        assert said in text.decode("utf-8")
    with Store.open(f"sqlite:///{office}/var/govcrawl.db", now=NOW) as store:
        first, second = store.notices()
        assert (first.channel, first.sent is not None) == ("邮件", True)
        assert second.sent is None
        assert store.notice_findings("2026-001")[0].status is Status.NOTIFIED
    _run("mail", "send")
    assert len(server[0].taken) == 1, "no mail is sent twice"


def test_a_kill_between_mail_and_notice_is_made_good_by_the_next_call(
    office: Path, server: tuple[_Taking, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(command, "_arrived", lambda *_: None)  # as if the process had ended before it
        _run("mail", "send")
    with Store.open(f"sqlite:///{office}/var/govcrawl.db", now=NOW) as store:
        assert [notice.sent for notice in store.notices()] == [None, None]
    _run("mail", "send")
    assert len(server[0].taken) == 1, "no mail is sent twice"
    with Store.open(f"sqlite:///{office}/var/govcrawl.db", now=NOW) as store:
        first, second = store.notices()
        assert (first.channel, first.sent is not None) == ("邮件", True), "its deadlines run"
        assert second.sent is None


def test_a_dry_run_writes_files_and_sends_nothing(office: Path, server: tuple[_Taking, int]) -> None:
    _run("mail", "send", "--dry-run")
    assert server[0].taken == []
    message = message_from_bytes((office / "var" / "outbox" / "2026-001.eml").read_bytes())
    assert message["To"] == "a@jyj.example.gov.cn"


def test_a_test_address_gets_all_and_nothing_is_noted(office: Path, server: tuple[_Taking, int]) -> None:
    assert _run("mail", "send", "--to", "me@example.gov.cn") == 0
    assert [recipients for recipients, _ in server[0].taken] == [["me@example.gov.cn"]] * 2
    with Store.open(f"sqlite:///{office}/var/govcrawl.db", now=NOW) as store:
        assert [notice.sent for notice in store.notices()] == [None, None]
        assert store.mails() == []


def test_a_server_that_is_away_leaves_the_mail_in_the_outbox(
    office: Path, server: tuple[_Taking, int], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = (office / "govcrawl.toml").read_text(encoding="utf-8")
    (office / "govcrawl.toml").write_text(
        settings.replace(f"port = {server[1]}", "port = 1"), encoding="utf-8"
    )
    assert _run("mail", "send") == 3
    assert "留在待发邮件中" in capsys.readouterr().err
    assert _run("mail", "list", "--json") == 0
    (waiting,) = json.loads(capsys.readouterr().out)
    assert (waiting["state"], waiting["attempts"]) == ("queued", 1)
    (office / "govcrawl.toml").write_text(settings, encoding="utf-8")
    assert _run("mail", "retry") == 0
    assert len(server[0].taken) == 1


def test_a_test_address_that_is_none_is_wrong_use(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("mail", "send", "--to", "nobody") == 2
    assert "--to 不是邮件地址" in capsys.readouterr().err


def test_an_unknown_mail_is_said(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("mail", "retry", "77") == 2
    assert "没有编号为 77 的邮件" in capsys.readouterr().err
