"""`govcrawl report`: the papers of an office."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from govcrawl.commands import words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from govcrawl.config import Config
    from govcrawl.store import Store
    from reports.monthly import Numbers
    from reports.official import Imprint
    from reports.periods import Month, Quarter, Week

    _P = TypeVar("_P", Week, Month, Quarter)

_Number = Annotated[str, typer.Option("--number", help="发文字号；不写则文稿标“草稿”")]
_Signer = Annotated[str, typer.Option("--signer", help="签发人；不写则留空")]
_Dated = Annotated[str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则文稿标“草稿”")]

app = typer.Typer(
    help="报告：周巡查、月整改、季通报、信息采用情况通报", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def report() -> None:
    """报告：周巡查、月整改、季通报、信息采用情况通报。"""


@app.command()
def weekly(
    week: Annotated[str | None, typer.Option("--week", help="如 2026-W47；默认上一个完整的周")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/weekly")] = None,
    json: Json = False,
) -> None:
    """生成周巡查情况（HTML）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.office.deadlines import profile_of
    from govcrawl.rules import known_rules
    from govcrawl.store.evidence_files import FOLDER
    from reports.documents import write_weekly
    from reports.entries import order
    from reports.periods import Week
    from reports.pictures import small_pictures
    from reports.weekly import inspect_week

    settings = config()
    moment = now()
    period = _period(Week, week, settings, moment)
    begin, end = period.instants(settings.office.timezone)
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
            profile=profile_of(settings),
            rules=known_rules(),
            now=moment,
            pictures=small_pictures(sorted(found, key=order), settings.data / FOLDER),
        )
    paths = _written(
        out or settings.data / "reports" / "weekly",
        lambda folder: write_weekly(inspection, folder, templates=settings.folder / "templates"),
    )
    if not any(begin <= run.started < end for run in runs):
        this_week = f"{settings.office.day(moment):%G-W%V}"
        typer.echo(
            f"提示：{period.zh}没有巡查记录，报告中各网站均为未能判定；本周请用 --week {this_week}", err=True
        )
    _tell("weekly", period, paths, inspection.to_json(), json=json)


@app.command()
def monthly(
    month: Annotated[str | None, typer.Option("--month", help="如 2026-11；默认上一个完整的月")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/monthly")] = None,
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    json: Json = False,
) -> None:
    """生成月整改情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.office.deadlines import profile_of
    from govcrawl.rules import known_rules
    from reports.documents import write_monthly
    from reports.monthly import correct_month
    from reports.periods import Month

    settings, moment = config(), now()
    zone = settings.office.timezone
    period = _period(Month, month, settings, moment)
    with opened(settings) as store:
        store.pass_time(moment)
        own, last = (_numbers(store, one, zone, moment) for one in (period, period.before))
        paper = correct_month(
            month=period,
            office=settings.office,
            registry=store.registry(),
            numbers=own,
            last=last if last.after else None,
            profile=profile_of(settings),
            rules=known_rules(),
            now=moment,
        )
    imprint = _imprint(number, signer, dated)
    paths = _written(
        out or settings.data / "reports" / "monthly",
        lambda folder: write_monthly(paper, folder, imprint, templates=settings.folder / "templates"),
    )
    _tell("monthly", period, paths, paper.to_json(), json=json)


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
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    json: Json = False,
) -> None:
    """生成季度检查情况通报（HTML、DOCX）和问题整改台账（XLSX），并显示路径。"""
    from govcrawl.office.deadlines import profile_of
    from govcrawl.rules import known_rules
    from govcrawl.rules.deadlines import end_of
    from reports.documents import write_quarterly
    from reports.periods import Quarter
    from reports.quarterly import notice_of_quarter

    settings, moment = config(), now()
    zone = settings.office.timezone
    period = _period(Quarter, quarter, settings, moment)
    last_day = words.day(until, "--until")
    if last_day is not None and not period.start <= last_day <= period.end:
        raise CommandError(f"--until 应在{period.zh}之内，现为 {last_day}")
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
            profile=profile_of(settings),
            rules=known_rules(),
            now=moment,
            until=last_day,
            public=public,
        )
    imprint = _imprint(number, signer, dated)
    paths = _written(
        out or settings.data / "reports" / "quarterly",
        lambda folder: write_quarterly(paper, folder, imprint, templates=settings.folder / "templates"),
    )
    _tell("quarterly", period, paths, paper.to_json(), json=json)


@app.command()
def adoption(
    month: Annotated[str | None, typer.Option("--month", help="如 2026-11；默认上一个完整的月")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/adoption")] = None,
    number: _Number = "",
    signer: _Signer = "",
    dated: _Dated = None,
    json: Json = False,
) -> None:
    """生成信息采用情况通报（HTML、DOCX）和采用稿件清单（XLSX），并显示路径。"""
    from datetime import date

    from govcrawl.office.deadlines import profile_of
    from reports.adoption import adoption_of
    from reports.documents import write_adoption
    from reports.periods import Month

    settings, moment = config(), now()
    period = _period(Month, month, settings, moment)
    begin, end = period.instants(settings.office.timezone)
    year = date(period.year, 1, 1)
    with opened(settings) as store:
        paper = adoption_of(
            month=period,
            office=settings.office,
            registry=store.registry(),
            articles=store.articles(year, period.end, since=begin, until=end),
            submissions=store.submissions(year, period.end),
            runs=store.runs(since=begin, trials=False),
            profile=profile_of(settings),
            now=moment,
        )
    imprint = _imprint(number, signer, dated)
    paths = _written(
        out or settings.data / "reports" / "adoption",
        lambda folder: write_adoption(paper, folder, imprint, templates=settings.folder / "templates"),
    )
    _tell("adoption", period, paths, paper.to_json(), json=json)


def _period(kind: type[_P], text: str | None, settings: Config, moment: datetime) -> _P:
    """The period that an option names; by default the last one that is over."""
    from reports.periods import PeriodError

    try:
        period = kind.parse(text) if text else kind.last_complete(settings.office.day(moment))
    except PeriodError as error:
        raise CommandError(f"--{kind.__name__.lower()} {text!r} 不可用：{error}") from error
    if period.instants(settings.office.timezone)[0] > moment:
        raise CommandError(f"{period.zh}还没有到")
    return period


def _imprint(number: str, signer: str, dated: str | None) -> Imprint:
    from reports.official import Imprint
    from reports.periods import day_zh

    day = words.day(dated, "--date")
    return Imprint(number, signer, "" if day is None else day_zh(day, year=True))


def _written(folder: Path, write: Callable[[Path], list[Path]]) -> list[Path]:
    try:
        return write(folder)
    except OSError as error:
        raise CommandError(f"报告无法写入 {folder}：{error}", 3) from error


def _tell(
    report: str, period: Week | Month | Quarter, paths: list[Path], numbers: dict[str, object], *, json: bool
) -> None:
    if json:
        told = [str(path) for path in paths]
        print_json({"report": report, "period": period.code, "paths": told, "numbers": numbers})
        return
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
