"""`govcrawl report`: the papers of an office."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

if TYPE_CHECKING:
    from govcrawl.store import Store
    from reports.monthly import Numbers
    from reports.periods import Month, Quarter

app = typer.Typer(help="报告：周巡查、月整改、季通报", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def report() -> None:
    """报告：周巡查、月整改、季通报。"""


@app.command()
def weekly(
    week: Annotated[str | None, typer.Option("--week", help="如 2026-W47；默认上一个完整的周")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/weekly")] = None,
    json: Json = False,
) -> None:
    """生成周巡查情况（HTML）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.rules import known_rules, load_profile
    from govcrawl.store.evidence_files import FOLDER
    from reports.documents import write_weekly
    from reports.entries import order
    from reports.periods import Week
    from reports.pictures import small_pictures
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
        found = store.findings(at=min(end, moment))
        inspection = inspect_week(
            week=period,
            office=settings.office,
            registry=store.registry(),
            runs=runs,
            findings=found,
            before=store.findings(at=begin),
            profile=load_profile(
                settings.rules.profile, folder=settings.folder, overrides=settings.rules.overrides
            ),
            rules=known_rules(),
            now=moment,
            pictures=small_pictures(sorted(found, key=order), settings.data / FOLDER),
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
    from govcrawl.rules import known_rules, load_profile
    from reports.documents import write_monthly
    from reports.monthly import correct_month
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

        own, last = (_numbers(store, one, zone, moment) for one in (period, period.before))
        paper = correct_month(
            month=period,
            office=settings.office,
            registry=store.registry(),
            numbers=own,
            last=last if last.after else None,
            profile=load_profile(
                settings.rules.profile, folder=settings.folder, overrides=settings.rules.overrides
            ),
            rules=known_rules(),
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


@app.command()
def quarterly(
    quarter: Annotated[str | None, typer.Option("--quarter", help="如 2026-Q4；默认上一个完整的季度")] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="数据截至 YYYY-MM-DD（含当日），用于季度未结束时印发")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="公开稿：不含网址、台账和未处置的安全问题的具体情况")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/quarterly")
    ] = None,
    number: Annotated[str, typer.Option("--number", help="发文字号；不写则文稿标“草稿”")] = "",
    signer: Annotated[str, typer.Option("--signer", help="签发人；不写则留空")] = "",
    dated: Annotated[
        str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则文稿标“草稿”")
    ] = None,
    json: Json = False,
) -> None:
    """生成季度检查情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.rules import known_rules, load_profile
    from govcrawl.rules.deadlines import end_of
    from reports.documents import write_quarterly
    from reports.periods import PeriodError, Quarter, day_zh
    from reports.quarterly import notice_of_quarter

    settings, moment = config(), now()
    zone = settings.office.timezone
    try:
        period = Quarter.parse(quarter) if quarter else Quarter.last_complete(settings.office.day(moment))
    except PeriodError as error:
        raise CommandError(f"--quarter 应为 2026-Q4 这样的形式，现为 {quarter!r}") from error
    last_day = _day(until, "--until")
    if last_day is not None and not period.start <= last_day <= period.end:
        raise CommandError(f"--until 应在{period.zh}之内，现为 {last_day}")
    if period.instants(zone)[0] > moment:
        raise CommandError(f"{period.zh}还没有到")
    limit = moment if last_day is None else min(moment, end_of(last_day, zone))
    with opened(settings) as store:
        store.pass_time(moment)
        own = _numbers(store, period, zone, limit)
        before = _numbers(store, period.before, zone, moment)
        earlier = store.runs(since=before.first, until=before.end, trials=False)
        paper = notice_of_quarter(
            quarter=period,
            office=settings.office,
            registry=store.registry(),
            runs=store.runs(since=own.first, until=own.end, trials=False),
            numbers=own,
            last=(earlier, before) if earlier else None,
            profile=load_profile(
                settings.rules.profile, folder=settings.folder, overrides=settings.rules.overrides
            ),
            rules=known_rules(),
            now=moment,
            until=last_day,
            public=public,
        )
    day = _day(dated)
    folder = out or settings.data / "reports" / "quarterly"
    try:
        paths = write_quarterly(
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
                "report": "quarterly",
                "period": period.code,
                "paths": [str(path) for path in paths],
                "numbers": paper.to_json(),
            }
        )
    else:
        for path in paths:
            typer.echo(str(path))


def _numbers(store: Store, period: Month | Quarter, zone: str, limit: datetime) -> Numbers:
    """What the store knows of a period, up to a moment."""
    from reports.monthly import Numbers

    first, end = period.instants(zone)
    end = min(end, limit)
    return Numbers(
        before=store.findings(at=first),
        after=store.findings(at=end),
        trails=store.trails(first, end),
        first=first,
        end=end,
    )


def _day(text: str | None, option: str = "--date") -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} 应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None
