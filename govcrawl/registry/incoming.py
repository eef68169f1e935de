"""What was read from files before it is matched with the registry: rows, and where each stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from govcrawl.registry.errors import RowError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row stands."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    """Counts from 1; of YAML the line on which the entry begins."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Field name to the heading or key under which it was found."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Field name to its own line, where that is not `row` (YAML)."""

    def __str__(self) -> str:
        sheet = f"“{self.sheet}”" if self.sheet else ""
        return " ".join(part for part in (self.file, sheet, f"第{self.row}行") if part)

    def error(self, name: str, message: str, label: str = "") -> RowError:
        """An error of one field of this row; `label` names a field that the row does not have."""
        return RowError(
            file=self.file,
            sheet=self.sheet,
            row=self.lines.get(name, self.row),
            column=self.labels.get(name, label),
            message=message,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncomingRow:
    """One unit, site, column or account as a file states it.

    `values` holds only what the file says: a field that is not in it keeps its registered value. References
    to units and sites are still text (id, name or short name).
    """

    values: Mapping[str, object]
    place: Place
    failed: frozenset[str] = frozenset()
    """Fields whose value could not be read; their errors are in `Incoming.errors`."""
    owner: IncomingRow | None = None
    """Of a column that is written inside a site: that site."""

    def text(self, name: str) -> str | None:
        """A value as text; None where the row does not say it, or says that it is empty."""
        value = self.values.get(name)
        return str(value) if value else None

    def texts(self, name: str) -> tuple[str, ...]:
        """The items of a list, none where the row does not say it."""
        value = self.values.get(name)
        return tuple(map(str, value)) if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """All rows of one or several files."""

    units: tuple[IncomingRow, ...] = ()
    sites: tuple[IncomingRow, ...] = ()
    columns: tuple[IncomingRow, ...] = ()
    accounts: tuple[IncomingRow, ...] = ()
    errors: tuple[RowError, ...] = ()
    """What could not be read; `merge` refuses the whole while there is one."""
    notes: tuple[str, ...] = ()
    """Chinese: what was passed over on purpose (sheets and headings that the registry does not know)."""

    def __add__(self, other: Incoming) -> Incoming:
        return Incoming(
            units=self.units + other.units,
            sites=self.sites + other.sites,
            columns=self.columns + other.columns,
            accounts=self.accounts + other.accounts,
            errors=self.errors + other.errors,
            notes=self.notes + other.notes,
        )
