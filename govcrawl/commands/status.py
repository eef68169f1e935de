"""`govcrawl status`: how last night went, and what waits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from govcrawl.commands.session import Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from govcrawl.office.status import LastNight, OfficeStatus

_FAILED = 10
"""Sites that are named; `nightly --json` and `runs list` have all."""


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("status")(status)


def status(json: Json = False) -> None:
    """上次夜间巡查的情况，待办的问题和邮件，数据占用的空间。"""
    from govcrawl.office.status import status_of

    settings = config()
    with opened(settings) as store:
        store.pass_time(now())
        found = status_of(settings, store)
        names = {site.id: site.name for site in store.registry().sites}
    if json:
        print_json(found.to_json())
        return
    zone = settings.office.zone

    def when(moment: datetime | None) -> str:
        return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    rows = [("上次夜间巡查", _night(found.night, when)), *_waiting(found)]
    rows.append(
        ("首页访问监测", f"最近一次 {when(found.probed)}" if found.probed else "没有运行过 govcrawl probe")
    )
    rows.append(("数据", _room(found)))
    print_table(["项目", "情况"], rows)
    if found.night is not None:
        for site, reason in found.night.failed[:_FAILED]:
            typer.echo(f"未能判定：{names.get(site, site)}：{reason or '没有说明'}")
        if len(found.night.failed) > _FAILED:
            typer.echo(f"未能判定的另有 {len(found.night.failed) - _FAILED} 个")
        slow = "，".join(f"{names.get(site, site)} {_long(seconds)}" for site, seconds in found.night.slowest)
        if slow:
            typer.echo(f"用时最长：{slow}")


def _night(night: LastNight | None, when: Callable[[datetime | None], str]) -> str:
    if night is None:
        return "还没有运行过 govcrawl nightly"
    ended = f"至 {when(night.ended)[-5:]}" if night.ended else "起，正在进行或已中断"
    told = f"{when(night.started)} {ended}；网站 {night.sites} 个，已巡查 {night.inspected} 个"
    if night.failed:
        told += f"，未能判定 {len(night.failed)} 个"
    return told + (f"，未轮到 {night.waiting} 个" if night.waiting else "")


def _waiting(found: OfficeStatus) -> list[tuple[str, str]]:
    problems = [
        f"{word} {count} 个"
        for word, count in (
            ("紧急", found.urgent),
            ("疑似待核实", found.suspected),
            ("有异议待核查", found.disputed),
            ("逾期未整改", found.overdue),
        )
        if count
    ]
    mails = [
        f"{word} {count} 封"
        for word, count in (
            ("待发送", found.queued),
            ("是否送出不明", found.unsure),
            ("被拒收", found.refused),
        )
        if count
    ]
    return [("待办问题", "，".join(problems) or "没有"), ("待发邮件", "，".join(mails) or "没有")]


def _room(found: OfficeStatus) -> str:
    parts = [] if found.database is None else [f"数据库 {_bytes(found.database)}"]
    return "，".join([*parts, f"佐证材料 {_bytes(found.evidence)}", f"磁盘剩余 {_bytes(found.free)}"])


def _bytes(count: int) -> str:
    return f"{count / 2**30:.1f} GB" if count >= 2**30 else f"{count / 2**20:.1f} MB"


def _long(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分钟" if seconds >= 90 else f"{seconds:.0f} 秒"
