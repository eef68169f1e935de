"""What people type to name something: a site, a unit, a day, themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from govcrawl.commands.session import CommandError

if TYPE_CHECKING:
    from govcrawl.model import Registry


def site_id(registry: Registry, word: str) -> str:
    """The id of the site that is called so; a word that names none is an error, never an empty list.

    Raises:
        CommandError: none or several are; the message names the nearest.
    """
    from govcrawl.registry.lookup import sites_called

    found = [site.id for site in sites_called(registry.sites, word)]
    names = [name for site in registry.sites for name in (site.id, site.name)]
    return _one(found, word, "网站", names)


def unit_id(registry: Registry, word: str) -> str:
    """The id of the unit that is called so.

    Raises:
        CommandError: none or several are; the message names the nearest.
    """
    from govcrawl.registry.lookup import units_called

    found = [unit.id for unit in units_called(registry.units, word)]
    names = [name for unit in registry.units for name in (unit.id, *unit.names)]
    return _one(found, word, "单位", names)


def unit_name(registry: Registry, key: str | None) -> str:
    """A unit's name for tables; its id where it is not registered."""
    unit = registry.unit(key)
    return unit.name if unit else (key or "未登记单位")


def day(text: str | None, option: str) -> date | None:
    """The day that an option names; None where it is not given.

    Raises:
        CommandError: it is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option} 应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from None


def person(who: str) -> str:
    """Who does it: the name that was given, else the account that runs the command."""
    import getpass

    return who.strip() or getpass.getuser()


def _one(found: list[str], word: str, what: str, names: Iterable[str]) -> str:
    import difflib

    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError(f"名称为 {word} 的{what}不止一个，请写标识：{'、'.join(found[:5])}")
    close = difflib.get_close_matches(word, list(names), n=1, cutoff=0.0)
    nearest = f"，最接近的是 {close[0]}" if close else ""
    raise CommandError(f"没有登记标识或名称为 {word} 的{what}{nearest}")
