"""What commands share: the settings in force, the open store, how data is printed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from govcrawl.config import Config
    from govcrawl.store import Store

_CONFIG_OPTION = "--config"
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出")]


class CommandError(Exception):
    """A command that can't be done; one Chinese line, and the exit status."""

    def __init__(self, message: str, status: int = 2) -> None:
        super().__init__(message)
        self.status = status


def choose_config(words: list[str]) -> list[str]:
    """Take `--config FILE` out of a command line, wherever it stands, and let it choose the settings.

    The choice goes through the environment, so that the crawls a command starts use the same file.
    """
    rest: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        if word == "--":
            return rest + words[position:]
        if word == _CONFIG_OPTION and position + 1 < len(words):
            os.environ["GOVCRAWL_CONFIG"] = str(Path(words[position + 1]).absolute())
            position += 2
            continue
        if word.startswith(f"{_CONFIG_OPTION}="):
            os.environ["GOVCRAWL_CONFIG"] = str(Path(word.partition("=")[2]).absolute())
        else:
            rest.append(word)
        position += 1
    return rest


def now() -> datetime:
    """The clock of the command line (UTC); everything below takes the time as an argument."""
    return datetime.now(UTC)


def config() -> Config:
    """The settings in force."""
    from govcrawl.config import load

    return load()


@contextmanager
def opened(settings: Config) -> Iterator[Store]:
    """The store of these settings, closed at the end."""
    from govcrawl.store import Store

    if settings.file is None:
        typer.echo(
            "提示：没有找到 govcrawl.toml，使用默认设置和当前文件夹；工作文件夹由 govcrawl init 建立",
            err=True,
        )
    store = Store.open(settings.database_url, now=now())
    try:
        yield store
    finally:
        store.close()


def print_json(value: object) -> None:
    """One JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_line(value: Mapping[str, object]) -> None:
    """One JSON object in one line."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "", empty: str = "没有记录"
) -> None:
    """A table for people; long cells are folded, never cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    count = 0
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
        count += 1
    if count:
        Console(soft_wrap=False).print(table)
    else:
        typer.echo(empty)


def _cell(value: Any) -> str:
    if isinstance(value, tuple):  # lines of one cell
        return "\n".join(_cell(line) for line in value)
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text)
