"""`govcrawl db`: upkeep of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import config, now

app = typer.Typer(help="数据库：升级、备份", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade() -> None:
    """把数据库升级到本程序的版本（SQLite 会先备份）。"""
    from govcrawl.store import schema

    copy = schema.upgrade(config().database_url, now=now())
    typer.echo(f"数据库已是最新版本（{schema.head()}）")
    if copy is not None:
        typer.echo(f"升级前的备份：{copy}")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="备份到的文件")]) -> None:
    """备份 SQLite 数据库（巡查进行中也可以）。"""
    from govcrawl.store.copies import backup as copy

    copy(config().database_url, file)
    typer.echo(f"已备份到 {file}")
