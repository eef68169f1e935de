"""`govcrawl prune`: what is old and rests on nothing goes."""

from __future__ import annotations

from typing import Annotated

import typer

from govcrawl.commands.session import Json, config, now, opened, print_json, print_table

_WORDS = {
    "pages": "页面记忆",
    "links": "站外链接记忆",
    "nights": "夜间巡查队列",
    "trial_findings": "试查的问题",
    "sightings": "历次巡查的问题情况",
    "runs": "巡查记录",
}


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("prune")(prune)


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出将清理什么")] = False, json: Json = False
) -> None:
    """清理旧的页面记忆、巡查记录和佐证材料；问题、办理过程和未办结问题的佐证材料不清理。"""
    from govcrawl.office.prune import prune as thin_out

    settings = config()
    with opened(settings) as store:
        done = thin_out(settings, store, now(), dry=dry_run)
    if json:
        print_json(done.to_json())
    else:
        rows = [(_WORDS[name], f"{count} 条") for name, count in done.rows.items() if count]
        if done.files:
            rows.append(("佐证材料", f"{done.files} 个文件，{done.bytes / 2**20:.1f} MB"))
        print_table(["将清理" if dry_run else "已清理", "数量"], rows, empty="没有可以清理的数据")
    if done.failed:
        typer.echo(f"{done.failed} 个佐证文件未能删除", err=True)
        raise typer.Exit(3)
