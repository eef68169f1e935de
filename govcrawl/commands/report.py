"""`govcrawl report`: the papers of an office."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

app = typer.Typer(help="报告：周巡查、月整改", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def report() -> None:
    """报告：周巡查、月整改。"""


@app.command()
def weekly(
    week: Annotated[str | None, typer.Option("--week", help="如 2026-W47；默认上一个完整的周")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/weekly")] = None,
    json: Json = False,
) -> None:
    """生成周巡查情况（HTML）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.rules import load_catalogue, load_profile
    from reports.documents import write_weekly
    from reports.periods import Week
    from reports.weekly import inspect_week

    settings = config()
    moment = now()
    try:
        period = Week.parse(week) if week else Week.last_complete(settings.office.day(moment))
    except ValueError as error:
        raise CommandError(f"--week 应为 2026-W47 这样的形式，现为 {week!r}") from error
    begin, end = period.instants(settings.office.timezone)
    if begin > moment:
        raise CommandError(f"{period.zh} 还没有到")
    with opened(settings) as store:
        store.pass_time(moment)
        runs = store.runs(since=begin - timedelta(days=7), until=end, trials=False)
        inspection = inspect_week(
            week=period,
            office=settings.office,
            registry=store.registry(),
            runs=runs,
            findings=store.findings(at=min(end, moment)),
            before=store.findings(at=begin),
            profile=load_profile(
                settings.rules.profile, folder=settings.folder, overrides=settings.rules.overrides
            ),
            rules=load_catalogue().rules,
            now=moment,
        )
    folder = out or settings.data / "reports" / "weekly"
    try:
        paths = write_weekly(inspection, folder, templates=settings.folder / "templates")
    except OSError as error:
        raise CommandError(f"报告无法写入 {folder}：{error}", 3) from error
    if not any(begin <= run.started < end for run in runs):
        this_week = f"{settings.office.day(moment):%G-W%V}"
        typer.echo(
            f"提示：{period.zh}没有巡查记录，报告中各网站均为未能判定；本周请用 --week {this_week}", err=True
        )
    if json:
        print_json(
            {
                "report": "weekly",
                "period": period.code,
                "paths": [str(path) for path in paths],
                "numbers": inspection.to_json(),
            }
        )
    else:
        for path in paths:
            typer.echo(str(path))


@app.command()
def monthly(
    month: Annotated[str | None, typer.Option("--month", help="如 2026-11；默认上一个完整的月")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/monthly")] = None,
    number: Annotated[str, typer.Option("--number", help="发文字号；不写则文稿标“草稿”")] = "",
    signer: Annotated[str, typer.Option("--signer", help="签发人；不写则留空")] = "",
    dated: Annotated[
        str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则文稿标“草稿”")
    ] = None,
    json: Json = False,
) -> None:
    """生成月整改情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.rules import load_catalogue, load_profile
    from reports.documents import write_monthly
    from reports.monthly import Numbers, correct_month
    from reports.periods import Month, PeriodError, day_zh

    settings, moment = config(), now()
    zone = settings.office.timezone
    try:
        period = Month.parse(month) if month else Month.last_complete(settings.office.day(moment))
    except PeriodError as error:
        raise CommandError(f"--month 应为 2026-11 这样的形式，现为 {month!r}") from error
    if period.instants(zone)[0] > moment:
        raise CommandError(f"{period.zh}还没有到")
    with opened(settings) as store:
        store.pass_time(moment)

        def numbers(month: Month) -> Numbers:
            first, end = month.instants(zone)
            end = min(end, moment)
            return Numbers(
                before=store.findings(at=first),
                after=store.findings(at=end),
                trails=store.trails(first, end),
                first=first,
                end=end,
            )

        own, last = numbers(period), numbers(period.before)
        paper = correct_month(
            month=period,
            office=settings.office,
            registry=store.registry(),
            numbers=own,
            last=last if last.after else None,
            profile=load_profile(
                settings.rules.profile, folder=settings.folder, overrides=settings.rules.overrides
            ),
            rules=load_catalogue().rules,
            now=moment,
        )
    day = _day(dated)
    folder = out or settings.data / "reports" / "monthly"
    try:
        paths = write_monthly(
            paper,
            folder,
            templates=settings.folder / "templates",
            number=number,
            signer=signer,
            dated="" if day is None else day_zh(day, year=True),
        )
    except OSError as error:
        raise CommandError(f"报告无法写入 {folder}：{error}", 3) from error
    if json:
        print_json(
            {
                "report": "monthly",
                "period": period.code,
                "paths": [str(path) for path in paths],
                "numbers": paper.to_json(),
            }
        )
    else:
        for path in paths:
            typer.echo(str(path))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--date 应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None
