"""`govcrawl nightly`: what cron, a systemd timer or a worker calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govcrawl.commands.session import CommandError, Json, config, opened, print_json, print_table

if TYPE_CHECKING:
    from govcrawl.model import Site


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("nightly")(nightly)


def nightly(
    sites: Annotated[
        list[str] | None, typer.Argument(help="只巡查这些网站（标识）", metavar="[SITE]...")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", help="同时巡查几个网站（目前只支持 1）", min=1)] = 1,
    json: Json = False,
) -> None:
    """巡查全部在运行的网站。退出状态：0 全部已巡查，1 部分未能巡查，3 全部未能巡查。"""
    from govcrawl.office.nightly import SiteNight, counted_anew, due, exit_status, run_night
    from govcrawl.office.second_tries import run_second_tries

    if jobs != 1:
        raise CommandError("目前只支持 --jobs 1：同一服务器上的多个网站要按服务器限速，并行巡查尚未提供")
    settings = config()
    with opened(settings) as store:
        wanted = due(store.registry().sites, sites or [])
        if not wanted:
            raise CommandError("没有在运行的网站，请先运行 govcrawl registry import 文件")
        _ = settings.crawl.hours  # what can't be read is said before anything begins
        nights: list[SiteNight] = []
        with _progress(len(wanted), quiet=json) as progress:
            for night in run_night(settings, store, wanted, started=progress.started):
                nights.append(night)
                progress.done(night)
            again = run_second_tries(settings, store, nights, waits=progress.waits)
        nights = [counted_anew(store, night) for night in nights]
    rows = [
        [
            night.site.id,
            night.site.name,
            "已巡查" if night.inspected else "未能判定",
            night.run.pages if night.run else 0,
            night.findings,
            night.reason,
        ]
        for night in nights
    ]
    if json:
        print_json(
            [
                {
                    "site": n.site.id,
                    "inspected": n.inspected,
                    "run": n.run.to_json() if n.run else None,
                    "findings": n.findings,
                    "reason": n.reason or None,
                }
                for n in nights
            ]
        )
    else:
        print_table(["标识", "网站", "结果", "页面", "问题", "说明"], rows)
        inspected = sum(night.inspected for night in nights)
        typer.echo(f"共 {len(nights)} 个网站，已巡查 {inspected} 个，未能判定 {len(nights) - inspected} 个")
        if again.confirmed or again.lifted or again.left:
            tried = f"第二次尝试：确认 {again.confirmed} 个，排除 {again.lifted} 个，仍待核实 {again.left} 个"
            typer.echo(f"{tried}{'（' + again.reason + '）' if again.reason else ''}")
    raise typer.Exit(exit_status(nights))


class _Progress:
    """What is shown while a night runs: a bar on a terminal, plain lines elsewhere, or nothing."""

    def __init__(self, total: int, bar: Any, quiet: bool) -> None:
        self._bar = bar
        self._quiet = quiet
        self._total = total
        self._done = 0
        self._task = bar.add_task("", total=total) if bar is not None else None

    def started(self, site: Site) -> None:
        if self._bar is not None:
            self._bar.update(self._task, description=f"正在巡查 {site.name}")

    def waits(self, addresses: int, seconds: float) -> None:
        """Before the second tries: how many addresses, and how long until the last may be asked."""
        line = f"第二次尝试 {addresses} 个打不开的链接" + (
            f"，约等待 {seconds:.0f} 秒" if seconds >= 1 else ""
        )
        if self._bar is not None:
            self._bar.update(self._task, description=line)
        elif not self._quiet:
            typer.echo(line)

    def done(self, night: Any) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar.advance(self._task)
        elif not self._quiet:
            state = "已巡查" if night.inspected else "未能判定"
            pages = night.run.pages if night.run else 0
            typer.echo(
                f"[{self._done}/{self._total}] {night.site.id} {state} 页面{pages} 问题{night.findings}"
            )


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[_Progress]:
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield _Progress(total, None, quiet)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Progress(total, bar, quiet)
