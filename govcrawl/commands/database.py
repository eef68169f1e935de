"""`govcrawl db`: upkeep of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, config, now

app = typer.Typer(help="数据库：升级、检查、备份、恢复", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def upgrade() -> None:
    """把数据库升级到本程序的版本（SQLite 会先备份）。"""
    from govcrawl.store import schema

    copy = schema.upgrade(config().database_url, now=now())
    typer.echo(f"数据库已是最新版本（{schema.head()}）")
    if copy is not None:
        typer.echo(f"升级前的备份：{copy}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="备份到的文件")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
) -> None:
    """备份 SQLite 数据库（巡查进行中也可以）。"""
    if file.exists() and not force:
        raise CommandError(f"文件已存在：{file}（要覆盖请加 --force）")
    from govcrawl.store.copies import backup as copy

    copy(config().database_url, file)
    typer.echo(f"已备份到 {file}")


@app.command()
def check() -> None:
    """检查数据库是否完好；有问题的，退出状态为 1。"""
    from govcrawl.store.copies import problems

    found = problems(config().database_url)
    for problem in found:
        typer.echo(problem)
    typer.echo("数据库有问题，可用 govcrawl db restore 恢复备份" if found else "数据库完好")
    raise typer.Exit(1 if found else 0)


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="要恢复的备份文件")]) -> None:
    """用备份恢复 SQLite 数据库；现有的文件会保留在旁边。"""
    from govcrawl.store.copies import restore as put_back

    kept = put_back(config().database_url, file, now=now())
    typer.echo(f"已从 {file} 恢复")
    if kept is not None:
        typer.echo(f"原来的数据库保留在 {kept}")
