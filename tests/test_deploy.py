"""Units and crontab call commands that are there, with options that they take."""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from pathlib import Path

import click
import pytest
from typer.main import get_command

from govcrawl.commands.main import app

FOLDER = Path(__file__).parents[1] / "deploy"
SERVICES = sorted((FOLDER / "systemd").glob("*.service"))


def _unit(path: Path) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of units keep their case
    parser.read(path, encoding="utf-8")
    return parser


def _commands() -> list[tuple[str, str]]:
    """Every call of the program, with the file that holds it."""
    found = []
    for path in SERVICES:
        text = path.read_text(encoding="utf-8")
        found += [
            (path.name, line) for line in re.findall(r"^ExecStart=\S*/govcrawl (.+)$", text, re.MULTILINE)
        ]
    crontab = (FOLDER / "crontab").read_text(encoding="utf-8")
    return found + [("crontab", line) for line in re.findall(r"&& govcrawl (.+)$", crontab, re.MULTILINE)]


@pytest.mark.parametrize(("file", "words"), _commands())
def test_every_call_is_one_that_the_program_takes(file: str, words: str) -> None:
    command: click.Command = get_command(app)
    rest = shlex.split(words)
    context = click.Context(command, info_name="govcrawl")
    while isinstance(command, click.Group):
        name = rest.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"{file}: there is no command {name!r} in {words!r}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.parse_args(context, rest)  # raises for options that it does not take


def test_cron_and_systemd_do_the_same() -> None:
    by_unit = sorted(words for file, words in _commands() if file != "crontab")
    assert by_unit == sorted(words for file, words in _commands() if file == "crontab")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_every_service_has_its_timer_and_an_account_of_its_own(path: Path) -> None:
    service, timer = _unit(path)["Service"], _unit(path.with_suffix(".timer"))
    assert service["User"] == "govcrawl"
    assert service["WorkingDirectory"] == service["ReadWritePaths"] == "/srv/govcrawl"
    assert service["Type"] == "oneshot"
    assert timer["Timer"]["OnCalendar"]
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_page_on_operation_names_every_timer() -> None:
    text = (FOLDER.parent / "docs" / "operation.md").read_text(encoding="utf-8")
    missing = [path.stem for path in SERVICES if f"{path.stem}.timer" not in text]
    assert not missing, "timers that docs/operation.md does not enable"
