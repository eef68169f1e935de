"""`govcrawl mail`: the outbox."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.model import Mail, Notice
    from govcrawl.store import Store

app = typer.Typer(help="邮件：发送整改通知单，查看待发邮件", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def mail() -> None:
    """邮件：发送整改通知单，查看待发邮件。"""


@app.command()
def send(
    to: Annotated[
        str | None, typer.Option("--to", help="测试：全部发到这一个地址，不登记送达，不进入待发邮件")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只写出 .eml 文件（没有邮件服务器时可用其他程序发送）")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help=".eml 写到的文件夹，默认 var/outbox")] = None,
    who: Annotated[str, typer.Option("--who", help="经办人")] = "",
) -> None:
    """把尚未送达的整改通知单发给责任单位，并发送到期的待发邮件；发送成功即登记送达。"""
    from govcrawl.files import write_atomically
    from govcrawl.office.notice_mail import notice_message
    from govcrawl.office.outbox import SendError
    from govcrawl.office.outbox import send as hand_over
    from reports.mail import AddressError, checked

    settings, moment = config(), now()
    try:
        receivers = (checked(to),) if to else ()
    except AddressError as error:
        raise CommandError(f"--to {error}") from error
    failed = 0
    with opened(settings) as store:
        registry = store.registry()
        if not dry_run and not to:
            _catch_up(store, who)
        for notice in (one for one in store.notices() if one.sent is None):
            try:
                message = notice_message(
                    settings,
                    notice,
                    store.notice_findings(notice.number),
                    registry,
                    moment,
                    to=receivers,
                )
            except AddressError as error:
                failed += 1
                name = words.unit_name(registry, notice.unit)
                typer.echo(
                    f"{notice.number} {name}：{error}，未发送；可用 notices export 以其他方式送达", err=True
                )
                continue
            if dry_run:
                path = (out or settings.data / "outbox") / f"{notice.number}.eml"
                try:
                    write_atomically(path, message.content)
                except OSError as error:
                    raise CommandError(f"邮件无法写入 {path}：{error.strerror}", 3) from error
                typer.echo(str(path))
            elif to:
                try:
                    hand_over(settings.mail, password(), message.recipients, message.content)
                except SendError as error:
                    raise CommandError(str(error), 3) from error
                typer.echo(f"{notice.number} 已发到测试地址 {to}")
            else:
                store.queue_mail(
                    f"notice/{notice.number}",
                    message.recipients,
                    message.subject,
                    message.content,
                    now=moment,
                )
        if not dry_run and not to:
            failed += _deliver(store, who)
    if failed:
        raise typer.Exit(3)


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="包括已发送的")] = False, json: Json = False
) -> None:
    """列出待发送、被拒收和是否送出不明的邮件。"""
    from govcrawl.model import MailState

    settings = config()
    with opened(settings) as store:
        found = store.mails(
            None if everything else [state for state in MailState if state is not MailState.SENT]
        )
    if json:
        print_json([_json(one) for one in found])
        return
    zone = settings.office.zone
    print_table(
        ["编号", "状态", "收件人、主题", "最近一次结果"],
        (
            [
                one.id,
                (one.state.zh, f"已试{one.attempts}次"),
                ("、".join(one.recipients), one.subject),
                f"{one.sent.astimezone(zone):%Y-%m-%d %H:%M} 发送" if one.sent else one.error,
            ]
            for one in found
        ),
        empty="没有待发送的邮件",
    )


@app.command()
def retry(
    mail_id: Annotated[
        list[int] | None, typer.Argument(help="邮件编号；不写则再试全部待发送的（不含被拒收和不明的）")
    ] = None,
    who: Annotated[str, typer.Option("--who", help="经办人")] = "",
) -> None:
    """立即再试。是否送出不明的邮件须写明编号：请先向收件单位核实，以免重复。"""
    from govcrawl.model import MailState

    with opened(config()) as store:
        ids = mail_id or [one.id for one in store.mails([MailState.QUEUED])]
        for one in ids:
            store.retry_mail(one, now=now())
        if _deliver(store, who, ids=ids):
            raise typer.Exit(3)


def _deliver(store: Store, who: str, ids: list[int] | None = None) -> int:
    """Send what is due, note what arrived; returns how many mails did not go out."""
    from govcrawl.model import MailState
    from govcrawl.office.outbox import deliver

    failed = 0
    settings = config()
    for one in deliver(store, settings.mail, password(), now=now, ids=ids):
        if one.state is MailState.SENT:
            typer.echo(f"已发送：{one.subject}（{'、'.join(one.recipients)}）")
            _arrived(store, one, who)
        else:
            failed += 1
            unsure = one.state is MailState.SENDING
            why = "服务器收下后没有答复，是否送出不明" if unsure else one.error
            after = "" if unsure or one.state is MailState.REFUSED else "，留在待发邮件中，稍后再试"
            typer.echo(f"未能发送：{one.subject}：{why}{after}", err=True)
    waiting = [one for one in store.mails([MailState.QUEUED]) if ids is None or one.id in ids]
    if waiting:
        typer.echo(f"待发送邮件 {len(waiting)} 封（govcrawl mail list 查看，mail retry 立即再试）", err=True)
    return failed


def _catch_up(store: Store, who: str) -> None:
    """Notices whose mail went out, where a kill came before that was noted of the notice itself."""
    from govcrawl.model import MailState

    unsent = {f"notice/{notice.number}" for notice in store.notices() if notice.sent is None}
    for mail in store.mails([MailState.SENT]):
        if mail.key in unsent:
            _arrived(store, mail, who)


def _arrived(store: Store, mail: Mail, who: str) -> None:
    """A notice that went out by mail was sent: its deadlines run."""
    from govcrawl.office.notices import NoticeDesk

    kind, _, number = mail.key.partition("/")
    notice: Notice | None = next(iter(store.notices(numbers=[number])), None) if kind == "notice" else None
    if notice is None or mail.sent is None:
        return
    items, _ = NoticeDesk(config(), mail.sent).deadlines(store.notice_findings(number), mail.sent)
    store.notice_sent(
        number,
        channel="邮件",
        at=mail.sent,
        deadlines={item.fingerprint: item for item in items},
        who=words.person(who),
        now=mail.sent,
    )


def password() -> str:
    """Of the mail server: from the environment alone."""
    return os.environ.get("GOVCRAWL_MAIL_PASSWORD", "")


def _json(mail: Mail) -> dict[str, object]:
    def iso(moment: datetime | None) -> str | None:
        return None if moment is None else moment.isoformat(timespec="seconds")

    return {
        "id": mail.id,
        "key": mail.key,
        "recipients": list(mail.recipients),
        "subject": mail.subject,
        "state": str(mail.state),
        "attempts": mail.attempts,
        "queued": iso(mail.queued),
        "next_try": iso(mail.next_try),
        "sent": iso(mail.sent),
        "error": mail.error or None,
    }
