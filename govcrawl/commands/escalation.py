"""`govcrawl notices external` and `talks`: notices from above, and whom the office may propose for a talk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands import notices, words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.model import ExternalNotice

_Who = Annotated[str, typer.Option("--who", help="经办人")]

external = typer.Typer(help="上级通报：登记、列出、撤销", no_args_is_help=True, rich_markup_mode=None)
notices.app.add_typer(external, name="external")


@external.callback()
def _external() -> None:
    """上级通报：登记、列出、撤销。"""


@external.command()
def add(
    source: Annotated[str, typer.Option("--from", help="通报机关，如 自治区人民政府办公厅")],
    unit: Annotated[str, typer.Option("--unit", help="被通报的单位：标识、名称或简称")],
    text: Annotated[str, typer.Option("--text", help="通报内容，一句话")],
    dated: Annotated[str, typer.Option("--date", help="通报日期 YYYY-MM-DD")],
    number: Annotated[str, typer.Option("--number", help="通报文号")] = "",
    who: _Who = "",
) -> None:
    """登记上级通报批评：约谈建议名单的依据之一。"""
    from govcrawl.model import ExternalNotice

    moment = now()
    day = words.day(dated, "--date")
    assert day is not None
    if day > config().office.day(moment):
        raise CommandError(f"--date {day} 晚于今天")
    with opened(config()) as store:
        key = words.unit_id(store.registry(), unit)
        told = ExternalNotice(
            id=0,
            source=source,
            number=number,
            dated=day,
            unit=key,
            text=text,
            who=words.person(who),
            entered=moment,
        )
        kept = store.add_external(told, now=moment)
    typer.echo(f"已登记上级通报，编号 {kept.id}")


@external.command("list")
def list_(json: Json = False) -> None:
    """列出登记的上级通报，包括已撤销的。"""
    with opened(config()) as store:
        registry, found = store.registry(), store.external_notices()
    if json:
        print_json([_json(one) for one in found])
        return
    print_table(
        ["编号", "日期", "单位", "通报"],
        (
            [
                one.id,
                one.dated,
                words.unit_name(registry, one.unit),
                (
                    f"{one.source}{one.number}：{one.text}",
                    f"已撤销：{one.withdrawn}" if one.withdrawn else "",
                ),
            ]
            for one in found
        ),
        empty="没有登记上级通报",
    )


@external.command()
def withdraw(
    number: Annotated[int, typer.Argument(metavar="编号", help="见 notices external list")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    who: _Who = "",
) -> None:
    """撤销登记错误的上级通报：记录保留，不再作为依据。"""
    with opened(config()) as store:
        store.withdraw_external(number, who=words.person(who), reason=reason)
    typer.echo(f"上级通报 {number} 已撤销")


@notices.app.command()
def talks(
    until: Annotated[str | None, typer.Option("--until", help="统计截至 YYYY-MM-DD，默认今天")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/reports/talks")] = None,
    json: Json = False,
) -> None:
    """整理约谈建议名单（内部资料）：多次通报、上级通报、逾期未整改，各附佐证；只作建议。"""
    from govcrawl.office.escalation import talks as listed
    from reports.talks_document import write_talks

    settings, moment = config(), now()
    last = words.day(until, "--until") or settings.office.day(moment)
    with opened(settings) as store:
        store.pass_time(moment)
        paper = listed(settings, store, last)
    folder = out or settings.data / "reports" / "talks"
    try:
        paths = write_talks(paper, folder, templates=settings.folder / "templates")
    except OSError as error:
        raise CommandError(f"名单无法写入 {folder}：{error}", 3) from error
    if json:
        print_json({"paths": [str(path) for path in paths], **paper.to_json()})
        return
    for path in paths:
        typer.echo(str(path))
    if not paper.proposals:
        typer.echo("没有达到建议条件的单位", err=True)


def _json(notice: ExternalNotice) -> dict[str, object]:
    return {
        "id": notice.id,
        "from": notice.source,
        "number": notice.number,
        "date": str(notice.dated),
        "unit": notice.unit,
        "text": notice.text,
        "who": notice.who,
        "entered": notice.entered.isoformat(timespec="seconds"),
        "withdrawn": notice.withdrawn or None,
    }
