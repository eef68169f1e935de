"""`govcrawl calendar`: the official calendar of working days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, print_json

app = typer.Typer(
    help="工作日历：导入节假日安排，查看某年放假与调休", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def calendar() -> None:
    """工作日历：导入节假日安排，查看某年放假与调休。"""


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="TOML 文件：每年一节，写 holidays、workdays（调休上班的周末）和 source")
    ],
    json: Json = False,
) -> None:
    """导入国务院办公厅公布的节假日安排；同一年份以新导入的为准。"""
    from govcrawl.files import write_atomically
    from govcrawl.office.deadlines import calendar_file
    from govcrawl.rules.workdays import CalendarError, read_calendar, write_calendar

    kept = calendar_file(config())
    try:
        new = read_calendar(file)
        years = {**(read_calendar(kept) if kept.exists() else {}), **new}
    except CalendarError as error:
        raise CommandError(str(error)) from error
    try:
        write_atomically(kept, write_calendar(years).encode("utf-8"))
    except OSError as error:
        raise CommandError(f"日历无法写入 {kept}：{error.strerror}", 3) from error
    if json:
        print_json({"imported": sorted(new), "file": str(kept)})
        return
    for number, year in sorted(new.items()):
        typer.echo(f"{number}年：放假{len(year.holidays)}天，调休上班{len(year.workdays)}天（{year.source}）")
    typer.echo(f"已写入 {kept}")


@app.command()
def show(
    year: Annotated[int | None, typer.Argument(min=1900, max=9998, help="年份，默认今年")] = None,
    json: Json = False,
) -> None:
    """显示一年的放假和调休；没有公布的年份，整改期限暂按周末推算。"""
    from govcrawl.office.deadlines import calendar_file
    from govcrawl.rules.workdays import CalendarError, load_working_days

    settings = config()
    number = year or settings.office.day(now()).year
    try:
        known = load_working_days(calendar_file(settings)).years.get(number)
    except CalendarError as error:
        raise CommandError(str(error)) from error
    if json:
        print_json(
            {
                "year": number,
                "announced": known is not None,
                "holidays": sorted(map(str, known.holidays)) if known else [],
                "workdays": sorted(map(str, known.workdays)) if known else [],
                "source": known.source if known else None,
            }
        )
    elif known is None:
        typer.echo(
            f"{number}年的节假日安排尚未导入，整改期限暂按周末推算；公布后请用 govcrawl calendar import 导入"
        )
    else:
        typer.echo(f"{number}年（{known.source}）")
        typer.echo(f"放假：{'、'.join(_stretches(known.holidays))}")
        typer.echo(f"调休上班：{'、'.join(_stretches(known.workdays)) or '无'}")


def _stretches(days: frozenset[date]) -> list[str]:
    """1月1日至3日, of days that follow one another."""
    stretches: list[list[date]] = []
    for day in sorted(days):
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    return [_stretch(days[0], days[-1]) for days in stretches]


def _stretch(first: date, last: date) -> str:
    text = f"{first.month}月{first.day}日"
    if first == last:
        return text
    return f"{text}至{last.day}日" if first.month == last.month else f"{text}至{last.month}月{last.day}日"
