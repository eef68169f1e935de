"""`govcrawl registry`: units, sites, columns and accounts, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json

if TYPE_CHECKING:
    from govcrawl.model import ColumnType

app = typer.Typer(help="登记信息：导入、检查、导出、确认栏目", no_args_is_help=True, rich_markup_mode=None)


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
            typer.echo(f"{'违反规定' if hint.level == 'error' else '提示'}：{hint.message}（{hint.basis}）")
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


@app.command()
def confirm(
    site: Annotated[str, typer.Argument(help="网站标识", metavar="SITE")],
    urls: Annotated[
        list[str] | None,
        typer.Argument(help="只确认这些栏目（网址）；不写则确认全部未确认的栏目", metavar="[URL]..."),
    ] = None,
    retype: Annotated[
        list[str] | None,
        typer.Option(
            "--retype", help="同时改正类型，如 http://www.example.gov.cn/tzgg/=通知公告", metavar="URL=类型"
        ),
    ] = None,
    json: Json = False,
) -> None:
    """确认自动发现的栏目：确认后的栏目按登记栏目检查，问题不再只是疑似。"""
    from govcrawl.registry import confirm as confirmed
    from govcrawl.registry.errors import plain

    types = dict(map(_typed, retype or ()))
    with opened(config()) as store:
        before = store.registry()
        # Addresses that are only retyped leave the others as they are.
        after = confirmed(before, site, urls or ([] if types else None), types)
        old, new = before.site(site), after.site(site)
        pairs = zip(old.columns, new.columns, strict=True) if old and new else ()
        changed = [(was, column) for was, column in pairs if was != column]
        if changed:
            store.save_registry(after, now=now())
    if json:
        print_json(
            [
                {"name": column.name, "url": column.url, "type": str(column.type), "was": str(was.type)}
                for was, column in changed
            ]
        )
        return
    for was, column in changed:
        kind = str(column.type) if was.type is column.type else f"{was.type} → {column.type}"
        typer.echo(plain(f"已确认 {column.name} {kind} {column.url}", 1000))
    typer.echo(f"共确认 {len(changed)} 个栏目" if changed else f"网站 {site} 没有需要确认的栏目")


def _typed(text: str) -> tuple[str, ColumnType]:
    """An address and a type, written `URL=类型`; addresses may hold the sign themselves."""
    from govcrawl.model import ColumnType
    from govcrawl.registry.errors import unknown_word

    url, sign, word = text.rpartition("=")
    if not sign or not url:
        raise CommandError(f"--retype 应写作 URL=类型，现为 {text[:200]!r}")
    try:
        return url, ColumnType(word.strip())
    except ValueError:
        raise CommandError(f"--retype {unknown_word(word, [str(kind) for kind in ColumnType])}") from None


def _shown(url: str) -> str:
    """A database's address without a password."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}…@{rest.rpartition('@')[2]}" if "@" in rest else url
