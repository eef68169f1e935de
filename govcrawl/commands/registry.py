"""`govcrawl registry`: units, sites, columns and accounts, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

app = typer.Typer(help="登记信息：导入、检查、导出", no_args_is_help=True, rich_markup_mode=None)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="登记文件：.yaml、.xlsx、.xls 或 .csv")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只显示将有的变化，不写入")] = False,
    retire: Annotated[bool, typer.Option("--retire", help="文件中没有的网站和账号设为永久下线")] = False,
    json: Json = False,
) -> None:
    """导入登记信息；有一行错误则全部不导入。"""
    from govcrawl.registry import merge, read_files

    settings = config()
    incoming = read_files(files)
    with opened(settings) as store:
        plan = merge(store.registry(), incoming, retire=retire)
        if not dry_run:
            store.save_registry(plan.result, now=now())
    if json:
        print_json(plan.to_json() | {"dry_run": dry_run})
        return
    for line in plan.lines():
        typer.echo(line)
    typer.echo(f"新增 {len(plan.added)} 项，修改 {len(plan.changed)} 项，未在文件中 {len(plan.missing)} 项")
    typer.echo("试运行，未写入。" if dry_run else f"已写入 {_shown(settings.database_url)}")


@app.command()
def check(json: Json = False) -> None:
    """按《管理办法》检查登记信息；有违反规定的，退出状态为 1。"""
    from govcrawl.registry import check as check_registry

    with opened(config()) as store:
        hints = check_registry(store.registry())
    errors = [hint for hint in hints if hint.level == "error"]
    if json:
        print_json([hint.to_json() for hint in hints])
    else:
        for hint in hints:
            typer.echo(f"{'违反规定' if hint.level == 'error' else '提示'}:{hint.message}({hint.basis})")
        typer.echo(f"违反规定 {len(errors)} 项，提示 {len(hints) - len(errors)} 项")
    raise typer.Exit(1 if errors else 0)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="写到的文件：.yaml 或 .xlsx")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
) -> None:
    """导出登记信息。"""
    from govcrawl.registry import to_yaml, write_workbook

    if file.exists() and not force:
        raise CommandError(f"文件已存在：{file}（要覆盖请加 --force）")
    with opened(config()) as store:
        registry = store.registry()
    try:
        if file.suffix.lower() in {".yaml", ".yml"}:
            file.write_text(to_yaml(registry), encoding="utf-8")
        elif file.suffix.lower() == ".xlsx":
            write_workbook(registry, file)
        else:
            raise CommandError(f"只能导出为 .yaml 或 .xlsx，现为 {file.suffix or '（无扩展名）'}")
    except OSError as error:
        raise CommandError(f"无法写入 {file}：{error}", 3) from error
    typer.echo(f"已导出 {len(registry.sites)} 个网站到 {file}")


def _shown(url: str) -> str:
    """A database's address without a password."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}…@{rest.rpartition('@')[2]}" if "@" in rest else url
