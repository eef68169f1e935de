"""`govcrawl submissions`: what units submitted, for the adoption notice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

app = typer.Typer(help="报送信息：导入、查看", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def submissions() -> None:
    """报送信息：导入、查看。"""


@app.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help=".xlsx、.xls 或 .csv：报送单位、标题、报送日期，可加采用层级、采用单位、采用日期"
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不登记")] = False,
) -> None:
    """导入各单位报送的信息和上级采用情况；有一行错误则全部不导入，重复导入不会重复计数。"""
    from govcrawl.office.sheet_rows import SheetError, described
    from govcrawl.office.submissions import SubmissionError, read_submissions, to_submission

    settings, moment = config(), now()
    today = settings.office.day(moment)
    with opened(settings) as store:
        registry = store.registry()
        faults: list[tuple[int, str]] = []
        told = []
        try:
            for row, cells in read_submissions(file):
                try:
                    told.append(to_submission(cells, registry, today=today))
                except SubmissionError as error:
                    faults.append((row, str(error)))
        except SheetError as error:
            raise CommandError(str(error)) from error
        if faults:
            raise CommandError(f"{file.name} 未导入：\n{described(faults)}")
        if dry_run:
            typer.echo(f"可以导入 {len(told)} 条信息")
            return
        new = store.submit(told, now=moment)
    before = f"，{len(told) - new} 条以前已登记，只更新上级采用情况" if new < len(told) else ""
    typer.echo(f"已登记 {new} 条信息{before}")


@app.command("list")
def list_all(
    month: Annotated[str | None, typer.Option("--month", help="如 2026-11；默认本月")] = None,
    json: Json = False,
) -> None:
    """列出一个月报送的和被上级采用的信息。"""
    from reports.periods import Month, PeriodError

    settings = config()
    try:
        period = Month.parse(month) if month else Month.of(settings.office.day(now()))
    except PeriodError as error:
        raise CommandError(f"--month {month!r} 不可用：{error}") from error
    with opened(settings) as store:
        found = store.submissions(period.start, period.end)
        names = {unit.id: unit.name for unit in store.registry().units}
    if json:
        print_json(
            [
                {
                    "unit": one.unit,
                    "title": one.title,
                    "submitted": str(one.submitted),
                    "level": None if one.level is None else one.level.value,
                    "adopter": one.adopter,
                    "adopted": None if one.adopted is None else str(one.adopted),
                }
                for one in found
            ]
        )
        return
    if not found:
        typer.echo(f"{period.zh}没有登记的报送信息")
        return
    print_table(
        ["单位", "标题", "报送日期", "上级采用"],
        (
            [
                names.get(one.unit, one.unit),
                one.title,
                str(one.submitted),
                "" if one.level is None else f"{one.level.zh} {one.adopter}".strip(),
            ]
            for one in found
        ),
        title=f"{period.zh}报送信息",
    )
