"""`govcrawl notices`: correction notices, from the findings to the units' replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.model import FindingRecord, Notice, Registry
    from govcrawl.office.notices import NoticeDesk
    from govcrawl.store import Store

app = typer.Typer(
    help="整改通知单：下发、导出、送达、催办、反馈", no_args_is_help=True, rich_markup_mode=None
)

_Who = Annotated[str, typer.Option("--who", help="经办人")]
_Units = Annotated[list[str] | None, typer.Option("--unit", help="只对这些单位（可重复）")]
_Numbers = Annotated[list[str] | None, typer.Argument(help="通知单编号，如 2026-012；默认全部未送达的")]
_Out = Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/notices")]


@app.callback()
def notices() -> None:
    """整改通知单：下发、导出、送达、催办、反馈。"""


@app.command()
def issue(
    unit: _Units = None,
    with_children: Annotated[
        bool,
        typer.Option("--with-children", help="连同所属单位的问题，一并列入该单位的通知单（须写 --unit）"),
    ] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="只下发紧急问题（如网站被篡改）")] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="只写出标有“草稿”的文稿，不编号，不改变问题状态")
    ] = False,
    number: Annotated[str, typer.Option("--number", help="发文字号；不写则留空")] = "",
    signer: Annotated[str, typer.Option("--signer", help="签发人；不写则留空")] = "",
    dated: Annotated[str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则留空")] = None,
    out: _Out = None,
    who: _Who = "",
    json: Json = False,
) -> None:
    """对已核实、尚未通知的问题，按单位下发整改通知单，并写出通知单、问题清单和反馈表。"""
    from govcrawl.model import Notice, Status
    from govcrawl.office.notices import NoticeDesk, by_unit
    from govcrawl.rules.deadlines import URGENT

    if with_children and not unit:
        raise CommandError("--with-children 须用 --unit 写明上级单位")
    desk = NoticeDesk(config(), now(), out)
    day = words.day(dated, "--date")
    with opened(desk.settings) as store:
        store.pass_time(desk.moment)
        registry = store.registry()
        wanted = [words.unit_id(registry, word) for word in unit or ()]
        found = [
            record
            for record in store.findings(statuses=[Status.CONFIRMED])
            if not urgent or record.rule in URGENT
        ]
        paths: list[Path] = []
        told: list[Notice] = []
        for key, records in by_unit(found, registry, wanted, with_children=with_children).items():
            items, records = desk.deadlines(records, desk.moment)
            if not items:
                continue
            facts = Notice(
                number="",
                unit=key,
                issued=desk.moment,
                urgent=urgent,
                document_number=number,
                signer=signer,
                dated=day,
                items=tuple(items),
            )
            if not draft:
                year = desk.settings.office.day(desk.moment).year
                facts = store.issue_notice(
                    key, items, facts, year=year, who=words.person(who), now=desk.moment
                )
            told.append(facts)
            paths += _write(desk, facts, records, registry)
        unassigned = sum(record.unit is None for record in found)
    if json:
        print_json({"notices": [_json(one) for one in told], "paths": [str(path) for path in paths]})
    else:
        _say(told, registry, paths, draft=draft)
    if unassigned:
        typer.echo(f"提示：{unassigned} 个已核实问题没有登记责任单位，未列入通知单", err=True)


@app.command("list")
def list_(
    unit: _Units = None,
    unsent: Annotated[bool, typer.Option("--unsent", help="只列尚未送达的")] = False,
    json: Json = False,
) -> None:
    """列出整改通知单和办理情况。"""
    settings = config()
    with opened(settings) as store:
        store.pass_time(now())
        registry = store.registry()
        wanted = {words.unit_id(registry, word) for word in unit or ()}
        found = [
            (notice, store.notice_findings(notice.number))
            for notice in store.notices()
            if (not wanted or notice.unit in wanted) and not (unsent and notice.sent)
        ]
    if json:
        print_json([_json(notice) | _counts(records) for notice, records in found])
        return
    zone = settings.office.timezone
    print_table(
        ["编号", "单位", "下发、送达", "问题"],
        (
            [notice.number, words.unit_name(registry, notice.unit), _when(notice, zone), _progress(records)]
            for notice, records in found
        ),
        empty="没有整改通知单",
    )


@app.command()
def export(number: _Numbers = None, out: _Out = None, json: Json = False) -> None:
    """把通知单写成文件夹（每单位一个）：整改通知单.docx、问题清单.xlsx、整改反馈表.xlsx、截图。"""
    from govcrawl.office.notices import NoticeDesk

    desk = NoticeDesk(config(), now(), out)
    with opened(desk.settings) as store:
        registry = store.registry()
        paths: list[Path] = []
        for notice in _chosen(store, number):
            paths += _write(desk, notice, store.notice_findings(notice.number), registry)
    if json:
        print_json([str(path) for path in paths])
    else:
        for path in paths:
            typer.echo(str(path))


@app.command()
def sent(
    number: Annotated[str, typer.Argument(help="通知单编号，如 2026-012")],
    channel: Annotated[str, typer.Option("--channel", help="送达方式：OA、邮件、工作群 …")],
    day: Annotated[str | None, typer.Option("--date", help="送达日期 YYYY-MM-DD，默认今天")] = None,
    who: _Who = "",
) -> None:
    """登记通知单已送达；整改期限自送达之日起算。"""
    from govcrawl.office.notices import NoticeDesk
    from govcrawl.rules.deadlines import last_day

    desk = NoticeDesk(config(), now())
    at = _on(words.day(day, "--date"), desk)
    if not channel.strip():
        raise CommandError("请用 --channel 写明送达方式")
    with opened(desk.settings) as store:
        records = store.notice_findings(number)
        items, _ = desk.deadlines(records, at)
        notice = store.notice_sent(
            number,
            channel=channel,
            at=at,
            deadlines={item.fingerprint: item for item in items},
            who=words.person(who),
            now=desk.moment,
        )
    due = notice.first_deadline
    until = "" if due is None else f"，整改期限最早为 {last_day(due, desk.settings.office.timezone)}"
    typer.echo(f"{number} 已登记送达（{channel}）{until}")


@app.command()
def remind(
    within: Annotated[int, typer.Option("--within", min=0, max=60, help="期限在几天之内的")] = 1,
    json: Json = False,
) -> None:
    """列出临近期限和已逾期、尚未反馈的问题，按通知单登记一次催办。"""
    from datetime import timedelta

    from govcrawl.model import Status

    settings, moment = config(), now()
    with opened(settings) as store:
        store.pass_time(moment)
        registry = store.registry()
        limit = moment + timedelta(days=within + 1)
        late = [
            record
            for record in store.findings(statuses=[Status.NOTIFIED])
            if record.notice and record.deadline is not None and record.deadline <= limit
        ]
        store.notices_reminded({record.notice for record in late if record.notice}, now=moment)
    if json:
        print_json([record.to_json() for record in late])
        return
    print_table(
        ["通知单", "单位", "问题", "期限"],
        (
            [
                record.notice,
                words.unit_name(registry, record.unit),
                record.title,
                ("已逾期" if record.overdue else "未到期", _last(record, settings.office.timezone)),
            ]
            for record in late
        ),
        empty="没有临近期限或逾期的问题",
    )


@app.command()
def reply(
    file: Annotated[Path, typer.Argument(help="单位返回的整改反馈表（.xlsx、.xls）")],
    who: _Who = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示将登记什么")] = False,
) -> None:
    """登记单位的反馈：已完成的待复核，有异议的待核查；未填写的行不变。"""
    from govcrawl.store import ActionRefused, Event
    from reports.replies import ReplyError, read_replies

    try:
        replies = read_replies(file)
    except ReplyError as error:
        raise CommandError(str(error)) from error
    refused = done = disputed = waiting = 0
    moment = now()
    with opened(config()) as store:
        for one in replies:
            known = store.finding(one.fingerprint)
            if known is None or known.notice is None:
                refused += 1
                typer.echo(f"第{one.row}行：{one.fingerprint[:8]} 不在任何整改通知单中", err=True)
                continue
            if not one.disputed and not one.done:
                waiting += 1
                typer.echo(f"第{one.row}行：{one.fingerprint[:8]} 尚未完成，状态不变")
                continue
            event = Event.DISPUTE if one.disputed else Event.REPLY
            reason = f"有异议：{one.disputed}" if one.disputed else one.text or "单位反馈已完成整改"
            if one.disputed and one.text:
                reason = f"{reason}（{one.text}）"
            try:
                if not dry_run:
                    store.act(one.fingerprint, event, who=words.person(who), reason=reason, now=moment)
            except ActionRefused as error:
                refused += 1
                typer.echo(f"第{one.row}行：{error}", err=True)
                continue
            disputed += bool(one.disputed)
            done += not one.disputed
            word = "有异议，待核查" if one.disputed else "已反馈，待复核"
            typer.echo(f"第{one.row}行：{one.fingerprint[:8]} {word}")
    head = "将登记" if dry_run else "已登记"
    typer.echo(f"{head}：已反馈 {done} 个，有异议 {disputed} 个，未完成 {waiting} 个，未能登记 {refused} 个")
    if refused:
        raise typer.Exit(1)


def _write(
    desk: NoticeDesk, notice: Notice, records: Sequence[FindingRecord], registry: Registry
) -> list[Path]:
    try:
        return desk.write(notice, records, registry)
    except OSError as error:
        again = "；通知单已编号，排除故障后用 govcrawl notices export 重新写出" if notice.number else ""
        raise CommandError(f"通知单无法写入 {desk.folder}：{error.strerror}{again}", 3) from error


def _chosen(store: Store, numbers: Sequence[str] | None) -> list[Notice]:
    if not numbers:
        return [notice for notice in store.notices() if notice.sent is None]
    found = store.notices(numbers=numbers)
    if missing := set(numbers) - {notice.number for notice in found}:
        raise CommandError(f"没有编号为 {'、'.join(sorted(missing))} 的整改通知单")
    return found


def _say(told: Sequence[Notice], registry: Registry, paths: Sequence[Path], *, draft: bool) -> None:
    if not told:
        typer.echo("没有需要下发整改通知单的问题")
        return
    for notice in told:
        head = "草稿" if draft else f"编号:{notice.number}"
        typer.echo(f"{head} {words.unit_name(registry, notice.unit)}：{len(notice.items)} 个问题")
    for path in paths:
        typer.echo(str(path))
    if not draft:
        typer.echo("送出后请用 govcrawl notices sent 编号 --channel 送达方式 登记，整改期限自送达之日起算")


def _json(notice: Notice) -> dict[str, object]:
    def iso(moment: datetime | None) -> str | None:
        return None if moment is None else moment.isoformat(timespec="seconds")

    return {
        "number": notice.number or None,
        "unit": notice.unit,
        "issued": iso(notice.issued) if notice.number else None,
        "urgent": notice.urgent,
        "document_number": notice.document_number or None,
        "signer": notice.signer or None,
        "date": None if notice.dated is None else notice.dated.isoformat(),
        "channel": notice.channel or None,
        "sent": iso(notice.sent),
        "reminded": iso(notice.reminded),
        "findings": [
            {"fingerprint": item.fingerprint, "deadline": iso(item.deadline), "estimated": item.estimated}
            for item in notice.items
        ],
    }


def _counts(records: Iterable[FindingRecord]) -> dict[str, object]:
    counts: dict[str, int] = defaultdict(int)
    for record in records:
        counts[str(record.status)] += 1
    return {"statuses": dict(counts)}


def _progress(records: Sequence[FindingRecord]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for record in records:
        counts["已逾期" if record.overdue else record.status.zh.partition("（")[0]] += 1
    return f"共{len(records)}个：" + "，".join(f"{word}{count}" for word, count in counts.items())


def _when(notice: Notice, zone: str) -> tuple[str, str]:
    from reports.periods import moment_zh

    issued = f"{moment_zh(notice.issued, zone)} 下发"
    if notice.sent is None:
        return issued, "尚未送达"
    return issued, f"{moment_zh(notice.sent, zone).partition(' ')[0]} {notice.channel}送达"


def _last(record: FindingRecord, zone: str) -> str:
    from govcrawl.rules.deadlines import last_day

    return "" if record.deadline is None else str(last_day(record.deadline, zone))


def _on(day: date | None, desk: NoticeDesk) -> datetime:
    """Noon of a day of the office's zone; now where none is given."""
    if day is None:
        return desk.moment
    if day > desk.settings.office.day(desk.moment):
        raise CommandError(f"送达日期 {day} 还没有到")
    return datetime.combine(day, time(12), desk.settings.office.zone).astimezone(UTC)
