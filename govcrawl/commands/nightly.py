"""`govcrawl nightly`: what cron, a systemd timer or a worker calls."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govcrawl.commands.session import CommandError, Json, config, now, opened, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govcrawl.config import Config
    from govcrawl.model import Site
    from govcrawl.office.night_run import Pulse
    from govcrawl.office.nightly import SiteNight
    from govcrawl.office.second_tries import SecondTries

_BAR_WIDTH = 10
_MOST_JOBS = 4
"""Processes at once where nobody says how many."""

_URGENT = 10
"""Urgent findings that the end of a night names."""


def register(app: typer.Typer) -> None:
    """Add this command to the program's own."""
    app.command("nightly")(nightly)


def nightly(
    sites: Annotated[
        list[str] | None, typer.Argument(help="只巡查这些网站（标识）", metavar="[SITE]...")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", help=f"同时运行几个巡查进程（默认与处理器核数相同，至多 {_MOST_JOBS} 个）"),
    ] = None,
    json: Json = False,
) -> None:
    """巡查全部在运行的网站。退出状态：0 全部已巡查，1 部分未能巡查，3 全部未能巡查。"""
    from govcrawl.office.night_run import run_night
    from govcrawl.office.nightly import counted_anew, due, exit_status
    from govcrawl.office.second_tries import run_second_tries
    from spiders.desk import cores

    if jobs is not None and jobs < 1:
        raise CommandError(f"--jobs 应为不小于 1 的整数，现为 {jobs}")
    signal.signal(signal.SIGTERM, _stopped)
    settings, begun = config(), time.monotonic()
    with opened(settings) as store:
        wanted = due(store.registry().sites, sites or [])
        if not wanted:
            raise CommandError("没有在运行的网站，请先运行 govcrawl registry import 文件")
        _ = settings.crawl.hours  # what can't be read is said before anything begins
        nights: list[SiteNight] = []
        with _progress(len(wanted), quiet=json) as progress:
            for night in run_night(
                settings,
                store,
                wanted,
                jobs=jobs or min(cores(), _MOST_JOBS),
                pulse=progress.pulse,
                warn=progress.warn,
            ):
                nights.append(night)
                progress.done(night)
            again = run_second_tries(settings, store, nights, waits=progress.waits)
        nights = [counted_anew(store, night) for night in in_order_of(wanted, nights)]
        seconds = time.monotonic() - begun
    if json:
        print_json([_plain(night) for night in nights])
    else:
        _summary(nights, again, seconds)
    _say_urgent(settings, quiet=json)
    raise typer.Exit(exit_status(nights))


def in_order_of(sites: Sequence[Site], nights: Sequence[SiteNight]) -> list[SiteNight]:
    """The sites as the registry lists them, in whatever order they were done."""
    by_id = {night.site.id: night for night in nights}
    return [by_id[site.id] for site in sites if site.id in by_id]


def _stopped(number: int, frame: object) -> None:
    raise SystemExit(128 + number)  # the processes of the night are ended on the way out


def _plain(night: SiteNight) -> dict[str, object]:
    return {
        "site": night.site.id,
        "inspected": night.inspected,
        "run": night.run.to_json() if night.run else None,
        "findings": night.findings,
        "reason": night.reason or None,
    }


def _summary(nights: Sequence[SiteNight], again: SecondTries, seconds: float) -> None:
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
    print_table(["标识", "网站", "结果", "页面", "问题", "说明"], rows)
    inspected = sum(night.inspected for night in nights)
    pages = sum(night.run.pages for night in nights if night.run)
    typer.echo(
        f"共 {len(nights)} 个网站，已巡查 {inspected} 个，未能判定 {len(nights) - inspected} 个；"
        f"页面 {pages} 个，问题 {sum(night.findings for night in nights)} 个，用时 {_span(seconds)}"
    )
    if again.confirmed or again.lifted or again.left:
        tried = f"第二次尝试：确认 {again.confirmed} 个，排除 {again.lifted} 个，仍待核实 {again.left} 个"
        typer.echo(f"{tried}{'（' + again.reason + '）' if again.reason else ''}")


