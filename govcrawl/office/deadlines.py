"""By when findings must be mended, by the profile and the calendar of this office."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from pathlib import Path

from govcrawl.config import Config
from govcrawl.model import Origin, Profile, Severity
from govcrawl.rules import load_profile
from govcrawl.rules.deadlines import Deadline, deadline_of
from govcrawl.rules.workdays import WorkingDays, load_working_days


def calendar_file(settings: Config) -> Path:
    """Where the years lie that the office imported."""
    return settings.data / "holidays.toml"


def profile_of(settings: Config) -> Profile:
    """The profile in force, with the office's own values.

    Raises:
        ProfileError: as `load_profile`.
    """
    rules = settings.rules
    return load_profile(rules.profile, folder=settings.folder, overrides=rules.overrides)


class Deadlines:
    """Gives deadlines; profile and calendar are read once, when the first is asked for."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings

    @cached_property
    def profile(self) -> Profile:
        """The profile in force."""
        return profile_of(self._settings)

    @cached_property
    def _calendar(self) -> WorkingDays:
        return load_working_days(calendar_file(self._settings))

    def of(self, rule: str, severity: Severity, origin: Origin, issued: datetime) -> Deadline | None:
        """The deadline of a finding that is told at that moment (aware); None: it has none.

        Raises:
            CalendarError, ProfileError: the office's calendar or profile can't be used.
        """
        zone = self._settings.office.timezone
        return deadline_of(
            rule, severity, origin, issued=issued, zone=zone, profile=self.profile, calendar=self._calendar
        )
