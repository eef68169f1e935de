"""`govcrawl runs`: what each run saw and did not see."""

from __future__ import annotations

from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, opened, print_json, print_table

app = typer.Typer(
    help="巡查记录：每次巡查看到了什么，没看到什么", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(
    site: Annotated[str | None, typer.Option("--site", help="只看一个网站")] = None,
    limit: Annotated[int, typer.Option("--limit", help="最多显示几条", min=1, max=2**31 - 1)] = 50,
    json: Json = False,
) -> None:
    """列出巡查记录，最近的在前。"""
    settings = config()
    with opened(settings) as store:
        runs = store.runs(site=site, limit=limit)
    if json:
        print_json([run.to_json() for run in runs])
        return
    print_table(
        ["编号", "网站", "开始", "结果", "页面", "栏目（读取/未读取）", "链接（正常/错误/未核实）"],
        (
            [
                run.run,
                run.site + ("（试查）" if run.trial else ""),
                f"{run.started.astimezone(settings.office.zone):%Y-%m-%d %H:%M}",
                "未结束" if run.result is None else run.result.zh,
                run.pages,
                f"{run.columns_read}/{run.columns_unreadable}",
                f"{run.links_ok}/{run.links_broken}/{run.links_unverified}",
            ]
            for run in runs
        ),
        empty="还没有巡查记录",
    )


@app.command()
def show(
    run: Annotated[int, typer.Argument(help="巡查编号", min=1, max=2**31 - 1)], json: Json = False
) -> None:
    """显示一次巡查的全部内容。"""
    settings = config()
    with opened(settings) as store:
        record = store.run(run)
        found = [] if record is None else store.findings(run=run, include_trials=True)
    if record is None:
        raise CommandError(f"没有编号为 {run} 的巡查记录")
    if json:
        print_json(record.to_json() | {"findings": [finding.to_json() for finding in found]})
        return
    zone = settings.office.zone
    ended = "" if record.ended is None else f"{record.ended.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    rows: list[tuple[str, object]] = [
        ("网站", record.site + ("（试查，不影响登记网站的问题）" if record.trial else "")),
        ("开始", f"{record.started.astimezone(zone):%Y-%m-%d %H:%M:%S}"),
        ("结束", ended or "未结束"),
        ("结果", "未结束" if record.result is None else record.result.zh),
        ("页面", record.pages),
        ("栏目", f"读取 {record.columns_read}，未能读取 {record.columns_unreadable}"),
        (
            "链接",
            f"正常 {record.links_ok}，错误 {record.links_broken}，未能核实 {record.links_unverified}",
        ),
        ("检查指标", record.profile or ""),
    ]
    rows += [("未检查", f"{item.check}：{item.reason}") for item in record.not_tested]
    rows += [("达到上限", text) for text in record.limits_hit]
    print_table(["项目", "内容"], rows)
    print_table(
        ["编号", "性质", "状态", "问题"],
        ([f.fingerprint[:8], f.severity.zh, f.status.zh, f.title] for f in found),
        empty="本次巡查没有发现问题",
    )
