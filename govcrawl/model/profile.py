"""A profile (检查指标): thresholds, points and deadlines as data, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One number or word of a profile."""

    value: float | int | str | bool | None
    source: str
    """The document and article that it comes from."""
    verified: bool
    """False: nobody has compared it with the original; never used for a score in silence."""
    unit: str = ""
    """days, seconds, count, points, ratio, working days …"""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """The values of one profile by dotted key, inherited ones included."""

    name: str
    title: str
    basis: tuple[str, ...]
    """Documents that a report names as its basis, in Chinese, in order."""
    values: Mapping[str, Value]

    def __getitem__(self, key: str) -> Value:
        """The value of a key.

        Raises:
            KeyError: the profile has no such key; the message names profile and key.
        """
        try:
            return self.values[key]
        except KeyError:
            raise KeyError(f"profile {self.name} has no value {key!r}") from None

    def get(self, key: str) -> Value | None:
        """The value of a key, or None."""
        return self.values.get(key)

    def number(self, key: str) -> float:
        """A value that must be a number.

        Raises:
            KeyError: there is none.
            TypeError: it is not a number.
        """
        value = self[key].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{key} of profile {self.name} is no number: {value!r}")
        return value

    def count(self, key: str) -> int:
        """A value that must be a whole number (days, seconds, a count)."""
        return int(self.number(key))

    def text(self, key: str, default: str = "") -> str:
        """A value as text; the default where it is missing or null."""
        found = self.values.get(key)
        return default if found is None or found.value is None else str(found.value)
