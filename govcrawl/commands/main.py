"""`govcrawl`: the command line. Errors are one clear Chinese line; exit status as INTERFACES, section 3."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govcrawl import __version__
from govcrawl.commands import (
    calendar,
    catalogue,
    database,
    discover,
    filters,
    findings,
    mail,
    nightly,
    notices,
    office,
    pages,
    probe,
    prune,
    registry,
    report,
    runs,
    status,
    submissions,
)
from govcrawl.commands import escalation as _escalation  # noqa: F401 (adds its commands to those of notices)
from govcrawl.commands import platform_letters as _platform_letters  # noqa: F401 (adds its command to those of notices)
from govcrawl.commands import reported as _reported  # noqa: F401 (adds its commands to those of findings)
from govcrawl.commands.session import CommandError, choose_config

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="govcrawl",
    help="政府网站巡查：登记、巡查、核实、整改通知、报告。巡查单个网站：scrapy crawl site -a site=网站标识",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (office, discover, nightly, status, probe, prune, pages, catalogue):
    module.register(app)
app.add_typer(registry.app, name="registry")
app.add_typer(findings.app, name="findings")
app.add_typer(mail.app, name="mail")
app.add_typer(notices.app, name="notices")
app.add_typer(runs.app, name="runs")
app.add_typer(report.app, name="report")
app.add_typer(submissions.app, name="submissions")
app.add_typer(catalogue.profile_app, name="profile")
app.add_typer(calendar.app, name="calendar")
app.add_typer(filters.app, name="filters")
app.add_typer(database.app, name="db")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"govcrawl {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[  # taken by `run` before, wherever it stands; declared for --help
        Path | None,
        typer.Option("--config", help="配置文件（默认：GOVCRAWL_CONFIG，再向上查找 govcrawl.toml）"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="显示版本", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """政府网站巡查：登记、巡查、核实、整改通知、报告。"""


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a pipe under LANG=C must not break Chinese output
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(choose_config(words))
    except CommandError as error:
        typer.echo(f"错误：{error}", err=True)
        sys.exit(error.status)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        status = _known(error)
        if status is None:
            raise
        typer.echo(f"错误：{error}", err=True)
        sys.exit(status)


def _known(error: Exception) -> int | None:
    """The exit status of an error that names its cause in one line; None for a fault of the program."""
    from govcrawl.config import ConfigError
    from govcrawl.registry import RegistryError
    from govcrawl.rules import CatalogueError, FilterListError, ProfileError
    from govcrawl.rules.workdays import CalendarError
    from govcrawl.store import ActionRefused, FingerprintUnclear, RegistryRefused, StoreError

    if isinstance(error, ActionRefused | FingerprintUnclear | RegistryRefused):
        return 2
    if isinstance(error, StoreError):
        return 3
    wrong = ConfigError | RegistryError | CatalogueError | ProfileError | CalendarError | FilterListError
    return 2 if isinstance(error, wrong) else None


if __name__ == "__main__":
    run()
