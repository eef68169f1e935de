"""`govcrawl notices platforms`: letters to those who run platforms, about what their sites share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands import notices, words
from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json


@notices.app.command()
def platforms(
    number: Annotated[str, typer.Option("--number", help="发文字号；不写则留空")] = "",
    signer: Annotated[str, typer.Option("--signer", help="签发人；不写则留空")] = "",
    dated: Annotated[str | None, typer.Option("--date", help="成文日期 YYYY-MM-DD；不写则留空")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写到的文件夹，默认 var/platforms")] = None,
    json: Json = False,
) -> None:
    """对同一平台多个网站的共性问题（已核实），写出给平台运维单位的告知函和清单。"""
    from govcrawl.office.notices import folder_name
    from govcrawl.rules import known_rules
    from reports.official import Imprint
    from reports.periods import day_zh
    from reports.platform_letter import letters, write_letter

    settings, day = config(), words.day(dated, "--date")
    with opened(settings) as store:
        store.pass_time(now())
        made = letters(store.findings(), store.registry(), known_rules(), settings.office)
    imprint = Imprint(number, signer, "" if day is None else day_zh(day, year=True), issued=True)
    paths: list[Path] = []
    for letter in made:
        folder = (out or settings.data / "platforms") / folder_name(letter.platform)
        try:
            paths += write_letter(letter, folder, imprint)
        except OSError as error:
            raise CommandError(f"告知函无法写入 {folder}：{error.strerror}", 3) from error
    if json:
        print_json(
            [
                {
                    "platform": letter.platform,
                    "operator": letter.operator or None,
                    "faults": [{"title": one.title, "sites": list(one.sites)} for one in letter.faults],
                }
                for letter in made
            ]
        )
        return
    for path in paths:
        typer.echo(str(path))
    if not made:
        typer.echo("没有同一平台多个网站共有的、已核实的问题", err=True)
    for letter in made:
        if not letter.operator:
            typer.echo(
                f"提示：平台 {letter.platform} 没有登记运维单位（标识或名称与平台相同的单位），抬头留空",
                err=True,
            )
