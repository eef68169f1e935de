"""`govcrawl init` and `doctor`: the working folder, and what this machine can do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govcrawl.commands.session import CommandError, Json, config, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add these commands to the program's own."""
    app.command("init")(init)
    app.command("doctor")(doctor)


def init(
    folder: Annotated[Path, typer.Argument(help="文件夹，默认为当前文件夹")] = Path(),
) -> None:
    """把文件夹设为工作文件夹：写入 govcrawl.toml、registry.yaml 和 scrapy.cfg（已有的不改动）。"""
    from govcrawl.office.folder import lay_out

    try:
        laid = lay_out(folder)
    except OSError as error:
        raise CommandError(f"无法写入 {folder}：{error.strerror or error}", 3) from error
    for path, written in laid:
        typer.echo(f"{'已写入' if written else '已有，未改动'}：{path}")
    typer.echo("下一步：填写 registry.yaml（或用表格），再运行 govcrawl registry import registry.yaml")


def doctor(json: Json = False) -> None:
    """检查本机能做什么，缺少什么，各有什么影响。"""
    from govcrawl.office.doctor import State, diagnose

    found = list(diagnose(config()))
    if json:
        print_json([diagnosis.to_json() for diagnosis in found])
    else:
        print_table(
            ["项目", "状态", "情况", "说明"], ([d.name, d.state.value, d.found, d.means] for d in found)
        )
    raise typer.Exit(3 if any(diagnosis.state is State.FAULT for diagnosis in found) else 0)
