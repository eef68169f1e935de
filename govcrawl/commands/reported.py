"""`govcrawl findings add/import/kinds/review`: what people bring, and what waits for a person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import findings as life
from govcrawl.commands import words
from govcrawl.commands.session import CommandError, config, now, opened, print_table

if TYPE_CHECKING:
    from govcrawl.config import Config
    from govcrawl.model import FindingRecord, Origin
    from govcrawl.office.reported import Reported
    from govcrawl.store import Store

_Who = Annotated[str, typer.Option("--who", help="经办人")]


class OriginWord(StrEnum):
    """Who brought it, in the words of papers."""

    PERSON = "人工检查"
    ERROR_REPORT = "找错"
    SUPERIOR = "上级通报"
    SELF_CHECK = "自查"
    THIRD_PARTY = "第三方"


_Brought = Annotated[OriginWord, typer.Option("--origin", help="来源")]


@life.app.command()
def add(
    title: Annotated[str, typer.Option("--title", help="问题描述，一句话")],
    page: Annotated[str, typer.Option("--page", help="问题页面的网址；不写则为网站首页")] = "",
    site: Annotated[str, typer.Option("--site", help="网站的标识、标识码或名称；不写则由网址判断")] = "",
    target: Annotated[str, typer.Option("--target", help="有问题的链接")] = "",
    kind: Annotated[
        str, typer.Option("--rule", help="问题类型，见 govcrawl findings kinds；默认其他问题")
    ] = "",
    origin: _Brought = OriginWord.PERSON,
    number: Annotated[str, typer.Option("--number", help="留言编号、通报文号")] = "",
    unit: Annotated[str, typer.Option("--unit", help="责任单位；默认按栏目，其次主办单位")] = "",
    who: _Who = "",
) -> None:
    """登记人工发现的问题、“找错”留言、上级通报或第三方发现的问题（已核实，由人工销号）。"""
    from govcrawl.office.reported import Reported, ReportedError

    told = Reported(site=site, page=page, target=target, title=title, rule=kind, number=number, unit=unit)
    with opened(config()) as store:
        try:
            record = _take(store, config(), told, _origin(origin), who)
        except ReportedError as error:
            raise CommandError(str(error)) from error
    typer.echo(f"{record.fingerprint[:8]} 已登记：{record.title}")


@life.app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help=".xlsx 或 .xls：问题描述、问题页面（或网站名称）、问题类型、留言编号 …")
    ],
    origin: _Brought = OriginWord.ERROR_REPORT,
    who: _Who = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不登记")] = False,
) -> None:
    """导入“找错”留言或通报的问题清单；有一行错误则全部不导入。已登记的留言不会重复登记。"""
    from govcrawl.model import fingerprint
    from govcrawl.office.reported import ReportedError, read_reported, to_store
    from govcrawl.office.sheet_rows import SheetError, described
    from govcrawl.rules import known_rules
    from govcrawl.rules.reported import OTHER

    settings = config()
    with opened(settings) as store:
        registry, rules, brought = store.registry(), known_rules(), _origin(origin)
        faults: list[tuple[int, str]] = []
        told, known = [], 0
        try:
            for row, one in read_reported(file):
                try:
                    given = to_store(one, registry, rules, default=OTHER, origin=brought, deadline=None)
                    key = fingerprint(given.site, given.finding.rule, given.finding.subject)
                    if one.number and store.finding(key) is not None:
                        known += 1
                    else:
                        told.append(one)
                except ReportedError as error:
                    faults.append((row, str(error)))
        except SheetError as error:
            raise CommandError(str(error)) from error
        if faults:
            raise CommandError(f"{file.name} 未导入：\n{described(faults)}")
        if not dry_run:
            for one in told:
                _take(store, settings, one, _origin(origin), who)
    before = f"，{known} 条以前已登记，未重复登记" if known else ""
    typer.echo(f"{'可以导入' if dry_run else '已登记'} {len(told)} 个问题{before}")


@life.app.command()
def kinds() -> None:
    """列出登记问题时可以写的问题类型。"""
    from govcrawl.rules import known_rules

    print_table(
        ["代码", "问题类型", "性质"], ([r.code, r.title, r.severity.zh] for r in known_rules().values())
    )


@life.app.command()
def review(
    site: Annotated[str | None, typer.Option("--site", help="只看一个网站")] = None,
    kind: Annotated[str | None, typer.Option("--rule", help="只看一种问题")] = None,
    action: Annotated[
        str | None, typer.Option("--all", help="对符合条件的全部执行：confirm（核实）或 dismiss（排除误报）")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="理由（排除误报时必填）")] = "",
    who: _Who = "",
) -> None:
    """逐个核实疑似的和有异议的问题：y 核实（维持认定），n 误报，s 跳过，q 结束。"""
    from govcrawl.model import Status

    if action not in {None, "confirm", "dismiss"}:
        raise CommandError(f"--all 应为 confirm 或 dismiss，现为 {action!r}")
    if action and not (site or kind):
        raise CommandError("--all 须同时用 --site 或 --rule 限定范围")
    if action == "dismiss" and not reason.strip():
        raise CommandError("请用 --reason 写明理由")
    settings = config()
    done = 0
    with opened(settings) as store:
        site = None if site is None else words.site_id(store.registry(), site)
        waiting = [
            record
            for record in store.findings(site=site, statuses=[Status.SUSPECTED, Status.DISPUTED])
            if kind is None or record.rule == kind
        ]
        for place, record in enumerate(waiting, 1):
            answer = {"confirm": "y", "dismiss": "n", None: ""}[action]
            if not answer:
                _show(record, f"{place}/{len(waiting)}", settings)
                answer = typer.prompt("y 核实，n 误报，s 跳过，q 结束", default="s").strip().lower()
            if answer == "q":
                break
            if answer in {"y", "n"}:
                why = reason or (typer.prompt("误报的理由") if answer == "n" else "")
                _decide(store, record, answer, why, who)
                done += 1
    typer.echo(f"待核实 {len(waiting)} 个，本次处理 {done} 个" if waiting else "没有待核实的问题")


def _decide(store: Store, record: FindingRecord, answer: str, reason: str, who: str) -> None:
    from govcrawl.model import Status
    from govcrawl.store import Event

    event = Event.DISMISS
    if answer == "y":
        event = Event.UPHOLD if record.status is Status.DISPUTED else Event.CONFIRM
    store.act(record.fingerprint, event, who=words.person(who), reason=reason, now=now())


def _show(record: FindingRecord, place: str, settings: Config) -> None:
    from reports.evidence import facts

    rows = [
        ("问题", record.title),
        ("状态", record.status.zh),
        ("所在页面", record.page),
        ("指向地址", record.target or ""),
        ("单位意见", record.reason or "" if record.status.value == "disputed" else ""),
        ("源代码", record.evidence.snippet),
    ]
    rows += [(fact.label, fact.text) for fact in facts(record, {}, settings.office.timezone)]
    print_table(["项目", "内容"], [row for row in rows if row[1]], title=f"{place}  {record.fingerprint[:8]}")


def _take(store: Store, settings: Config, told: Reported, origin: Origin, who: str) -> FindingRecord:
    from govcrawl.office.reported import to_store
    from govcrawl.rules import known_rules
    from govcrawl.rules.reported import OTHER

    moment = now()
    reported = to_store(
        told,
        store.registry(),
        known_rules(),
        default=OTHER,
        origin=origin,
        deadline=_deadline(settings, origin, moment),
    )
    return store.report(reported, who=words.person(who), now=moment)


def _deadline(settings: Config, origin: Origin, moment: datetime) -> datetime | None:
    """Three working days of a 找错 message; of anything else the correction notice sets it."""
    from govcrawl.model import Origin, Severity
    from govcrawl.office.deadlines import Deadlines

    if origin is not Origin.ERROR_REPORT:
        return None
    due = Deadlines(settings).of("", Severity.PROBLEM, origin, moment)
    return None if due is None else due.moment


def _origin(word: OriginWord) -> Origin:
    from govcrawl.model import Origin

    return Origin[word.name]
