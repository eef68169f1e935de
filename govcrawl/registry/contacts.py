"""People whom an office's sheet of sites names: the registry keeps them with the sponsoring unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from govcrawl.model import Site, Unit
from govcrawl.registry.fields import FIELDS, Kind
from govcrawl.registry.incoming import IncomingRow
from govcrawl.registry.lookup import name_key


def with_contacts(
    units: Mapping[str, Unit], sites: Mapping[str, Site], rows: Mapping[IncomingRow, str]
) -> tuple[dict[str, Unit], list[str]]:
    """The units with the contacts that stand beside their sites, and notes of what was left alone.

    A unit that has a contact, telephone or mail address keeps it: one unit may have several sites with
    different people, and a sheet of sites is not where they are changed.

    Args:
        units: by id.
        sites: by id.
        rows: the rows of sites, each with the id of its site.
    """
    filled = dict(units)
    notes: list[str] = []
    for row, site_id in rows.items():
        unit = filled.get(sites[site_id].unit)
        if unit is None:
            continue
        offered: dict[str, Any] = {
            "contact": row.values.get("unit.contact") or row.values.get("unit.head"),
            "phone": row.values.get("unit.phone"),
            "emails": row.values.get("unit.emails"),
        }
        for name, value in offered.items():
            registered = getattr(unit, name)
            if value and not registered:
                unit = replace(unit, **{name: value})
            elif value and value != registered:
                heading = FIELDS[Kind.UNIT][name].heading
                notes.append(
                    f"{row.place}：{heading}与单位“{unit.name}”已登记的不同，未改动；如需更改，请改“单位”表。"
                )
        filled[unit.id] = unit
        undertaker = row.text("undertaker")
        if undertaker and name_key(undertaker) not in map(name_key, unit.names):
            notes.append(f"{row.place}：承办单位“{undertaker}”不单独登记，问题归主办单位“{unit.name}”。")
    return filled, notes
