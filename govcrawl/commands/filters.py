"""`govcrawl filters`: lists of advertising rules, fetched or taken from a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.config import Config
    from govcrawl.office.filter_updates import Updated

app = typer.Typer(help="广告规则：下载、导入、列出", no_args_is_help=True, rich_markup_mode=None)


@app.command("update")
def update(json: Json = False) -> None:
    """下载最新的广告规则（EasyList、EasyList China）；未能下载的保留原有规则。"""
    settings = config()
    done = asyncio.run(_update(settings))
    failed = [one for one in done if one.kept is None]
    if json:
        print_json(
            [
                {
                    "url": one.url,
                    "name": one.kept.name if one.kept else None,
                    "sha256": one.kept.sha256 if one.kept else None,
                    "rules": one.kept.rules if one.kept else None,
                    "failure": one.failure or None,
                }
                for one in done
            ]
        )
    else:
        for one in done:
            if one.kept is not None:
                typer.echo(f"已更新：{one.kept.zh(settings.office.zone)}")
    if failed:
        lines = "；".join(f"{one.url} {one.failure}" for one in failed)
        raise CommandError(
            f"{len(failed)} 份规则未能更新，继续使用原有规则：{lines}。"
            "本机不能上网的，可在别处下载后用 govcrawl filters add 文件 导入",
            3,
        )


async def _update(settings: Config) -> list[Updated]:
    from govcrawl.net.client import Client
    from govcrawl.office.filter_updates import update

    client = Client(settings.crawl, user_agent=settings.user_agent)
    try:
        urls = settings.crawl.filter_lists
        return [one async for one in update(client.ask, urls, settings.filters, now)]
    finally:
        await client.close()


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="规则文件（EasyList 语法，UTF-8）", metavar="FILE")],
    name: Annotated[str | None, typer.Option("--name", help="名称，默认为文件名；同名的被替换")] = None,
) -> None:
    """从文件导入广告规则，供不能上网的机器使用。"""
    from govcrawl.office.filter_updates import name_of
    from govcrawl.rules.filter_lists import MAX_BYTES, keep

    settings = config()
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CommandError(f"文件过大（上限 {MAX_BYTES // 2**20} MB）：{file}")
        body = file.read_bytes()
    except OSError as error:
        raise CommandError(f"文件无法读取：{file}：{error.strerror or error}") from error
    kept = keep(
        settings.filters, name=name or name_of(file.name), body=body, origin=str(file.absolute()), now=now()
    )
    typer.echo(f"已导入：{kept.zh(settings.office.zone)}，名称 {kept.name}")


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="名称，见 govcrawl filters list")]) -> None:
    """删去一份广告规则（随程序提供的规则始终使用）。"""
    from govcrawl.rules.filter_lists import remove

    gone = remove(config().filters, name)
    typer.echo(f"已删去：{gone.title}（{gone.name}）")


@app.command("list")
def list_(json: Json = False) -> None:
    """列出使用中的广告规则。"""
    from dataclasses import asdict

    from govcrawl.rules.filter_lists import filter_lists

    settings = config()
    lists = filter_lists(settings.filters)
    if json:
        print_json([asdict(one) for one in lists])
        return
    print_table(
        ["名称", "标题", "规则自身日期", "取得时间", "规则数", "校验值", "来源"],
        (
            [one.name, one.title, one.version, one.added, one.rules, one.sha256[:16], one.origin]
            for one in lists
        ),
        empty="只使用随程序提供的规则；可用 govcrawl filters update 下载，或 govcrawl filters add 文件 导入",
    )
