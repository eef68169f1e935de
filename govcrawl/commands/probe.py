"""`govcrawl probe`: do the home pages open now, and how was the last week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.rules.availability import Availability


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("probe")(probe)


def probe(
    sites: Annotated[
        list[str] | None, typer.Argument(help="只访问这些网站（不计入统计）", metavar="[SITE]...")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="只在有网站无法访问时输出，适合定时任务")] = False,
    json: Json = False,
) -> None:
    """访问每个网站的首页一次（15秒内）。退出状态：0 都能访问，1 有网站无法访问，3 本轮无法作数。"""
    from govcrawl.model import ProbeState
    from govcrawl.office.probe import in_operation, week_of
    from govcrawl.office.probe import probe as visit

    settings = config()
    with opened(settings) as store:
        registry = store.registry()
        wanted = {words.site_id(registry, word) for word in sites or ()}
        chosen = [site for site in in_operation(registry) if not wanted or site.id in wanted]
        if not chosen:
            raise CommandError("没有在运行的网站，请先运行 govcrawl registry import 文件")
        probed = visit(settings, store, chosen, now=now)
        made = probed.round
        weeks = {site.id: week_of(settings, store, site.id, made.at) for site in chosen}
    down = [one for one in made.probes if one.state is ProbeState.DOWN]
    if json:
        print_json(
            {
                "at": made.at.isoformat(timespec="seconds"),
                "void": made.void or None,
                "sites": [
                    {
                        "site": one.site,
                        "state": one.state.value,
                        "status": one.status,
                        "cause": one.cause or None,
                        "ms": one.ms,
                        "week": _json(weeks[one.site]),
                    }
                    for one in made.probes
                ],
            }
        )
    elif not quiet or down or made.void:
        names = {site.id: site.name for site in chosen}
        print_table(
            ["网站", "结果", "用时", "前一周"],
            (
                [
                    (names[one.site], one.site),
                    (one.state.zh, _why(one.status, one.cause)),
                    f"{one.ms / 1000:.1f} 秒",
                    _week(weeks[one.site]),
                ]
                for one in made.probes
                if not quiet or one.state is not ProbeState.UP
            ),
        )
        if made.void:
            typer.echo(f"本轮不作数：{made.void}", err=True)
    if made.void:
        raise typer.Exit(3)
    raise typer.Exit(1 if down else 0)


def _why(status: int | None, cause: str) -> str:
    from reports.wording import CAUSES

    return f"返回 {status}" if status is not None and status >= 400 else CAUSES.get(cause, cause)


def _week(week: Availability) -> str:
    if week.reason:
        return f"不作判定：{week.reason}"
    return f"{week.visits}次，失败{week.failed}次（{100 * (week.share or 0):.1f}%）"


def _json(week: Availability) -> dict[str, object]:
    return {
        "first": str(week.first),
        "last": str(week.last),
        "visits": week.visits,
        "failed": week.failed,
        "share": week.share,
        "judged": not week.reason,
        "over": week.over,
    }