def _say_urgent(settings: Config, *, quiet: bool) -> None:
    """What can't wait, after all else; with `--json` on the error output."""
    from govcrawl.commands.mail import password
    from govcrawl.office.urgent import tell_duty

    with opened(settings) as store:
        urgent = tell_duty(settings, store, password(), now=now)
    if urgent.lines:
        typer.echo(
            f"紧急问题 {len(urgent.lines)} 项，请立即处置（govcrawl notices issue --urgent）：", err=quiet
        )
        for line in urgent.lines[:_URGENT]:
            typer.echo(f"  {line.site}（{line.unit}）：{line.title}", err=quiet)
        if len(urgent.lines) > _URGENT:
            typer.echo(f"  另有 {len(urgent.lines) - _URGENT} 项", err=quiet)
    if urgent.told:
        typer.echo(urgent.told, err=quiet or not urgent.sent)


class _Progress:
    """What is shown while a night runs: a bar on a terminal, plain lines elsewhere, or nothing."""

    def __init__(self, total: int, bar: Any, quiet: bool) -> None:
        self._bar = bar
        self._quiet = quiet
        self._total = total
        self._done = self._findings = 0
        self._task = bar.add_task("准备巡查", total=total, facts="") if bar is not None else None

    def pulse(self, pulse: Pulse) -> None:
        """How the night stands, some times a second."""
        if self._bar is None:
            return
        names = f"正在巡查{len(pulse.running)}个：" + "、".join(site.name for site in pulse.running)
        facts = f"页面{pulse.pages} 问题{self._findings}{_remaining(pulse.left)}"
        self._show(names if pulse.running else "准备巡查", facts)

    def _show(self, text: str, facts: str) -> None:
        from rich.cells import cell_len, set_cell_size

        room = self._bar.console.width - cell_len(facts) - _BAR_WIDTH - 2 * len(str(self._total)) - 6
        cut = text if cell_len(text) <= room else set_cell_size(text, max(room - 1, 0)).rstrip() + "…"
        self._bar.update(self._task, description=cut, facts=facts)

    def warn(self, text: str) -> None:
        """Something that whoever looks on should know."""
        if self._bar is not None:
            self._bar.console.print(text, markup=False, style="yellow")
        else:
            typer.echo(text, err=True)

    def waits(self, addresses: int, seconds: float) -> None:
        """Before the second tries: how many addresses, and how long until the last may be asked."""
        line = f"第二次尝试 {addresses} 个打不开的链接" + (
            f"，约等待 {seconds:.0f} 秒" if seconds >= 1 else ""
        )
        if self._bar is not None:
            self._show(line, f"问题{self._findings}")
        elif not self._quiet:
            typer.echo(line)

    def done(self, night: SiteNight) -> None:
        """A site came to its end."""
        self._done += 1
        self._findings += night.findings
        if self._bar is not None:
            self._bar.advance(self._task)
        elif not self._quiet:
            state = "已巡查" if night.inspected else "未能判定"
            pages = night.run.pages if night.run else 0
            typer.echo(
                f"[{self._done}/{self._total}] {night.site.id} {state} 页面{pages} 问题{night.findings}"
            )


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} 秒"
    return f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时 {minutes % 60} 分钟"


def _remaining(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if minutes < 1:
        return " 约剩不到1分钟"
    return f" 约剩{minutes}分钟" if minutes < 60 else f" 约剩{minutes // 60}小时{minutes % 60}分钟"


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[_Progress]:
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield _Progress(total, None, quiet)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        BarColumn(bar_width=_BAR_WIDTH),
        MofNCompleteColumn(),
        TextColumn("{task.fields[facts]}", markup=False),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Progress(total, bar, quiet)
