"""Templates and files: how a paper gets from its numbers to the disk."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    select_autoescape,
)
from markupsafe import Markup

from reports.charts import HATCH, bar
from reports.wording import percent, visible


def render(template: str, values: dict[str, Any], *, own: Path | None = None) -> str:
    """A paper as one HTML text without script and without anything to load.

    Args:
        template: its name, `weekly.html`.
        values: what it shows.
        own: folder of the office's own templates; one of the same name goes before the shipped one.

    Raises:
        jinja2.TemplateError: the office's own template is broken or names what is not there.
    """
    return environment(own).get_template(template).render(values)


def environment(own: Path | None = None) -> Environment:
    """Jinja with the shipped templates behind the office's own; everything is escaped."""
    loaders: list[BaseLoader] = [PackageLoader("reports", "templates")]
    if own is not None:
        loaders.insert(0, FileSystemLoader(own))
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(style=_style(own), bar=bar, hatch=HATCH)
    made.filters["thousands"] = _thousands
    made.filters["order"] = _order
    made.filters["percent"] = percent
    return made


def _style(own: Path | None) -> Markup:
    """The style sheet, the office's own if it has one; it is trusted, it comes from no page."""
    if own is not None and (own / "style.css").is_file():
        text = (own / "style.css").read_text(encoding="utf-8")
    else:
        text = (files("reports") / "templates" / "style.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - ours or the office's


def _printable(value: object) -> object:
    """Whatever a template prints, with hidden marks made visible; the names of offices too."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _thousands(number: int) -> str:
    return f"{number:,}"


def _order(number: int) -> str:
    """一, 二 … 十, 十一: of sections."""
    digits = "一二三四五六七八九十"
    if not 1 <= number <= 19:
        raise ValueError(f"no section has the number {number}")
    return digits[number - 1] if number <= 10 else "十" + digits[number - 11]
